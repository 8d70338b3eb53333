"""Tables that change: `tf.lookup.experimental`."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.lookup.table import Table
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor


class MutableHashTable(Table):
    """A table that changes.

    Args:
        key_dtype: The dtype of the keys.
        value_dtype: The dtype of the values.
        default_value: What stands for a key that is not there.
        name: Taken, and of no effect.
        checkpoint: Taken, and of no effect.
        experimental_is_anonymous: Taken, and of no effect.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        """It is empty."""
        super().__init__(key_dtype, value_dtype, default_value)

    def lookup(  # type: ignore[override]  # the second argument is another one in TensorFlow, too
        self, keys: Any, dynamic_default_values: TensorLike = None, name: str | None = None
    ) -> Any:
        """The value of each key, in the shape of the keys.

        Args:
            keys: The keys.
            dynamic_default_values: What stands for keys that are not there, one value or one for
                each. Defaults to that of the table.
            name: Taken, and of no effect.
        """
        found = super().lookup(keys)
        if dynamic_default_values is None:
            return found
        if isinstance(keys, RaggedTensor | SparseTensor):
            function = "tensorflow.lookup.experimental.MutableHashTable.lookup"
            refuse_argument(function, "dynamic_default_values")
        others, values = array(dynamic_default_values), array(found)
        own = self._default.shape
        demand(others.dtype == values.dtype, "Signature mismatch of the default values' dtype.")
        told = f"Expected shape {list(own)} or {list(values.shape)} for default value, got "
        demand(others.shape in (own, values.shape), told + str(list(others.shape)))
        is_known = np.array([key in self._found for key in array(keys).reshape(-1).tolist()], bool)
        places = is_known.reshape(array(keys).shape + (1,) * len(own))
        return tensor(np.where(places, values, others).astype(values.dtype))

    def insert(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        given, held = self._given(keys), array(values)
        self._check(given)
        self._check_dtype(given)
        names, wanted = given.reshape(-1).tolist(), given.shape + self._default.shape
        demand(
            held.shape == wanted, f"Expected shape {list(wanted)} for value, got {list(held.shape)}"
        )
        held = held.reshape(len(names), *self._default.shape)
        self._found.update(zip(names, held.tolist()))

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out; those that are not there are ignored."""
        given = self._given(keys)
        self._check(given)
        self._check_dtype(given)
        for key in given.reshape(-1).tolist():
            self._found.pop(key, None)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """Take keys out."""
        self.remove(keys)

    def _check_dtype(self, keys: np.ndarray) -> None:
        if (kind := as_dtype(keys.dtype)) != self._key_dtype:
            raise ValueError(
                f"keys: Tensor conversion requested dtype {self._key_dtype.name} for Tensor with "
                f"dtype {kind.name}: use tf.cast."
            )


class DenseHashTable(MutableHashTable):
    """A table that changes, with two keys that stand for free places.

    Args:
        key_dtype: The dtype of the keys.
        value_dtype: The dtype of the values.
        default_value: What stands for a key that is not there.
        empty_key: A key that cannot be used.
        deleted_key: Another one.
        initial_num_buckets: Taken, and of no effect.
        name: Taken, and of no effect.
        checkpoint: Taken, and of no effect.
        experimental_is_anonymous: Taken, and of no effect.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        """It is empty."""
        super().__init__(key_dtype, value_dtype, default_value)
        self._refused = {"empty_key": array(empty_key)[()], "deleted_key": array(deleted_key)[()]}

    # In TensorFlow, too, only the other table takes defaults at each call.
    lookup = Table.lookup  # type: ignore[assignment]

    def insert_or_assign(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        self.insert(keys, values)

    def _check(self, keys: np.ndarray) -> None:
        """Refuse the keys that stand for free places."""
        for word, key in self._refused.items():
            if key in keys.reshape(-1).tolist():
                raise InvalidArgumentError(f"Using the {word} as a table key is not allowed")
