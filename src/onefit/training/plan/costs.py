"""What a run costs, roughly: its floating-point operations, and how much one call may do."""

from __future__ import annotations

from jax.extend.core import ClosedJaxpr, JaxprEqn

from onefit.training.rewrite.jaxprs import inside, product


def work(jaxpr: ClosedJaxpr) -> float:
    """Roughly the floating-point operations of a jaxpr: products, convolutions, elements.

    >>> import jax, jax.numpy as jnp
    >>> a = jnp.ones((8, 16)); b = jnp.ones((16, 4))
    >>> work(jax.make_jaxpr(jnp.dot)(a, b))
    1024.0
    """
    return sum(map(_work_of, jaxpr.jaxpr.eqns))


def _work_of(equation: JaxprEqn) -> float:
    if parts := inside(equation):
        # A scan says how often it goes round. A `while` does not, and counts as one round.
        repeats = float(equation.params.get("length", 1) or 1)
        return repeats * sum(_work_of(e) for part in parts for e in part.eqns)
    if found := product(equation):
        return found
    out = float(sum(v.aval.size for v in equation.outvars if hasattr(v.aval, "size")))
    if equation.primitive.name == "conv_general_dilated":
        # Each number of the output is a sum over the part of the kernel that belongs to its
        # feature, a product and a sum for each entry.
        kernel = equation.invars[1].aval
        features = equation.params["dimension_numbers"].rhs_spec[0]
        return 2.0 * out * kernel.size / kernel.shape[features]
    return out


ORDER_NUMBERS = 65_536  # row numbers in one call's orders: 256 KiB, drawn and copied in no time
MOST_EPOCHS = 1024


def chunk_length(rows: int) -> int:
    """How many epochs one call may run: a power of two that depends on the data alone.

    The number of epochs that a user asks for is not in the program's shapes, so one XLA compile
    serves any number.

    >>> chunk_length(4), chunk_length(1000), chunk_length(60_000)
    (1024, 64, 1)
    """
    fitting = max(1, ORDER_NUMBERS // max(1, rows))
    return min(MOST_EPOCHS, 1 << (fitting.bit_length() - 1))


SHORT = 0.5  # seconds of calls for steps, about what it takes to compile a program for all of them
FEW = 200  # batches of a pass up to which each is a call: 15 to 50 us; a loop is compiled in 40 ms


def seconds_of_calls(epochs: int, steps: int) -> float:
    """Roughly, what it costs to call a program for each step, and Keras's callbacks between epochs.

    Measured: 40 us for a step's call and its batch, 1 ms for an epoch.

    >>> seconds_of_calls(10, 100)
    0.05
    """
    return epochs * (1e-3 + 4e-5 * steps)
