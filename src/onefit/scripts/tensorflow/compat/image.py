"""`tf.compat.v1.image`: that of TensorFlow 2, and sizes by the rule of TensorFlow 1.

A new pixel lay at its number times the ratio of the lengths, and not at its centre.

Source: `ResizeBilinear`, `ResizeNearestNeighbor` and `ResizeBicubic` in TensorFlow's
`core/kernels/image`, with `half_pixel_centers=False`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow import image as _today
from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.image import resizing as _resizing
from onefit.scripts.tensorflow.image.bilinear import around
from onefit.scripts.tensorflow.image.geometry import batch_of, extract_patches
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations

Tensor = Any
F = np.float32
_STEPS = 1024
"""Places between two pixels in TensorFlow's table of the cubic."""
_CUBIC = F(-0.75)


class ResizeMethod:
    """The kernels of `resize_images`."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


def extract_image_patches(
    images: TensorLike,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: Any = None,
    sizes: Any = None,
) -> Any:
    """The patches of images, each one after the other on the last axis."""
    return extract_patches(images, ksizes or sizes, strides, rates, padding)


def resize_images(
    images: TensorLike,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of another height and width, as float32; those of this size as they are.

    Args:
        images: One image (height, width, channels) or several with a first axis.
        size: The new height and width.
        method: One of `ResizeMethod`, by number or by name. Defaults to the bilinear one.
        align_corners: Whether the corners' pixels stay where they are. Defaults to `False`.
        preserve_aspect_ratio: Whether `size` is a bound of which one length is reached. Defaults to
            `False`.
        name: Taken, and of no effect.

    >>> resize_images(np.array([[[0.0], [1.0]]], "float32"), (1, 4))[0, :, 0].numpy().tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    batch, alone = batch_of(images)
    if method not in _BY_METHOD:
        raise ValueError(f"Resize method is not implemented: {method}")
    old, new = batch.shape[1:3], _shape(size)
    if preserve_aspect_ratio:
        factor = min(F(length) / F(before) for length, before in zip(new, old))
        new = tuple(int(np.round(factor * F(before))) for before in old)
    if tuple(old) != new:
        batch = _BY_METHOD[method](batch, new, align_corners)
    return batch[0] if alone else batch


def resize_bilinear(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images between the four nearest pixels, as float32.

    Args:
        images: Images of shape (batch, height, width, channels).
        size: The new height and width.
        align_corners: Whether the corners' pixels stay where they are. Defaults to `False`.
        name: Taken, and of no effect.
        half_pixel_centers: Whether a pixel lies at its centre. Defaults to `False`.
    """
    batch, places = _places(images, size, align_corners, half_pixel_centers)
    pixels = (around(*one) for one in zip(places, batch.shape[1:3]))
    return _resizing.between(batch.astype(jnp.float32), *pixels)


def resize_nearest_neighbor(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images of the nearest pixels, of their dtype; the arguments are those above."""
    batch, places = _places(images, size, align_corners, half_pixel_centers, 0.0)
    rest = F(0.5) if align_corners else F(0)  # with the corners in place the nearest one is meant
    rows, columns = (
        np.clip(np.floor(place + rest), 0, old - 1).astype(int)
        for place, old in zip(places, batch.shape[1:3])
    )
    return batch[:, rows][:, :, columns]


def resize_bicubic(
    images: TensorLike,
    size: Any,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Images by a cubic of four pixels, as float32; the arguments are those above."""
    if half_pixel_centers:
        return _resizing.resize(images, size, _resizing.ResizeMethod.BICUBIC)
    batch, places = _places(images, size, align_corners, False)
    rows, columns = (_cubic(place, old) for place, old in zip(places, batch.shape[1:3]))
    # On accelerators JAX multiplies with fewer bits unless it is asked for the highest precision.
    made = jnp.einsum("ow,bhwc->bhoc", columns, batch.astype(jnp.float32), precision="highest")
    return jnp.einsum("oh,bhwc->bowc", rows, made, precision="highest")


def resize_area(
    images: TensorLike, size: Any, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Images of means of the pixels below each new one, as float32.

    Args:
        images: Images of shape (batch, height, width, channels).
        size: The new height and width.
        align_corners: Only `False` is there.
        name: Taken, and of no effect.
    """
    if align_corners:
        refuse_argument("tensorflow.compat.v1.image.resize_area", "align_corners")
    return _resizing.resize(images, size, _resizing.ResizeMethod.AREA)


def _places(
    images: TensorLike, size: Any, align_corners: bool, half_pixel_centers: bool, half: float = 0.5
) -> tuple[Any, list[np.ndarray]]:
    """The images as an array, and where the new rows and columns lie among the old ones."""
    if align_corners and half_pixel_centers:
        raise ValueError("If half_pixel_centers is True, align_corners must be False.")
    batch, alone = batch_of(images)
    new = _shape(size)
    if alone or len(new) != 2:
        raise InvalidArgumentError(
            "Expected images of four axes and a size of two numbers. Received: images of shape "
            f"{tuple(batch.shape[1:] if alone else batch.shape)}, size={size!r}"
        )
    return batch, [
        _along(old, length, align_corners, half if half_pixel_centers else None)
        for old, length in zip(batch.shape[1:3], new)
    ]


def _along(old: int, new: int, align_corners: bool, half: float | None) -> np.ndarray:
    """Where the new pixels lie on one axis, in the kernel's order of float32's steps."""
    is_aligned = align_corners and new > 1
    scale = F(old - 1) / F(new - 1) if is_aligned else F(old) / F(new)
    numbers = np.arange(new, dtype=F)
    return numbers * scale if half is None else (numbers + F(0.5)) * scale - F(half)


def _cubic(places: np.ndarray, old: int) -> np.ndarray:
    """The weights of the old pixels for each new one; beyond the border lies the last one."""
    below = np.floor(places).astype(int)
    steps = np.rint((places - below.astype(F)) * F(_STEPS)).astype(int)
    made = np.zeros((len(places), old), F)
    for offset, weights in (
        (-1, _far(F(1) + steps.astype(F) / F(_STEPS))),
        (0, _near(steps.astype(F) / F(_STEPS))),
        (1, _near((_STEPS - steps).astype(F) / F(_STEPS))),
        (2, _far(F(1) + (_STEPS - steps).astype(F) / F(_STEPS))),
    ):
        np.add.at(made, (np.arange(len(places)), np.clip(below + offset, 0, old - 1)), weights)
    return made


def _near(x: np.ndarray) -> np.ndarray:
    return ((_CUBIC + 2) * x - (_CUBIC + 3)) * x * x + 1


def _far(x: np.ndarray) -> np.ndarray:
    return ((_CUBIC * x - 5 * _CUBIC) * x + 8 * _CUBIC) * x - 4 * _CUBIC


operations(globals())
resize_image_with_crop_or_pad = _today.resize_with_crop_or_pad
resize = resize_images
_BY_METHOD: dict[Any, Callable[..., Any]] = {
    **{0: resize_bilinear, 1: resize_nearest_neighbor, 2: resize_bicubic, 3: resize_area},
    **{"bilinear": resize_bilinear, "nearest": resize_nearest_neighbor},
    **{"bicubic": resize_bicubic, "area": resize_area},
}


def __getattr__(name: str) -> Any:
    """What TensorFlow 2 has under the same name."""
    return getattr(_today, name)
