"""The source of a Keras script as a tree: its layers, what it compiles, its last fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

MODELS = ("model", "autoencoder")


class Script:
    """A Keras script, and how to change calls and statements in it.

    Args:
        source: Its text.

    >>> script = Script("model = Sequential([Dense(1)])")
    >>> script.with_arguments({script.dense[-1]: {"activation": "'tanh'"}})
    "model = Sequential([Dense(1, activation = 'tanh')])"
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = cst.parse_module(source)
        found = _Calls()
        self.tree.visit(found)
        self.calls = found.calls

    def named(self, *names: str) -> list[cst.Call]:
        """The calls of functions of these names, in the order of the source."""
        return [call for call in self.calls if name_of(call) in names]

    @property
    def dense(self) -> list[cst.Call]:
        """The dense layers; the output is the last of them in every program here."""
        return self.named("Dense")

    @property
    def hidden(self) -> list[cst.Call]:
        """Dense layers and convolutions with an activation, but for the output."""
        layers = self.named("Dense", "Conv1D", "Conv2D")
        return [call for call in layers[:-1] if argument(call, "activation") == "relu"]

    @property
    def output(self) -> str:
        """The activation of the output; `""` for a linear one."""
        return argument(self.dense[-1], "activation")

    @property
    def loss(self) -> str:
        """The text of the loss in `compile`."""
        call = self.named("compile")[-1]
        return argument(call, "loss") or text(call.args[1].value)

    def with_arguments(self, changes: Mapping[cst.Call, Mapping[str, str | None]]) -> str:
        """The source with other keyword arguments in some calls; `None` takes one out."""
        calls = {id(call): _changed(call, values) for call, values in changes.items()}
        return self.tree.visit(_Replacement(calls)).code

    def with_compile(self, **values: str) -> str:
        """The source with another loss or optimizer, whichever way they are given."""
        call = self.named("compile")[-1]
        arguments = list(call.args)
        for place, name in enumerate(("optimizer", "loss")):
            if len(arguments) > place and arguments[place].keyword is None and name in values:
                value = cst.parse_expression(values.pop(name))
                arguments[place] = arguments[place].with_changes(value=value)
        whole = _changed(call.with_changes(args=arguments), values)
        return with_keras(self.tree.visit(_Replacement({id(call): whole})).code)

    def with_units(self, units: Mapping[cst.Call, str]) -> str:
        """The source with another first argument in some layers."""
        calls = {}
        for call, value in units.items():
            first = call.args[0].with_changes(value=cst.parse_expression(value))
            calls[id(call)] = call.with_changes(args=[first, *call.args[1:]])
        return self.tree.visit(_Replacement(calls)).code

    def before_fit(self, lines: str) -> str:
        """The source with lines before the statement of the last fit."""
        body = list(self.tree.body)
        place = max(n for n, one in enumerate(body) if _fits(one))
        body[place:place] = cst.parse_module(lines).body
        return self.tree.with_changes(body=body).code

    @property
    def fit(self) -> cst.Call:
        """The last call of `fit` of a model."""
        return [one for one in self.named("fit") if _is_of_model(one)][-1]


class _Calls(cst.CSTVisitor):
    def __init__(self) -> None:
        self.calls: list[cst.Call] = []

    def leave_Call(self, original_node: cst.Call) -> None:
        """Inner calls come first: `Dense(1)(Dense(8)(x))` ends with its output."""
        self.calls.append(original_node)


class _Replacement(cst.CSTTransformer):
    def __init__(self, calls: Mapping[int, cst.Call]) -> None:
        self.calls = calls

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        return self.calls.get(id(original_node), updated_node)


def name_of(call: cst.Call) -> str:
    """The last name of what is called: `Dense` of `keras.layers.Dense`."""
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else ""


def text(node: cst.CSTNode) -> str:
    """The source of a node, without the quotes around a string."""
    return cst.Module([]).code_for_node(node).strip("\"'")


def argument(call: cst.Call, name: str) -> str:
    """The source of a keyword argument; `""` where it is not given."""
    found = [one.value for one in call.args if one.keyword and one.keyword.value == name]
    return text(found[0]) if found else ""


def with_keras(source: str) -> str:
    """The source with `import keras` where it says `keras.` and has no such import."""
    return _with_import(source, "keras.", "import keras")


def with_numpy(source: str) -> str:
    """The source with `import numpy as np` where it says `np.` and has no such import."""
    return _with_import(source, "np.", "import numpy as np")


def _with_import(source: str, used: str, line: str) -> str:
    if used not in source or f"\n{line}\n" in source:
        return source
    docstring, rest = source.split('"""\n', 1)
    return f'{docstring}"""\n\n{line}\n{rest.lstrip()}'


def _changed(call: cst.Call, values: Mapping[str, str | None]) -> cst.Call:
    kept = [one for one in call.args if not (one.keyword and one.keyword.value in values)]
    added: Sequence[cst.Arg] = [
        cst.Arg(keyword=cst.Name(name), value=cst.parse_expression(value))
        for name, value in values.items()
        if value is not None
    ]
    kept = [one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in kept]
    return call.with_changes(args=[*kept, *added])


def _is_of_model(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and text(call.func.value) in MODELS


def _fits(statement: cst.CSTNode) -> bool:
    found = _Calls()
    statement.visit(found)
    return any(name_of(one) == "fit" and _is_of_model(one) for one in found.calls)
