"""A part of a variable, `v[1:3]`, to which a script may assign."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor
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
        """Set this part; gives the variable.

        Raises:
            InvalidArgumentError: For a shape that is not the part's, and does not become it.
        """
        variable = self._variable
        with jax.enable_x64(True):
            array, whole = tensor(value, variable.dtype), variable.value
            wanted = jax.eval_shape(lambda one: one[self._index], whole).shape
            if not fits(array.shape, wanted):
                raise InvalidArgumentError(
                    f"Cannot broadcast input shape {list(array.shape)} into final shape "
                    f"{list(wanted)} [Op:ResourceStridedSliceAssign]"
                )
            return variable.assign(Tensor(whole.at[self._index].set(array)))


def fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of one shape can be set where another one is.

    >>> fits((1, 2), (3, 2)), fits((3,), ())
    (True, False)
    """
    try:
        return jnp.broadcast_shapes(shape, wanted) == wanted
    except ValueError:
        return False
