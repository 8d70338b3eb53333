"""Layers that a `Lambda`, or the `call` of a script's layer, makes anew at each call.

Keras 1 and 2 called it once, when the graph was made: such a layer kept the weights that it was
drawn with, and was trained by nobody. Keras 3 calls it in each trace, where it would be drawn anew,
so that `fit`, `evaluate` and `predict` each had other weights.

Source: `Layer.__call__` in `keras/engine/topology.py` of 1.2.2 and `keras/engine/base_layer.py` of
2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from onefit.scripts.eras.stand_ins.construction import is_own

Function = Callable[..., Any]
_SEEDS = "_seeds_of_layers_in_its_call"
_calls: list[tuple[Any, list[int]]] = []
"""The layers that are being called, each with how many seeds its call has taken."""


def noted(original: Function) -> Function:
    """`Layer.__call__` that knows which layer's call it is in."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        _calls.append((self, [0]))
        try:
            return original(self, *args, **kwargs)
        finally:
            _calls.pop()

    return __call__


def seed_below(bound: int) -> int:
    """A seed of `np.random`; for a layer made in a call that of the first such call.

    Args:
        bound: Seeds are below.
    """
    if len(_calls) < 2 or not _makes(_calls[-2][0], _calls[-1][0]):
        return int(np.random.randint(bound))
    outer, taken = _calls[-2]
    if _SEEDS not in vars(outer):
        object.__setattr__(outer, _SEEDS, [])
    seeds: list[int] = vars(outer)[_SEEDS]
    if taken[0] == len(seeds):
        seeds.append(int(np.random.randint(bound)))
    taken[0] += 1
    return seeds[taken[0] - 1]


def _makes(outer: Any, inner: Any) -> bool:
    """Whether a layer is one that another one's call has made, and that it does not keep."""
    if isinstance(outer, keras.Model):
        return False
    is_computed = isinstance(outer, keras.layers.Lambda) or is_own(type(outer).call)
    return is_computed and all(one is not inner for one in outer._flatten_layers())
