"""`optimizer.iterations`, which TensorFlow counts in 64 bits, and JAX in 32."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from keras.src.backend.common.variables import Variable as KerasVariable
from keras.src.optimizers.base_optimizer import BaseOptimizer

from onefit.scripts.callers import is_the_script
from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.tensor import Tensor

NAMES = """
add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow eq ne lt le gt ge
neg abs
"""


def give_iterations(patches: Patches) -> None:
    """Let the script see a count of 64 bits.

    Args:
        patches: Where what is replaced is noted.
    """
    plain = BaseOptimizer.iterations

    def iterations(self: Any) -> Any:
        found = plain.fget(self)
        if not here.inside and is_the_script():
            _widen(found)
        return found

    patches.put(BaseOptimizer, "iterations", property(iterations, doc=plain.__doc__))


def _widen(variable: Any) -> None:
    """Let a variable of Keras's be one of 64 bits for the script, and what it is for Keras."""
    kind = type(variable)
    if isinstance(variable, KerasVariable) and not issubclass(kind, _Wide):
        # The optimizer and its programs know this object: it stays, and answers otherwise.
        variable.__class__ = _kinds.setdefault(kind, type(kind.__name__, (_Wide, kind), {}))


class _Wide:
    """A count of 64 bits where a script looks at it."""

    @property
    def dtype(self) -> Any:
        """As TensorFlow has it, for the script."""
        held = super().dtype  # type: ignore[misc]
        return "int64" if not here.inside and is_the_script() else held

    def numpy(self) -> Any:
        """The count."""
        return np.asarray(self._value).astype("int64")[()]  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        """As Keras shows it, with the dtype that TensorFlow has."""
        return super().__repr__().replace("dtype=int32", "dtype=int64")

    def __hash__(self) -> int:
        """That of an object."""
        return id(self)


def _operator(name: str) -> Any:
    def operator(self: Any, *others: Any) -> Any:
        if here.inside or not is_the_script():
            return getattr(super(_Wide, self), name)(*others)
        with jax.enable_x64(True):
            wide = Tensor(jax.lax.convert_element_type(self.value, np.dtype("int64")))
        return getattr(Operators, name)(wide, *others)

    return operator


for _name in NAMES.split():
    setattr(_Wide, f"__{_name}__", _operator(f"__{_name}__"))
_kinds: dict[type, type] = {}
