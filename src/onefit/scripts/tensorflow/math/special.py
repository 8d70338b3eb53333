"""The gamma function, Bessel functions and others of their kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.kinks import absolute, with_slope
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def lgamma(x: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
    return lax.lgamma(tensor(x))


def digamma(x: TensorLike, name: str | None = None) -> Tensor:
    """The derivative of `lgamma`."""
    return lax.digamma(tensor(x))


def erfc(x: TensorLike, name: str | None = None) -> Tensor:
    """`1 - erf(x)`."""
    return of_scipy("special", "erfc")(tensor(x))


def ndtri(x: TensorLike, name: str | None = None) -> Tensor:
    """The quantiles of the normal distribution."""
    return _quantiles()(tensor(x))


def _quantiles() -> Callable[[Tensor], Tensor]:
    return with_slope(
        of_scipy("special", "ndtri"), lambda x, found: jnp.isinf(found), lambda x: jnp.inf
    )


def igamma(a: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The lower incomplete gamma function, regularized."""
    return of_scipy("special", "gammainc")(tensor(a), tensor(x))


def igammac(a: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The upper incomplete gamma function, regularized."""
    return of_scipy("special", "gammaincc")(tensor(a), tensor(x))


def betainc(a: TensorLike, b: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The incomplete beta function, regularized."""
    return of_scipy("special", "betainc")(tensor(a), tensor(b), tensor(x))


def lbeta(x: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the beta function along the last axis."""
    x = tensor(x)
    return jnp.sum(lax.lgamma(x), axis=-1) - lax.lgamma(jnp.sum(x, axis=-1))


def polygamma(a: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The derivatives of `digamma`."""
    return of_scipy("special", "polygamma")(tensor(a).astype("int32"), tensor(x))


def zeta(x: TensorLike, q: Any, name: str | None = None) -> Tensor:
    """The Hurwitz zeta function."""
    return of_scipy("special", "zeta")(tensor(x), tensor(q))


def bessel_i0(x: TensorLike, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0."""
    x = tensor(x)
    return jnp.exp(absolute(x)) * of_scipy("special", "i0e")(x)


def bessel_i0e(x: TensorLike, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0, times `exp(-|x|)`."""
    return of_scipy("special", "i0e")(tensor(x))


def bessel_i1(x: TensorLike, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1."""
    # The slope at 0 is a half, and 1 in TensorFlow.
    return with_slope(of_scipy("special", "i1"), lambda x, _: x == 0, jnp.ones_like)(tensor(x))


def bessel_i1e(x: TensorLike, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1, times `exp(-|x|)`."""
    return of_scipy("special", "i1e")(tensor(x))


def erfcinv(x: TensorLike, name: str | None = None) -> Tensor:
    """The inverse of `erfc`."""
    # TensorFlow makes it of the same function.
    return -_quantiles()(tensor(x) / 2) * 0.5**0.5


operations(globals())
