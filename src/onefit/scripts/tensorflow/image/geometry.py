"""Images turned, mirrored, cut and framed."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def batch_of(image: Any) -> tuple[Tensor, bool]:
    """Images with a first axis, and whether it was one image without.

    Raises:
        ValueError: If it has neither three nor four axes.
    """
    image = jnp.asarray(tensor(image))
    if image.ndim not in (3, 4):
        raise ValueError(
            f"'image' must have either 3 or 4 dimensions. Received an image of shape {image.shape}."
        )
    return (image[None], True) if image.ndim == 3 else (image, False)


def flip_left_right(image: Any) -> Tensor:
    """The columns backwards."""
    return _checked(image)[..., ::-1, :]


def flip_up_down(image: Any) -> Tensor:
    """The rows backwards."""
    return _checked(image)[..., ::-1, :, :]


def transpose(image: TensorLike, name: str | None = None) -> Tensor:
    """Rows as columns."""
    return jnp.swapaxes(_checked(image), -3, -2)


def rot90(image: TensorLike, k: Any = 1, name: str | None = None) -> Tensor:
    """Turned to the left by `k` times 90 degrees."""
    return jnp.rot90(_checked(image), int(k), axes=(-3, -2))


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle of an image: a fraction of its height and of its width."""
    fraction = float(central_fraction)
    if not 0 < fraction <= 1:
        raise ValueError("central_fraction must be within (0, 1]")
    image = _checked(image)
    height, width = image.shape[-3:-1]
    # In Python's floats, as TensorFlow does it: rounded otherwise, it would be a row more or less.
    top, left = (int((float(n) - float(n) * fraction) / 2) for n in (height, width))
    return image[..., top : height - top, left : width - left, :]


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The part of an image that begins at the offsets and has the target's size."""
    image = _checked(image)
    top, left, height, width = map(int, (offset_height, offset_width, target_height, target_width))
    _require(top >= 0, "offset_height must be >= 0.")
    _require(left >= 0, "offset_width must be >= 0.")
    _require(height > 0, "target_height must be > 0.")
    _require(width > 0, "target_width must be > 0.")
    _require(image.shape[-2] >= left + width, "width must be >= target + offset.")
    _require(image.shape[-3] >= top + height, "height must be >= target + offset.")
    return image[..., top : top + height, left : left + width, :]


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """Zeros around an image, which begins at the offsets, up to the target's size."""
    image = _checked(image)
    top, left = int(offset_height), int(offset_width)
    bottom = int(target_height) - top - image.shape[-3]
    right = int(target_width) - left - image.shape[-2]
    _require(top >= 0, "offset_height must be >= 0")
    _require(left >= 0, "offset_width must be >= 0")
    _require(right >= 0, "width must be <= target - offset")
    _require(bottom >= 0, "height must be <= target - offset")
    before = [(0, 0)] * (image.ndim - 3)
    return jnp.pad(image, [*before, (top, bottom), (left, right), (0, 0)])


def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """The middle of an image where it is too large, zeros around it where it is too small."""
    image = _checked(image)
    target_height, target_width = int(target_height), int(target_width)
    height, width = image.shape[-3:-1]
    # Halves are rounded down, as in TensorFlow: of an odd number the one more is cut or put behind.
    down, across = target_height - height, target_width - width
    cut = crop_to_bounding_box(
        image,
        max(-down // 2, 0),
        max(-across // 2, 0),
        min(target_height, height),
        min(target_width, width),
    )
    before = max(down // 2, 0), max(across // 2, 0)
    return pad_to_bounding_box(cut, *before, target_height, target_width)


def extract_patches(
    images: TensorLike, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Tensor:
    """The patches of images, each one after the other on the last axis.

    Args:
        images: Images of shape (batch, height, width, channels).
        sizes: `[1, rows, columns, 1]` of a patch.
        strides: `[1, rows, columns, 1]` between patches.
        rates: `[1, rows, columns, 1]` between the pixels of a patch.
        padding: `"VALID"` or `"SAME"`.
        name: Taken, and of no effect.
    """
    images = jnp.asarray(tensor(images))
    padding = padding.upper()
    if padding not in ("VALID", "SAME"):
        refuse_argument("tensorflow.image.extract_patches", "padding")
    pads, counts = [], []
    for axis in (1, 2):
        length, span = images.shape[axis], (sizes[axis] - 1) * rates[axis] + 1
        count = (
            -(-length // strides[axis])
            if padding == "SAME"
            else ((length - span) // strides[axis] + 1)
        )
        missing = max((count - 1) * strides[axis] + span - length, 0)
        # Of an odd number of pixels TensorFlow puts the one more behind.
        pads.append((missing // 2, missing - missing // 2) if padding == "SAME" else (0, 0))
        counts.append(max(count, 0))
    framed = jnp.pad(images, [(0, 0), *pads, (0, 0)])
    parts = [
        framed[:, row : row + (counts[0] - 1) * strides[1] + 1 : strides[1],
               column : column + (counts[1] - 1) * strides[2] + 1 : strides[2]]
        for row in range(0, sizes[1] * rates[1], rates[1])
        for column in range(0, sizes[2] * rates[2], rates[2])
    ]  # fmt: skip
    return jnp.concatenate(parts, axis=-1)


def _checked(image: Any) -> Any:
    batch, alone = batch_of(image)
    return batch[0] if alone else batch


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


operations(globals())
