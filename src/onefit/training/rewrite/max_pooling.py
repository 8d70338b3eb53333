"""The gradient of max pooling in the form that XLA's CPU backend runs fast.

XLA scatters the gradient of each window to the place of its largest value, in a loop that does one
window after the other: half of the time of a step with wide convolutions. Here every place of the
windows looks at all windows at once whether it was theirs, 3 to 40 times as fast
(`benchmarks/pooling.py`).
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import JaxprEqn

MOST_PLACES = 32  # of a window: each becomes a few operations for XLA to compile


def scatters(eqn: JaxprEqn) -> bool:
    """Whether an equation is the gradient of max or min pooling that `spread` can compute.

    Windows that overlap add gradients up, and XLA leaves out roundings between sums of 16 bits.
    """
    if eqn.primitive.name != "select_and_scatter_add":
        return False
    window, strides = eqn.params["window_dimensions"], eqn.params["window_strides"]
    overlaps = any(w > s for w, s in zip(window, strides))
    dtype = eqn.outvars[0].aval.dtype
    return math.prod(window) <= MOST_PLACES and (dtype.itemsize > 2 or not overlaps)


def spread(
    gradient: jax.Array,
    operand: jax.Array,
    *,
    select_prim: Any,
    window_dimensions: tuple[int, ...],
    window_strides: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
) -> jax.Array:
    """`select_and_scatter_add` of JAX, with the same bits.

    Where windows overlap, a place can get several gradients. XLA adds them in the order of the
    windows, and the window that comes first holds the place at its end.

    Args:
        gradient: A number for each window.
        operand: What was pooled.
        select_prim: `ge` for max pooling, `le` for min pooling: whether to stay with the value
            found so far.
        window_dimensions: The shape of a window.
        window_strides: How far from window to window.
        padding: How many places to add before and after each axis; they hold the lowest value.

    Returns:
        An array of the operand's shape.

    >>> x = jnp.asarray([1.0, 3.0, 2.0, 5.0, 4.0])
    >>> size = {"window_dimensions": (3,), "window_strides": (2,), "padding": ((0, 0),)}
    >>> spread(jnp.asarray([10.0, 20.0]), x, select_prim=lax.ge_p, **size).tolist()
    [0.0, 10.0, 0.0, 20.0, 0.0]
    """
    lowest = -jnp.inf if select_prim is lax.ge_p else jnp.inf
    padded = lax.pad(operand, jnp.asarray(lowest, operand.dtype), [(*p, 0) for p in padding])
    sizes = list(zip(padded.shape, gradient.shape, window_strides))
    best: Any = None
    for number, place in enumerate(np.ndindex(*window_dimensions)):
        ends = [first + (n - 1) * stride + 1 for first, (_, n, stride) in zip(place, sizes)]
        values = lax.slice(padded, place, ends, window_strides)
        if best is None:
            best, chosen = values, jnp.zeros(values.shape, np.int32)
            continue
        stays = select_prim.bind(best, values)
        best, chosen = jnp.where(stays, best, values), jnp.where(stays, chosen, number)
    zero = jnp.zeros((), gradient.dtype)
    gradient = jnp.where(gradient == 0, zero, gradient)  # 0.0 + -0.0 is 0.0
    total: Any = None
    for number, place in reversed(list(enumerate(np.ndindex(*window_dimensions)))):
        gaps = [(at, size - at - (n - 1) * s - 1, s - 1) for at, (size, n, s) in zip(place, sizes)]
        placed = lax.pad(jnp.where(chosen == number, gradient, zero), zero, gaps)
        total = placed if total is None else total + placed
    starts = [low for low, _ in padding]
    return lax.slice(total, starts, [low + n for low, n in zip(starts, operand.shape)])
