"""The pixels of blocks as channels, and back."""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def space_to_depth(
    input: TensorLike, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """The pixels of each block, side by side on the axis of channels."""
    if data_format != "NHWC":
        refuse_argument("tensorflow.nn.space_to_depth", "data_format")
    images = tensor(input)
    batch, height, width, channels = images.shape
    _demand_blocks(block_size)
    for told, length in (("width", width), ("height", height)):
        fits = length % block_size == 0
        demand(fits, f"Image {told} {length} should be divisible by block_size: {block_size}")
    blocks = images.reshape(
        batch, height // block_size, block_size, width // block_size, block_size, channels
    )
    turned = blocks.transpose(0, 1, 3, 2, 4, 5)
    return turned.reshape(batch, height // block_size, width // block_size, -1)


def depth_to_space(
    input: TensorLike, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """What `space_to_depth` did, back."""
    if data_format != "NHWC":
        refuse_argument("tensorflow.nn.depth_to_space", "data_format")
    images = tensor(input)
    batch, height, width, depth = images.shape
    _demand_blocks(block_size)
    fits = depth % block_size**2 == 0
    demand(fits, f"Input depth dimension {depth} should be divisible by: {block_size**2}")
    blocks = images.reshape(batch, height, width, block_size, block_size, -1)
    turned = blocks.transpose(0, 1, 3, 2, 4, 5)
    return turned.reshape(batch, height * block_size, width * block_size, -1)


def _demand_blocks(size: int) -> None:
    """Raise for blocks of one pixel, with which nothing would be done."""
    demand(size >= 2, f"Value for attr 'block_size' of {size} must be at least minimum 2")


operations(globals())
