"""What a model's metrics do between two passes, as functions of their variables.

Keras calls `reset_metrics` before each pass, and takes the logs from the metrics after it, both in
Python. In a program they are traced once. `Between` says whether that is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras import Model
from keras import metrics as keras_metrics

from onefit.training.core.phase import Phase
from onefit.training.core.shapes import shapes
from onefit.training.host.bytecode import METRIC, Reach, number
from onefit.training.host.variables import read, variables
from onefit.training.programs.hidden_state import reading
from onefit.training.programs.store import functions_of, traced
from onefit.training.rewrite.rounding import apart

MODEL = ("reset_metrics", "get_metrics_result", "metrics", "metrics_variables")

Values = list[Any]


def results_of(model: Model) -> Callable[[Values, Any], Any]:
    """Keras's choice of an epoch's logs, as a pure function of metrics and the last step's logs."""

    def results(metrics: Values, last: Any) -> Any:
        mapping = list(zip(model.metrics_variables, metrics))
        with keras.StatelessScope(state_mapping=mapping):
            logs = model._get_metrics_result_or_logs(last)
        return jax.tree.map(jnp.asarray, dict(logs))

    return apart(results)


def reset_of(model: Model) -> Callable[[Values], Values]:
    """Keras's `reset_metrics`, as a pure function of what the metrics hold."""

    def reset(metrics: Values) -> Values:
        variables = model.metrics_variables
        with keras.StatelessScope(state_mapping=list(zip(variables, metrics))) as scope:
            model.reset_metrics()
        # What else is set would be lost with the scope, while Keras's own reset would have kept it.
        if scope.state_mapping.keys() - set(map(id, variables)):
            raise ValueError("Expected reset_metrics to set metrics. Received one that sets more.")
        values = [scope.get_current_value(v) for v in variables]
        return [
            jnp.broadcast_to(jnp.asarray(value, held.dtype), held.shape)
            for value, held in zip(values, metrics)
        ]

    return apart(reset)


class Between:
    """What a model does with its metrics between two passes, read off its classes.

    Args:
        model: The model, built and compiled.
    """

    def __init__(self, model: Model) -> None:
        """Read the code of what is not Keras's own."""
        self.metrics = list(_all(model.metrics))
        self._reach = Reach()
        called = [(model, name) for name in MODEL]
        called += [(metric, name) for metric in self.metrics for name in METRIC]
        self.reaching = [
            f"{type(owner).__name__}.{name}"
            for owner, name in called
            if not self._reach.method(owner, name)
        ]

    @property
    def traceable(self) -> bool:
        """Whether a trace, made once, does what Keras does in each epoch."""
        return not self.reaching

    def key(self) -> tuple[Any, ...]:
        """The numbers that a trace would take in: they may be other ones in the next fit."""
        own = [tuple(v for v in vars(metric).values() if number(v)) for metric in self.metrics]
        return (*self._reach.values(), *own)


def between_of(model: Model) -> Between:
    """What a model does between two passes, read once for each `compile`."""
    found: Between = traced(functions_of(model, "train"), ("between",), lambda: Between(model))
    return found


def traced_between(model: Model, phase: Phase) -> None:
    """Trace what a model does between two passes of a phase.

    Raises:
        HiddenState: If it reads variables that belong to no metric.
        Exception: Whatever else the trace raises.
    """
    noted = [v for group in variables(model) for v in group]
    held = shapes(read(model).metrics)
    jax.eval_shape(reading(reset_of(model), [], noted), held)
    jax.eval_shape(reading(phase.results, [], noted), held, phase.out)


def _all(metrics: Any) -> Iterator[Any]:
    """Metrics, and those that they are made of."""
    for metric in metrics:
        yield metric
        inner: Any = getattr(metric, "metrics", None) or getattr(metric, "_metrics", ())
        yield from _all(m for m in inner if isinstance(m, keras_metrics.Metric))
