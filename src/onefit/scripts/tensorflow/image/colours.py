"""The values of pixels: dtypes, brightness, contrast, colours."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import by_numpy, operations
from onefit.scripts.tensorflow.whole_numbers import common_limits, whole

Tensor = Any
# TensorFlow's own weights, which sum up to 0.9999.
GREY = [0.2989, 0.587, 0.114]
# Those of TensorFlow, there and back: an inverse worked out here would differ in the last digits.
TO_YIQ = [
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
]
FROM_YIQ = [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]]
TO_YUV = [
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
]
FROM_YUV = [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]]


def _converted_by_numpy(
    image: np.ndarray, dtype: DTypeLike, saturate: bool = False, name: str | None = None
) -> Any:
    """Bytes as floats from 0 to 1; floats as they are."""
    if image.dtype not in (np.uint8, np.float32) or jnp.dtype(dtype) != np.float32:
        return NotImplemented
    if image.dtype == np.float32:
        return image
    return image.astype(np.float32) * np.float32(1.0 / 255)


@by_numpy(_converted_by_numpy)
def convert_image_dtype(
    image: TensorLike, dtype: DTypeLike, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Pixels as another dtype: floats are from 0 to 1, integers fill their range.

    Args:
        image: Pixels of any shape.
        dtype: The dtype to have.
        saturate: Whether values that do not fit are cut off. Defaults to `False`.
        name: Taken, and of no effect.

    >>> convert_image_dtype(np.array([0, 255], "uint8"), "float32").numpy().tolist()
    [0.0, 1.0]
    """
    image, new = jnp.asarray(tensor(image)), jnp.dtype(dtype)
    old = image.dtype
    if old == new:
        return image
    of_floats = [jnp.issubdtype(kind, jnp.floating) for kind in (old, new)]
    if all(of_floats):
        return image.astype(new)
    if any(of_floats):
        if of_floats[1]:
            # a divisor would be rounded otherwise
            return image.astype(new) * np.asarray(1.0 / jnp.iinfo(old).max, new)
        # As in TensorFlow, the half makes up for the fraction that is cut off afterwards.
        scaled = image * np.asarray(jnp.iinfo(new).max + 0.5, old)
        return saturated(scaled, new) if saturate else whole(scaled, np.dtype(new))
    largest = int(jnp.iinfo(old).max), int(jnp.iinfo(new).max)
    if largest[0] > largest[1]:
        scaled = image // ((largest[0] + 1) // (largest[1] + 1))
        return saturated(scaled, new) if saturate else scaled.astype(new)
    kept = saturated(image, new) if saturate else image.astype(new)
    return kept * jnp.asarray((largest[1] + 1) // (largest[0] + 1), new)


def saturated(values: Any, dtype: DTypeLike) -> Any:
    """Values as integers; those that do not fit are the least or the largest."""
    return whole(jnp.clip(values, *common_limits(values.dtype, jnp.dtype(dtype))), np.dtype(dtype))


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """`delta` more in each pixel, where floats are from 0 to 1."""
    return _through_floats(image, lambda x: x + jnp.asarray(delta).astype(x.dtype))


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """The distance of each pixel from its channel's mean, `contrast_factor` times."""

    def further(x: Any) -> Any:
        wide = x.astype(jnp.float32)
        mean = jnp.mean(wide, axis=(-3, -2), keepdims=True)
        return ((wide - mean) * jnp.asarray(contrast_factor, jnp.float32) + mean).astype(x.dtype)

    return _through_floats(images, further)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """`gain * pixel ** gamma`."""
    if isinstance(gamma, int | float) and gamma < 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return _through_floats(
        image, lambda x: jnp.asarray(gain, x.dtype) * x ** jnp.asarray(gamma, x.dtype)
    )


def adjust_hue(image: TensorLike, delta: TensorLike, name: str | None = None) -> Tensor:
    """The hue turned by `delta`; 1 is a whole turn."""
    if isinstance(delta, int | float) and not -1 <= delta <= 1:
        raise ValueError("delta must be in the interval [-1, 1]")

    def turned(x: Any) -> Any:
        hue, saturation, value = jnp.moveaxis(rgb_to_hsv(x.astype(jnp.float32)), -1, 0)
        hue = jnp.mod(hue + jnp.asarray(delta, jnp.float32), 1.0)
        return hsv_to_rgb(jnp.stack([hue, saturation, value], axis=-1)).astype(x.dtype)

    # TensorFlow does not saturate after a change of hue or saturation.
    return _through_floats(image, turned, saturate=False)


def adjust_saturation(image: TensorLike, saturation_factor: Any, name: str | None = None) -> Tensor:
    """The saturation, `saturation_factor` times, at most 1."""

    def stronger(x: Any) -> Any:
        hue, saturation, value = jnp.moveaxis(rgb_to_hsv(x.astype(jnp.float32)), -1, 0)
        saturation = jnp.clip(saturation * jnp.asarray(saturation_factor, jnp.float32), 0, 1)
        return hsv_to_rgb(jnp.stack([hue, saturation, value], axis=-1)).astype(x.dtype)

    return _through_floats(image, stronger, saturate=False)


def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> Tensor:
    """One channel of brightness for three of colours."""
    images = jnp.asarray(tensor(images))
    floats = convert_image_dtype(images, jnp.float32)
    # On accelerators XLA multiplies with fewer bits unless it is told not to.
    grey = jnp.tensordot(floats, jnp.asarray(GREY, jnp.float32), axes=1, precision="highest")
    return convert_image_dtype(grey[..., None], images.dtype)


def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Three equal channels for one."""
    images = jnp.asarray(tensor(images))
    if images.shape[-1] != 1:
        raise ValueError("Last dimension of a grayscale image should be size 1.")
    return jnp.repeat(images, 3, axis=-1)


def rgb_to_hsv(images: TensorLike, name: str | None = None) -> Tensor:
    """Hue, saturation and value, each from 0 to 1."""
    images = jnp.asarray(tensor(images))
    red, green, blue = jnp.moveaxis(images, -1, 0)
    value = jnp.max(images, axis=-1)
    span = value - jnp.min(images, axis=-1)
    # `where` computes both sides, and a division by 0 would make NaN of the gradient.
    saturation = jnp.where(value > 0, span / jnp.where(value > 0, value, 1), 0)
    norm = 1 / (6 * jnp.where(span > 0, span, 1))
    hue = jnp.where(
        red == value,
        norm * (green - blue),
        jnp.where(
            green == value, norm * (blue - red) + 2.0 / 6.0, norm * (red - green) + 4.0 / 6.0
        ),
    )
    hue = jnp.where(span > 0, hue, 0)
    return jnp.stack([jnp.where(hue < 0, hue + 1, hue), saturation, value], axis=-1)


def hsv_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Red, green and blue of hue, saturation and value."""
    hue, saturation, value = jnp.moveaxis(jnp.asarray(tensor(images)), -1, 0)
    sixth = hue * 6
    channels = [
        jnp.clip(jnp.abs(sixth - 3) - 1, 0, 1),
        jnp.clip(2 - jnp.abs(sixth - 2), 0, 1),
        jnp.clip(2 - jnp.abs(sixth - 4), 0, 1),
    ]
    return jnp.stack([((1 - saturation) + saturation * one) * value for one in channels], axis=-1)


def rgb_to_yiq(images: Any) -> Tensor:
    """The colours of analogue television (NTSC)."""
    return _mixed(images, TO_YIQ)


def yiq_to_rgb(images: Any) -> Tensor:
    """Red, green and blue of YIQ."""
    return _mixed(images, FROM_YIQ)


def rgb_to_yuv(images: Any) -> Tensor:
    """The colours of analogue television (PAL)."""
    return _mixed(images, TO_YUV)


def yuv_to_rgb(images: Any) -> Tensor:
    """Red, green and blue of YUV."""
    return _mixed(images, FROM_YUV)


def per_image_standardization(image: Any) -> Tensor:
    """Each image with mean 0 and standard deviation 1; it counts as 1 / sqrt(pixels) at least."""
    image = jnp.asarray(tensor(image)).astype(jnp.float32)
    axes = (-3, -2, -1)
    pixels = np.prod(image.shape[-3:])
    mean = jnp.mean(image, axis=axes, keepdims=True)
    deviation = jnp.std(image, axis=axes, keepdims=True)
    return (image - mean) / jnp.maximum(deviation, np.float32(1 / np.sqrt(pixels)))


def _mixed(images: Any, matrix: Any) -> Any:
    images = jnp.asarray(tensor(images))
    return jnp.tensordot(images, jnp.asarray(matrix, images.dtype), axes=1, precision="highest")


def _through_floats(image: Any, change: Any, saturate: bool = True) -> Any:
    """A change of floats; other dtypes become float32 for it, and what they were after it."""
    image = jnp.asarray(tensor(image))
    # float64 becomes float32 as well, as in TensorFlow.
    kept = image.dtype in (jnp.float16, jnp.float32)
    floats = image if kept else convert_image_dtype(image, jnp.float32)
    return convert_image_dtype(change(floats), image.dtype, saturate)


operations(globals())
