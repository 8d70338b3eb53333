"""Images of another size, with TensorFlow's kernels and its half-pixel rule.

A pixel's centre lies at half of its width. Each kernel but the nearest neighbour is separable, so
that a resized image is a product of two matrices of weights with it; the weights depend on the
sizes alone and are worked out by NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.image.bilinear import centres, neighbours, resized
from onefit.scripts.tensorflow.image.geometry import batch_of, pad_to_bounding_box
from onefit.scripts.tensorflow.operation import by_numpy, operations
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any
Neighbours = tuple[np.ndarray, np.ndarray, np.ndarray]
F = np.float32
KNOWN = {np.dtype("uint8"), np.dtype("float32")}
"""What NumPy's kernel takes."""
# The bound of TensorFlow's `ScaleAndTranslate`.
SMALL = 1000 * np.finfo(F).tiny  # weights that sum to less are left as they are


class ResizeMethod:
    """The kernels of `tf.image.resize`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


def _resized_by_numpy(
    images: np.ndarray,
    size: Any,
    method: str = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Bilinear pixels of a file, bytes or floats: no program is compiled for each size."""
    is_known = images.dtype in KNOWN and images.ndim in (3, 4) and images.size
    if not is_known or method != ResizeMethod.BILINEAR or antialias or preserve_aspect_ratio:
        return NotImplemented
    new = _shape(size)
    if len(new) != 2 or min(new) <= 0:
        return NotImplemented
    if images.ndim == 3:
        return resized(images, new)
    return np.stack([resized(one, new) for one in images])


@by_numpy(_resized_by_numpy)
def resize(
    images: TensorLike,
    size: Any,
    method: str = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of another height and width, as float32; as before with the nearest neighbour.

    Args:
        images: One image (height, width, channels) or several with a first axis.
        size: The new height and width.
        method: One of `ResizeMethod`. Defaults to `"bilinear"`.
        preserve_aspect_ratio: Whether `size` is a bound of which one length is reached. Defaults to
            `False`.
        antialias: Whether kernels are widened where images get smaller. Defaults to `False`.
        name: Taken, and of no effect.

    >>> resize(np.array([[[0.0], [1.0]]], "float32"), (1, 4))[0, :, 0].numpy().tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    batch, alone = _bytes_of(images) or batch_of(images)
    height, width = batch.shape[1:3]
    new = _shape(size)
    if len(new) != 2:
        raise ValueError(f"Expected `size` of new_height, new_width. Received: size={size!r}.")
    demand(min(new) > 0, f"output dimensions must be positive. Received: size={size!r}.")
    if preserve_aspect_ratio:
        # In float32, as TensorFlow works it out: rounding may make a row more or less.
        factor = min(F(new[0]) / F(height), F(new[1]) / F(width))
        new = (int(np.round(factor * F(height))), int(np.round(factor * F(width))))
    if method == ResizeMethod.NEAREST_NEIGHBOR:
        made = batch[:, _nearest(height, new[0])][:, :, _nearest(width, new[1])]
    elif method == ResizeMethod.BILINEAR and not antialias and isinstance(batch, np.ndarray):
        # One image is most images of a pipeline; a stack of one would be a copy.
        made = (
            resized(batch[0], new)[None]
            if alone
            else np.stack([resized(one, new) for one in batch])
        )
    elif method == ResizeMethod.BILINEAR and not antialias:
        places = (neighbours(*lengths) for lengths in zip(batch.shape[1:3], new))
        made = between(batch.astype(jnp.float32), *places)
    else:
        weights = _weights(method, antialias)
        # On accelerators JAX multiplies with fewer bits unless it is asked for the highest
        # precision.
        rows, columns = weights(height, new[0]), weights(width, new[1])
        made = jnp.einsum("oh,bhwc->bowc", rows, batch.astype(jnp.float32), precision="highest")
        made = jnp.einsum("ow,bhwc->bhoc", columns, made, precision="highest")
    return made[0] if alone else made


def resize_with_pad(
    image: Any,
    target_height: int,
    target_width: int,
    method: str = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Tensor:
    """Images as large as fits, their proportions kept, with zeros around."""
    batch, alone = batch_of(image)
    height, width = (F(length) for length in batch.shape[1:3])
    target_height, target_width = int(target_height), int(target_width)
    ratio = max(width / F(target_width), height / F(target_height))
    lengths = height / ratio, width / ratio
    resized = resize(batch, [int(np.floor(length)) for length in lengths], method, False, antialias)
    top, left = (
        # Half of what the length leaves before it is rounded, as TensorFlow has it.
        max(0, int(np.floor((F(target) - length) / F(2))))
        for target, length in zip((target_height, target_width), lengths)
    )
    made = pad_to_bounding_box(resized, top, left, target_height, target_width)
    return made[0] if alone else made


def between(batch: Any, rows: Neighbours, columns: Neighbours) -> Tensor:
    """Between the four nearest pixels, first along rows, then along columns.

    Args:
        batch: Floats of shape (batch, height, width, channels).
        rows: For each new row the old ones above and below it, and the share of the one below.
        columns: The same from left to right.
    """
    (top, bottom, down), (left, right, across) = rows, columns
    across, down = across[:, None], down[:, None, None]
    upper, lower = batch[:, top], batch[:, bottom]
    upper = upper[:, :, left] + (upper[:, :, right] - upper[:, :, left]) * across
    lower = lower[:, :, left] + (lower[:, :, right] - lower[:, :, left]) * across
    return upper + (lower - upper) * down


def _bytes_of(images: Any) -> tuple[np.ndarray, bool] | None:
    """Pixels as they come from files, which have no gradient: NumPy's, without a copy."""
    known = isinstance(images, np.ndarray | jax.Array) and not isinstance(images, jax.core.Tracer)
    if not known or images.dtype != np.uint8 or images.ndim not in (3, 4):
        return None
    pixels = np.asarray(images)
    return (pixels[None], True) if pixels.ndim == 3 else (pixels, False)


def _nearest(old: int, new: int) -> np.ndarray:
    return np.clip(np.floor(centres(old, new)).astype(np.int64), 0, old - 1)


def _weights(method: str, antialias: bool) -> Callable[[int, int], np.ndarray]:
    if method == ResizeMethod.AREA:
        return _area
    if method == ResizeMethod.BICUBIC and not antialias:
        return _bicubic
    if method not in KERNELS:
        raise ValueError(f"Resize method is not implemented: {method}")
    return lambda old, new: _spans(method, antialias, old, new)


@lru_cache(32)
def _area(old: int, new: int) -> np.ndarray:
    """How much of each old pixel lies in a new one."""
    scale = F(old) / F(new)
    made = np.zeros((new, old), F)
    for row in range(new):
        first, last = F(row) * scale, F(row + 1) * scale
        for place in range(int(np.floor(first)), int(np.ceil(last))):
            if place < first:
                share = scale if place + 1 > last else F(place + 1) - first
            else:
                share = last - F(place) if place + 1 > last else F(1)
            # Rounding may reach one place beyond the last pixel, which then stands for it, as in
            # the kernel.
            made[row, min(place, old - 1)] += share
    return made / scale


@lru_cache(32)
def _bicubic(old: int, new: int) -> np.ndarray:
    """Keys's cubic at 1024 places between two pixels, as TensorFlow's table has them."""
    places = centres(old, new) - F(0.5)
    below = np.floor(places).astype(np.int64)
    steps = np.rint((places - below.astype(F)) * F(1024)).astype(np.int64) / 1024
    made = np.zeros((new, old), F)
    for offset in range(-1, 3):
        weights = _keys(np.abs(steps - offset)).astype(F)
        # Pixels beyond the border have no weight, and the others make up for them.
        inside = (below + offset >= 0) & (below + offset < old)
        made[np.arange(new)[inside], (below + offset)[inside]] = weights[inside]
    return _normalized(made)


@lru_cache(32)
def _spans(method: str, antialias: bool, old: int, new: int) -> np.ndarray:
    """The weights of a kernel around the centre of each new pixel."""
    kernel, radius = KERNELS[method]
    # TensorFlow hands its kernel the ratio new / old, whose inverse is not old / new to the bit.
    step = F(1) / (F(new) / F(old))
    width = max(step, F(1)) if antialias else F(1)
    centres = (np.arange(new, dtype=F) + F(0.5)) * step
    places = np.arange(old)
    distances = np.abs(places + F(0.5) - centres[:, None]) / width
    first = np.ceil(centres - F(radius) * width - F(0.5))[:, None]
    last = np.floor(centres + F(radius) * width - F(0.5))[:, None]
    inside = (places >= first) & (places <= last)
    inside &= ((centres >= 0) & (centres <= old))[:, None]
    return _normalized(np.where(inside, kernel(distances), 0).astype(F))


def _normalized(weights: np.ndarray) -> np.ndarray:
    sums = weights.sum(axis=1, keepdims=True, dtype=F)
    return weights / np.where(np.abs(sums) < SMALL, F(1), sums)


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(1 - x, 0)


def _keys(x: np.ndarray) -> np.ndarray:
    # The coefficient of half-pixel centres is -0.5; TensorFlow's older rule has -0.75.
    outer = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x >= 2, 0, np.where(x >= 1, outer, ((1.5 * x - 2.5) * x) * x + 1))


def _mitchell(x: np.ndarray) -> np.ndarray:
    outer = (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9
    return np.where(x >= 2, 0, np.where(x >= 1, outer, (((7 / 6) * x - 2) * x) * x + 8 / 9))


def _gaussian(x: np.ndarray) -> np.ndarray:
    # TensorFlow's standard deviation is a third of the radius.
    return np.where(x >= 1.5, 0, np.exp(-(x**2) / (2 * 0.5**2)))


def _lanczos(radius: float) -> Callable[[np.ndarray], np.ndarray]:
    def kernel(x: np.ndarray) -> np.ndarray:
        # Near 0 it would be 0 / 0; TensorFlow's kernel is 1 there, up to the same bound.
        far = np.where(x <= 1e-3, 1, np.pi * x)
        inner = radius * np.sin(far) * np.sin(far / radius) / (far * far)
        return np.where(x > radius, 0, np.where(x <= 1e-3, 1, inner))

    return kernel


KERNELS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    ResizeMethod.BILINEAR: (_triangle, 1),
    ResizeMethod.BICUBIC: (_keys, 2),
    ResizeMethod.LANCZOS3: (_lanczos(3), 3),
    ResizeMethod.LANCZOS5: (_lanczos(5), 5),
    ResizeMethod.GAUSSIAN: (_gaussian, 1.5),
    ResizeMethod.MITCHELLCUBIC: (_mitchell, 2),
}


operations(globals())
