"""What all tables of `tf.lookup` have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import FailedPreconditionError, InvalidArgumentError
from onefit.scripts.tensorflow.given import is_of_python
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

Tensor = Any


class Table:
    """What all tables have: a dict, and what stands for a key that is not there."""

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any) -> None:
        """It is empty."""
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        self._default = self._as_values(default_value)
        self._found: dict[Any, Any] = {}

    @property
    def key_dtype(self) -> Any:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> Any:
        """The dtype of the values."""
        return self._value_dtype

    def fill(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Set keys and values; a key that comes twice has to have one value."""
        if np.shape(keys) != np.shape(values):
            raise InvalidArgumentError(
                f"Expected shape {list(np.shape(keys))} for value, got {list(np.shape(values))}"
            )
        for key, value in zip(np.ravel(keys).tolist(), np.ravel(values).tolist()):
            if self._found.setdefault(key, value) != value:
                raise FailedPreconditionError(
                    f"HashTable has different value for same key. Key {key!r} has "
                    f"{self._found[key]!r} and trying to add value {value!r}"
                )

    def size(self, name: str | None = None) -> Tensor:
        """How many keys there are."""
        return tensor(np.asarray(len(self._found), np.int64))

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The value of each key, in the shape of the keys."""
        if isinstance(keys, RaggedTensor):
            return keys.with_flat(self._values_of(keys.flat()))
        if isinstance(keys, SparseTensor):
            return keys.with_values(self._values_of(keys.held))
        return tensor(self._values_of(self._given(keys)))

    def __getitem__(self, keys: Any) -> Any:
        """The value of each key."""
        return self.lookup(keys)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys, and their values."""
        return tensor(self._as_keys(list(self._found))), tensor(
            self._as_values(list(self._found.values()))
        )

    def _given(self, keys: Any) -> np.ndarray:
        """Keys as an array: numbers of Python's have the dtype of the table's."""
        is_plain = is_of_python(keys) or isinstance(keys, str | bytes)
        return _of_kind(keys, self._key_dtype) if is_plain else array(keys)

    def _check(self, keys: np.ndarray) -> None:
        """Refuse keys that must not be used; most tables take any."""

    def _values_of(self, keys: np.ndarray) -> np.ndarray:
        self._check(keys)
        self._check_dtype(keys)
        missing = self._default.tolist()
        found = [self._found.get(key, missing) for key in keys.reshape(-1).tolist()]
        return self._as_values(found).reshape(keys.shape + self._default.shape)

    def _check_dtype(self, keys: np.ndarray) -> None:
        if as_dtype(keys.dtype) != self._key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self._key_dtype!r}, got "
                f"{as_dtype(keys.dtype)!r}."
            )

    def _as_keys(self, keys: list[Any]) -> np.ndarray:
        return typed(keys, self._key_dtype)

    def _as_values(self, values: Any) -> np.ndarray:
        return typed(values, self._value_dtype)


def _of_kind(values: Any, dtype: Any) -> np.ndarray:
    """Words, or numbers of Python's, in the dtype of a table."""
    made = array(values)
    is_text = made.dtype.kind == "O"
    if is_text != (dtype == "string") or (made.dtype.kind == "f" and not dtype.is_floating):
        raise TypeError(f"Cannot convert {values!r} to EagerTensor of dtype {dtype.name}")
    return made if is_text else made.astype(dtype.as_numpy_dtype)


def typed(values: Any, dtype: Any) -> np.ndarray:
    """Words or numbers as an array of a dtype."""
    if dtype == "string":
        made = array(values) if np.size(values) else np.zeros(0, object)
        if made.dtype.kind != "O":
            raise TypeError(f"Cannot convert {values!r} to EagerTensor of dtype string")
        return made
    if isinstance(values, str | bytes) or (is_of_python(values) and np.size(values)):
        return _of_kind(values, dtype)
    return np.asarray(array(values)).astype(dtype.as_numpy_dtype)
