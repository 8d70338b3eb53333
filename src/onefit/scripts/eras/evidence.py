"""Read a script's era from what it imports and calls, before it runs.

A text search comes first: a script that has no word of an old Keras in it is one for Keras 3, and
costs nothing more. The rest is read as a syntax tree.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator
from typing import Any

from onefit.scripts.eras import clues, trees
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.expressions import dotted, is_numbers, is_two_numbers
from onefit.scripts.eras.rules.modules import MODULES
from onefit.scripts.eras.texts import texts


def read(source: str, folder: str | None = None) -> Era:
    """Say for which Keras a script was written.

    Args:
        source: The script's text; a notebook's cells in a row.
        folder: Where its own modules stand; those that it imports are read too. Defaults to none.

    Returns:
        The era, with what speaks for it.

    >>> read("from keras.optimizers import Adam\\nopt = Adam(lr=0.1)").name
    'keras2'
    >>> read("import tensorflow as tf\\nopt = tf.keras.optimizers.Adam(lr=0.1)").name
    'tf2'
    >>> read("from keras.optimizers.legacy import Adam").name
    'tf2'
    >>> read("model.fit(x, y, nb_epoch=3)  # keras").evidence
    ('line 1: nb_epoch=',)
    >>> read("import keras\\nopt = keras.optimizers.Adam(0.1)").name
    'keras3'
    """
    found = _Found()
    for text in texts(source, folder):
        if clues.is_worth_reading(text):
            _read_into(found, text, source)
    return found.era()


def read_beside(era: Era, source: str, folder: str | None = None) -> Era:
    """Say for which Keras a script was written that shows nothing old, and loads an old file.

    Args:
        era: The era of the file.
        source: The script's text.
        folder: Where its own modules stand. Defaults to none.

    Returns:
        The era of the file, with the script's own name of the accuracy; Keras 3 for a script that
        has names which no Keras before it had.

    >>> read_beside(Era("keras2", "acc"), "history['val_accuracy']  # keras").title
    'Keras 2.3'
    >>> read_beside(Era("keras2", "acc"), "import keras; keras.ops.add(1, 2)").name
    'keras3'
    """
    found = _Found()
    for text in texts(source, folder):
        _read_into(found, text, source)
    if found.clues["keras3"]:
        return Era("keras3")
    is_named = not {"accuracy", "val_accuracy"}.isdisjoint(found.words)
    return era._replace(accuracy="accuracy") if is_named and era.name != "keras1" else era


def _read_into(found: _Found, text: str, source: str) -> None:
    """Read one text of a script."""
    try:
        found.read(text, trees.parsed(text) if text is source else ast.parse(text))
    except (SyntaxError, ValueError):
        for part in _parts(text):
            found.read(text, part)


def _parts(text: str) -> Iterator[ast.Module]:
    """The cells of a notebook that are Python, where one of them is none."""
    from onefit.scripts import cells  # has many patterns to compile, for notebooks alone

    line = 2
    for cell in cells.parts(text):
        with contextlib.suppress(SyntaxError, ValueError):
            yield ast.parse("\n" * (line - 1) + cell)
        line += cell.count("\n") + 2


class _Found:
    """What was found so far, in one script or several files of it."""

    def __init__(self) -> None:
        self.clues: dict[str, list[str]] = {"keras1": [], "keras2": [], "old": [], "keras3": []}
        self.plain = self.of_tensorflow = False
        self.made_of: dict[str, set[str]] = {"keras": set(), "tensorflow": set()}
        self.words: set[str] = set()
        self.backends: set[str] = set()
        self.lists: set[str] = set()
        self.ends: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.bases: dict[str, str] = {}
        self.keys: dict[str, ast.AST] = {}
        self.asked: set[str] = set()
        self.sequentials: set[str] = set()
        self.has_first_shape = self.has_input = self.has_lambda = self.is_late = False
        self.called: set[str] = set()
        self.ends_of_sequentials: list[ast.Attribute] = []
        self.loads: list[ast.AST] = []

    def read(self, text: str, tree: ast.Module) -> None:
        self.plain |= clues.is_of_keras(text)
        self.of_tensorflow |= clues.is_of_tensorflow(text)
        for node in trees.nodes(tree):
            reader = _READERS.get(type(node))
            if reader is not None:
                reader(self, node)

    def note(self, era: str, node: ast.AST, what: str) -> None:
        told = f"line {getattr(node, 'lineno', 0)}: {what}"
        if told not in self.clues[era]:
            self.clues[era].append(told)

    def module(self, node: ast.Import) -> None:
        for alias in node.names:
            self._module(node, alias.name)
            if alias.asname:
                self.homes[alias.asname] = alias.name
                if alias.name == "keras.backend":
                    self.backends.add(alias.asname)

    def from_module(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        self._module(node, module)
        path = _path(module)
        if module == "__future__" and (self.plain or self.of_tensorflow):
            for alias in node.names:
                if alias.name in clues.FOR_PYTHON_2:  # Keras 3 came when Python 2 had gone
                    self.note("old", node, f"{alias.name} for Python 2")
        if module == "tensorflow":  # `from tensorflow import keras`
            self.homes |= {one.asname or one.name: f"tensorflow.{one.name}" for one in node.names}
        if path is not None:
            for alias in node.names:
                self._made_of(f"{module}.{alias.name}")
                self._name(node, alias.name)
                self._name_of(node, path, alias.name, module.startswith("tensorflow"))
                self._module(node, f"{module}.{alias.name}")
                if (module, alias.name) == ("keras", "ops"):
                    self.note("keras3", node, "keras.ops")
                if module == "keras.backend":
                    self._backend(node, alias.name)
                self.homes[alias.asname or alias.name] = f"{module}.{alias.name}"
                if f"{module}.{alias.name}" == "keras.backend":
                    self.backends.add(alias.asname or alias.name)

    def _made_of(self, full: str) -> None:
        """Note a layer or a kind of model, by the package from which the script has it."""
        path = _path(full.replace("tf.keras", "tensorflow.keras", 1) if full[:3] == "tf." else full)
        if path and path.startswith(clues.OF_MODELS):
            package = "keras" if full.startswith("keras.") else "tensorflow"
            self.made_of[package].add(path.rpartition(".")[2])

    def _module(self, node: ast.AST, module: str) -> None:
        path = _path(module)
        if path is None:
            return
        self.is_late |= path.startswith(clues.MODULES_AS_NAMES)
        era = clues.MODULES.get(path)
        if era is None and path in MODULES and path not in clues.MODULES_TODAY:
            era = "old"
        if era is None and module.startswith(("tensorflow.python", "tensorflow.contrib")):
            era = "old"
        if era is not None:
            self.note(era, node, f"import of {module}")

    def _name(self, node: ast.AST, name: str) -> None:
        era = clues.NAMES.get(name)
        if era is not None:
            self.note(era, node, name)

    def _name_of(self, node: ast.AST, module: str, name: str, of_tensorflow: bool) -> None:
        is_kept = of_tensorflow and module in clues.KEPT_BY_TENSORFLOW
        if name in clues.NAMES_OF.get(module, ()) and not is_kept:
            self.note("old", node, f"{module}.{name}")

    def attribute(self, node: ast.Attribute) -> None:
        self._name(node, node.attr)
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        whole = dotted(node.value)
        if f"{getattr(node.value, 'attr', owner)}.{node.attr}" in clues.MODULES_AS_NAMES:
            self.is_late = True
            self.note("old", node, f"the module {node.attr}")
        if node.attr in ("input", "output") and whole in self.sequentials:
            self.ends_of_sequentials.append(node)
        root, dot, rest = whole.partition(".")
        self._made_of(f"{self.homes.get(root, root)}{dot}{rest}.{node.attr}")
        module = self.homes.get(whole, whole)
        if module.startswith(("keras.", "tf.keras.", "tensorflow.keras.")):
            self._name_of(node, module.rpartition("keras.")[2], node.attr, module[0] == "t")
        if whole.endswith("keras.backend"):
            self._backend(node, node.attr)
        if (owner, node.attr) == ("keras", "ops"):
            self.note("keras3", node, "keras.ops")
        elif (owner, node.attr) == ("time", "clock"):
            self.note("old", node, "time.clock")
        elif owner in self.backends:
            self._backend(node, node.attr)

    def _backend(self, node: ast.AST, name: str) -> None:
        if name not in clues.BACKEND_TODAY and name != "*":
            self.note("old", node, f"{name} of keras.backend")

    def text(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and len(node.value) < 200:
            self.words.update(_METRIC.findall(node.value))
            if re.search(clues.WEIGHT, node.value):
                self.note("old", node, f"the name {node.value!r} of a weight")

    def subscript(self, node: ast.Subscript) -> None:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if key in ("acc", "accuracy"):
            self.words.add(key)
        elif isinstance(key, str):
            self.keys.setdefault(key, node)

    def comparison(self, node: ast.Compare) -> None:
        """A script that asks for Theano or CNTK knows the backends of Keras 1 and 2."""
        for part in (node.left, *node.comparators):
            if isinstance(part, ast.Constant) and part.value in clues.BACKENDS:
                self.note("old", node, f"the backend {part.value!r}")

    def kind(self, node: ast.ClassDef) -> None:
        """A class of the script is called as the one that it is derived from."""
        if node.bases:
            base = node.bases[0]
            self.bases[node.name] = kind = getattr(base, "attr", getattr(base, "id", ""))
            for part in node.body if kind == "Metric" else ():
                if isinstance(part, ast.FunctionDef) and part.name == "reset_states":
                    self.note("old", part, "reset_states of a metric")

    def assignment(self, node: ast.Assign) -> None:
        names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        if is_numbers(node.value):
            self.lists.update(names)
        self.ends.update(dict.fromkeys(names, self._end(node.value)))
        if isinstance(node.value, ast.Call):
            made = node.value.func
            if getattr(made, "attr", getattr(made, "id", "")) == "Sequential":
                self.sequentials.update(names)

    def _end(self, node: ast.AST | None) -> str:
        """How a text ends, as far as a source tells: `""` where it does not."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Name):
            return self.ends.get(node.id, "")
        if isinstance(node, ast.JoinedStr | ast.BinOp):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node.right]
            return self._end(parts[-1]) if parts else ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "join" and node.args:
                return self._end(node.args[-1])
            if node.func.attr == "format":
                return self._end(node.func.value)
        return ""

    def call(self, node: ast.Call) -> None:
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        name = self.bases.get(name, name)
        self.called.add(dotted(function))
        self.has_input |= name in ("Input", "InputLayer")
        for keyword in node.keywords:
            self.has_first_shape |= keyword.arg in ("input_shape", "input_dim")
            era = clues.ARGUMENTS.get(keyword.arg or "")
            if era is None:
                era = clues.ARGUMENTS_OF.get((name, keyword.arg or ""))
            if era is not None:
                self.note(era, node, f"{keyword.arg}=")
        if name in ("fit", "predict", "evaluate") and isinstance(function, ast.Attribute):
            for given in (*node.args[:2], *(k.value for k in node.keywords if k.arg in ("x", "y"))):
                if is_numbers(given) or (isinstance(given, ast.Name) and given.id in self.lists):
                    self.note("old", node, f"a list as data of {name}")
        if name == "compile":
            for part in trees.nodes(node):
                word = part.value if isinstance(part, ast.Constant) else None
                if isinstance(word, str):
                    self.asked.add(word)
                if word in clues.METRICS:
                    self.note("old", node, f"the word {word!r}")
        first = getattr(node.args[0], "value", None) if node.args else None
        if name in ("add_weight", "add_variable") and isinstance(first, str):
            self.note("old", node, f"{name} with the name first")
        if name in clues.CONVOLUTIONS and is_two_numbers(node.args[1:3]):
            self.note("keras1", node, f"{name} with rows and columns")
        if name in ("save", "save_weights", "ModelCheckpoint"):
            self._saved(node, name)
        self.has_lambda |= name == "Lambda" and any(isinstance(a, ast.Lambda) for a in node.args)
        if name == "load_model" and "safe_mode" not in {k.arg for k in node.keywords}:
            end = self._end(node.args[0]) if node.args else ""
            self.loads += [node] if end.endswith((".h5", ".hdf5")) else []

    def _saved(self, node: ast.Call, name: str) -> None:
        for given in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "filepath")):
            end = self._end(given)
            if not end or (name == "save" and not self._is_model(node)):
                continue
            if not end.endswith(clues.SUFFIXES[name]):
                self.note("old", node, f"{name}({end!r})")

    def _is_model(self, node: ast.Call) -> bool:
        function = node.func
        owner = getattr(function, "value", None)
        return isinstance(owner, ast.Name) and "model" in owner.id.lower()

    def _logs(self) -> None:
        """Keras 1 and 2 logged `metrics=["mae"]` as `mean_absolute_error`."""
        for key, node in self.keys.items():
            whole = key.removeprefix("val_")
            if whole not in self.asked and clues.SHORT.get(whole) in self.asked:
                self.note("old", node, f"the name {key!r} of a metric")

    def _inputs(self) -> None:
        """A `Sequential` that knew its first shape had an input, before it was called."""
        for node in self.ends_of_sequentials:
            is_called = dotted(node.value) in self.called
            if self.has_first_shape or (self.has_input and not is_called):
                self.note("old", node, f"the {node.attr} of a Sequential")
        for call in self.loads if self.has_lambda else ():  # Keras 3 reads one when it is told to
            self.note("old", call, "load_model of a lambda")

    def era(self) -> Era:
        """Weigh what was found."""
        self._logs()
        self._inputs()
        if not (self.plain or self.of_tensorflow) and not any(self.clues.values()):
            return Era("keras3")
        old = {"acc", "val_acc"} & self.words
        new = {"accuracy", "val_accuracy"} & self.words
        first, second, either = self.clues["keras1"], self.clues["keras2"], self.clues["old"]
        # Up to Keras 2.2 `accuracy` was logged as `acc`; since 2.3 by the word that `compile` has.
        if old and not new and not (first or second or either):
            either = [f"the name {sorted(old)[-1]!r}"]
        evidence = [*first, *either] if first else either
        # `keras.ops` came with Keras 3: with it in the script, old names are rests or are its own.
        if not evidence or self.clues["keras3"]:
            return Era("keras3", against=tuple(evidence))
        # Of a script that imports both packages, its models tell: many for tf.keras take a tool of
        # `keras.preprocessing`. Up to 2.3 no model of one package took layers of the other, so
        # that layers of both are of a later one. A name from both is the second try of an import.
        is_of_tensorflow = self.made_of["tensorflow"] - self.made_of["keras"]
        if (self.of_tensorflow and not self.plain) or self.is_late or is_of_tensorflow:
            accuracy = "acc" if old and not new else "accuracy"
            return Era("tf2", accuracy, tuple(evidence))
        accuracy = "accuracy" if new and not old else "acc"
        # Keras 2 took the arguments of Keras 1 until 2.2, beside its own.
        if first and not second:
            return Era("keras1", "acc", tuple(evidence))
        return Era("keras2", accuracy, tuple(evidence), tuple(second) if first else ())


_METRIC = re.compile(r"\bval_acc(?:uracy)?\b|(?<=\{)acc(?:uracy)?\b")
_READERS: dict[type[ast.AST], Any] = {
    ast.Import: _Found.module,
    ast.ImportFrom: _Found.from_module,
    ast.Attribute: _Found.attribute,
    ast.Constant: _Found.text,
    ast.Subscript: _Found.subscript,
    ast.Compare: _Found.comparison,
    ast.Assign: _Found.assignment,
    ast.ClassDef: _Found.kind,
    ast.Call: _Found.call,
}


def _path(module: str) -> str | None:
    """What stands behind `keras.` in a module's name: "" for Keras itself, None if it is not."""
    for root in clues.ROOTS:
        if module == root or module.startswith(f"{root}."):
            return module[len(root) + 1 :]
    return None
