"""`CuDNNLSTM` and `CuDNNGRU`: layers with the formulas of cuDNN, and their weights in files.

Source: `keras/layers/cudnn_recurrent.py` and `_convert_rnn_weights` in `keras/engine/saving.py` of
Keras 2.2.4, which read such weights into `LSTM` and `GRU` of the same formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np


class CuDNNLSTM(keras.layers.LSTM):
    """`LSTM` with the sigmoid for its gates, as cuDNN computes it.

    Keras 2's own `LSTM` had `hard_sigmoid` there.

    Args:
        units: Number of outputs.
        **settings: As of `LSTM`.

    >>> CuDNNLSTM(3).get_config()["recurrent_activation"]
    'sigmoid'
    """

    def __init__(self, units: int, **settings: Any) -> None:
        """Settle what cuDNN settles."""
        super().__init__(units, **{**settings, "recurrent_activation": "sigmoid"})


class CuDNNGRU(keras.layers.GRU):
    """`GRU` with the sigmoid for its gates and the reset behind the product, as cuDNN computes it.

    Args:
        units: Number of outputs.
        **settings: As of `GRU`.

    >>> CuDNNGRU(3).get_config()["reset_after"]
    True
    """

    def __init__(self, units: int, **settings: Any) -> None:
        """Settle what cuDNN settles."""
        settled = {"recurrent_activation": "sigmoid", "reset_after": True}
        super().__init__(units, **{**settings, **settled})


def as_today(original: Callable[..., Any]) -> Callable[..., Any]:
    """Weights of cuDNN's layers have the axes of today when a layer takes them."""

    def _set_weights(layer: Any, symbolic: Any, values: Any, *args: Any, **kwargs: Any) -> Any:
        if len(symbolic) == len(values):
            found = list(values)
            # The arrays of a wrapper or a model stand in one list, so the three may begin anywhere
            # in it.
            for place in range(len(found) - 2):
                part = slice(place, place + 3)
                found[part] = _converted(found[part], tuple(symbolic[place + 2].shape))
            # As it was, a list still knows whether Keras 1 wrote it (`old_kernels.noted`).
            values = found if any(a is not b for a, b in zip(found, values)) else values
        return original(layer, symbolic, values, *args, **kwargs)

    return _set_weights


def _converted(weights: Sequence[Any], bias_shape: tuple[int, ...]) -> list[Any]:
    """A kernel, a recurrent kernel and a bias, with the axes of today if they are cuDNN's."""
    kernel, recurrent, bias = weights
    is_recurrent = kernel.ndim == recurrent.ndim == 2 and bias.ndim == 1
    # cuDNN adds a bias of its own to each of the two products, one after the other in the file.
    is_as_today = not bias_shape or bias.shape == bias_shape
    if not is_recurrent or is_as_today or bias.size != 2 * bias_shape[-1]:
        return [kernel, recurrent, bias]
    gates = bias_shape[-1] // recurrent.shape[0]
    # `transpose_input` of then: a kernel has the layout of Fortran in cuDNN, in its shape of today.
    return [
        np.hstack([one.T.reshape(one.shape, order="F") for one in np.hsplit(kernel, gates)]),
        np.hstack([one.T for one in np.hsplit(recurrent, gates)]),
        bias.reshape(2, -1) if len(bias_shape) == 2 else bias.reshape(2, -1).sum(axis=0),
    ]
