"""A leaf of an element: NumPy's array inside a pipeline, a tensor in the hands of a user.

64-bit numbers stay what they are; text is an array of bytes.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.structure import Element, map_leaves
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import of_python
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import NoneTensorSpec, TensorSpec
from onefit.scripts.tensorflow.text import StringTensor, as_bytes


class Row(np.ndarray):
    """A row of a ragged tensor: a batch of such rows is ragged, whatever their lengths."""


class Nested:
    """A dataset inside of an element, as `window` gives them. Stages derive from it."""

    spec: Any

    def shown(self) -> Any:
        """This as a user's dataset."""
        raise NotImplementedError


def array(value: Any, dtype: DTypeLike = None) -> Any:
    """What a user gave for a leaf, as NumPy's array.

    Python's integers become int32 where they fit and its floats float32, as TensorFlow has it;
    arrays keep their dtype.

    Args:
        value: A number, text, a list, an array, a tensor, `None`, or a dataset.
        dtype: The dtype to have. Defaults to the one of the value.

    >>> array([1, 2]).dtype, array(2.5).dtype, array("a")
    (dtype('int32'), dtype('float32'), array(b'a', dtype=object))
    """
    if value is None or isinstance(value, Nested | Rows):
        return value
    # Pixels and text that NumPy holds need not go through JAX and back.
    if dtype is None and type(value) in (Tensor, StringTensor) and type(value._held) is np.ndarray:
        return value._held
    if hasattr(value, "stage"):  # a dataset
        return value.stage
    # By name: neither JAX's sparse arrays nor SciPy are imported to ask.
    if type(value).__name__ in ("BCOO", "csr_matrix"):
        refuse(f"{type(value).__name__} in tensorflow.data", "data")
    if isinstance(value, str | bytes | StringTensor):
        return as_bytes(value)
    made = np.asarray(value)
    if made.dtype.kind in "SU" and not isinstance(value, np.ndarray):
        made = np.asarray(value, object)  # an array of text drops zeros at the end
    if made.dtype.kind in "OSU":
        return _text(made, value)
    if dtype is not None:
        return made.astype(as_dtype(dtype).as_numpy_dtype)
    return np.asarray(of_python(value))


def tensor(leaf: Any) -> Any:
    """A leaf as what a user may compute with.

    >>> tensor(np.array([1, 2])).dtype
    tf.int64
    """
    if leaf is None:
        return None
    if isinstance(leaf, Nested | Rows):
        return leaf.shown() if isinstance(leaf, Nested) else leaf
    if leaf.dtype.kind == "O":
        return StringTensor(leaf)
    with jax.enable_x64(True):
        made = jnp.asarray(leaf)
    return made if here.inside else Tensor(made)


def owned(leaf: Any) -> Any:
    """The same of an array that was made for this and that nobody changes: NumPy keeps it.

    It becomes an array of JAX's where it is first needed as such: a label may never be.
    """
    is_plain = type(leaf) is np.ndarray and leaf.dtype.kind != "O"
    return Tensor(leaf) if is_plain and not here.inside else tensor(leaf)


def lent(leaf: Any) -> Any:
    """The same of an array that was made for this: JAX takes its memory where it can.

    On a processor it can where the memory begins as JAX's does (`memory`): nothing is copied then.
    """
    if type(leaf) is not np.ndarray or leaf.dtype.kind == "O":
        return tensor(leaf)
    with jax.enable_x64(True):
        made = jax.device_put(leaf)
    return made if here.inside else Tensor(made)


def numpy(leaf: Any) -> Any:
    """A leaf as `as_numpy_iterator` gives it: a scalar, bytes, or an array to be read only."""
    if isinstance(leaf, Rows):
        return leaf.numpy() if leaf.is_ragged else leaf
    if not isinstance(leaf, np.ndarray):
        return leaf.shown() if isinstance(leaf, Nested) else leaf
    if not leaf.ndim:
        return leaf[()]
    # The flag is the view's own: the pipeline goes on writing to its array.
    shown = leaf.view(np.ndarray)
    shown.setflags(write=False)
    return shown


def spec_of(leaf: Any) -> Any:
    """The shape and dtype of a leaf.

    >>> spec_of(np.zeros((2, 3), "float32"))
    TensorSpec(shape=(2, 3), dtype=tf.float32, name=None)
    """
    if leaf is None:
        return NoneTensorSpec()
    if isinstance(leaf, Nested | Rows):
        return DatasetSpec(leaf.spec) if isinstance(leaf, Nested) else leaf.spec()
    if isinstance(leaf, Row):
        from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec

        return RaggedTensorSpec((None, *leaf.shape[1:]), leaf.dtype, 0)
    return TensorSpec(leaf.shape, leaf.dtype)


class DatasetSpec:
    """What the elements of a dataset inside of an element are.

    Args:
        element_spec: The shapes and dtypes of its elements.
        dataset_shape: The shape of a tensor of datasets. Defaults to `()`.
    """

    def __init__(self, element_spec: Element, dataset_shape: Any = ()) -> None:
        """Take TensorFlow's arguments."""
        self.element_spec = element_spec
        self.shape = tuple(dataset_shape)

    @property
    def value_type(self) -> type:
        """What has such elements."""
        from onefit.scripts.tensorflow.data.dataset import Dataset

        return Dataset

    def __eq__(self, other: object) -> bool:
        """Whether the elements are alike."""
        return isinstance(other, DatasetSpec) and self.element_spec == other.element_spec

    def __hash__(self) -> int:
        """That of how it is written."""
        return hash(repr(self))

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"DatasetSpec({self.element_spec!r}, TensorShape({list(self.shape)}))"


def spec_of_row(rows: Any) -> Any:
    """The shape and dtype of a row of an array, or of rows of different lengths."""
    return rows.spec().row() if isinstance(rows, Rows) else TensorSpec(rows.shape[1:], rows.dtype)


def row_of(rows: Any, number: int) -> Any:
    """A row of an array, or of rows of different lengths."""
    if isinstance(rows, Rows):
        row = rows.row_at(number)
        return row.view(Row) if isinstance(row, np.ndarray) else row
    # The ellipsis keeps an array of no axes, where NumPy would give a scalar of its own.
    return (rows.view(np.ndarray) if isinstance(rows, Row) else rows)[number, ...]


def specs_of(element: Element) -> Element:
    """The shapes and dtypes of an element."""
    return map_leaves(spec_of, element)


def _text(made: np.ndarray, value: Any) -> np.ndarray:
    """An array of bytes, if text is what it holds."""
    flat = made.reshape(-1).tolist()
    if all(isinstance(one, str | bytes) for one in flat):
        return as_bytes(made)
    if all(isinstance(one, StringTensor) for one in flat):
        return np.stack([np.asarray(one) for one in flat]).reshape(made.shape)
    kinds = sorted({type(one).__name__ for one in flat})
    raise ValueError(
        "Expected numbers of one dtype, or text, in an array that is a box. Received an array of "
        f"objects: {', '.join(kinds)} (in a {type(value).__name__})."
    )
