"""Layers that read tensors of the model's graph beside their inputs.

`def call(self, inputs): self.add_loss(K.mean(loss(inputs) + kl(z_mean, z_log_var)))` reads what
other layers gave, as in `variational_autoencoder_deconv.py` of Keras 2.0; so does
`Lambda(lambda t: t * z_mean)`. In Keras 1 and 2 they were tensors of TensorFlow's graph at the time
of the call. Here such a layer gets them as one more argument of its call, so that the graph knows
them; while it computes, their names hold what they are in this pass.
"""

from __future__ import annotations

import dis
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from types import CellType, CodeType, FunctionType
from typing import Any

import keras
from keras import KerasTensor, tree
from keras.src import backend

Method = Callable[..., Any]
ARGUMENT = "tensors_of_graph"
_NOT_THE_SCRIPTS = ("keras.", "onefit.", "numpy.", "jax.", "builtins.")
_DEPTH = 4
_computing = threading.RLock()


def reading_the_graph(original: Method) -> Method:
    """A symbolic call of a layer has the tensors of the graph that its own `call` reads."""

    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        function = _of_script(self)
        if function is None:
            return original(self, *args, **kwargs)
        if _asks_for_gradients(self, function, args):
            return original(_passing_on(self), _of_graph(self, function, args[0]), **kwargs)
        if ARGUMENT in kwargs or _has_symbols((args, kwargs)):
            places = list(_places(self, function))
            if places:
                if ARGUMENT not in kwargs:
                    kwargs[ARGUMENT] = [place.tensors for place in places]
                _take(self, places)
        return original(self, *args, **kwargs)

    return __call__


def _of_script(layer: Any) -> FunctionType | None:
    """The function with which a layer of the script computes; none for a layer of Keras's."""
    function = layer.function if isinstance(layer, keras.layers.Lambda) else type(layer).call
    function = inspect.unwrap(function)
    if isinstance(layer, keras.Model) or not _is_the_scripts(function):
        return None
    return function


def _is_the_scripts(value: Any) -> bool:
    home = f"{getattr(value, '__module__', 'builtins')}."
    return isinstance(value, FunctionType) and not home.startswith(_NOT_THE_SCRIPTS)


def _has_symbols(structure: Any) -> bool:
    return any(isinstance(one, KerasTensor) for one in tree.flatten(structure))


def _asks_for_gradients(layer: Any, function: FunctionType, args: tuple[Any, ...]) -> bool:
    """Whether a `Lambda` is to find a gradient between what it is given: `K.gradients(b, a)`.

    Only the graph knows how one of its tensors came from another.
    """
    is_lambda = isinstance(layer, keras.layers.Lambda) and len(args) == 1
    return is_lambda and _has_symbols(args) and "gradients" in _all_looked_up(function)


def _all_looked_up(function: FunctionType, depth: int = _DEPTH) -> set[str]:
    names, attributes = _looked_up(function.__code__)
    found = names | attributes
    for name in names & set(function.__globals__):
        # A function that calls itself would be followed until the depth is used up.
        if depth and _is_the_scripts(value := function.__globals__[name]) and value != function:
            found |= _all_looked_up(value, depth - 1)
    return found


def _of_graph(layer: Any, function: FunctionType, inputs: Any) -> Any:
    """What the function gives for the tensors of the graph, once and for all, as it did then."""
    found = function(inputs, **(layer.arguments or {}))
    return found[0] if isinstance(found, list | tuple) and len(found) == 1 else found


def _passing_on(layer: Any) -> Any:
    """The layer, which has nothing left to compute."""
    object.__setattr__(layer, "function", lambda tensors: tensors)
    object.__setattr__(layer, "arguments", {})
    object.__setattr__(layer, "_output_shape", None)
    return layer


class _Place:
    """A name that holds tensors of the graph.

    Args:
        holder: The names with their values; a cell of a closure holds one value.
        name: The name.
        tensors: A tensor, or a structure of them.
    """

    def __init__(self, holder: dict[str, Any] | CellType, name: str, tensors: Any) -> None:
        """Remember where it is."""
        self.holder, self.name, self.tensors = holder, name, tensors

    def put(self, value: Any) -> None:
        """Let the name hold something else."""
        if isinstance(self.holder, dict):
            self.holder[self.name] = value
        else:
            self.holder.cell_contents = value


def _places(layer: Any, function: FunctionType) -> Iterator[_Place]:
    """The names that hold tensors of the graph among those that a layer reads as it computes."""
    seen: set[tuple[int, str]] = set()
    waiting, known = [(function, 0)], {function}
    while waiting:
        function, depth = waiting.pop()
        for holder, name, value in _read(function, layer):
            if _is_the_scripts(value) and depth < _DEPTH and value not in known:
                known.add(value)
                waiting.append((value, depth + 1))
            elif _is_of_tensors(value) and (id(holder), name) not in seen:
                seen.add((id(holder), name))
                yield _Place(holder, name, value)
    given = layer.arguments if isinstance(layer, keras.layers.Lambda) else {}
    yield from (_Place(given, name, one) for name, one in given.items() if _is_of_tensors(one))


def _is_of_tensors(value: Any) -> bool:
    if isinstance(value, list | tuple | dict):
        return bool(value) and all(isinstance(one, KerasTensor) for one in tree.flatten(value))
    return isinstance(value, KerasTensor)


def _read(function: FunctionType, layer: Any) -> Iterator[tuple[Any, str, Any]]:
    """What a function reads beside its arguments: who holds it, its name, its value."""
    names, attributes = _looked_up(function.__code__)
    # Sorted, because the tensors become arguments in this order, and a set of texts has another
    # order in each process.
    for name in sorted(names & set(function.__globals__)):
        yield function.__globals__, name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        # An empty cell: the name is assigned further down in the script.
        if cell != CellType():
            yield cell, name, cell.cell_contents
    for name in sorted(attributes):
        if name in vars(layer):
            yield vars(layer), name, vars(layer)[name]
        elif inspect.isfunction(method := getattr(type(layer), name, None)):
            yield vars(type(layer)), name, method


def _looked_up(code: CodeType) -> tuple[set[str], set[str]]:
    """The global names and the attributes that a function's code, and that within it, looks up."""
    names, attributes = set(), set()
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            names.add(one.argval)
        elif one.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            attributes.add(one.argval)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            more, others = _looked_up(inner)
            names, attributes = names | more, attributes | others
    return names, attributes


def _take(layer: Any, places: Sequence[_Place]) -> None:
    """Let the call of a layer take the values of names, for as long as it computes."""
    # A layer that is called several times has the argument from its first call.
    if ARGUMENT in layer._call_signature.parameters:
        return
    compute = layer.call
    parameters = list(layer._call_signature.parameters.values())
    # `**kwargs` has to stay the last parameter of a signature.
    last = len(parameters) - any(one.kind == one.VAR_KEYWORD for one in parameters)
    parameters.insert(last, inspect.Parameter(ARGUMENT, inspect.Parameter.KEYWORD_ONLY, default=()))
    signature = layer._call_signature.replace(parameters=parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        values = kwargs.pop(ARGUMENT, ())
        # Names of the script are changed for a moment: two threads that trace would see each
        # other's.
        with _computing:
            for place, value in zip(places, values):
                place.put(value)
            try:
                return compute(*args, **kwargs)
            finally:
                for place in places:
                    place.put(place.tensors)

    call.__signature__ = signature  # type: ignore[attr-defined]
    object.__setattr__(layer, "_call_signature", signature)
    object.__setattr__(layer, "call", call)
    if getattr(layer, "_output_shape", True) is None:  # a Lambda asks for it with its input alone

        def compute_output_spec(*args: Any, **kwargs: Any) -> Any:
            return backend.compute_output_spec(call, *args, **kwargs)

        object.__setattr__(layer, "compute_output_spec", compute_output_spec)
