"""Methods of an optimizer through which `fit` of tf.keras 2 went, where a script has its own.

`fit` called `minimize`, which called `compute_gradients` and `apply_gradients`, which called
`aggregate_gradients`; Keras 3 calls `apply` with the gradients.

Source: `minimize` and `apply_gradients` in `keras/optimizers/optimizer.py` of tf.keras 2.15.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]
Pairs = list[tuple[Any, Any]]
NAMES = (
    *("minimize", "apply_gradients", "aggregate_gradients"),
    *("compute_gradients", "_compute_gradients"),
)
_PAIRS = "_pairs_of_step"


def through(original: Method) -> Method:
    """An `apply` that `fit` calls goes through the script's methods.

    Args:
        original: The method of Keras, or of the script's class by its slots.
    """

    @functools.wraps(original)
    def apply(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        if trainable_variables is not None:  # by `apply_gradients`
            pairs = self.aggregate_gradients(list(zip(grads, trainable_variables)))
            return original(self, [one for one, _ in pairs], [one for _, one in pairs])
        variables = list(self._trainable_variables)
        vars(self)[_PAIRS] = list(zip(grads, variables))
        try:
            if _is_of_script(type(self).__dict__.get("minimize")):
                self.minimize(None, variables, tape=None)
            else:
                is_older = _is_of_script(getattr(type(self), "_compute_gradients", None))
                compute = self._compute_gradients if is_older else self.compute_gradients
                self.apply_gradients(compute(None, variables, tape=None))
        finally:
            del vars(self)[_PAIRS]
        return self._iterations

    return apply


def is_told(cls: type) -> bool:
    """Whether a class has one of these methods of the script's.

    Args:
        cls: The class.
    """
    return any(_is_of_script(getattr(cls, name, None)) for name in NAMES)


def _is_of_script(method: Any) -> bool:
    module = getattr(method, "__module__", None)
    return module is not None and not module.startswith(("onefit.", "keras."))


def known_pairs(
    self: Any, loss: Any, var_list: Any, grad_loss: Any = None, tape: Any = None
) -> Pairs:
    """The gradients of this step, each with its variable."""
    if _PAIRS in vars(self):
        return list(vars(self)[_PAIRS])
    variables = list(var_list() if callable(var_list) else var_list)
    return list(zip(tape.gradient(loss, variables), variables))


def as_they_are(self: Any, grads_and_vars: Any) -> Pairs:
    """Of one device there is nothing to sum up."""
    return list(grads_and_vars)


def gradients_alone(self: Any, grads_and_vars: Any) -> list[Any]:
    """The same up to tf.keras 2.10, which gave the gradients without their variables."""
    return [gradient for gradient, _ in grads_and_vars]
