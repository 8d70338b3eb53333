"""Images changed at random: each function draws as TensorFlow's does, and then changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.annotations import Seed, TensorLike
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.image import colours
from onefit.scripts.tensorflow.image.coding import adjust_jpeg_quality
from onefit.scripts.tensorflow.image.geometry import batch_of
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random.operations import uniform
from onefit.scripts.tensorflow.random.stateless import stateless_uniform

Tensor = Any
Draw = Callable[..., Any]


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """An image, or its mirror image; of several images each of its own."""
    return _flipped(image, -2, partial(uniform, seed=seed))


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """An image, or it upside down; of several images each of its own."""
    return _flipped(image, -3, partial(uniform, seed=seed))


def stateless_random_flip_left_right(image: Any, seed: Any) -> Tensor:
    """An image, or its mirror image, as the seed has it."""
    return _flipped(image, -2, partial(stateless_uniform, seed=seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> Tensor:
    """An image, or it upside down, as the seed has it."""
    return _flipped(image, -3, partial(stateless_uniform, seed=seed))


def random_crop(
    value: TensorLike, size: Any, seed: int | None = None, name: str | None = None
) -> Tensor:
    """A part of this size, from anywhere."""
    return _cropped(value, size, partial(uniform, seed=seed))


def stateless_random_crop(
    value: TensorLike, size: Any, seed: Seed, name: str | None = None
) -> Tensor:
    """A part of this size, from where the seed has it."""
    return _cropped(value, size, partial(stateless_uniform, seed=seed))


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """Brighter or darker by at most `max_delta`."""
    return colours.adjust_brightness(image, _around(max_delta, partial(uniform, seed=seed)))


def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Tensor:
    """Brighter or darker by at most `max_delta`, as the seed has it."""
    draw = partial(stateless_uniform, seed=seed)
    return colours.adjust_brightness(image, _around(max_delta, draw))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """The contrast from `lower` to before `upper` times as strong."""
    return colours.adjust_contrast(image, _between(lower, upper, partial(uniform, seed=seed)))


def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Tensor:
    """The contrast from `lower` to before `upper` times as strong, as the seed has it."""
    draw = partial(stateless_uniform, seed=seed)
    return colours.adjust_contrast(image, _between(lower, upper, draw))


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """The saturation from `lower` to before `upper` times as strong."""
    return colours.adjust_saturation(image, _between(lower, upper, partial(uniform, seed=seed)))


def stateless_random_saturation(image: Any, lower: float, upper: float, seed: Any) -> Tensor:
    """The saturation from `lower` to before `upper` times as strong, as the seed has it."""
    draw = partial(stateless_uniform, seed=seed)
    return colours.adjust_saturation(image, _between(lower, upper, draw))


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """The hue turned by at most `max_delta`, which is at most 0.5."""
    return colours.adjust_hue(image, _hue(max_delta, partial(uniform, seed=seed)))


def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Tensor:
    """The hue turned by at most `max_delta`, as the seed has it."""
    return colours.adjust_hue(image, _hue(max_delta, partial(stateless_uniform, seed=seed)))


def random_jpeg_quality(
    image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None
) -> Tensor:
    """An image as it is after JPEG of a quality between these."""
    draw = partial(uniform, seed=seed)
    return adjust_jpeg_quality(image, _quality(min_jpeg_quality, max_jpeg_quality, draw))


def stateless_random_jpeg_quality(
    image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: Any
) -> Tensor:
    """An image as it is after JPEG of a quality between these, as the seed has it."""
    draw = partial(stateless_uniform, seed=seed)
    return adjust_jpeg_quality(image, _quality(min_jpeg_quality, max_jpeg_quality, draw))


def _flipped(image: Any, axis: int, draw: Draw) -> Tensor:
    batch, alone = batch_of(image)
    turned = jnp.flip(batch, axis)
    # As in TensorFlow: one image is flipped by a number below one half, one of several by another.
    if alone:
        return jnp.where(draw(shape=(), minval=0, maxval=1.0) < 0.5, turned, batch)[0]
    flips = jnp.round(draw(shape=(len(batch),), minval=0, maxval=1.0))
    flips = flips.reshape(-1, 1, 1, 1).astype(batch.dtype)
    return flips * turned + (1 - flips) * batch


def _cropped(value: Any, size: Any, draw: Draw) -> Tensor:
    value, lengths = jnp.asarray(tensor(value)), _shape(size)
    if len(lengths) != value.ndim or any(a < b for a, b in zip(value.shape, lengths)):
        raise ValueError(
            f"Expected `size` within the shape {value.shape}. Received: size={lengths}."
        )
    largest = np.iinfo(np.int32).max
    # As TensorFlow does: numbers drawn up to the limits themselves would be others.
    drawn = draw(shape=(value.ndim,), minval=0, maxval=largest, dtype="int32")
    limits = np.array(value.shape, "int32") - np.array(lengths, "int32") + 1
    return lax.dynamic_slice(value, list(drawn % limits), lengths)


def _around(most: float, draw: Draw) -> Any:
    if most < 0:
        raise ValueError("max_delta must be non-negative.")
    return draw(shape=(), minval=-most, maxval=most)


def _hue(most: float, draw: Draw) -> Any:
    if most > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    return _around(most, draw)


def _between(lower: float, upper: float, draw: Draw) -> Any:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return draw(shape=(), minval=lower, maxval=upper)


def _quality(least: int, most: int, draw: Draw) -> Any:
    if not (0 <= least <= 100 and 0 <= most <= 100):
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if least >= most:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    return draw(shape=(), minval=least, maxval=most, dtype="int32")


operations(globals())
