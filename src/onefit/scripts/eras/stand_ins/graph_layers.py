"""Layers that read tensors of the model's graph beside their inputs.

`def call(self, inputs): self.add_loss(K.mean(loss(inputs) + kl(z_mean, z_log_var)))` reads what
other layers gave, as in `variational_autoencoder_deconv.py` of Keras 2.0; so does
`Lambda(lambda t: t * z_mean)`. In Keras 1 and 2 they were tensors of TensorFlow's graph at the time
of the call. Here such a layer gets them as one more argument of its call, so that the graph knows
them; while it computes, their names hold what they are in this pass.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from types import FunctionType
from typing import Any

import keras
from keras import KerasTensor, tree
from keras.src import backend

from onefit.scripts.eras.stand_ins.read_tensors import (
    Place,
    is_of_tensors,
    is_the_scripts,
    looked_up,
    places,
)

Method = Callable[..., Any]
ARGUMENT = "tensors_of_graph"
_computing = threading.RLock()


def reading_the_graph(original: Method) -> Method:
    """A symbolic call of a layer has the tensors of the graph that its own `call` reads."""

    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        function = _of_script(self)
        if function is None:
            return original(self, *args, **kwargs)
        if _asks_for_gradients(self, function, args):
            made = _of_graph(self, args[0])  # before the layer forgets its function
            return original(_passing_on(self), made, **kwargs)
        if ARGUMENT in kwargs or _has_symbols((args, kwargs)):
            found = _read(self, function)
            if found:
                if ARGUMENT not in kwargs:
                    kwargs[ARGUMENT] = [place.tensors for place in found]
                _take(self, found)
        return original(self, *args, **kwargs)

    return __call__


def _of_script(layer: Any) -> FunctionType | None:
    """The function with which a layer of the script computes; none for a layer of Keras's."""
    function = layer.function if isinstance(layer, keras.layers.Lambda) else type(layer).call
    function = inspect.unwrap(getattr(function, "__func__", function))  # `Lambda(self.sampling)`
    if isinstance(layer, keras.Model) or not is_the_scripts(function):
        return None
    return function


def _has_symbols(structure: Any) -> bool:
    return any(isinstance(one, KerasTensor) for one in tree.flatten(structure))


def _asks_for_gradients(layer: Any, function: FunctionType, args: tuple[Any, ...]) -> bool:
    """Whether a `Lambda` is to find a gradient between what it is given: `K.gradients(b, a)`.

    Only the graph knows how one of its tensors came from another.
    """
    is_lambda = isinstance(layer, keras.layers.Lambda) and len(args) == 1
    return is_lambda and _has_symbols(args) and "gradients" in looked_up(function)


def _of_graph(layer: Any, inputs: Any) -> Any:
    """What the function gives for the tensors of the graph, once and for all, as it did then."""
    found = layer.function(inputs, **(layer.arguments or {}))
    return found[0] if isinstance(found, list | tuple) and len(found) == 1 else found


def _passing_on(layer: Any) -> Any:
    """The layer, which has nothing left to compute."""
    object.__setattr__(layer, "function", lambda tensors: tensors)
    object.__setattr__(layer, "arguments", {})
    object.__setattr__(layer, "_output_shape", None)
    return layer


def _read(layer: Any, function: FunctionType) -> list[Place]:
    """The names of tensors that a layer reads as it computes, and arguments of a `Lambda`."""
    if not isinstance(layer, keras.layers.Lambda):
        return list(places(function, layer))
    given = layer.arguments or {}
    handed = (Place(given, name, one) for name, one in given.items() if is_of_tensors(one))
    return [*places(function, getattr(layer.function, "__self__", None)), *handed]


def _take(layer: Any, read: Sequence[Place]) -> None:
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
            for place, value in zip(read, values):
                place.put(value)
            try:
                return compute(*args, **kwargs)
            finally:
                for place in read:
                    place.put(place.tensors)

    call.__signature__ = signature  # type: ignore[attr-defined]
    object.__setattr__(layer, "_call_signature", signature)
    object.__setattr__(layer, "call", call)
    if getattr(layer, "_output_shape", True) is None:  # a Lambda asks for it with its input alone

        def compute_output_spec(*args: Any, **kwargs: Any) -> Any:
            return backend.compute_output_spec(call, *args, **kwargs)

        object.__setattr__(layer, "compute_output_spec", compute_output_spec)
