"""Functions of `tf.math` that are rarer: segments, special functions, parts of complex numbers."""

from __future__ import annotations

import importlib
from typing import Any

import jax.numpy as jnp
from jax import lax
from jax import ops as segments

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any

NAMES = """
accumulate_n angle bessel_i0 bessel_i0e bessel_i1 bessel_i1e betainc conj cumulative_logsumexp erfc
igamma igammac imag invert_permutation is_non_decreasing is_strictly_increasing lbeta ndtri
nextafter polygamma polyval real reciprocal_no_nan rint scalar_mul segment_max segment_mean
segment_min segment_prod unsorted_segment_max unsorted_segment_mean unsorted_segment_min
unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum xdivy xlog1py zero_fraction zeta
"""


def _of_jax(name: str) -> Any:
    """A function of `jax.scipy.special`, which takes 20 ms to load and few scripts need."""
    return getattr(importlib.import_module("jax.scipy.special"), name)


def real(input: Any, name: str | None = None) -> Tensor:
    """The real part."""
    return jnp.real(tensor(input))


def imag(input: Any, name: str | None = None) -> Tensor:
    """The imaginary part."""
    return jnp.imag(tensor(input))


def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate."""
    return jnp.conj(tensor(x))


def angle(input: Any, name: str | None = None) -> Tensor:
    """The angle of complex numbers."""
    return jnp.angle(tensor(input))


def erfc(x: Any, name: str | None = None) -> Tensor:
    """`1 - erf(x)`."""
    return _of_jax("erfc")(tensor(x))


def ndtri(x: Any, name: str | None = None) -> Tensor:
    """The quantiles of the normal distribution."""
    return _of_jax("ndtri")(tensor(x))


def igamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The lower incomplete gamma function, regularized."""
    return _of_jax("gammainc")(tensor(a), tensor(x))


def igammac(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The upper incomplete gamma function, regularized."""
    return _of_jax("gammaincc")(tensor(a), tensor(x))


def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Tensor:
    """The incomplete beta function, regularized."""
    return _of_jax("betainc")(tensor(a), tensor(b), tensor(x))


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the beta function along the last axis."""
    x = tensor(x)
    return jnp.sum(lax.lgamma(x), axis=-1) - lax.lgamma(jnp.sum(x, axis=-1))


def polygamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The derivatives of `digamma`."""
    return _of_jax("polygamma")(tensor(a).astype("int32"), tensor(x))


def zeta(x: Any, q: Any, name: str | None = None) -> Tensor:
    """The Hurwitz zeta function."""
    return _of_jax("zeta")(tensor(x), tensor(q))


def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0."""
    return _of_jax("i0")(tensor(x))


def bessel_i0e(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0, times `exp(-|x|)`."""
    return _of_jax("i0e")(tensor(x))


def bessel_i1(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1."""
    return _of_jax("i1")(tensor(x))


def bessel_i1e(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1, times `exp(-|x|)`."""
    return _of_jax("i1e")(tensor(x))


def rint(x: Any, name: str | None = None) -> Tensor:
    """The nearest integer, the even one of two."""
    return jnp.rint(tensor(x))


def nextafter(x1: Any, x2: Any, name: str | None = None) -> Tensor:
    """The next number from `x1` towards `x2`."""
    return jnp.nextafter(tensor(x1), tensor(x2))


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """`1 / x`, and 0 where `x` is 0."""
    x = tensor(x)
    return jnp.where(x == 0, 0, 1 / jnp.where(x == 0, 1, x))


def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x / y`, and 0 where `x` is 0."""
    x, y = tensor(x), tensor(y)
    return jnp.where(x == 0, 0, x / jnp.where(x == 0, 1, y))


def xlog1py(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`x * log(1 + y)`, and 0 where `x` is 0."""
    return _of_jax("xlog1py")(tensor(x), tensor(y))


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The share of zeros."""
    return jnp.mean((tensor(value) == 0).astype("float32"))


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """`scalar * x`."""
    x = tensor(x)
    return jnp.asarray(scalar, x.dtype) * x


def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: Any = None) -> Any:
    """The sum of several arrays."""
    return sum(tensor(one) for one in inputs)


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Tensor:
    """A polynomial; the first coefficient is that of the highest power."""
    x = tensor(x)
    made = jnp.zeros_like(x)
    for coefficient in coeffs:
        made = made * x + tensor(coefficient)
    return made


def cumulative_logsumexp(
    x: Any,
    axis: int = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The logarithms of the running sums of exponentials along `axis`."""
    x = tensor(x)
    ordered = jnp.flip(x, axis) if reverse else x
    made = lax.cumlogsumexp(ordered, axis % x.ndim)
    if exclusive:
        made = jnp.moveaxis(made, axis, 0)
        made = jnp.concatenate([jnp.full_like(made[:1], -jnp.inf), made[:-1]])
        made = jnp.moveaxis(made, 0, axis)
    return jnp.flip(made, axis) if reverse else made


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """Where each number of a permutation stands."""
    x = tensor(x)
    return jnp.argsort(x).astype(x.dtype)


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Whether no element is smaller than the one before it."""
    flat = tensor(x).reshape(-1)
    return jnp.all(flat[1:] >= flat[:-1])


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Whether each element is larger than the one before it."""
    flat = tensor(x).reshape(-1)
    return jnp.all(flat[1:] > flat[:-1])


def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the slices with the same number."""
    return _segmented(segments.segment_sum, data, segment_ids, num_segments)


def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The products of the slices with the same number."""
    return _segmented(segments.segment_prod, data, segment_ids, num_segments)


def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The largest of the slices with the same number; the least number where there are none."""
    made = _segmented(segments.segment_max, data, segment_ids, num_segments)
    return _finite(made, jnp.finfo(made.dtype).min if _is_float(made) else None)


def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The least of the slices with the same number; the largest number where there are none."""
    made = _segmented(segments.segment_min, data, segment_ids, num_segments)
    return _finite(made, jnp.finfo(made.dtype).max if _is_float(made) else None)


def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The means of the slices with the same number; 0 where there are none."""
    sums = _segmented(segments.segment_sum, data, segment_ids, num_segments)
    return sums / _counts(sums, segment_ids, num_segments)


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the slices with the same number, over the root of how many they are."""
    sums = _segmented(segments.segment_sum, data, segment_ids, num_segments)
    return sums / jnp.sqrt(_counts(sums, segment_ids, num_segments))


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The means of the slices with the same number, the numbers being in order."""
    return unsorted_segment_mean(data, segment_ids, _last(segment_ids))


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The products of the slices with the same number, the numbers being in order."""
    return unsorted_segment_prod(data, segment_ids, _last(segment_ids))


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The largest of the slices with the same number; 0 where there are none."""
    return _or_zero(segments.segment_max, data, segment_ids)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The least of the slices with the same number; 0 where there are none."""
    return _or_zero(segments.segment_min, data, segment_ids)


def _segmented(function: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    values, numbers = tensor(data), tensor(segment_ids)
    rest = values.shape[numbers.ndim :]
    return function(values.reshape(-1, *rest), numbers.reshape(-1), int(num_segments))


def _or_zero(function: Any, data: Any, segment_ids: Any) -> Any:
    made = _segmented(function, data, segment_ids, _last(segment_ids))
    numbers = tensor(segment_ids).reshape(-1)
    there = segments.segment_sum(jnp.ones_like(numbers), numbers, len(made)) > 0
    return jnp.where(there.reshape(-1, *[1] * (made.ndim - 1)), made, 0)


def _counts(sums: Any, segment_ids: Any, num_segments: Any) -> Any:
    numbers = tensor(segment_ids).reshape(-1)
    counts = segments.segment_sum(jnp.ones(numbers.shape, sums.dtype), numbers, int(num_segments))
    return jnp.maximum(counts, 1).reshape(-1, *[1] * (sums.ndim - 1))


def _last(segment_ids: Any) -> int:
    return int(tensor(segment_ids)[-1]) + 1


def _is_float(values: Any) -> bool:
    return bool(jnp.issubdtype(values.dtype, jnp.floating))


def _finite(values: Any, bound: Any) -> Any:
    return values if bound is None else jnp.where(jnp.isinf(values), bound, values)


operations(globals())
