"""`tf.train.Example`s as tensors: `tf.io.parse_single_example`, `tf.io.parse_example`."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, owned, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.io.example import messages
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

LISTS = {"int64": "int64_list", "float32": "float_list", "string": "bytes_list"}


class FixedLenFeature(NamedTuple):
    """A feature of as many values in each example.

    Args:
        shape: Its shape.
        dtype: int64, float32 or text.
        default_value: What stands for it where it is missing. Defaults to `None`: that is an error.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature of any number of values, which gives a sparse tensor."""

    dtype: Any


class FixedLenSequenceFeature(NamedTuple):
    """A feature of any number of values of a shape, filled up to the longest.

    Args:
        shape: The shape of one.
        dtype: int64, float32 or text.
        allow_missing: Whether it may be missing: it is empty then. Defaults to `False`.
        default_value: What short ones are filled up with. Defaults to 0 and `""`.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class RaggedFeature(NamedTuple):
    """A feature of any number of values, which gives a ragged tensor; of one example, a tensor.

    Args:
        dtype: int64, float32 or text.
        value_key: Its name in the example. Defaults to the one it is asked for by.
        partitions: Only none is there. Defaults to none.
    """

    dtype: Any
    value_key: str | None = None
    partitions: Any = ()


KINDS = (FixedLenFeature, VarLenFeature, FixedLenSequenceFeature, RaggedFeature)


def parse_single_example(
    serialized: TensorLike,
    features: dict[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of one example.

    Args:
        serialized: The bytes of a `tf.train.Example`.
        features: What to read, by its name.
        example_names: Taken, and of no effect.
        name: Taken, and of no effect.

    Raises:
        InvalidArgumentError: If a feature is missing or has another dtype or length.
    """
    data = array(serialized)
    if data.shape:
        raise ValueError(f"Expected one example. Received text of shape {data.shape}.")
    read = _read([data[()]], features)
    return {key: _alone(features[key], read[key]) for key in _ordered(features)}


def parse_example(
    serialized: TensorLike,
    features: dict[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of several examples, on a first axis; see `parse_single_example`."""
    data = array(serialized)
    if not data.shape:
        return parse_single_example(serialized, features)
    read = _read(data.reshape(-1).tolist(), features)
    return {key: _together(features[key], read[key]) for key in _ordered(features)}


def parse_single_sequence_example(
    serialized: TensorLike,
    context_features: dict[str, Any] | None = None,
    sequence_features: dict[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of a `tf.train.SequenceExample`: of the whole, and of its steps."""
    example = _message("SequenceExample", array(serialized)[()])
    context_features, sequence_features = context_features or {}, sequence_features or {}
    context = {
        key: _alone(kind, [_values(example.context.feature, key, kind)])
        for key, kind in context_features.items()
    }
    steps = {}
    for key, kind in sequence_features.items():
        lists = example.feature_lists.feature_list
        if key not in lists and not getattr(kind, "allow_missing", True):
            raise InvalidArgumentError(f"Name: <unknown>, Feature list '{key}' is required.")
        one = VarLenFeature(kind.dtype)
        found = [
            _values({key: step}, key, one) for step in (lists[key].feature if key in lists else ())
        ]
        if isinstance(kind, VarLenFeature):
            steps[key] = _sparse(found, _dtype(kind))
        elif isinstance(kind, FixedLenSequenceFeature):
            shaped = [values.reshape(_shape(kind)) for values in found]
            empty = np.zeros((0, *_shape(kind)), _dtype(kind))
            steps[key] = tensor(np.stack(shaped) if shaped else empty)
        else:
            refuse(f"{type(kind).__name__} in a sequence of tensorflow.io", "io")
    return context, steps


def _ordered(features: dict[str, Any]) -> list[str]:
    """Sparse features first, then those of a tensor, then ragged ones, each by their names."""

    # As the outputs of the kernel come, whose order TensorFlow's dict has.
    def kind(key: str) -> int:
        one = features[key]
        return 0 if isinstance(one, VarLenFeature) else 2 if isinstance(one, RaggedFeature) else 1

    return sorted(features, key=lambda key: (kind(key), key))


def _read(examples: list[bytes], features: dict[str, Any]) -> dict[str, list[np.ndarray]]:
    found: dict[str, list[np.ndarray]] = {key: [] for key in features}
    if length := unknown_length():
        return {key: [_unknown(kind, length)] * len(examples) for key, kind in features.items()}
    for data in examples:
        held = _message("Example", data).features.feature
        for key, kind in features.items():
            found[key].append(_values(held, key, kind))
    return found


def _unknown(kind: Any, length: int) -> np.ndarray:
    """Values that mean nothing, in the shape of a feature."""
    fixed = _shape(kind) if isinstance(kind, FixedLenFeature | FixedLenSequenceFeature) else ()
    shape = fixed if isinstance(kind, FixedLenFeature) else (length, *fixed)
    dtype = _dtype(kind)
    return np.full(shape, b"" if dtype.kind == "O" else 0, dtype)


def _message(name: str, data: TensorLike) -> Any:
    try:
        return messages()[name].FromString(bytes(data))
    except Exception as error:
        # Known by its name, because protobuf is imported only where a message is needed.
        if "DecodeError" not in {one.__name__ for one in type(error).__mro__}:
            raise
        raise InvalidArgumentError(f"Could not parse example input, value: {data!r}") from None


def _values(held: Any, key: str, kind: Any) -> np.ndarray:
    """The values of a feature of one example, in the shape it has."""
    name = getattr(kind, "value_key", None) or key
    if not isinstance(kind, KINDS):
        refuse(f"{type(kind).__name__} of tensorflow.io", "io")
    if getattr(kind, "partitions", ()):
        refuse("partitions= of tensorflow.io.RaggedFeature", "partitions")
    dtype, wanted = _kept_as(kind.dtype)
    feature = held.get(name)
    there = None if feature is None else feature.WhichOneof("kind")
    if there is None:
        return _missing(key, kind, dtype)
    if there != wanted:
        raise InvalidArgumentError(
            f"Key: {key}.  Data types don't match. Expected type: {as_dtype(kind.dtype).name}"
        )
    values = getattr(feature, wanted).value
    # Straight from the message's field, without a list of Python's numbers in between.
    made = np.fromiter(values, dtype, len(values))
    if isinstance(kind, FixedLenFeature):
        shape = _shape(kind)
        if made.size != math.prod(shape):
            raise InvalidArgumentError(
                f"Key: {key}.  Number of {as_dtype(kind.dtype).name} values != expected.  "
                f"Values size: {made.size} but output shape: {list(shape)}"
            )
        return made.reshape(shape)
    if isinstance(kind, FixedLenSequenceFeature):
        return made.reshape(-1, *_shape(kind))
    return made


def _missing(key: str, kind: Any, dtype: np.dtype) -> np.ndarray:
    if isinstance(kind, FixedLenFeature):
        if kind.default_value is None:
            raise InvalidArgumentError(
                f"Name: <unknown>, Feature: {key} (data type: {as_dtype(kind.dtype).name}) is "
                "required but could not be found."
            )
        filled = np.asarray(array(kind.default_value, kind.dtype))
        return (
            np.broadcast_to(filled, _shape(kind))
            if filled.size == 1
            else filled.reshape(_shape(kind))
        )
    if isinstance(kind, FixedLenSequenceFeature):
        if not kind.allow_missing:
            raise InvalidArgumentError(
                f"Name: <unknown>, Feature: {key} is required but could not be found."
            )
        return np.zeros((0, *_shape(kind)), dtype)
    return np.zeros(0, dtype)


def _alone(kind: Any, values: list[np.ndarray]) -> Any:
    if isinstance(kind, VarLenFeature):
        one = values[0]
        return SparseTensor(np.arange(len(one))[:, None], one, [len(one)])
    return owned(values[0])


def _together(kind: Any, values: list[np.ndarray]) -> Any:
    if isinstance(kind, VarLenFeature):
        return _sparse(values, _dtype(kind))
    if isinstance(kind, RaggedFeature):
        flat = np.concatenate(values) if values else np.zeros(0, _dtype(kind))
        return RaggedTensor.from_row_lengths(flat, [len(one) for one in values])
    if isinstance(kind, FixedLenSequenceFeature):
        longest = max(map(len, values), default=0)
        made = np.empty((len(values), longest, *_shape(kind)), _dtype(kind))
        empty: Any = b"" if made.dtype.kind == "O" else 0
        made[...] = empty if kind.default_value is None else array(kind.default_value)[()]
        for row, one in zip(made, values):
            row[: len(one)] = one
        return owned(made)
    return owned(np.stack(values))


def _sparse(rows: list[np.ndarray], dtype: np.dtype) -> SparseTensor:
    places = [(row, column) for row, values in enumerate(rows) for column in range(len(values))]
    flat = np.concatenate(rows) if rows else np.zeros(0, dtype)
    longest = max(map(len, rows), default=0)
    # Without a value NumPy would not know of the two columns.
    return SparseTensor(np.array(places, np.int64).reshape(-1, 2), flat, [len(rows), longest])


def _dtype(kind: Any) -> np.dtype:
    return _kept_as(kind.dtype)[0]


# Asked for each feature of each example.
@lru_cache(64)
def _kept_as(dtype: DTypeLike) -> tuple[np.dtype, str]:
    """NumPy's dtype for a feature's values, and the list of a message that holds such."""
    kind = as_dtype(dtype)
    if kind.name not in LISTS:
        raise ValueError(f"Expected a feature of int64, float32 or text. Received: {kind.name}.")
    return np.dtype(kind.as_numpy_dtype), LISTS[kind.name]


def _shape(kind: Any) -> tuple[int, ...]:
    shape = kind.shape
    return (int(shape),) if isinstance(shape, int) else tuple(int(length) for length in shape)
