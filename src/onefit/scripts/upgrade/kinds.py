"""What the names of a source hold: models, layers, optimizers, histories.

Told from assignments, returns and loops, without regard to their order; and for what comes from
elsewhere, such as an argument of a function, from methods that only a model of Keras has.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

import libcst as cst
from libcst.metadata import GlobalScope

from onefit.scripts.upgrade.exports import Beside
from onefit.scripts.upgrade.knowledge import Knowledge, thing
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled

MODEL, LAYER = "keras.Model", "keras.layers.Layer"
OPTIMIZER, HISTORY = "keras.optimizers.Optimizer", "keras.callbacks.History"
ITERATOR = "keras._tf_keras.keras.preprocessing.image.Iterator"
TENSOR, INITIALIZER = "keras.KerasTensor", "keras.initializers.Initializer"
_PICTURES = "keras.src.legacy.preprocessing.image.ImageDataGenerator"
OTHER = "other"
_FLOWS = ("flow", "flow_from_directory", "flow_from_dataframe")
_TRAINERS = ("fit", "fit_generator")
_LOADERS = ("load_model", "model_from_json", "model_from_yaml", "clone_model", "model_from_config")
_ESTIMATORS = ("KerasClassifier", "KerasRegressor")
_OF_MODELS = frozenset({
    "compile", "fit_generator", "evaluate_generator", "predict_generator", "predict_classes",
    "train_on_batch", "test_on_batch", "predict_on_batch", "to_yaml", "load_weights",
    "save_weights", "summary", "get_layer",
})  # fmt: skip
_INITIALIZATIONS = ("keras.initializations.get", "keras.initializers.get")
_LOGGED = ("logs['lr']", 'logs["lr"]')
_OF_FIT = {"epochs", "nb_epoch", "batch_size", "validation_data", "validation_split", "callbacks"}


@dataclass
class OwnClass:
    """A class of the script.

    Args:
        kind: The class of Keras's from which it is made; `None` for any other.
        names: What it defines, and what it assigns to attributes of `self`.
        weights: Those of the attributes that `self.add_weight` gives.
    """

    kind: str | None
    names: set[str] = field(default_factory=set)
    weights: set[str] = field(default_factory=set)

    def is_a(self, kind: str) -> bool:
        """Whether it is made from a class of Keras's, or from one below that."""
        found, wanted = (thing(one) for one in (self.kind or "", kind))
        return inspect.isclass(found) and issubclass(found, wanted)


class Kinds:
    """The kinds of a module's expressions.

    Args:
        module: The module, as its names were resolved.
        names: Its names.
        knowledge: The rules of its era.
        beside: What it has from modules beside it.
    """

    def __init__(
        self, module: cst.Module, names: Names, knowledge: Knowledge, beside: Beside
    ) -> None:
        """Read the assignments until nothing new is found."""
        self.names, self.knowledge, self.beside = names, knowledge, beside
        self.known: dict[tuple[Any, str], str] = {}  # by the scope and the name there
        self.functions = dict(beside.functions)
        self.classes = dict(beside.classes)
        self.methods: dict[str, set[str]] = {}  # of own classes, those that pass nothing on
        self.keeps_history = False
        self.logs_rate = False
        for _ in range(3):  # a line may need what one below it tells: a function made later
            before = dict(self.known), dict(self.functions)
            module.visit(_Assignments(self))
            if before == (self.known, self.functions):
                break

    def kind(self, node: cst.BaseExpression) -> str | None:
        """What an expression holds: one of the full names above; `None` for what is not known."""
        if isinstance(node, cst.Call):
            return self._of_call(node)
        if isinstance(node, cst.BinaryOperation):
            return TENSOR if TENSOR in (self.kind(node.left), self.kind(node.right)) else None
        if isinstance(node, cst.UnaryOperation):
            return TENSOR if self.kind(node.expression) == TENSOR else None
        if isinstance(node, cst.Attribute) and node.attr.value == "optimizer":
            return OPTIMIZER if self.kind(node.value) == MODEL else None
        if isinstance(node, cst.Subscript):
            inner = node.value
            if isinstance(inner, cst.Attribute) and inner.attr.value == "layers":
                return LAYER
        place = self._place(node)
        if place is None or place in self.known:
            return self.known.get(place) if place is not None else None
        if place[1] in self.beside.variables:
            return self.beside.variables[place[1]]
        # an argument holds what other functions keep under its name, where they agree
        kinds = {kind for (_, name), kind in self.known.items() if name == place[1]}
        return kinds.pop() if len(kinds) == 1 else None

    def certain(self, node: cst.BaseExpression) -> str | None:
        """What a name holds where it is bound, without a look at others of the same name."""
        place = self._place(node)
        return self.known.get(place) if place is not None else None

    def is_global(self, node: cst.BaseExpression) -> bool:
        """Whether a name is bound outside of all functions and classes."""
        place = self._place(node)
        return place is not None and isinstance(place[0], GlobalScope)

    def of_class(self, node: cst.ClassDef) -> str | None:
        """The class of Keras's from which one of the script is made; `None` for others."""
        for base in node.bases:
            old = self.names.keras(base.value)
            kind = self._of_name(old) if old is not None else None
            own = spelled(base.value)
            kind = kind or (self.classes.get(own) if own is not None else None)
            if kind is not None:
                return kind
        return None

    def note(self, node: cst.BaseExpression, kind: str | None) -> None:
        """Remember what a name holds, unless that is known."""
        place = self._place(node)
        if place is not None and kind is not None:
            self.known.setdefault(place, kind)

    def _place(self, node: cst.BaseExpression) -> tuple[Any, str] | None:
        """The scope in which a name is bound, and the name; names with dots have no scope."""
        name = spelled(node)
        if name is None:
            return None
        scope = self.names.scopes.get(node) if isinstance(node, cst.Name) else None
        bound = scope[name] if scope is not None else ()
        return next((one.scope for one in bound), None), name

    def has_own_method(self, node: cst.BaseExpression, leaf: str) -> bool:
        """Whether an expression is of a class of the script with a method of this name."""
        made = (
            [node] if isinstance(node, cst.Call) else self.names.values.get(spelled(node) or "", ())
        )
        classes = [spelled(one.func) for one in made if isinstance(one, cst.Call)]
        return any(leaf in self.methods.get(one or "", ()) for one in classes)

    def has_own_history(self, node: cst.BaseExpression) -> bool:
        """Whether `x.history` may be one that a class of the script keeps, and no fit's."""
        owner = node.value if isinstance(node, cst.Attribute) else node
        return self.keeps_history and self.kind(owner) != HISTORY

    def is_callback(self, old: str) -> bool:
        """Whether a name is that of a callback, whose `self.model` is a model."""
        today = self.knowledge.today(old)
        found: Any = thing(today.name) if today is not None and today.name else None
        return inspect.isclass(found) and issubclass(found, thing("keras.callbacks.Callback"))

    def _of_call(self, node: cst.Call) -> str | None:
        if isinstance(node.func, cst.Call):
            return TENSOR if self.kind(node.func) in (LAYER, MODEL) else None
        full = self.names.full(node.func)
        old = self.names.keras(node.func)
        given = self.beside.functions.get(spelled(node.func) or "") if old is None else None
        if given is not None:
            return given
        if full is not None and old is None:
            return OTHER
        if old is not None:
            return self._of_name(old) or self._of_operation(node, old)
        function = spelled(node.func)
        if function is not None and function in self.functions:
            return self.functions[function]
        if self.kind(node.func) in (LAYER, MODEL):
            return TENSOR
        if isinstance(node.func, cst.Attribute):
            owner = self.kind(node.func.value)
            if owner == _PICTURES and node.func.attr.value in _FLOWS:
                return ITERATOR
            if owner == MODEL:
                if node.func.attr.value in _TRAINERS:
                    return HISTORY
                return LAYER if node.func.attr.value == "get_layer" else None
            if f"self.{node.func.attr.value}" == function:
                return self.functions.get(node.func.attr.value)
        return None

    def _of_operation(self, node: cst.Call, old: str) -> str | None:
        """What `K.sum(x)` gives: one more tensor, if it is given one."""
        today = self.knowledge.today(old)
        name = (today.gone.new_name if today.gone else today.name) if today is not None else ""
        # A shape is a tuple in Keras 3, and no tensor.
        is_operation = name.startswith("keras.ops.") and name != "keras.ops.shape"
        given = any(self.kind(one.value) == TENSOR for one in node.args)
        return TENSOR if is_operation and given else None

    def _of_name(self, old: str) -> str | None:
        today = self.knowledge.today(old)
        leaf = old.rpartition(".")[2]
        if leaf in _LOADERS:
            return MODEL
        if leaf in _ESTIMATORS:
            return OTHER
        if leaf == "Input":
            return TENSOR
        if old in _INITIALIZATIONS:
            return INITIALIZER
        found: Any = thing(today.name) if today is not None and today.name else None
        if inspect.isclass(found):
            for kind in (MODEL, LAYER, OPTIMIZER, _PICTURES):
                if issubclass(found, thing(kind)):
                    return kind
            return today.name if today is not None else OTHER
        if callable(found) and today is not None and today.name.startswith("keras.applications."):
            return MODEL
        return None


class _Assignments(cst.CSTVisitor):
    """Notes what is assigned, returned and looped over."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.within: list[str] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        kind = self.kinds.kind(node.value)
        for target in node.targets:
            self.kinds.keeps_history |= spelled(target.target) == "self.history"
            self.kinds.logs_rate |= cst.Module([]).code_for_node(target.target) in _LOGGED
            self.kinds.note(target.target, kind)
            self._tuple(target.target, node.value)

    def _tuple(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if not isinstance(target, cst.Tuple):
            return
        if isinstance(value, cst.Tuple):
            for one, given in zip(target.elements, value.elements):
                self.kinds.note(one.value, self.kinds.kind(given.value))
        elif isinstance(value, cst.Call) and self.kinds.kind(value) == TENSOR:
            for one in target.elements:  # `mean, log_var = encoder(x)`
                self.kinds.note(one.value, TENSOR)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.within.append(node.name.value)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.within.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.kinds.methods[node.name.value] = {
            one.name.value
            for one in node.body.body
            if isinstance(one, cst.FunctionDef) and one.params.star_kwarg is None
        }
        kind = self.kinds.of_class(node)
        if kind is not None:
            self.kinds.classes[node.name.value] = kind
            self.kinds.functions.setdefault(node.name.value, kind)
        for base in node.bases:
            old = self.kinds.names.keras(base.value)
            if old is not None and self.kinds.is_callback(old):
                # Names with dots have no scope, so this counts for all classes of the module.
                self.kinds.known.setdefault((None, "self.model"), MODEL)

    def visit_Return(self, node: cst.Return) -> None:
        if self.within and node.value is not None:
            kind = self.kinds.kind(node.value)
            if kind is not None:
                self.kinds.functions.setdefault(self.within[-1], kind)

    def visit_For(self, node: cst.For) -> None:
        self._loop(node.target, node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._loop(node.target, node.iter)

    def _loop(self, target: cst.BaseExpression, over: cst.BaseExpression) -> None:
        """`for layer in model.layers`, of some of them, with numbers, or of a list of some."""
        word = spelled(over.func) if isinstance(over, cst.Call) else None
        if isinstance(over, cst.Call) and word in ("enumerate", "reversed", "list") and over.args:
            over = over.args[0].value
            if word == "enumerate":
                is_pair = isinstance(target, cst.Tuple) and len(target.elements) == 2
                target = target.elements[1].value if is_pair else target  # type: ignore[attr-defined]
        if isinstance(over, cst.List | cst.Tuple):
            kinds = {self.kinds.kind(one.value) for one in over.elements}
            if kinds and kinds <= {LAYER, MODEL}:
                self.kinds.note(target, kinds.pop() if len(kinds) == 1 else LAYER)
        if isinstance(over, cst.Subscript):
            over = over.value
        if isinstance(over, cst.Attribute) and over.attr.value == "layers":
            self.kinds.note(target, LAYER)

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute):
            return
        given = {one.keyword.value for one in node.args if one.keyword is not None}
        method, owner = node.func.attr.value, node.func.value
        # A `compile` of one argument without a name may be that of a regular expression.
        if method in _OF_MODELS and (method != "compile" or len(node.args) > 1 or given):
            self._model(owner)
        # Estimators of scikit-learn have a `fit` as well, which takes none of these.
        if method == "fit" and given & _OF_FIT:
            self._model(owner)

    def _model(self, owner: cst.BaseExpression) -> None:
        # What `self` is, its class tells.
        if self.kinds.names.full(owner) is None and spelled(owner) != "self":
            self.kinds.note(owner, MODEL)
