"""One step of Keras as a value: traced once, put into loops as often as needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from onefit.training.core.shapes import like, shapes
from onefit.training.rewrite.convolutions import rewrite


class Step:
    """A traced `train_step`, `test_step` or other pure function of `(state, batch)`.

    Tracing is the only moment at which the user's Python runs. Large arrays that it closes over
    come back as `consts`, to be handed to the program as an argument. Small ones are compiled into
    it, as Keras's own jit compiles them: XLA turns `x / 9` into `x * (1 / 9)` only if it sees the
    9, and the last bit can tell.

    Args:
        function: `(state, batch) -> (out, state)`, as Keras's steps are.
        state: Pytree of arrays or of their shapes.
        batch: Pytree of arrays or of their shapes, the batch as first axis.
    """

    def __init__(self, function: Callable[..., Any], state: Any, batch: Any) -> None:
        """Trace the function."""
        closed, (out, after) = jax.make_jaxpr(function, return_shape=True)(state, batch)
        self.state, self.batch, self.out, self.after = shapes(state), shapes(batch), out, after
        self.tree = jax.tree.structure((out, after))
        self.closed = closed

    @cached_property
    def jaxpr(self) -> ClosedJaxpr:
        """The step in the form that is fast inside a loop."""
        return rewrite(self.closed, jax.default_backend())

    @property
    def consts(self) -> list[Any]:
        """The large arrays that the function closed over."""
        return [const for const in self.jaxpr.consts if _large(const)]

    @property
    def closes(self) -> bool:
        """Whether the state that comes out has the structure, shapes and dtypes of the one put in.

        Only then is the step a loop's body. Keras itself would trace such a step again and again.
        """
        return jax.tree.structure(self.state) == jax.tree.structure(self.after) and all(
            a.shape == b.shape and a.dtype == b.dtype
            for a, b in zip(jax.tree.leaves(self.state), jax.tree.leaves(self.after))
        )

    @property
    def kept(self) -> Any:
        """For each leaf of the state whether the step hands it on as it is."""
        leaves, structure = jax.tree.flatten(self.state)
        inner = self.closed.jaxpr
        after = inner.outvars[len(inner.outvars) - len(leaves) :] if self.closes else []
        kept = [a is b for a, b in zip(after, inner.invars)]
        return jax.tree.unflatten(structure, kept or [False] * len(leaves))

    def as_traced(self, state: Any, batch: Any) -> tuple[Any, Any]:
        """The step as it came from the trace, for where there is no loop around it."""
        leaves = jax.tree.leaves((state, batch))
        values = jax.core.eval_jaxpr(self.closed.jaxpr, self.closed.consts, *leaves)
        out, after = jax.tree.unflatten(self.tree, values)
        return out, after

    def __call__(self, consts: list[Any], state: Any, batch: Any) -> tuple[Any, Any]:
        """Put the step into the program that is being traced."""
        passed = iter(consts)
        # As arrays of NumPy the small ones are literals of the program, which XLA may simplify
        # with.
        consts = [next(passed) if _large(c) else np.asarray(c) for c in self.jaxpr.consts]
        values = jax.core.eval_jaxpr(self.jaxpr.jaxpr, consts, *jax.tree.leaves((state, batch)))
        out, after = jax.tree.unflatten(self.tree, values)
        return out, like(self.state, after)


def _large(const: Any) -> bool:
    return int(getattr(const, "size", 1)) > 2**20
