"""`add_metric` of layers and models: the mean of a value over an epoch, in the logs.

Keras 3 has no such method, and a metric that a layer updates in its `call` fails on JAX: the step
has its variables only while the loss is computed. So a call leaves its values, and they go into the
metrics when the loss is computed, within the same step. A `train_step` of the script's own computes
its loss in any way: there they go into the metrics when it asks for their results.

Source: `base_layer.py` of tf.keras 2.3 and 2.15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins.grown_models import grown
from onefit.training.host.keras_private import get_stateless_scope, in_stateless_scope

_NOTED, _RESULT = "_noted", "_result"


class LayerMean(keras.metrics.Mean):
    """The mean of what a layer's calls leave."""

    def note(self, value: Any) -> None:
        """Keep the value of a call; the latest one counts.

        Args:
            value: A tensor of any shape.
        """
        self.__dict__[_NOTED] = value

    def forget(self) -> None:
        """Leave out what was noted, as of a prediction."""
        self.__dict__.pop(_NOTED, None)

    def take(self) -> None:
        """Count what was noted."""
        if _NOTED in self.__dict__:
            self.update_state(self.__dict__.pop(_NOTED))

    def result(self) -> Any:
        """The mean, with what was noted."""
        self.take()
        return super().result()

    def reset_state(self) -> None:
        """Begin anew."""
        self.forget()
        super().reset_state()


def add_metric(self: Any, value: Any, name: str | None = None, aggregation: Any = None) -> None:
    """Have the mean of a value logged.

    Args:
        self: A layer, whose `call` has the value.
        value: A tensor of any shape.
        name: What it is called in the logs.
        aggregation: `"mean"`, which is the default.
    """
    if isinstance(value, keras.metrics.Metric) or name is None or aggregation not in (None, "mean"):
        raise refused(
            NotImplementedError,
            "OF204",
            'add_metric(value, name="...", aggregation="mean")',
            f"a value of type {type(value).__name__}, name={name!r}, aggregation={aggregation!r}",
            "Give metrics to compile, or the tensor itself with a name.",
        )
    if any(vars(one).get(_RESULT) is value for one in self._metrics):
        return  # a metric's own result: it is logged as that metric
    metrics = {one.name: one for one in self._metrics}
    if name not in metrics:
        metrics[name] = LayerMean(name=name)
        self._metrics.append(metrics[name])
    if not isinstance(value, keras.KerasTensor):
        metrics[name].note(value)


class GraphMetric(keras.layers.Layer):
    """Logs the mean of a tensor of the graph, and passes another one on."""

    def __init__(self, logged: str, **kwargs: Any) -> None:
        """Keep the name in the logs."""
        super().__init__(**kwargs)
        self.logged = logged

    def call(self, tensors: Any) -> Any:
        """The first tensor."""
        add_metric(self, tensors[1], self.logged)
        return tensors[0]


def add_graph_metric(
    self: Any, value: Any, name: str | None = None, aggregation: Any = None
) -> None:
    """Have the mean of a tensor logged, of a model's graph or of a model's own `call`."""
    if isinstance(value, keras.KerasTensor) and name is not None:
        grown(self, GraphMetric(name), value)
    else:
        add_metric(self, value, name, aggregation)


def calling(original: Callable[..., Any]) -> Callable[..., Any]:
    """A metric that a layer calls in its own `call` counts once the layer has been called.

    Keras 3 hands a forward pass no variables of metrics. So what the metric was given is kept until
    the loss is computed, and its result in the pass is that of the batch.
    """

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_in_forward_pass(self):
            result = original(self, *args, **kwargs)
        else:
            vars(self)[_NOTED] = (args, kwargs)
            fresh = [ops.zeros(one.shape, one.dtype) for one in self.variables]
            result = self.stateless_result(self.stateless_update_state(fresh, *args, **kwargs))
        vars(self)[_RESULT] = result
        return result

    return __call__


def _is_in_forward_pass(metric: Any) -> bool:
    """Whether values are handed to variables here, and none to this metric's."""
    if not in_stateless_scope():
        return False
    scope = get_stateless_scope()
    return all(scope.get_current_value(one) is None for one in metric.variables)


def updating(original: Callable[..., Any]) -> Callable[..., Any]:
    """What the layers' calls left goes into their metrics."""

    def compute_loss(self: Any, *args: Any, **kwargs: Any) -> Any:
        for metric in _noting(self):
            _take(metric)
        return original(self, *args, **kwargs)

    return compute_loss


def forgetting(original: Callable[..., Any]) -> Callable[..., Any]:
    """What the layers' calls left in a prediction is left out."""

    def predict_step(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        for metric in _noting(self):
            vars(metric).pop(_NOTED, None)
        return found

    return predict_step


def _noting(model: Any) -> Iterator[Any]:
    """The metrics of layers that were given something in a call."""
    for layer in model._flatten_layers():
        yield from (one for one in layer._metrics if _NOTED in vars(one))


def _take(metric: Any) -> None:
    if isinstance(metric, LayerMean):
        metric.take()
    else:
        args, kwargs = vars(metric).pop(_NOTED)
        metric.update_state(*args, **kwargs)


def of_layers_alone(_: property) -> property:
    """The metrics with which a model was compiled are none of a layer that holds it.

    Keras 3 leaves them out of another model, but not out of a `TimeDistributed`, and its results
    fail then.
    """

    def metrics(self: Any) -> list[Any]:
        found = list(self._metrics)
        for layer in self._layers:
            found += metrics(layer) if isinstance(layer, keras.Model) else layer.metrics
        return found

    return property(metrics)


def adding(original: Callable[..., None]) -> Callable[..., None]:
    """Keras 3's refuses."""
    return add_metric


def adding_to_graphs(original: Callable[..., None]) -> Callable[..., None]:
    """Keras 3's refuses."""
    return add_graph_metric
