"""Fourier and cosine transforms."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.refusals import demand_dtype

Tensor = Any


def fft(input: TensorLike, name: str | None = None) -> Tensor:
    """The Fourier transform along the last axis."""
    return jnp.fft.fft(_complex(input))


def ifft(input: TensorLike, name: str | None = None) -> Tensor:
    """The inverse Fourier transform along the last axis."""
    return jnp.fft.ifft(_complex(input))


def fft2d(input: TensorLike, name: str | None = None) -> Tensor:
    """The Fourier transform along the last two axes."""
    return jnp.fft.fft2(_complex(input))


def ifft2d(input: TensorLike, name: str | None = None) -> Tensor:
    """The inverse Fourier transform along the last two axes."""
    return jnp.fft.ifft2(_complex(input))


def rfft(input_tensor: TensorLike, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The Fourier transform of real numbers along the last axis."""
    return jnp.fft.rfft(_of_default(input_tensor, np.float32), _length(fft_length))


def irfft(input_tensor: TensorLike, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The real numbers of a Fourier transform along the last axis."""
    return jnp.fft.irfft(_of_default(input_tensor, np.complex64), _length(fft_length))


def fftshift(x: TensorLike, axes: Axis = None, name: str | None = None) -> Tensor:
    """The frequency 0 in the middle."""
    return jnp.fft.fftshift(tensor(x), axes)


def ifftshift(x: TensorLike, axes: Axis = None, name: str | None = None) -> Tensor:
    """The frequency 0 back at the front."""
    return jnp.fft.ifftshift(tensor(x), axes)


def fft3d(input: TensorLike, name: str | None = None) -> Tensor:
    """The Fourier transform along the last three axes."""
    return jnp.fft.fftn(_complex(input), axes=(-3, -2, -1))


def ifft3d(input: TensorLike, name: str | None = None) -> Tensor:
    """The inverse Fourier transform along the last three axes."""
    return jnp.fft.ifftn(_complex(input), axes=(-3, -2, -1))


def rfft2d(input_tensor: TensorLike, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The Fourier transform of real numbers along the last two axes."""
    return jnp.fft.rfft2(_of_default(input_tensor, np.float32), _lengths(fft_length))


def irfft2d(input_tensor: TensorLike, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The real numbers of a Fourier transform along the last two axes."""
    return jnp.fft.irfft2(_of_default(input_tensor, np.complex64), _lengths(fft_length))


def dct(
    input: TensorLike,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The cosine transform of type 2 along the last axis."""
    _only_type_2("dct", type, axis)
    return of_scipy("fft", "dct")(tensor(input), n=n, norm=norm)


def idct(
    input: TensorLike,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `dct`; without `norm="ortho"` a number for each value too large."""
    _only_type_2("idct", type, axis)
    values = tensor(input)
    made = of_scipy("fft", "idct")(values, n=n, norm=norm)
    return made if norm == "ortho" else made * (2 * values.shape[-1])


def _complex(value: Any) -> Tensor:
    """A value for a transform of complex numbers."""
    made = tensor(value)
    # Lists of Python's complex numbers keep their 128 bits, for these kernels alone.
    if not isinstance(value, list | tuple) or made.dtype != np.complex128:
        made = _of_default(value, np.complex64)
    demand_dtype(made, "input", ("complex64", "complex128"))
    return made


def _of_default(value: Any, dtype: Any) -> Tensor:
    """A value as a tensor: what is none yet gets the default dtype of TensorFlow's kernels."""
    made = tensor(value)
    # NumPy's arrays of 64 bits, too: TensorFlow takes the dtype of tensors alone as said.
    return made if isinstance(value, jax.Array) else made.astype(dtype)


def _only_type_2(name: str, kind: int, axis: int) -> None:
    if kind != 2:
        refuse_argument(f"tensorflow.signal.{name}", f"type={kind}, type")
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")


def _lengths(fft_length: Any) -> tuple[int, ...] | None:
    return None if fft_length is None else tuple(int(one) for one in np.ravel(fft_length))


def _length(fft_length: Any) -> int | None:
    return None if fft_length is None else int(np.ravel(fft_length)[0])


operations(globals())
