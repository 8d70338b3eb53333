"""Where a script draws random numbers of `keras.backend` in its layers."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.exports import Function
from onefit.scripts.upgrade.kinds import LAYER, Kinds, OwnClass
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled

ARGUMENT, ATTRIBUTE = "seed", "seed_generator"
TODAY = {
    "random_normal": ("keras.random.normal", ("shape", "mean", "stddev", "dtype", "seed")),
    "random_uniform": ("keras.random.uniform", ("shape", "minval", "maxval", "dtype", "seed")),
    "truncated_normal": (
        "keras.random.truncated_normal",
        ("shape", "mean", "stddev", "dtype", "seed"),
    ),
    "dropout": ("keras.random.dropout", ("inputs", "rate", "noise_shape", "seed")),
}
"""What draws in Keras 3, and the arguments of then in their order under their names of today."""


class Draws:
    """Where a module draws in its layers.

    Args:
        module: The module, as its names were resolved.
        names: Its names.
        kinds: What its names hold.
    """

    def __init__(self, module: cst.Module, names: Names, kinds: Kinds) -> None:
        """Look for draws in functions of `Lambda`, and in the `call` of own layers."""
        finder = _Drawing(names, kinds)
        module.visit(finder)
        self.seeds: dict[cst.Call, str] = {}
        """What each call that draws takes its seed from."""
        self.lambdas: set[cst.Call] = set()
        """The calls of `Lambda` that hand a generator on."""
        self.functions: set[Function] = set()
        """The functions that take it."""
        self.layers: set[cst.ClassDef] = set()
        """The classes that make one."""
        self.given = {call: finder.function_of(call) for call in finder.lambdas}
        """The function that each `Lambda` is given; `None` where the source does not show it."""
        for call, function in self.given.items():
            if function in finder.draws and _takes_more(function) and _hands_more(call):
                self.lambdas.add(call)
                self.functions.add(function)
        # Where the script calls such a function itself, `seed` is `None`: Keras's own generator.
        for function in self.functions:
            self.seeds.update(dict.fromkeys(finder.draws[function], ARGUMENT))
        for layer, draws in finder.layers.items():
            # A script that has an attribute of this name would lose what it keeps there.
            if ATTRIBUTE not in finder.attributes and _has_place(layer):
                self.layers.add(layer)
                self.seeds.update(dict.fromkeys(draws, f"self.{ATTRIBUTE}"))


class _Drawing(cst.CSTVisitor):
    """The calls that draw, by the function or class in which they stand; and those of `Lambda`."""

    def __init__(self, names: Names, kinds: Kinds) -> None:
        self.names, self.kinds = names, kinds
        self.homes: list[Function | cst.ClassDef] = []
        self.draws: dict[Function, list[cst.Call]] = {}
        self.layers: dict[cst.ClassDef, list[cst.Call]] = {}
        self.lambdas: list[cst.Call] = []
        self.functions: dict[str, list[Function]] = {}
        self.attributes: set[str] = set()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.homes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.homes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.functions.setdefault(node.name.value, []).append(node)
        self.homes.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.homes.pop()

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.homes.append(node)

    def leave_Lambda(self, original_node: cst.Lambda) -> None:
        self.homes.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        name = spelled(node.targets[0].target)
        if isinstance(node.value, cst.Lambda) and name is not None:
            self.functions.setdefault(name, []).append(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.attributes.add(node.attr.value)

    def visit_Call(self, node: cst.Call) -> None:
        old = self.names.keras(node.func) or ""
        leaf = old.rpartition(".")[2]
        if leaf == "Lambda" and "layers" in old:
            self.lambdas.append(node)
        if not old.startswith("keras.backend.") or leaf not in TODAY or not self.homes:
            return
        home = self.homes[-1]
        # Behind `*args` it is not told which argument stands where.
        if isinstance(home, cst.ClassDef) or any(one.star for one in node.args):
            return
        self.draws.setdefault(home, []).append(node)
        around = self.homes[-2] if len(self.homes) > 1 else None
        if not isinstance(around, cst.ClassDef) or isinstance(home, cst.Lambda):
            return
        if home.name.value == "call" and OwnClass(self.kinds.of_class(around)).is_a(LAYER):
            self.layers.setdefault(around, []).append(node)

    def function_of(self, call: cst.Call) -> Function | None:
        """The function that a `Lambda` is given, where there is one of its name."""
        given = [
            one.value
            for place, one in enumerate(call.args)
            if (place == 0 if one.keyword is None else one.keyword.value == "function")
        ]
        if not given or isinstance(given[0], cst.Lambda):
            return given[0] if given else None  # type: ignore[return-value]
        # A method is given as `self.sampling`.
        found = self.functions.get((spelled(given[0]) or "").removeprefix("self."), [])
        # Of several functions of one name it is not told which one the layer is given.
        return found[0] if len(found) == 1 else None


def _takes_more(function: Function) -> bool:
    """Whether a function can have one more argument."""
    given = function.params
    is_plain = not isinstance(given.star_arg, cst.Param) and given.star_kwarg is None
    return is_plain and not m.findall(function, _NAMED_ALIKE)


_NAMED_ALIKE = m.Param(name=m.Name(ARGUMENT)) | m.AssignTarget(target=m.Name(ARGUMENT))


def _hands_more(call: cst.Call) -> bool:
    """Whether a call of `Lambda` can give its function one more argument."""
    words = {one.keyword.value if one.keyword is not None else "": one.value for one in call.args}
    is_plain = not any(one.star for one in call.args)
    # Behind the function, the output's shape and the mask stand the arguments.
    count = sum(one.keyword is None for one in call.args)
    return is_plain and count <= 3 and isinstance(words.get("arguments", cst.Dict([])), cst.Dict)


def _has_place(layer: cst.ClassDef) -> bool:
    """Whether a class has no `__init__`, or one that calls that of its base."""
    made = [one for one in m.findall(layer, m.FunctionDef(name=m.Name("__init__")))]
    return not made or (len(made) == 1 and base_called(made[0]) is not None)


def base_called(node: cst.CSTNode) -> int | None:
    """The place of `super().__init__(...)` among the statements of a method.

    Args:
        node: The method.
    """
    body = cst.ensure_type(node, cst.FunctionDef).body.body
    call = m.Call(func=m.Attribute(attr=m.Name("__init__")))
    found = [
        place
        for place, one in enumerate(body)
        if m.matches(one, m.SimpleStatementLine(body=[m.Expr(value=call)]))
    ]
    return found[0] if len(found) == 1 else None
