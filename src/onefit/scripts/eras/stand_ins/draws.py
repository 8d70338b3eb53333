"""Random numbers of `keras.backend` inside a layer: `K.random_normal` in a `Lambda`.

TensorFlow's graph drew anew at each step. A program of JAX's draws anew only from a state that it
is given, so layers that may draw get a seed generator, which Keras tracks as it tracks a dropout's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.tensorflow.keras import backend as _shared

Function = Callable[..., Any]
_calls: list[Any] = []


def with_seeds(original: Function) -> Function:
    """A layer that is not Keras's own, and a `Lambda`, can draw."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        own = not type(self).__module__.startswith("keras.") or type(self).__name__ == "Lambda"
        if own and not isinstance(self, keras.Model):
            self._seeds_of_era = keras.random.SeedGenerator()

    return __init__


def noting(original: Function) -> Function:
    """While a layer is called, it is the one whose seeds are drawn from."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        _calls.append(self)
        try:
            return original(self, *args, **kwargs)
        finally:
            _calls.pop()

    return __call__


def _seed(seed: Any) -> Any:
    """A seed as it is given, or the generator of the innermost layer that has one."""
    if seed is not None:
        return seed
    found = (vars(layer).get("_seeds_of_era") for layer in reversed(_calls))
    return next((one for one in found if one is not None), None)


def _drawing(name: str) -> Function:
    function: Function = getattr(_shared, name)

    def draw(*args: Any, seed: Any = None, **kwargs: Any) -> Any:
        return function(*args, seed=_seed(seed), **kwargs)

    draw.__name__, draw.__doc__ = name, function.__doc__
    return draw


random_normal = _drawing("random_normal")
random_uniform = _drawing("random_uniform")
truncated_normal = _drawing("truncated_normal")
random_bernoulli = _drawing("random_bernoulli")


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Zeros for a share of a tensor's elements, the others scaled up."""
    return keras.random.dropout(x, level, noise_shape, seed=_seed(seed))


def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with a probability, zeros else."""
    return random_bernoulli(shape, p, dtype=dtype, seed=seed)
