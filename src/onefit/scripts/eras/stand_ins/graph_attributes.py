"""What a compiled model and its graph told about themselves in Keras 1 and 2.

What was a value is the value: `loss_functions`, `loss_weights`, `input_layers`. What was a tensor
of the graph for labels, weights or losses is not there, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.src.models.functional import Functional

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins.attributes import OldAttribute, settable_attribute

_EXPECTED = {
    "total_loss": (
        "a loss that can be computed from data",
        "Use model.compute_loss(y=y, y_pred=model(x)).",
    ),
    "targets": (
        "labels that are given to fit",
        "Make an input for them, keras.Input(shape), or write a train_step.",
    ),
    "sample_weights": (
        "weights that are given to fit(sample_weight=)",
        "Make an input for them, keras.Input(shape), or write a train_step.",
    ),
    "_feed_targets": (
        "labels that are given to fit",
        "Make an input for them, keras.Input(shape), or write a train_step.",
    ),
    "_feed_sample_weights": (
        "weights that are given to fit(sample_weight=)",
        "Make an input for them, keras.Input(shape), or write a train_step.",
    ),
    "metrics_updates": (
        "metrics that are variables of their own",
        "Read model.get_metrics_result() after a step.",
    ),
    "container_nodes": ("a graph of operations", "Read model.layers, and layer.input and output."),
    "run_internal_graph": ("a model that is called", "Write model(inputs, mask=mask)."),
}
"""What Keras 3 can do instead, and what to write."""


def _gone(name: str) -> OldAttribute:
    expected, do = _EXPECTED[name]

    def get(self: Any) -> Any:
        received = f"model.{name}, which was made of tensors of the graph"
        raise refused(AttributeError, "OF204", expected, received, do)

    def put(self: Any, value: Any) -> None:
        vars(self)[name] = value

    def read(self: Any) -> Any:  # a model of the script's own may have one of this name
        return vars(self)[name] if name in vars(self) else get(self)

    return OldAttribute(read, put)


total_loss = _gone("total_loss")
targets = _gone("targets")
_feed_targets = _gone("_feed_targets")
_feed_sample_weights = _gone("_feed_sample_weights")
sample_weights = _gone("sample_weights")
metrics_updates = _gone("metrics_updates")
container_nodes = _gone("container_nodes")
run_internal_graph = _gone("run_internal_graph")


def _uses_dynamic_learning_phase(self: Any) -> bool:
    """Whether a layer does something else in training."""
    return bool(self.uses_learning_phase)


def _check_trainable_weights_consistency(self: Any) -> None:
    """It warned where layers had been frozen since `compile`."""


def _compiled(self: Any, name: str) -> Any:
    """What `compile` was given."""
    config = getattr(self, "_compile_config", None)
    if config is None:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    return config.config.get(name)


def _function(loss: Any) -> Any:
    """A loss as a function, as which Keras kept it."""
    return keras.losses.get(loss) if isinstance(loss, str) else loss


def _loss_functions(self: Any) -> list[Any]:
    given, names = _compiled(self, "loss"), [one.name for one in _layers(self.outputs)]
    if isinstance(given, dict):
        return [_function(given[name]) if name in given else None for name in names]
    return [_function(one) for one in (given if isinstance(given, list) else [given] * len(names))]


def _settled_weights(self: Any) -> list[Any]:
    """What `compile` found trainable."""
    if (kept := vars(self).get("_settled")) is None:
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute '_collected_trainable_weights': "
            "compile the model first"
        )
    with kept.in_force(self):
        return list(self.trainable_weights)


def _is_graph(self: Any) -> bool:
    """Whether it is made of layers' calls, and by no `call` of its own."""
    return isinstance(_graph(self), Functional)


def _shapes(tensors: Any) -> list[Any]:
    return [tuple(one.shape) for one in tensors]


def _layers(tensors: Any) -> list[Any]:
    return [one._keras_history.operation for one in tensors]


def _each(what: str) -> Callable[[Any], Any]:
    return lambda self: [0] * len(getattr(self, what))


loss_functions = settable_attribute("loss_functions", _loss_functions)
loss_weights = settable_attribute("loss_weights", lambda self: _compiled(self, "loss_weights"))
weighted_metrics = settable_attribute(
    "weighted_metrics", lambda self: _compiled(self, "weighted_metrics")
)
sample_weight_mode = settable_attribute("sample_weight_mode", lambda self: None)
sample_weight_modes = settable_attribute(
    "sample_weight_modes", lambda self: [None] * len(self.outputs)
)
stateful_metric_names = settable_attribute("stateful_metric_names", lambda self: [])
stateful_metric_functions = settable_attribute("stateful_metric_functions", lambda self: [])
_collected_trainable_weights = settable_attribute(
    "_collected_trainable_weights", lambda self: _settled_weights(self)
)
_function_kwargs = settable_attribute("_function_kwargs", lambda self: {})
_feed_input_names = settable_attribute("_feed_input_names", lambda self: list(self.input_names))
_feed_input_shapes = settable_attribute("_feed_input_shapes", lambda self: _shapes(self.inputs))
_feed_output_names = settable_attribute("_feed_output_names", lambda self: list(self.output_names))
_feed_output_shapes = settable_attribute("_feed_output_shapes", lambda self: _shapes(self.outputs))
_feed_loss_fns = settable_attribute("_feed_loss_fns", _loss_functions)
_is_graph_network = settable_attribute("_is_graph_network", lambda self: _is_graph(self))
_feed_inputs = settable_attribute("_feed_inputs", lambda self: list(self.inputs))
_is_compiled = settable_attribute("_is_compiled", lambda self: self.compiled)
input_layers = settable_attribute("input_layers", lambda self: _layers(self.inputs))
output_layers = settable_attribute("output_layers", lambda self: _layers(self.outputs))
_input_layers = settable_attribute("_input_layers", lambda self: _layers(self.inputs))
_output_layers = settable_attribute("_output_layers", lambda self: _layers(self.outputs))
input_layers_node_indices = settable_attribute("input_layers_node_indices", _each("inputs"))
input_layers_tensor_indices = settable_attribute("input_layers_tensor_indices", _each("inputs"))
output_layers_node_indices = settable_attribute("output_layers_node_indices", _each("outputs"))
output_layers_tensor_indices = settable_attribute("output_layers_tensor_indices", _each("outputs"))
internal_input_shapes = settable_attribute(
    "internal_input_shapes", lambda self: _shapes(self.inputs)
)
internal_output_shapes = settable_attribute(
    "internal_output_shapes", lambda self: _shapes(self.outputs)
)


def _graph(self: Any) -> Any:
    """The functional model in a `Sequential`, or the model."""
    return getattr(self, "_functional", None) or self


nodes_by_depth = settable_attribute(
    "nodes_by_depth", lambda self: dict(_graph(self)._nodes_by_depth)
)
layers_by_depth = settable_attribute(
    "layers_by_depth", lambda self: dict(_graph(self)._operations_by_depth)
)
_layers_by_depth = settable_attribute(
    "_layers_by_depth", lambda self: dict(_graph(self)._operations_by_depth)
)


def _masks(what: str) -> Callable[[Any], Any]:
    def read(self: Any) -> Any:
        found = [getattr(one, "_keras_mask", None) for one in getattr(self, what)]
        return found[0] if len(found) == 1 else found

    return read


input_mask = settable_attribute("input_mask", _masks("inputs"))
output_mask = settable_attribute("output_mask", _masks("outputs"))
