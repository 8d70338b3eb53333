"""Rows of different lengths, as far as those need to know them who load no ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Rows:
    """Rows that are no array, inside of an element: those of `RaggedTensor` and `SparseTensor`."""

    is_ragged = True
    """Whether the rows are of different lengths; others are sparse."""

    def spec(self) -> Any:
        """The shape and dtype."""
        raise NotImplementedError

    def numpy(self) -> Any:
        """NumPy's array of the rows."""
        raise NotImplementedError

    def of_values(self, function: Callable[[np.ndarray], Any]) -> Any:
        """The same rows with a function of all values."""
        raise NotImplementedError

    def row_at(self, number: int) -> Any:
        """One row: NumPy's array, or rows itself."""
        raise NotImplementedError

    def rows_at(self, numbers: Any) -> Any:
        """Some rows."""
        raise NotImplementedError
