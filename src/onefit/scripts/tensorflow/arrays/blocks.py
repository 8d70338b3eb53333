"""Blocks of neighbours, moved onto another axis."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def required_space_to_batch_paddings(
    input_shape: ShapeLike,
    block_shape: ShapeLike,
    base_paddings: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The zeros that make lengths multiples of `block_shape`, and what to crop afterwards."""
    lengths, blocks = np.array(_shape(input_shape)), np.array(_shape(block_shape))
    base = np.zeros((len(lengths), 2), int) if base_paddings is None else np.asarray(base_paddings)
    extra = -(lengths + base.sum(axis=1)) % blocks
    paddings = np.stack([base[:, 0], base[:, 1] + extra], axis=1)
    crops = np.stack([np.zeros_like(extra), extra], axis=1)
    return paddings.astype(np.int32), crops.astype(np.int32)


def space_to_batch(
    input: TensorLike, block_shape: ShapeLike, paddings: Any, name: str | None = None
) -> Tensor:
    """Blocks of the axes behind the first, moved onto the first."""
    values, blocks = tensor(input), _shape(block_shape)
    rest = values.ndim - 1 - len(blocks)
    pads = [(int(a), int(b)) for a, b in np.asarray(paddings).tolist()]
    values = jnp.pad(values, [(0, 0), *pads, *[(0, 0)] * rest])
    lengths = [values.shape[0]]
    for length, block in zip(values.shape[1:], blocks):
        lengths += [length // block, block]
    split = values.reshape(*lengths, *values.shape[1 + len(blocks) :])
    inner = [2 + 2 * n for n in range(len(blocks))]
    outer = [1 + 2 * n for n in range(len(blocks))]
    last = list(range(1 + 2 * len(blocks), split.ndim))
    # TensorFlow numbers rows by their place in the block first, and then by the row they were.
    turned = split.transpose([*inner, 0, *outer, *last])
    return turned.reshape(-1, *turned.shape[1 + len(blocks) :])


def batch_to_space(
    input: TensorLike, block_shape: ShapeLike, crops: Any, name: str | None = None
) -> Tensor:
    """What `space_to_batch` moved onto the first axis, back."""
    values, blocks = tensor(input), _shape(block_shape)
    count = len(blocks)
    split = values.reshape(*blocks, -1, *values.shape[1:])
    order = [count]
    for number in range(count):
        order += [count + 1 + number, number]
    turned = split.transpose([*order, *range(2 * count + 1, split.ndim)])
    lengths = [n * block for n, block in zip(values.shape[1:], blocks)]
    whole = turned.reshape(-1, *lengths, *values.shape[1 + count :])
    parts = [
        slice(int(a), length - int(b))
        for (a, b), length in zip(np.asarray(crops).tolist(), lengths)
    ]
    return whole[(slice(None), *parts)]


operations(globals())
