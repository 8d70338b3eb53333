"""Tables that change: `tf.lookup.experimental`."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.lookup.table import Table


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

    def insert(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        given, held = array(keys), array(values)
        self._check(given)
        names = given.reshape(-1).tolist()
        held = held.reshape(len(names), *self._default.shape)
        self._found.update(zip(names, held.tolist()))

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out; those that are not there are ignored."""
        given = array(keys)
        self._check(given)
        for key in given.reshape(-1).tolist():
            self._found.pop(key, None)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """Take keys out."""
        self.remove(keys)


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

    def insert_or_assign(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        self.insert(keys, values)

    def _check(self, keys: np.ndarray) -> None:
        """Refuse the keys that stand for free places."""
        for word, key in self._refused.items():
            if key in keys.reshape(-1).tolist():
                raise InvalidArgumentError(f"Using the {word} as a table key is not allowed")
