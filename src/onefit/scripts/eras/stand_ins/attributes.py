"""What layers told about themselves: shapes, and their tensors by node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.refusal import refused


def _attribute(name: str, read: Callable[[Any], Any]) -> property:
    """A property that a subclass may set as if it were a plain attribute."""

    def get(self: Any) -> Any:
        return vars(self)[name] if name in vars(self) else read(self)

    def put(self: Any, value: Any) -> None:
        vars(self)[name] = value

    return property(get, put)


def _shapes(tensors: Any) -> Any:
    found = [tuple(one.shape) for one in tensors]
    return found[0] if len(found) == 1 else found


def _node(layer: Any, index: int) -> Any:
    nodes = layer._inbound_nodes
    if index >= len(nodes):
        told = f"The layer {layer.name!r} was called {len(nodes)} times; node {index} is not there."
        raise AttributeError(told)
    return nodes[index]


def get_input_at(self: Any, node_index: int) -> Any:
    """The inputs of a layer's call, by the number of the call."""
    found = _node(self, node_index).input_tensors
    return found[0] if len(found) == 1 else list(found)


def get_output_at(self: Any, node_index: int) -> Any:
    """The outputs of a layer's call, by the number of the call."""
    found = _node(self, node_index).outputs
    return found[0] if len(found) == 1 else list(found)


def get_input_shape_at(self: Any, node_index: int) -> Any:
    """Their shapes, with `None` for the batch."""
    return _shapes(_node(self, node_index).input_tensors)


def get_output_shape_at(self: Any, node_index: int) -> Any:
    """Their shapes, with `None` for the batch."""
    return _shapes(_node(self, node_index).outputs)


input_shape = _attribute("input_shape", lambda self: get_input_shape_at(self, 0))
output_shape = _attribute("output_shape", lambda self: get_output_shape_at(self, 0))
inbound_nodes = _attribute("inbound_nodes", lambda self: self._inbound_nodes)
outbound_nodes = _attribute("outbound_nodes", lambda self: self._outbound_nodes)
first_input = _attribute("input", lambda self: self.inputs[0])
first_output = _attribute("output", lambda self: self.outputs[0])
kernel = _attribute("W", lambda self: self.kernel)
bias = _attribute("b", lambda self: self.bias)
updates = _attribute("updates", lambda self: [])


def _total_loss(self: Any) -> Any:
    raise refused(
        AttributeError,
        "OF204",
        "a loss that can be computed from data",
        "model.total_loss, a tensor of Keras 2's graph, which has gone",
        "Use model.compute_loss(y=y, y_pred=model(x)).",
    )


total_loss = property(_total_loss)
