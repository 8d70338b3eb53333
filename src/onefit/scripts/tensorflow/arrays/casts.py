"""The same bits as another dtype; `dtypes.py` has the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from jax import lax

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def bitcast(input: TensorLike, type: Any, name: str | None = None) -> Tensor:
    """The same bits as another dtype."""
    return lax.bitcast_convert_type(tensor(input), np.dtype(as_dtype(type)))


operations(globals())
