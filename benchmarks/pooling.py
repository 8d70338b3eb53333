"""What the gradient of max pooling costs, in XLA's form and in onefit's: ``python pooling.py``.

Prints, for several windows over 64 pictures, milliseconds of both (the least of several calls, each
in a program of its own) and whether their bits are the same. Run it with onefit installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import lax
from jax.extend.core import jaxpr_as_fun

from onefit.training.rewrite.convolutions import rewrite

CASES = [
    # pictures, window, strides
    ((64, 28, 28, 8), (1, 2, 2, 1), (1, 2, 2, 1)),
    ((64, 28, 28, 64), (1, 2, 2, 1), (1, 2, 2, 1)),
    ((64, 28, 28, 64), (1, 3, 3, 1), (1, 2, 2, 1)),
    ((64, 28, 64), (1, 2, 1), (1, 2, 1)),
]


def main() -> None:
    """Measure and print."""
    draw = np.random.default_rng(0)
    for shape, window, strides in CASES:

        def pool(x: Any, window: Any = window, strides: Any = strides) -> Any:
            return lax.reduce_window(x, -np.inf, lax.max, window, strides, "VALID")

        def gradient(x: Any, g: Any, pool: Any = pool) -> Any:
            return jax.vjp(pool, x)[1](g)

        x = np.maximum(draw.standard_normal(shape), 0).astype("float32")
        g = draw.standard_normal(jax.eval_shape(pool, x).shape).astype("float32")
        traced = jax.make_jaxpr(gradient)(x, g)
        both = [jax.jit(jaxpr_as_fun(form)) for form in (traced, rewrite(traced, "cpu"))]
        first, second = (np.asarray(form(x, g)[0]) for form in both)
        xla, onefit = (milliseconds(form, x, g) for form in both)
        same = bool((first.view("int32") == second.view("int32")).all())
        print(f"{shape} by {window} every {strides}: XLA {xla:.2f} ms, onefit {onefit:.2f} ms, "
              f"{xla / onefit:.1f} times; same bits: {same}")  # fmt: skip


def milliseconds(form: Callable[..., Any], *arguments: Any) -> float:
    """The least of seven calls."""
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        jax.block_until_ready(form(*arguments))
        taken.append(time.perf_counter() - start)
    return 1e3 * min(taken)


if __name__ == "__main__":
    main()
