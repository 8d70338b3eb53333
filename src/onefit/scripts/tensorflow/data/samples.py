"""Samples of elements: what a function is given where only the shapes of its results are asked for.

An open length is one number in the first sample and another in the second: what differs in the
results is open, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import DatasetSpec
from onefit.scripts.tensorflow.data.sources import Kept
from onefit.scripts.tensorflow.data.structure import map_leaves
from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec
from onefit.scripts.tensorflow.sparse.sparse_tensor_spec import SparseTensorSpec
from onefit.scripts.tensorflow.tensor_spec import NoneTensorSpec, TensorSpec, common

LENGTHS = (3, 5)  # what open lengths, and numbers, are
LONG = (67, 131)  # where the function refuses such short ones
LONGEST = 4099  # where nothing is left of shorter ones: frames of a sound
MOST_AXES = 5  # that a leaf with any number of them is said to have


def has_open_length(leaf: Any) -> bool:
    """Whether lengths are not known: those of a leaf, or of what is read from a text."""
    return None in (leaf.shape or ()) or getattr(leaf, "dtype", None) == "string"


def is_unranked(leaf: Any) -> bool:
    """Whether even the number of axes is not known."""
    return isinstance(leaf, TensorSpec) and leaf.shape is None


def of_rank(leaf: Any, rank: int) -> Any:
    """A leaf, with that number of axes where it is not known."""
    return TensorSpec([None] * rank, leaf.dtype) if is_unranked(leaf) else leaf


def is_shaped(leaf: Any) -> bool:
    """Whether all lengths of a leaf are known, and there are some."""
    shape = tuple(getattr(leaf, "shape", None) or ())
    return len(shape) > 0 and None not in shape


def sample_of(spec: Any, length: int) -> Any:
    """A leaf of that shape and dtype."""
    if isinstance(spec, NoneTensorSpec):
        return None
    if isinstance(spec, DatasetSpec):
        return Kept([], spec.element_spec)
    if isinstance(spec, SparseTensorSpec):
        return spec.sample(length)
    if not isinstance(spec, TensorSpec):
        return (
            spec.row().joined([sample_of(spec.row(), length)] * (spec.shape[0] or length))
            if spec.ragged_rank > 0
            else sample_of(TensorSpec(spec.shape, spec.dtype), length)
        )
    shape = [length if some is None else some for some in spec.shape or ()]
    dtype = np.dtype(spec.dtype.as_numpy_dtype)
    # Zeros in the first sample and ones in the other: a length that is computed of values differs
    # then, and is open.
    return np.full(shape, b"" if dtype.kind == "O" else length > LENGTHS[0], dtype)


def common_spec(*specs: Any) -> Any:
    """What two leaves have in common; a length in which they differ is open."""
    if len(specs) == 1:
        return specs[0]
    first, second = specs
    if isinstance(first, DatasetSpec):
        return DatasetSpec(map_leaves(common_spec, first.element_spec, second.element_spec))
    if isinstance(first, SparseTensorSpec):
        return SparseTensorSpec(common(first.shape, second.shape), first.dtype)
    if isinstance(first, RaggedTensorSpec):
        shape = common(first.shape, second.shape)
        return RaggedTensorSpec(shape, first.dtype, first.ragged_rank, first.row_splits_dtype)
    if not isinstance(first, TensorSpec):
        return first
    return TensorSpec(common(first.shape, second.shape), first.dtype)
