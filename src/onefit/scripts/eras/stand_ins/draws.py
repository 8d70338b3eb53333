"""Random numbers of `keras.backend` inside a layer: `K.random_normal` in a `Lambda`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.eras.stand_ins import graph_draws
from onefit.scripts.layer_seeds import seed_or_own
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.graph_calls import called
from onefit.scripts.tensorflow.keras import backend as _shared

Function = Callable[..., Any]


def _drawing(name: str) -> Function:
    shared = getattr(_shared, name)
    function: Function = getattr(shared, "__wrapped__", shared)

    def draw(*args: Any, seed: Any = None, **kwargs: Any) -> Any:
        # An operation with a seed of its own took no number of `np.random`.
        if seed is None:
            graph_draws.note()

        @wraps(function)
        def drawn(*args: Any, **kwargs: Any) -> Any:
            return function(*args, seed=seed_or_own(seed), **kwargs)

        return called(drawn, args, kwargs)

    draw.__name__, draw.__doc__ = name, function.__doc__
    return draw


random_normal = _drawing("random_normal")
random_uniform = _drawing("random_uniform")
truncated_normal = _drawing("truncated_normal")
random_bernoulli = _drawing("random_bernoulli")


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Zeros for a share of a tensor's elements, the others scaled up."""
    if seed is None:
        graph_draws.note()
    return keras.random.dropout(array(x), level, noise_shape, seed=seed_or_own(seed))


def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with a probability, zeros else."""
    return random_bernoulli(shape, p, dtype=dtype, seed=seed)
