"""A `Sequential` with layers whose own `__call__` makes other layers.

In Keras 2 the layers of a `Sequential` that knows its input are those of its graph, so that the
layers which such a call has made are trained and saved. Keras 3 goes by what was added.

Source: `Sequential.build` in `keras/engine/sequential.py` of 2.2.4, `Sequential.add` in
`keras/src/engine/sequential.py` of 2.15, and `_init_graph_network` of both. In Keras 1 it was what
was added, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras

Function = Callable[..., Any]
_STACK = "_stack_with_inner_layers"


class _Stack(NamedTuple):
    """What was added to a model, and the layers of the graph that it made."""

    added: tuple[keras.Layer, ...]
    graph: tuple[keras.Layer, ...]


def of_graph(original: Function) -> Function:
    """`Sequential.build` takes the graph's layers where one that was added is not among them."""

    def build(self: Any, input_shape: Any = None) -> None:
        stack: _Stack | None = vars(self).get(_STACK)
        if stack is not None and self._functional is None:
            self._layers = _as_added(stack, self._layers)
        original(self, input_shape)
        if self._functional is None or not any(_calls_for_itself(one) for one in self._layers):
            return
        added = tuple(self._layers)
        self._layers = list(self._functional.layers)
        # Keras would look into an attribute, and count these as layers of the model.
        vars(self)[_STACK] = _Stack(added, tuple(self._layers))

    return build


def _calls_for_itself(layer: keras.Layer) -> bool:
    """Whether a layer has a `__call__` of the script, which leaves the layer out of the graph."""
    module = getattr(type(layer).__call__, "__module__", "")
    is_own = not module.startswith(("keras.", "onefit."))
    return is_own and not layer._inbound_nodes


def _as_added(stack: _Stack, layers: list[keras.Layer]) -> list[keras.Layer]:
    """What a model consists of once layers were added to the graph or taken off it."""
    before = {id(one) for one in stack.graph}
    new = [one for one in layers if id(one) not in before]
    taken = len(stack.graph) - (len(layers) - len(new))
    end = len(stack.added) - taken
    if stack.added[end:] != stack.graph[len(stack.graph) - taken :]:
        raise NotImplementedError(
            "Expected that layers are taken off which were added. Received: one that the __call__ "
            "of another layer has made. Make a keras.Model of the outputs that you want."
        )
    return [*stack.added[:end], *new]
