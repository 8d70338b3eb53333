"""How alike images are, and how much changes within one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.image.colours import convert_image_dtype
from onefit.scripts.tensorflow.kinks import absolute
from onefit.scripts.tensorflow.operation import operations

Tensor = Any
SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang et al. 2003


def psnr(a: TensorLike, b: TensorLike, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio of two images, in decibels."""
    a, b, largest = _floats(a, b, max_val)
    error = jnp.mean(jnp.square(a - b), axis=(-3, -2, -1))
    # TensorFlow divides by the logarithm of 10 in two ways, and so both roundings are here.
    ten = jnp.log(jnp.asarray(10.0, jnp.float32))
    return 20 * jnp.log(largest) / ten - np.float32(10 / np.log(10)) * jnp.log(error)


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> Tensor:
    """The structural similarity of images (Wang et al. 2004), 1 if they are the same.

    Args:
        img1: Images (..., height, width, channels).
        img2: Images of the same shape.
        max_val: The difference of the largest and the least value that pixels may have.
        filter_size: The pixels of the Gaussian's side. Defaults to `11`.
        filter_sigma: Its width. Defaults to `1.5`.
        k1: A constant of the formula. Defaults to `0.01`.
        k2: Another one. Defaults to `0.03`.
        return_index_map: Whether to give a map and not its mean. Defaults to `False`.
    """
    one, other, largest = _floats(img1, img2, max_val)
    luminance, structure = _similarity(one, other, largest, filter_size, filter_sigma, k1, k2)
    found = luminance * structure
    return jnp.mean(found if return_index_map else jnp.mean(found, axis=(-3, -2)), axis=-1)


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = SCALES,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of images and of smaller ones, multiplied (Wang et al. 2003)."""
    one, other, largest = _floats(img1, img2, max_val)
    parts = []
    for scale in range(len(power_factors)):
        if scale:
            one, other = _halved(one), _halved(other)
        luminance, structure = _similarity(one, other, largest, filter_size, filter_sigma, k1, k2)
        last = scale == len(power_factors) - 1
        part = jnp.mean(luminance * structure if last else structure, axis=(-3, -2))
        # A negative part has no real power: TensorFlow's `relu` makes 0 of it.
        parts.append(jax.nn.relu(part))
    powers = jnp.asarray(power_factors, jnp.float32)
    return jnp.mean(jnp.prod(jnp.stack(parts, axis=-1) ** powers, axis=-1), axis=-1)


def total_variation(images: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the differences of neighbouring pixels, for each image."""
    images = jnp.asarray(tensor(images))
    axes = (-3, -2, -1)
    down = absolute(images[..., 1:, :, :] - images[..., :-1, :, :]).sum(axis=axes)
    return down + absolute(images[..., :, 1:, :] - images[..., :, :-1, :]).sum(axis=axes)


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """The differences to the pixel below and to the one on the right; 0 at the end."""
    image = jnp.asarray(tensor(image))
    if image.ndim != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}."
        )
    down = jnp.pad(image[:, 1:] - image[:, :-1], [(0, 0), (0, 1), (0, 0), (0, 0)])
    return down, jnp.pad(image[:, :, 1:] - image[:, :, :-1], [(0, 0), (0, 0), (0, 1), (0, 0)])


def sobel_edges(image: Any) -> Tensor:
    """Sobel's two filters, on a new last axis: along columns, then along rows."""
    image = jnp.asarray(tensor(image))
    framed = jnp.pad(image, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="reflect")
    height, width = image.shape[1:3]

    def at(row: int, column: int) -> Any:
        return framed[:, row : row + height, column : column + width]

    down = at(2, 0) + 2 * at(2, 1) + at(2, 2) - at(0, 0) - 2 * at(0, 1) - at(0, 2)
    across = at(0, 2) + 2 * at(1, 2) + at(2, 2) - at(0, 0) - 2 * at(1, 0) - at(2, 0)
    return jnp.stack([down, across], axis=-1)


def _floats(a: Any, b: Any, max_val: Any) -> tuple[Any, Any, Any]:
    a, b = jnp.asarray(tensor(a)), jnp.asarray(tensor(b))
    if a.shape[-3:] != b.shape[-3:]:
        raise ValueError(f"Expected images of one shape. Received: {a.shape} and {b.shape}.")
    # The largest value is one of the images' dtype, and is scaled as they are.
    largest = convert_image_dtype(jnp.asarray(max_val).astype(a.dtype), jnp.float32)
    return convert_image_dtype(a, jnp.float32), convert_image_dtype(b, jnp.float32), largest


def _similarity(
    one: Any, other: Any, largest: Any, size: int, sigma: float, k1: float, k2: float
) -> tuple[Any, Any]:
    if min(*one.shape[-3:-1], *other.shape[-3:-1]) < size:
        raise ValueError(f"Expected images of at least {size} pixels a side. Received: {one.shape}")
    kernel = _gaussian(size, sigma)

    def blurred(x: Any) -> Any:
        flat = jnp.moveaxis(x, -1, -3).reshape(-1, 1, *x.shape[-3:-1])
        # An accelerator multiplies float32 with fewer bits unless it is told not to.
        made = lax.conv_general_dilated(flat, kernel, (1, 1), "VALID", precision="highest")
        lengths = (*x.shape[:-3], x.shape[-1], *made.shape[-2:])
        return jnp.moveaxis(made.reshape(lengths), -3, -1)

    c1, c2 = (k1 * largest) ** 2, (k2 * largest) ** 2
    means = blurred(one), blurred(other)
    product = means[0] * means[1] * 2.0
    squares = jnp.square(means[0]) + jnp.square(means[1])
    luminance = (product + c1) / (squares + c1)
    both = blurred(one * other) * 2.0
    own = blurred(jnp.square(one) + jnp.square(other))
    return luminance, (both - product + c2) / (own - squares + c2)


def _gaussian(size: int, sigma: float) -> Any:
    places = np.arange(size, dtype=np.float32) - np.float32((size - 1) / 2)
    line = np.square(places) * np.float32(-0.5 / sigma**2)
    grid = np.exp(line[None] + line[:, None])
    return jnp.asarray((grid / grid.sum())[None, None])


def _halved(images: Any) -> Any:
    """Means of two by two pixels; an odd row or column is doubled before."""
    odd = [(0, length % 2) for length in images.shape[-3:-1]]
    images = jnp.pad(images, [(0, 0)] * (images.ndim - 3) + [*odd, (0, 0)], mode="symmetric")
    *before, height, width, channels = images.shape
    parts = images.reshape(*before, height // 2, 2, width // 2, 2, channels)
    return parts.mean(axis=(-4, -2))


operations(globals())
