"""`model.metrics` of Keras 1 and 2.2: what `compile` was given; and of tf.keras 2: each metric.

In tf.keras 2 they were there once the loss or the metrics of `compile` were used.

Scripts return `{m.name: m.result() for m in self.metrics}` from a `train_step` of their own. Keras
3 lists the loss, and all metrics of `compile` in one, whether the step uses them or not: the loss
that such a step computes in its own way is 0 then, and metrics that it leaves idle are an error.

Source: `Model.metrics` in `keras/engine/training.py` and `compile_utils.py` of 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.callers import calling


def as_used(original: property) -> property:
    """What scripts see of them; Keras itself goes on with its own."""

    def get(self: Any) -> list[Any]:
        found: list[Any] = original.fget(self)  # type: ignore[misc]
        asking = calling(1).f_globals.get("__name__", "")
        if asking.startswith(("keras.", "onefit.")) or not self.compiled:
            return found
        kept: list[Any] = []
        for one in found:
            if one is self._loss_tracker:
                kept += [one] if is_computed(self) else []
            elif one is self._compile_metrics:
                # of several outputs, the names of each are known to all of them together
                is_whole = one.built and len(getattr(self, "output_names", ()) or ()) > 1
                kept += [one] if is_whole else one.metrics
            else:
                kept.append(one)
        return kept

    return property(get, doc=original.__doc__)


def as_given(original: property) -> property:
    """In Keras 1 and 2.2 it was what `compile` was given, `["mae"]`; Keras goes on with its own."""

    def get(self: Any) -> Any:
        asking = calling(1).f_globals.get("__name__", "")
        given = vars(self).get("_metrics_of_script", ())
        if asking.startswith(("keras.", "onefit.")) or given == ():
            return original.fget(self)  # type: ignore[misc]
        return given

    return property(get, doc=original.__doc__)


def noting_the_loss(original: Callable[..., Any]) -> Callable[..., Any]:
    """`self.compute_loss(x, y, y_pred)` in a step of the script's own notes the metric `loss`, too.

    In Keras 3 it notes nothing: the History of a step that ends in `self.compute_metrics(x, y,
    y_pred, None)`, as that of tf.keras 2 did, has 0 for the loss.
    """

    @wraps(original)
    def compute_loss(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = original(self, *args, **kwargs)
        if _is_asked_by_script() and has_own_steps(self):
            answers = kwargs["y_pred"] if "y_pred" in kwargs else args[2]
            # Weighed by the rows, as Keras's own steps note the loss: the last batch may be a small
            # one.
            rows = keras.ops.shape(keras.tree.flatten(answers)[0])[0]
            self._loss_tracker.update_state(value, sample_weight=rows)
        return value

    return compute_loss


def _is_asked_by_script() -> bool:
    """Whether the first caller that is not onefit's is not Keras's either."""
    frame = calling(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("onefit."):
            return not name.startswith("keras.")
        frame = frame.f_back  # type: ignore[assignment]
    return False


def has_own_steps(model: Any) -> bool:
    """Whether a compiled model has a step of the script's own, as tf.keras 2 took it."""
    from onefit.training.plan.fallbacks import takes_data_alone  # of a fit, which has loaded it

    is_one = getattr(model, "_loss_tracker", None) is not None
    return is_one and any(takes_data_alone(model, step) for step in ("train_step", "test_step"))


def is_computed(model: Any) -> bool:
    """Whether the loss of `compile` was."""
    if model._compile_loss is None:
        return not has_own_steps(model)
    return bool(model._compile_loss.built)


def of_variables(original: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """`result` of a metric of the script's own may be its variable: `return self.total`.

    Source: `result_wrapper` in `keras/utils/metrics_utils.py` of 2.15.
    """

    def get_metrics_result(self: Any) -> dict[str, Any]:
        return {
            name: one.value if isinstance(one, keras.Variable) else one
            for name, one in original(self).items()
        }

    return get_metrics_result
