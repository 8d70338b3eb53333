"""What TensorFlow's functions take, by name.

The names are those of TensorFlow's own documentation. A type checker cannot say what becomes a
tensor, because nearly everything does; a reader still sees what a function wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from onefit.scripts.tensorflow.dtype import DType

TensorLike: TypeAlias = Any
"""A tensor, a variable, an array, a number, a string, or nested lists of these."""

DTypeLike: TypeAlias = DType | np.dtype[Any] | type | str | None
"""A dtype, one of NumPy's, a type of numbers, or its name; `None` where the values have one."""

ShapeLike: TypeAlias = Any
"""Lengths of axes: a shape, a tensor or list of whole numbers, or one."""

Axis: TypeAlias = int | Sequence[int] | np.ndarray | None
"""An axis, several, or `None` for all."""

Seed: TypeAlias = int | Sequence[int] | np.ndarray | None
"""The seed of an operation; two whole numbers for a stateless one."""
