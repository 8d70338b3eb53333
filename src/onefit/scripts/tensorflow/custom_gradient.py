"""`tf.custom_gradient`: a function that brings its own gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import here, tracing
from onefit.scripts.tensorflow.operation import as_it_is, leaves, unwrapped, wrapped
from onefit.scripts.tensorflow.recorder import evaluate
from onefit.scripts.tensorflow.tensor import Tensor


class _Rule:
    """A traced gradient: for JAX a pytree of the arrays that it has taken in."""

    def __init__(self, program: Any, taken_in: Any) -> None:
        self.program, self.taken_in = program, taken_in


# Between the two passes JAX carries pytrees alone. What the gradient has taken in may be tracers of
# the first pass, which have to be leaves of one.
jax.tree_util.register_pytree_node(
    _Rule,
    lambda rule: ((rule.taken_in,), rule.program),
    lambda program, held: _Rule(program, *held),
)


@as_it_is
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function a gradient of its own.

    Args:
        f: Gives its result, and a function of the result's gradients that gives those of the
            arguments, in a list if there are several.

    Returns:
        A function that gives the result.

    >>> from onefit.scripts.tensorflow.arrays.creation import constant
    >>> from onefit.scripts.tensorflow.tape import GradientTape
    >>> @custom_gradient
    ... def halved(x):
    ...     return x * 2, lambda upstream: upstream / 2
    >>> x = constant(1.0)
    >>> with GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = halved(x)
    >>> float(tape.gradient(y, x))
    0.5
    """

    @wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        keep = here.inside
        shown: Callable[[Any], Any] = (lambda value: value) if keep else Tensor

        def called(values: Any) -> tuple[Any, Callable[..., Any]]:
            if keep:
                return f(*values, **kwargs)
            with tracing():
                return f(*map(Tensor, values), **kwargs)

        def plainly(*values: Any) -> Any:
            return unwrapped(called(values)[0])

        def forward(*values: Any) -> tuple[Any, _Rule]:
            result, gradient = called(values)

            def backward(*upstream: Any) -> list[Any]:
                found = gradient(*map(shown, upstream))
                found = found if isinstance(found, list | tuple) else [found]
                return [_of(one, value) for one, value in zip(unwrapped(list(found)), values)]

            made = unwrapped(result)
            program = jax.make_jaxpr(backward)(*leaves(made))
            return made, _Rule(program.jaxpr, program.consts)

        def backward(rule: _Rule, upstream: Any) -> tuple[Any, ...]:
            return tuple(evaluate(rule.program, rule.taken_in, *leaves(upstream)))

        call: Any = jax.custom_vjp(plainly)
        call.defvjp(forward, backward)
        with jax.enable_x64(bool(not keep or jax.config.jax_enable_x64)):
            result = call(*[tensor(one) for one in args])
        return result if keep else wrapped(result)

    return decorated


def _of(gradient: Any, value: Any) -> Any:
    """The gradient of an argument; zeros where none is given."""
    if gradient is None:
        return jnp.zeros(value.shape, value.dtype)
    # JAX refuses a gradient of another dtype than that of its value.
    return jnp.asarray(gradient, np.dtype(value.dtype))
