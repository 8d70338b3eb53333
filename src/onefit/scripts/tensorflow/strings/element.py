"""A function of each text of a tensor, of rows of different lengths, or of a sparse tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

SPACES = b" \t\n\r\v\f"
"""What C counts as white space, whatever the locale."""


def texts(value: Any) -> np.ndarray:
    """Text as NumPy's array of bytes.

    Raises:
        TypeError: If it is no text.
    """
    values = array(value)
    if not isinstance(values, np.ndarray) or (values.dtype.kind != "O" and values.size):
        kind = getattr(values, "dtype", type(value).__name__)
        raise TypeError(f"Expected text. Received: {kind}.")
    return values


def each(function: Callable[[bytes], Any], value: Any, dtype: DTypeLike = object) -> Any:
    """A function of each text, in the shape of the texts.

    >>> each(len, ["a", "bcd"], np.int32).numpy().tolist()
    [1, 3]
    """
    if isinstance(value, RaggedTensor):
        return value.with_flat(_each(function, value.flat(), dtype))
    if isinstance(value, SparseTensor):
        return value.with_values(_each(function, value.held, dtype))
    return tensor(_each(function, texts(value), dtype))


def _each(function: Callable[[bytes], Any], values: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    made = np.empty(values.shape, dtype)
    flat = made.reshape(-1)
    for place, text in enumerate(values.reshape(-1).tolist()):
        flat[place] = function(text)
    return made if made.shape else flat.reshape(())


def several(function: Callable[[bytes], list[Any]], value: Any, dtype: DTypeLike = object) -> Any:
    """A function that makes several of a text: one more axis, of rows of different lengths.

    Of one text it is a tensor of one axis.
    """
    if isinstance(value, RaggedTensor):
        return value.with_flat_values_of(_rows(function, value.flat(), dtype))
    values = texts(value)
    if length := unknown_length():
        # Where only shapes are asked for, the text says nothing about how many parts there are.
        nothing: list[Any] = [b"" if np.dtype(dtype).kind == "O" else 0] * length
        function = lambda text: nothing  # noqa: E731
    if not values.ndim:
        return tensor(_joined([function(bytes(values[()]))], dtype))
    rows = _rows(function, values.reshape(-1), dtype)
    for length in reversed(values.shape[1:]):
        rows = RaggedTensor(rows, np.arange(0, len(rows) + 1, length))
    return rows


def _rows(
    function: Callable[[bytes], list[Any]], values: np.ndarray, dtype: DTypeLike
) -> RaggedTensor:
    found = [function(text) for text in values.tolist()]
    return RaggedTensor(_joined(found, dtype), np.cumsum([0, *map(len, found)]))


def _joined(found: list[list[Any]], dtype: DTypeLike) -> np.ndarray:
    flat = [one for row in found for one in row]
    made = np.empty(len(flat), dtype)
    made[:] = flat
    return made
