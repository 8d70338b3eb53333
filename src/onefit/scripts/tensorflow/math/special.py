"""The gamma function, Bessel functions and others of their kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.jax_scipy import of_scipy
from onefit.scripts.tensorflow.kinks import absolute, ruled, with_slope
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def lgamma(x: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
    return lax.lgamma(tensor(x))


def digamma(x: TensorLike, name: str | None = None) -> Tensor:
    """The derivative of `lgamma`."""
    return _digamma(tensor(x))


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
    return _of_positive("gammainc", tensor(a), tensor(x))


def igammac(a: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The upper incomplete gamma function, regularized."""
    return _of_positive("gammaincc", tensor(a), tensor(x))


def _of_positive(name: str, a: Tensor, x: Tensor) -> Tensor:
    """JAX has the limits at 0 of the first parameter, and TensorFlow NaN."""
    return jnp.where(a > 0, of_scipy("special", name)(a, x), jnp.nan)


def betainc(a: TensorLike, b: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The incomplete beta function, regularized."""
    # Without gradients of the parameters, which neither library has.
    a, b = (lax.stop_gradient(tensor(one)) for one in (a, b))
    return jnp.where((a > 0) & (b > 0), _betainc(a, b, tensor(x)), jnp.nan)


def lbeta(x: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the beta function along the last axis."""
    x = tensor(x)
    return jnp.sum(lax.lgamma(x), axis=-1) - lax.lgamma(jnp.sum(x, axis=-1))


def polygamma(a: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The derivatives of `digamma`."""
    order, x = tensor(a).astype("int32"), tensor(x)
    found = of_scipy("special", "polygamma")(order, x)
    return jnp.where((order > 0) & (x == jnp.inf), 0, found)


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
    own = with_slope(of_scipy("special", "i1e"), lambda x, _: jnp.isnan(x), lambda x: jnp.nan)
    return own(tensor(x))


def erfcinv(x: TensorLike, name: str | None = None) -> Tensor:
    """The inverse of `erfc`."""
    # TensorFlow makes it of the same function.
    return -_quantiles()(tensor(x) / 2) * 0.5**0.5


def _of_digamma(values: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    (x,), (slope,) = values, tangents
    is_end = x == jnp.inf
    own = of_scipy("special", "polygamma")(1, jnp.where(is_end, 1, x))
    return _digamma(x), slope * jnp.where(is_end, 0, own)


def _of_betainc(values: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    # JAX's formula has NaN at the ends.
    a, b, x = values
    powers = of_scipy("special", "xlogy")(a - 1, x) + of_scipy("special", "xlog1py")(b - 1, -x)
    return _betainc(a, b, x), tangents[2] * jnp.exp(powers - of_scipy("special", "betaln")(a, b))


_digamma = ruled(lax.digamma, _of_digamma)
_betainc = ruled(lambda a, b, x: of_scipy("special", "betainc")(a, b, x), _of_betainc)


operations(globals())
