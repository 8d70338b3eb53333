"""A part of a variable, `v[1:3]`, to which a script may assign."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.tensor import Tensor


class Part:
    """A part of a variable, or of a weight of Keras's.

    Args:
        variable: The variable.
        index: Which part, as JAX writes it.
    """

    def __init__(self, variable: Any, index: Any) -> None:
        """Keep both."""
        self._variable, self._index = variable, index

    def assign(self, value: TensorLike, use_locking: bool = False, name: Any = None) -> Any:
        """Set this part; gives the variable."""
        variable = self._variable
        given = value if hasattr(value, "dtype") else np.asarray(value, variable.dtype)
        with jax.enable_x64(True):
            array = given._array() if isinstance(given, Operators) else given
            variable.assign(Tensor(variable.value.at[self._index].set(array)))
        return variable

    def assign_add(self, value: TensorLike, use_locking: bool = False, name: Any = None) -> Any:
        """Add to this part; gives the variable."""
        return self.assign(self._variable[self._index] + value)

    def assign_sub(self, value: TensorLike, use_locking: bool = False, name: Any = None) -> Any:
        """Subtract from this part; gives the variable."""
        return self.assign(self._variable[self._index] - value)
