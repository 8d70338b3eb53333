"""`tf.lookup`: tables from words or integers to words or numbers.

>>> words = KeyValueTensorInitializer(["a", "b"], [10, 20])
>>> StaticHashTable(words, default_value=-1).lookup(["b", "z"]).numpy().tolist()
[20, -1]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import FailedPreconditionError, InvalidArgumentError
from onefit.scripts.tensorflow.missing import names_of, namespace
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor
from onefit.scripts.tensorflow.strings.fingerprints import fingerprint64

Tensor = Any


class TextFileIndex:
    """What of a line of a file is a key or a value, beside the number of a column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class KeyValueTensorInitializer:
    """The keys and values of a table.

    Args:
        keys: Words or integers, on one axis.
        values: As many words or numbers.
        key_dtype: Their dtype. Defaults to that of the keys.
        value_dtype: Their dtype. Defaults to that of the values.
        name: Taken, and of no effect.
    """

    def __init__(
        self,
        keys: Any,
        values: TensorLike,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        """Keep them."""
        self._keys, self._values = array(keys, key_dtype), array(values, value_dtype)
        self._key_dtype, self._value_dtype = (
            as_dtype(self._keys.dtype),
            as_dtype(self._values.dtype),
        )

    @property
    def key_dtype(self) -> Any:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> Any:
        """The dtype of the values."""
        return self._value_dtype

    def initialize(self, table: _Table) -> None:
        """Fill a table."""
        table.fill(self._keys, self._values)


class TextFileInitializer(KeyValueTensorInitializer):
    """The keys and values of a table, from the lines of a file.

    Args:
        filename: The file.
        key_dtype: The dtype of the keys.
        key_index: The column of the keys, or one of `TextFileIndex`.
        value_dtype: The dtype of the values.
        value_index: The column of the values, or one of `TextFileIndex`.
        vocab_size: How many lines to read. Defaults to all.
        delimiter: What stands between columns. Defaults to a tab.
        name: Taken, and of no effect.
        value_index_offset: What is added to the number of a line. Defaults to `0`.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        """Read the file."""
        from onefit.scripts.tensorflow.io.files import contents

        lines = contents(filename).splitlines()[:vocab_size]

        def column(index: int, dtype: Any) -> np.ndarray:
            if index == TextFileIndex.LINE_NUMBER:
                return np.arange(len(lines), dtype=np.int64) + value_index_offset
            words = lines
            if index != TextFileIndex.WHOLE_LINE:
                words = [line.split(delimiter.encode())[index] for line in lines]
            made = array(words) if words else np.zeros(0, object)
            kind = as_dtype(dtype)
            return made if kind == "string" else made.astype(kind.as_numpy_dtype)

        keys, values = column(key_index, key_dtype), column(value_index, value_dtype)
        super().__init__(keys, values, key_dtype, value_dtype)


class _Table:
    """What all tables have: a dict, and what stands for a key that is not there."""

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any) -> None:
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
        return tensor(self._values_of(array(keys)))

    def __getitem__(self, keys: Any) -> Any:
        """The value of each key."""
        return self.lookup(keys)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys, and their values."""
        return tensor(self._as_keys(list(self._found))), tensor(
            self._as_values(list(self._found.values()))
        )

    def _values_of(self, keys: np.ndarray) -> np.ndarray:
        if as_dtype(keys.dtype) != self._key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self._key_dtype!r}, got "
                f"{as_dtype(keys.dtype)!r}."
            )
        missing = self._default.tolist()
        found = [self._found.get(key, missing) for key in keys.reshape(-1).tolist()]
        return self._as_values(found).reshape(keys.shape + self._default.shape)

    def _as_keys(self, keys: list[Any]) -> np.ndarray:
        return _typed(keys, self._key_dtype)

    def _as_values(self, values: Any) -> np.ndarray:
        return _typed(values, self._value_dtype)


class StaticHashTable(_Table):
    """A table that does not change.

    Args:
        initializer: Its keys and values.
        default_value: What stands for a key that is not there.
        name: Taken, and of no effect.
        experimental_is_anonymous: Taken, and of no effect.
    """

    def __init__(
        self,
        initializer: Any,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        """Fill it."""
        super().__init__(initializer.key_dtype, initializer.value_dtype, default_value)
        initializer.initialize(self)


class StaticVocabularyTable(_Table):
    """A table from words to their numbers; words that it lacks fall into bins behind these.

    Args:
        initializer: Words and numbers.
        num_oov_buckets: How many bins there are.
        lookup_key_dtype: The dtype of the keys that are asked for. Defaults to that of the words.
        name: Taken, and of no effect.
        experimental_is_anonymous: Taken, and of no effect.

    >>> words = KeyValueTensorInitializer(["a"], np.array([0]))
    >>> StaticVocabularyTable(words, 2).lookup(["a", "b", "c"]).numpy().tolist()
    [0, 1, 1]
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        """Fill it."""
        if num_oov_buckets <= 0:
            raise ValueError(
                f"`num_oov_buckets` must be > 0; use StaticHashTable. Received: {num_oov_buckets}."
            )
        super().__init__(initializer.key_dtype, "int64", 0)
        self._bins = int(num_oov_buckets)
        initializer.initialize(self)

    def size(self, name: str | None = None) -> Tensor:
        """How many words and bins there are."""
        return tensor(np.asarray(len(self._found) + self._bins, np.int64))

    def _values_of(self, keys: np.ndarray) -> np.ndarray:
        first = len(self._found)

        def number(key: Any) -> int:
            if key in self._found:
                return self._found[key]
            text = key if isinstance(key, bytes) else str(key).encode()
            return first + fingerprint64(text) % self._bins

        found = [number(key) for key in keys.reshape(-1).tolist()]
        return np.array(found, np.int64).reshape(keys.shape)


class MutableHashTable(_Table):
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
        names, held = array(keys).reshape(-1).tolist(), array(values)
        held = held.reshape(len(names), *self._default.shape)
        self._found.update(zip(names, held.tolist()))

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out; those that are not there are ignored."""
        for key in array(keys).reshape(-1).tolist():
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

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys."""
        self._check(keys)
        return super().lookup(keys)

    def insert(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        self._check(keys)
        super().insert(keys, values)

    def insert_or_assign(self, keys: Any, values: TensorLike, name: str | None = None) -> None:
        """Set the values of keys, which may be there already."""
        self.insert(keys, values)

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out; those that are not there are ignored."""
        self._check(keys)
        super().remove(keys)

    def _check(self, keys: Any) -> None:
        for word, key in self._refused.items():
            if key in array(keys).reshape(-1).tolist():
                raise InvalidArgumentError(f"Using the {word} as a table key is not allowed")


def _typed(values: Any, dtype: Any) -> np.ndarray:
    if dtype == "string":
        made = array(values) if np.size(values) else np.zeros(0, object)
        if made.dtype.kind != "O":
            raise InvalidArgumentError(f"Expected text. Received: {values!r}.")
        return made
    return np.asarray(array(values)).astype(dtype.as_numpy_dtype)


experimental = namespace(
    "tensorflow.lookup.experimental",
    MutableHashTable=MutableHashTable,
    DenseHashTable=DenseHashTable,
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.lookup")
