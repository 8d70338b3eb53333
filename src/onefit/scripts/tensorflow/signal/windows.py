"""Windows, frames, and the transforms of frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def hann_window(
    window_length: Any, periodic: bool = True, dtype: DTypeLike = "float32", name: str | None = None
) -> Tensor:
    """Hann's window.

    >>> hann_window(4).numpy().tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    return _raised_cosine(int(window_length), periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: bool = True, dtype: DTypeLike = "float32", name: str | None = None
) -> Tensor:
    """Hamming's window."""
    return _raised_cosine(int(window_length), periodic, dtype, 0.54, 0.46)


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: int = -1,
    name: str | None = None,
) -> Tensor:
    """The parts of a signal of this length, one every `frame_step` values.

    >>> frame([1, 2, 3, 4, 5], 3, 2).numpy().tolist()
    [[1, 2, 3], [3, 4, 5]]
    """
    values = jnp.moveaxis(tensor(signal), axis, -1)
    length, step = int(frame_length), int(frame_step)
    count = values.shape[-1]
    frames = -(-count // step) if pad_end else max(0, 1 + (count - length) // step)
    missing = max(0, (frames - 1) * step + length - count)
    values = jnp.pad(
        values, [(0, 0)] * (values.ndim - 1) + [(0, missing)], constant_values=pad_value
    )
    places = np.arange(frames)[:, None] * step + np.arange(length)
    made = values[..., places]
    place = axis % np.ndim(signal)
    return jnp.moveaxis(made, (-2, -1), (place, place + 1))


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Callable[..., Any] | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The Fourier transforms of windows of a signal.

    Args:
        signals: Real numbers, along the last axis.
        frame_length: The values of a window.
        frame_step: The distance of windows.
        fft_length: The values of a transform. Defaults to the next power of two.
        window_fn: What weighs the values of a window. Defaults to Hann's.
        pad_end: Whether the last windows are filled up with zeros. Defaults to `False`.
        name: Taken, and of no effect.
    """
    length = int(frame_length)
    size = 2 ** int(np.ceil(np.log2(length))) if fft_length is None else int(fft_length)
    framed = frame(signals, length, frame_step, pad_end)
    if window_fn is not None:
        framed = framed * tensor(window_fn(length, dtype=framed.dtype))
    return jnp.fft.rfft(framed, size)


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """The sum of frames, one every `frame_step` values."""
    values = tensor(signal)
    frames, length = values.shape[-2:]
    step = int(frame_step)
    made = jnp.zeros((*values.shape[:-2], (frames - 1) * step + length), values.dtype)
    for number in range(frames):
        made = made.at[..., number * step : number * step + length].add(values[..., number, :])
    return made


def _raised_cosine(length: int, periodic: bool, dtype: DTypeLike, a: float, b: float) -> Any:
    kind = np.dtype(dtype)
    if length == 1:
        return jnp.ones((1,), kind)
    period = length - 1 + int(periodic) * (1 - length % 2)  # TensorFlow: odd ones are symmetric
    places = np.arange(length, dtype=kind)
    angles = (2 * np.pi * places / kind.type(period)).astype(kind)
    return jnp.asarray((a - b * np.cos(angles)).astype(kind))


def kaiser_window(
    window_length: Any, beta: float = 12.0, dtype: DTypeLike = "float32", name: str | None = None
) -> Tensor:
    """Kaiser's window."""
    return jnp.asarray(np.kaiser(int(window_length), float(beta)).astype(np.dtype(dtype)))


def vorbis_window(
    window_length: Any, dtype: DTypeLike = "float32", name: str | None = None
) -> Tensor:
    """The window of Vorbis."""
    length = int(window_length)
    angles = np.pi / (2 * length) * (2 * np.arange(length) + 1)
    return jnp.asarray(np.sin(np.pi / 2 * np.sin(angles) ** 2).astype(np.dtype(dtype)))


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Callable[..., Any] = hann_window, name: str | None = None
) -> Callable[..., Any]:
    """The window for `inverse_stft` that undoes another one's."""
    step = int(frame_step)

    def window(frame_length: Any, dtype: DTypeLike) -> Tensor:
        length = int(frame_length)
        forward = np.asarray(forward_window_fn(length, dtype=dtype))
        overlaps = -(-length // step)
        squares = np.pad(forward**2, (0, overlaps * step - length)).reshape(overlaps, step)
        sums = np.tile(squares.sum(axis=0), overlaps)[:length]
        return jnp.asarray((forward / sums).astype(np.dtype(dtype)))

    return window


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Callable[..., Any] | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """A signal of the transforms of its windows: see `stft`."""
    length = int(frame_length)
    size = 2 ** int(np.ceil(np.log2(length))) if fft_length is None else int(fft_length)
    frames = jnp.fft.irfft(tensor(stfts), size)[..., :length]
    missing = length - frames.shape[-1]
    if missing > 0:
        frames = jnp.pad(frames, [(0, 0)] * (frames.ndim - 1) + [(0, missing)])
    if window_fn is not None:
        frames = frames * tensor(window_fn(length, dtype=frames.dtype))
    return overlap_and_add(frames, frame_step)


operations(globals())
