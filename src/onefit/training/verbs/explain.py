"""`explain`: the plan of a fit, without its run."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.training.plan.decision import decide
from onefit.training.plan.inputs import inputs_of
from onefit.training.plan.plan import STEPS, Plan, describe
from onefit.training.verbs.fit import before_data, fit

if TYPE_CHECKING:
    from keras import Model


def explain(model: Model, x: Any = None, y: Any = None, **arguments: Any) -> Plan:
    """Plan a fit and do not run it.

    An unbuilt model is built, as the fit itself would build it; `np.random` is left as it was.
    The steps are traced, to see whether they can be part of a program; XLA compiles nothing.

    Args:
        model: A compiled `keras.Model`.
        x: As for `fit`.
        y: As for `fit`. Defaults to `None`.
        **arguments: Every other argument of `fit`.

    Returns:
        A `Plan`; print it to read it.

    Raises:
        Whatever `fit` raises for such arguments before it trains.

    >>> import keras, numpy as np, onefit
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="net")
    >>> model.compile("adam", "mse")
    >>> print(onefit.explain(model, np.ones((40, 2)), np.ones(40), epochs=3))
    fit Sequential "net": one program
      state       13 numbers
      epochs      0 to 3, up to 1024 in a call
      data        float32 (40, 2), float32 (40,)
      train       40 rows in 1 batch of 32 and one of 8
      callback    History: in the program
      callback    ProgbarLogger: shown a few times a second
      memory      0.0 MiB; the state is kept
    """
    given = all_arguments(model, x, y, **arguments)
    model._assert_compile_called("fit")
    found = before_data(model, given)
    if found:
        return Plan("fit", STEPS, describe(model), findings=tuple(found))
    random = np.random.get_state()
    try:
        return decide(inputs_of(model, given))
    finally:
        np.random.set_state(random)


def all_arguments(model: Model, x: Any, y: Any, **given: Any) -> dict[str, Any]:
    """The arguments of a fit, those that were not given by their defaults."""
    bound = inspect.signature(fit).bind(model, x, y, **given)
    bound.apply_defaults()
    return {k: v for k, v in bound.arguments.items() if k not in ("model", "checkpoint")}
