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
from onefit.scripts.tensorflow.lookup import mutable_tables as mutable_tables
from onefit.scripts.tensorflow.lookup.table import Table
from onefit.scripts.tensorflow.missing import names_of, namespace
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

    def initialize(self, table: Table) -> None:
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


class StaticHashTable(Table):
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


class StaticVocabularyTable(Table):
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
        if initializer.value_dtype != "int64":
            raise TypeError(
                "Invalid `value_dtype`, expected <dtype: 'int64'> but got "
                f"{initializer.value_dtype!r}."
            )
        super().__init__(lookup_key_dtype or initializer.key_dtype, "int64", 0)
        self._bins = int(num_oov_buckets)
        initializer.initialize(self)

    def size(self, name: str | None = None) -> Tensor:
        """How many words and bins there are."""
        return tensor(np.asarray(len(self._found) + self._bins, np.int64))

    def _values_of(self, keys: np.ndarray) -> np.ndarray:
        self._check_dtype(keys)
        first = len(self._found)

        def number(key: Any) -> int:
            if key in self._found:
                return self._found[key]
            # TensorFlow hashes an integer as it is written, too.
            text = key if isinstance(key, bytes) else str(key).encode()
            return first + fingerprint64(text) % self._bins

        found = [number(key) for key in keys.reshape(-1).tolist()]
        return np.array(found, np.int64).reshape(keys.shape)


experimental = namespace(
    "tensorflow.lookup.experimental",
    MutableHashTable=mutable_tables.MutableHashTable,
    DenseHashTable=mutable_tables.DenseHashTable,
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.lookup")
