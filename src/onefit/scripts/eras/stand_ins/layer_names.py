"""The names that layers were given automatically: `dense_1` was the first `Dense`, not the second.

A layer keeps today's name, which files and logs go by, and is found by both. Source:
`Layer.__init__` in `keras/engine` of Keras 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.utils.naming import to_snake_case

from onefit.scripts.callers import calling
from onefit.scripts.eras.call import Call

Method = Callable[..., Any]

_KERAS_1 = {
    "Conv1D": "convolution1d",
    "Conv2D": "convolution2d",
    "Conv3D": "convolution3d",
    "Conv2DTranspose": "deconvolution2d",
    "SeparableConv2D": "separableconvolution2d",
}
_OF_INPUT = r"input_[1-9]\d*"
_AUTOMATIC = r"[a-z][a-z0-9_]*_[1-9]\d*"


def of_keras1(original: Method) -> Method:
    """A layer remembers the name that Keras 1 would have given it."""
    return _numbering(original, word_of_keras1, _input_of_keras1)


def of_keras2(original: Method) -> Method:
    """A layer remembers the name that Keras 2 would have given it."""
    return _numbering(original, to_snake_case, _input_of_keras2)


def word_of_keras1(kind: str) -> str:
    """What Keras 1 called a layer of a class.

    >>> word_of_keras1("MaxPooling2D"), word_of_keras1("Conv2D")
    ('maxpooling2d', 'convolution2d')
    """
    return _KERAS_1.get(kind, kind.lower())


def is_automatic(name: str) -> bool:
    """Whether a name looks like one that Keras gave by itself."""
    return re.fullmatch(_AUTOMATIC, name) is not None


def told(name: str) -> str:
    """What a source has to do about such a name."""
    return f"{name!r} may be an automatic name, which counted from 1: give it name="


def _numbering(
    original: Method, word: Callable[[str], str], name_input: Callable[[Any, Any], None]
) -> Method:
    @wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        kind, given = type(self).__name__, kwargs.get("name")
        first = _first_of_sequential() if kind == "InputLayer" else None
        if first is not None:
            name_input(self, first)
        elif given is None:
            _count(self, "input" if kind == "InputLayer" else word(kind))

    return __init__


def _count(layer: Any, base: str) -> None:
    # Where Keras keeps its own counts: `clear_session` begins both anew.
    counts = global_state.get_global_attribute("names_then", {}, set_to_default=True)
    counts[base] = counts.get(base, 0) + 1
    object.__setattr__(layer, "_name_then", f"{base}_{counts[base]}")


def _input_of_keras1(layer: Any, first: Any) -> None:
    _count(layer, f"{word_of_keras1(type(first).__name__)}_input")


def _input_of_keras2(layer: Any, first: Any) -> None:
    object.__setattr__(layer, "_name_then", f"{name_then(first)}_input")


def _first_of_sequential() -> Any:
    """The layer whose shape makes a `Sequential` add an input before it."""
    frame = calling(2)
    for _ in range(24):  # constructors, and what stands around them
        if isinstance(frame.f_locals.get("self"), keras.Sequential):
            model, name = frame.f_locals["self"], frame.f_code.co_name
            if name == "add":
                return frame.f_locals.get("layer")
            return next(iter(model._layers), None) if name == "build" else None
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def of_inputs(original: Method) -> Method:
    """In tf.keras 2 only inputs had other names: `input_1`, and `dense_input` of a `Sequential`."""

    numbered = _numbering(original, to_snake_case, _input_of_keras2)

    @wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        is_input = isinstance(self, keras.layers.InputLayer)
        (numbered if is_input else original)(self, *args, **kwargs)

    return __init__


def of_both_ways(original: Method) -> Method:
    """The layers of a `Bidirectional` have the name of then of the layer that it was given."""

    @wraps(original)
    def __init__(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        original(self, layer, *args, **kwargs)
        then = _then(layer)
        for way, one in (("forward", self.forward_layer), ("backward", self.backward_layer)):
            if then and one.name == f"{way}_{layer.name}":
                object.__setattr__(one, "_name_then", f"{way}_{then}")

    return __init__


def _named_tensor(ending: str) -> property:
    """`model.inputs[0].name`, for the script; Keras goes on with its own."""

    def get(self: Any) -> str:
        name: str = vars(self)["name"]
        asking = calling(1).f_globals.get("__name__", "")
        layer = getattr(vars(self).get("_keras_history"), "operation", None)
        is_own = asking.startswith(("keras.", "onefit."))
        if is_own or not isinstance(layer, keras.layers.InputLayer):
            return name
        return name_then(layer) + ending

    def put(self: Any, name: str) -> None:
        vars(self)["name"] = name

    return property(get, put)


tensor_name, tensor_name_in_graph = _named_tensor(""), _named_tensor(":0")
"""That of tf.keras 2, `input_1`, and of TensorFlow 1, `input_1:0`."""


def name_then(layer: Any) -> str:
    """The name that a layer had then; its own, where the script gave one.

    Args:
        layer: The layer.
    """
    return _then(layer) or str(layer.name)


def found_by_both(original: Method) -> Method:
    """`get_layer("dense_1")` is the layer that had this name."""

    def get_layer(self: Any, name: str | None = None, index: int | None = None) -> Any:
        if name is not None and index is None:
            # A name that the script gave goes before the automatic one that another layer had
            # then.
            own = [one for one in self.layers if one.name == name and not _then(one)]
            then = [one for one in self.layers if _then(one) == name]
            if not own and then:
                return then[0]
        return original(self, name=name, index=index)

    return get_layer


def _then(layer: keras.layers.Layer) -> str | None:
    return vars(layer).get("_name_then")


def by_given_name(call: Call) -> None:
    """A source that asks for a layer by its automatic name has to give the layer that name."""
    name = call.literal("name")
    if isinstance(name, str) and is_automatic(name):
        raise ValueError(told(name))


def by_given_name_of_input(call: Call) -> None:
    """Of tf.keras 2 only the names of inputs were others."""
    name = call.literal("name")
    if isinstance(name, str) and re.fullmatch(_OF_INPUT, name):
        raise ValueError(told(name))
