"""Sizes of layers that are numbers of NumPy's: `Dense(np.max(y) + 1)`, `LSTM(np.int64(8))`.

Keras 3 asks some of its layers for an `int`, which NumPy's whole numbers are not; with tf.keras 2
they were sizes like others. `Dense` and convolutions cut off a fraction too: `Conv2D(n / 2, 3)`.

Source: `keras/src/layers` of 2.15.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras.src.layers.convolutional.base_conv import BaseConv

from onefit.scripts.patches import Patches

SIZES: dict[type, tuple[str, ...]] = {
    **dict.fromkeys((keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN), ("units",)),
    **dict.fromkeys((keras.layers.LSTMCell, keras.layers.GRUCell), ("units",)),
    keras.layers.SimpleRNNCell: ("units",),
    keras.layers.Dense: ("units",),
    keras.layers.Embedding: ("input_dim", "output_dim"),
    keras.layers.MultiHeadAttention: ("num_heads", "key_dim", "value_dim"),
    keras.layers.UpSampling1D: ("size",),
    BaseConv: ("filters",),
}
_CUT_OFF = (keras.layers.Dense, BaseConv)


def give_layer_sizes(patches: Patches) -> None:
    """Let layers take whole numbers of NumPy's.

    Args:
        patches: Where what is replaced is noted.
    """
    for layer, names in SIZES.items():
        patches.put(layer, "__init__", _of_python(layer.__init__, names, layer in _CUT_OFF))  # type: ignore[misc]


def _of_python(
    plain: Callable[..., None], names: tuple[str, ...], is_cut_off: bool
) -> Callable[..., None]:
    signature = inspect.signature(plain)
    places = {list(signature.parameters).index(name): name for name in names}

    @functools.wraps(plain)
    def __init__(*args: Any, **kwargs: Any) -> None:
        args = tuple(
            whole(one, is_cut_off) if place in places else one for place, one in enumerate(args)
        )
        given = {name: whole(kwargs[name], is_cut_off) for name in names if name in kwargs}
        plain(*args, **{**kwargs, **given})

    # Keras reads the arguments of constructors in a way that does not look through wrappers.
    __init__.__signature__ = signature  # type: ignore[attr-defined]
    return __init__


def whole(size: Any, is_cut_off: bool = False) -> Any:
    """Python's number for a whole one of NumPy's; anything else as it is.

    Args:
        size: What the script gave.
        is_cut_off: Whether a fraction is cut off. Defaults to no.

    >>> whole(np.int64(3)), whole(np.array(3)), whole(2.5, is_cut_off=True), whole(2.5)
    (3, 3, 2, 2.5)
    """
    is_single = isinstance(size, np.integer | np.ndarray) and np.ndim(size) == 0
    if is_single and size.dtype.kind in "iu":
        return int(size)
    return int(size) if is_cut_off and isinstance(size, float) else size
