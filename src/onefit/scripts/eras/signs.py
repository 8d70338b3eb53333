"""The signs of an old Keras in a script: what it imports, calls, asks for and names."""

from __future__ import annotations

import ast
import re
from typing import Any

from onefit.scripts.eras import clues, trees
from onefit.scripts.eras.expressions import dotted, is_length, is_numbers, is_two_numbers
from onefit.scripts.eras.rules.modules import MODULES


class Signs:
    """What was found so far, in one script or several files of it."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self.clues: dict[str, list[str]] = {"keras1": [], "keras2": [], "old": [], "keras3": []}
        self.plain = self.of_tensorflow = False
        self.made_of: dict[str, set[str]] = {"keras": set(), "tensorflow": set()}
        self.words: set[str] = set()
        self.backends: set[str] = set()
        self.lists: set[str] = set()
        self.lengths: set[str] = set()
        self.ends: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.bases: dict[str, str] = {}
        self.keys: dict[str, ast.AST] = {}
        self.asked: set[str] = set()
        self.sequentials: set[str] = set()
        self.has_first_shape = self.has_input = self.has_lambda = self.is_late = False
        self.is_of_tensorflow_1 = False
        self.functionals: set[str] = set()
        self.added_losses: list[ast.Attribute] = []
        self.called: set[str] = set()
        self.ends_of_sequentials: list[ast.Attribute] = []
        self.loads: list[ast.AST] = []
        self.optimizers: set[str] = set()
        self.of_optimizers: list[ast.Attribute] = []
        self.own: dict[str, set[str]] = {}
        self.later: list[str] = []
        self.phased: list[ast.Call] = []
        self.untold: list[ast.FunctionDef] = []

    def read(self, text: str, tree: ast.Module) -> None:
        """Read one text, of which `tree` is the syntax tree."""
        self.plain |= clues.is_of_keras(text)
        self.of_tensorflow |= clues.is_of_tensorflow(text)
        self.define(tree)
        for node in trees.nodes(tree):
            reader = _READERS.get(type(node))
            if reader is not None:
                reader(self, node)

    def define(self, tree: ast.Module) -> None:
        """Note the arguments of the functions and classes that a text defines, by their names."""
        for node in trees.nodes(tree):  # in a `try` or in another class, too
            inner = getattr(node, "body", None)
            kind = node.name if isinstance(node, ast.ClassDef) else ""
            for one in inner if isinstance(inner, list) else ():
                if isinstance(one, ast.FunctionDef):
                    # `Trainer(nb_epoch=3)` calls an `__init__` by the name of its class.
                    name = kind if kind and one.name == "__init__" else one.name
                    taken = {part.arg for part in (*one.args.args, *one.args.kwonlyargs)}
                    self.own.setdefault(name, set()).update(taken)

    def note(self, era: str, node: ast.AST, what: str) -> None:
        """Write down what speaks for an era, with its line."""
        told = f"line {getattr(node, 'lineno', 0)}: {what}"
        if told not in self.clues[era]:
            self.clues[era].append(told)

    def module(self, node: ast.Import) -> None:
        """A module that is imported."""
        for alias in node.names:
            self._module(node, alias.name)
            if alias.asname:
                self.homes[alias.asname] = alias.name
                if alias.name == "keras.backend":
                    self.backends.add(alias.asname)

    def from_module(self, node: ast.ImportFrom) -> None:
        """Names that are imported from a module."""
        module = node.module or ""
        self._module(node, module)
        path = _path(module)
        if module == "__future__" and (self.plain or self.of_tensorflow):
            for alias in node.names:
                if alias.name in clues.FOR_PYTHON_2:  # Keras 3 came when Python 2 had gone
                    self.note("old", node, f"{alias.name} for Python 2")
        if module == "tensorflow":  # `from tensorflow import keras`
            for alias in node.names:
                self._of_tensorflow_1(node, alias.name)
            self.homes |= {one.asname or one.name: f"tensorflow.{one.name}" for one in node.names}
        if path is not None:
            for alias in node.names:
                self._made_of(f"{module}.{alias.name}")
                self._name(node, alias.name)
                self._name_of(node, path, alias.name, module.startswith("tensorflow"))
                # Behind `import` there may be a module: `from keras.wrappers import scikit_learn`.
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
        # Where the name `tf` comes from, a cell of a notebook need not show.
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
        if name == "merge" and isinstance(node, ast.ImportFrom):
            era = "old"  # a module in Keras 2, which scripts import in a list and never call
        if era is not None:
            self.note(era, node, name)

    def _name_of(self, node: ast.AST, module: str, name: str, of_tensorflow: bool) -> None:
        is_kept = of_tensorflow and module in clues.KEPT_BY_TENSORFLOW
        if name in clues.NAMES_OF.get(module, ()) and not is_kept:
            self.note("old", node, f"{module}.{name}")

    def attribute(self, node: ast.Attribute) -> None:
        """A name that is asked of something."""
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        whole = dotted(node.value)
        if not self.homes.get(whole, whole).endswith(("tensorflow", "compat.v1")):  # `tf.Graph`
            self._name(node, node.attr)
        if f"{getattr(node.value, 'attr', owner)}.{node.attr}" in clues.MODULES_AS_NAMES:
            self.is_late = True
            self.note("old", node, f"the module {node.attr}")
        if node.attr in ("input", "output") and whole in self.sequentials:
            self.ends_of_sequentials.append(node)
        if node.attr in clues.OF_LAYERS and self._is_one_of_layers(node.value):
            self.note("old", node, f"the {node.attr} of a layer")
        if node.attr in clues.LISTS_OF_WEIGHTS and isinstance(node.ctx, ast.Store):
            self.note("old", node, f"{node.attr} of a layer, which are set")
        if node.attr in clues.OF_OPTIMIZERS and whole:
            self.of_optimizers.append(node)
        root, dot, rest = whole.partition(".")
        self._made_of(f"{self.homes.get(root, root)}{dot}{rest}.{node.attr}")
        module = self.homes.get(whole, whole)
        if module == "tensorflow":
            self._of_tensorflow_1(node, node.attr)
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

    def _is_one_of_layers(self, node: ast.AST) -> bool:
        """Whether it is `model.layers[2]` or `model.get_layer("a")`."""
        if isinstance(node, ast.Subscript):
            return getattr(node.value, "attr", "") == "layers"
        return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get_layer"

    def _of_tensorflow_1(self, node: ast.AST, name: str) -> None:
        if name in clues.OF_TENSORFLOW_1:
            self.is_of_tensorflow_1 = True
            self.note("old", node, f"{name} of TensorFlow 1")

    def _backend(self, node: ast.AST, name: str) -> None:
        if name not in clues.BACKEND_TODAY and name != "*":
            self.note("old", node, f"{name} of keras.backend")

    def text(self, node: ast.Constant) -> None:
        """A text: the name of a metric or of a weight."""
        if isinstance(node.value, str) and len(node.value) < 200:
            self.words.update(_METRIC.findall(node.value))
            if re.search(clues.WEIGHT, node.value):
                self.note("old", node, f"the name {node.value!r} of a weight")

    def subscript(self, node: ast.Subscript) -> None:
        """A key: a log of a History, most often."""
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
                # Keras 3 calls `reset_state` at the begin of an epoch, and would never call this
                # one.
                if isinstance(part, ast.FunctionDef) and part.name == "reset_states":
                    self.note("old", part, "reset_states of a metric")
            for inner in ast.walk(node) if kind.endswith("Callback") else ():
                # In Keras 3 a callback's model is given by the training, and cannot be set.
                is_set = isinstance(inner, ast.Assign) and "self.model" in map(
                    dotted, inner.targets
                )
                if is_set:
                    self.note("old", inner, "the model of a callback, which is set")

    def assignment(self, node: ast.Assign) -> None:
        """Lists of numbers, how texts end, and what is a `Sequential`."""
        names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        if is_numbers(node.value):
            self.lists.update(names)
        if is_length(node.value):
            self.lengths.update(names)
        self.ends.update(dict.fromkeys(names, self._end(node.value)))
        sizes = {getattr(one, "attr", "") for one in node.targets} & {"state_size", "output_size"}
        if sizes and any(getattr(one, "attr", "") == "TensorShape" for one in ast.walk(node.value)):
            self.note("old", node, f"a TensorShape as the {min(sizes)} of a cell")
        if isinstance(node.value, ast.Call):
            made = node.value.func
            kind = getattr(made, "attr", getattr(made, "id", ""))
            if kind == "Sequential":
                self.sequentials.update(names)
            if kind == "Model" and (node.value.args or node.value.keywords):
                self.functionals.update(names)
            root = dotted(made).partition(".")[0]
            home = self.homes.get(root, root)
            if kind in clues.OPTIMIZERS and home.startswith(("keras", "tf", "tensorflow")):
                self.optimizers.update(names)

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
        """A call, with its arguments."""
        function = node.func
        called = name = getattr(function, "attr", getattr(function, "id", ""))
        name = self.bases.get(name, name)
        self.called.add(dotted(function))
        if called == "merge" and self.homes.get(called, "").endswith("layers.merge"):
            self.note("keras1", node, "a call of merge")
        self.has_input |= name in ("Input", "InputLayer")
        root = dotted(function).partition(".")[0]
        is_of_tensorflow = self.homes.get(root, root) == "tensorflow"
        for keyword in node.keywords:
            if is_of_tensorflow and keyword.arg in clues.ARGUMENTS_OF_TENSORFLOW_1:
                self.is_of_tensorflow_1 = True
                self.note("old", node, f"{keyword.arg}= of TensorFlow 1")
            self.has_first_shape |= keyword.arg in ("input_shape", "input_dim")
            # `train(nb_epoch=20)` calls what the script defines: that is a name of its author's.
            # `fit` may be Keras's nevertheless: scripts have classes of their own around a model.
            if keyword.arg in self.own.get(called, ()) and called not in clues.METHODS:
                continue
            # Keras 1 did not know it, and Keras 3 does: it speaks against Keras 1 alone.
            if (called, keyword.arg) in clues.SINCE_KERAS_2 and isinstance(function, ast.Attribute):
                self.later.append(f"line {node.lineno}: {keyword.arg}=")
            era = clues.ARGUMENTS.get(keyword.arg or "")
            if era is None:
                era = clues.ARGUMENTS_OF.get((name, keyword.arg or ""))
            if era is not None:
                self.note(era, node, f"{keyword.arg}=")
        if name in ("fit", "predict", "evaluate") and isinstance(function, ast.Attribute):
            for given in (*node.args[:2], *(k.value for k in node.keywords if k.arg in ("x", "y"))):
                # Older Kerases made an array of a list of numbers; Keras 3 refuses it.
                if is_numbers(given) or (isinstance(given, ast.Name) and given.id in self.lists):
                    self.note("old", node, f"a list as data of {name}")
        self._shape(node, name)
        if name == "add_loss" and isinstance(function, ast.Attribute):
            self.added_losses.append(function)
        if name == "Dense" and node.args and self._is_product(node.args[0]):
            self.note("old", node, "a number of NumPy's as units")
        if name == "compile":
            for keyword in node.keywords:
                word = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if keyword.arg == "metrics" and isinstance(word, str):
                    self.note("old", node, f"metrics={word!r}, which is no list")
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
            # For a `.keras` file tf.keras 2.15 asked for `safe_mode` as well.
            self.loads += [node] if end.endswith((".h5", ".hdf5")) else []

    def _shape(self, node: ast.Call, name: str) -> None:
        """Keras 3 refuses a number in place of a shape, as `Input(100)` has it."""
        shapes = [one.value for one in node.keywords if one.arg == "shape"]
        for shape in (node.args[:1] or shapes) if name in ("Input", "InputLayer") else ():
            if is_length(shape) or (isinstance(shape, ast.Name) and shape.id in self.lengths):
                self.note("old", node, f"a number as the shape of {name}")

    def _is_product(self, node: ast.AST) -> bool:
        """Whether it is `np.prod(shape)`, which is no whole number of Python's."""
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        root, _, function = name.partition(".")
        return function == "prod" and self.homes.get(root, root) in ("np", "numpy")

    def _saved(self, node: ast.Call, name: str) -> None:
        for given in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "filepath")):
            end = self._end(given)
            # Many things can be saved: the file of `figure.save("curve.png")` is no model's.
            if not end or (name == "save" and not self._is_model(node)):
                continue
            if not end.endswith(clues.SUFFIXES[name]):
                self.note("old", node, f"{name}({end!r})")

    def _is_model(self, node: ast.Call) -> bool:
        function = node.func
        owner = getattr(function, "value", None)
        return isinstance(owner, ast.Name) and "model" in owner.id.lower()


# `acc` by itself may be any word of a text; behind a brace it is a log, as in `"{acc:.2f}.h5"`.
_METRIC = re.compile(r"\bval_acc(?:uracy)?\b|(?<=\{)acc(?:uracy)?\b")
_READERS: dict[type[ast.AST], Any] = {
    ast.Import: Signs.module,
    ast.ImportFrom: Signs.from_module,
    ast.Attribute: Signs.attribute,
    ast.Constant: Signs.text,
    ast.Subscript: Signs.subscript,
    ast.Compare: Signs.comparison,
    ast.Assign: Signs.assignment,
    ast.ClassDef: Signs.kind,
    ast.Call: Signs.call,
}


def _path(module: str) -> str | None:
    """What stands behind `keras.` in a module's name: "" for Keras itself, None if it is not."""
    for root in clues.ROOTS:
        if module == root or module.startswith(f"{root}."):
            return module[len(root) + 1 :]
    return None
