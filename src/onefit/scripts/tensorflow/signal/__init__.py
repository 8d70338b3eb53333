"""`tf.signal`: Fourier transforms, windows and frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def fft(input: Any, name: str | None = None) -> Tensor:
    """The Fourier transform along the last axis."""
    return jnp.fft.fft(tensor(input))


def ifft(input: Any, name: str | None = None) -> Tensor:
    """The inverse Fourier transform along the last axis."""
    return jnp.fft.ifft(tensor(input))


def fft2d(input: Any, name: str | None = None) -> Tensor:
    """The Fourier transform along the last two axes."""
    return jnp.fft.fft2(tensor(input))


def ifft2d(input: Any, name: str | None = None) -> Tensor:
    """The inverse Fourier transform along the last two axes."""
    return jnp.fft.ifft2(tensor(input))


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The Fourier transform of real numbers along the last axis."""
    return jnp.fft.rfft(tensor(input_tensor), _length(fft_length))


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The real numbers of a Fourier transform along the last axis."""
    return jnp.fft.irfft(tensor(input_tensor), _length(fft_length))


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The frequency 0 in the middle."""
    return jnp.fft.fftshift(tensor(x), axes)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The frequency 0 back at the front."""
    return jnp.fft.ifftshift(tensor(x), axes)


def hann_window(
    window_length: Any, periodic: bool = True, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """Hann's window.

    >>> hann_window(4).numpy().tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    return _raised_cosine(int(window_length), periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: bool = True, dtype: Any = "float32", name: str | None = None
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


def _raised_cosine(length: int, periodic: bool, dtype: Any, a: float, b: float) -> Any:
    kind = np.dtype(dtype)
    if length == 1:
        return jnp.ones((1,), kind)
    period = length - 1 + int(periodic) * (1 - length % 2)  # TensorFlow: odd ones are symmetric
    places = np.arange(length, dtype=kind)
    angles = (2 * np.pi * places / kind.type(period)).astype(kind)
    return jnp.asarray((a - b * np.cos(angles)).astype(kind))


def _length(fft_length: Any) -> int | None:
    return None if fft_length is None else int(np.ravel(fft_length)[0])


operations(globals())
__getattr__ = names_of("tensorflow.signal")
