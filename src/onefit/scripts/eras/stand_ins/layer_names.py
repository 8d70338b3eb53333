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

from onefit.scripts.eras.call import Call

Method = Callable[..., Any]

_KERAS_1 = {
    "Conv1D": "convolution1d",
    "Conv2D": "convolution2d",
    "Conv3D": "convolution3d",
    "Conv2DTranspose": "deconvolution2d",
    "SeparableConv2D": "separableconvolution2d",
}
_AUTOMATIC = re.compile(r"[a-z][a-z0-9_]*_[1-9]\d*")


def of_keras1(original: Method) -> Method:
    """A layer remembers the name that Keras 1 would have given it."""
    return _numbering(original, word_of_keras1)


def of_keras2(original: Method) -> Method:
    """A layer remembers the name that Keras 2 would have given it."""
    return _numbering(original, to_snake_case)


def word_of_keras1(kind: str) -> str:
    """What Keras 1 called a layer of a class.

    >>> word_of_keras1("MaxPooling2D"), word_of_keras1("Conv2D")
    ('maxpooling2d', 'convolution2d')
    """
    return _KERAS_1.get(kind, kind.lower())


def is_automatic(name: str) -> bool:
    """Whether a name looks like one that Keras gave by itself."""
    return _AUTOMATIC.fullmatch(name) is not None


def told(name: str) -> str:
    """What a source has to do about such a name."""
    return f"{name!r} may be an automatic name, which counted from 1: give it name="


def _numbering(original: Method, word: Callable[[str], str]) -> Method:
    @wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if kwargs.get("name") is None:
            kind = type(self).__name__
            base = "input" if kind == "InputLayer" else word(kind)
            # Where Keras keeps its own counts: `clear_session` begins both anew.
            counts = global_state.get_global_attribute("names_then", {}, set_to_default=True)
            counts[base] = counts.get(base, 0) + 1
            object.__setattr__(self, "_name_then", f"{base}_{counts[base]}")

    return __init__


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
