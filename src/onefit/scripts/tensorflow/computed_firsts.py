"""Variables that a `tf.function` makes of values which it computes: `tf.Variable(x * 2)`.

They are made when the function is traced, and hold zeros until the trace has ended; the values that
they begin with are computed then, of the arguments of the first call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax

from onefit.scripts.tensorflow.recorder import evaluate

Array = Any


def unknown_value() -> ValueError:
    """The error for a first value that cannot be computed before the function runs."""
    return ValueError(
        "Expected the first value of a variable that is made in a tf.function to be known while it "
        "is traced, or to be computed of the arguments of its first call. Received: one of a "
        "branch, of a loop, or of arguments that are shapes and dtypes only. Make the variable "
        "outside."
    )


def give_first_values(made: list[Any], program: Any, inputs: Sequence[Array]) -> None:
    """Give variables the values that they begin with.

    Args:
        made: The variables.
        program: What the trace has computed; its last results are these values.
        inputs: What the program is given.

    Raises:
        ValueError: If a value is computed of an argument that has a shape and a dtype only.
    """
    if not made:
        return
    whole = program.jaxpr
    ends = whole.outvars[len(whole.outvars) - len(made) :]
    # Without the rest of the function, which is to run, and to print, once.
    needed, kept = set(map(id, ends)), []
    for equation in reversed(whole.eqns):
        if any(id(one) in needed for one in equation.outvars):
            kept.append(equation)
            needed.update(map(id, equation.invars))
    jaxpr = whole.replace(eqns=kept[::-1], outvars=ends)
    for place, given in zip(whole.invars, inputs):
        if id(place) in needed and isinstance(given, jax.ShapeDtypeStruct):
            raise unknown_value()
    with jax.enable_x64(True):
        for variable, value in zip(made, evaluate(jaxpr, program.consts, *inputs)):
            variable._value = value
