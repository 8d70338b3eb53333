"""What layers told about themselves: shapes, and their tensors by node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from onefit.scripts.eras.stand_ins.call_inputs import inputs_of
from onefit.scripts.eras.stand_ins.own_variables import name_weights


class OldAttribute(property):
    """One that Keras had then; other names for what is still there, in most cases."""


def settable_attribute(name: str, read: Callable[[Any], Any]) -> OldAttribute:
    """A property that a subclass may set as if it were a plain attribute."""

    def get(self: Any) -> Any:
        return vars(self)[name] if name in vars(self) else read(self)

    # A layer of the script's own may assign to a name that is not Keras's any more.
    def put(self: Any, value: Any) -> None:
        vars(self)[name] = value

    return OldAttribute(get, put)


def walk_saveable(original: Callable[..., Any]) -> Callable[..., Any]:
    """A `.keras` file holds what a layer has, not what our properties show of it once more.

    Keras leaves out what every layer has. What the script keeps under such a name is its own.
    """

    def walk(saveable: Any) -> Iterator[tuple[str, Any]]:
        old = {name for name in dir(saveable) if _is_old(saveable, name)}
        own = {name: vars(saveable)[name] for name in sorted(old & vars(saveable).keys())}
        yield from ((name, child) for name, child in original(saveable) if name not in old)
        yield from own.items()

    return walk


def _is_old(thing: Any, name: str) -> bool:
    return isinstance(getattr(type(thing), name, None), OldAttribute)


def _shapes(tensors: Any) -> Any:
    found = [tuple(one.shape) for one in tensors]
    return found[0] if len(found) == 1 else found


def _node(layer: Any, index: int) -> Any:
    nodes = layer._inbound_nodes
    if index >= len(nodes):
        told = f"The layer {layer.name!r} was called {len(nodes)} times; node {index} is not there."
        raise AttributeError(told)
    return nodes[index]


def own_input(_: Any) -> property:
    """The input of an input layer is what it gives; Keras 3 has an empty list there."""
    return property(lambda self: self.output)


def get_input_at(self: Any, node_index: int) -> Any:
    """The inputs of a layer's call, by the number of the call."""
    node = _node(self, node_index)
    found = inputs_of(node) or node.outputs  # an input layer's input is what it gives
    return found[0] if len(found) == 1 else list(found)


def get_output_at(self: Any, node_index: int) -> Any:
    """The outputs of a layer's call, by the number of the call."""
    found = _node(self, node_index).outputs
    return found[0] if len(found) == 1 else list(found)


def get_input_shape_at(self: Any, node_index: int) -> Any:
    """Their shapes, with `None` for the batch."""
    node = _node(self, node_index)
    return _shapes(inputs_of(node) or node.outputs)


def get_output_shape_at(self: Any, node_index: int) -> Any:
    """Their shapes, with `None` for the batch."""
    return _shapes(_node(self, node_index).outputs)


def _at(find: Callable[[Any, int], Any], own: Callable[[Any], Any]) -> Callable[[Any, int], Any]:
    """A model of Keras 1 and 2 was called for the first time when it was made, on its inputs."""

    def of_model(self: Any, node_index: int) -> Any:
        # Today a model has a node for each later call alone, so that numbers from 0 on are one
        # higher.
        calls = len(self._inbound_nodes)
        if not getattr(self, "inputs", None) or (node_index < 0 and -node_index <= calls):
            return find(self, node_index)
        return own(self) if node_index in (0, -calls - 1) else find(self, node_index - 1)

    return of_model


get_model_input_at = _at(get_input_at, lambda self: self.input)
get_model_output_at = _at(get_output_at, lambda self: self.output)
get_model_input_shape_at = _at(get_input_shape_at, lambda self: _shapes(self.inputs))
get_model_output_shape_at = _at(get_output_shape_at, lambda self: _shapes(self.outputs))


def by_plain_numbers(original: Callable[..., Any]) -> Callable[..., Any]:
    """`output[:, np.argmax(p)]`: NumPy's numbers are indices of a symbolic tensor, too.

    So is one slice by itself, `output[2:]`, which Keras 3 takes as one of several only.
    """

    def __getitem__(self: Any, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        plain = tuple(int(one) if isinstance(one, np.integer) else one for one in parts)
        is_alone = not isinstance(key, tuple) and (key is None or isinstance(key, int | np.integer))
        return original(self, plain[0] if is_alone else plain)

    return __getitem__


input_shape = settable_attribute("input_shape", lambda self: get_input_shape_at(self, 0))
output_shape = settable_attribute("output_shape", lambda self: get_output_shape_at(self, 0))
inbound_layers = settable_attribute(
    "inbound_layers", lambda self: [one._keras_history.operation for one in inputs_of(self)]
)
outbound_layer = settable_attribute("outbound_layer", lambda self: self.operation)
inbound_nodes = settable_attribute("inbound_nodes", lambda self: self._inbound_nodes)
outbound_nodes = settable_attribute("outbound_nodes", lambda self: self._outbound_nodes)
first_input = settable_attribute("input", lambda self: self.inputs[0])
first_output = settable_attribute("output", lambda self: self.outputs[0])
kernel = settable_attribute("W", lambda self: self.kernel)
bias = settable_attribute("b", lambda self: self.bias)
updates = settable_attribute("updates", lambda self: [])


def _alias(old: str, new: str) -> OldAttribute:
    """An attribute under its name of then; `new` may be `name[0]`."""
    name, _, place = new.rstrip("]").partition("[")

    def read(self: Any) -> Any:
        found = getattr(self, name)
        return found[int(place)] if place else found

    return settable_attribute(old, read)


OF_KERAS_1 = {
    "U": "recurrent_kernel",
    "output_dim": "units",
    "nb_filter": "filters",
    "nb_row": "kernel_size[0]",
    "nb_col": "kernel_size[1]",
    "filter_length": "kernel_size[0]",
    "subsample": "strides",
    "subsample_length": "strides[0]",
    "border_mode": "padding",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "p": "rate",
    "sigma": "stddev",
}
"""Attributes of Keras 1's layers, and what they are called today."""

# By these names the rules ask for them, as for `attributes:U`.
globals().update({old: _alias(old, new) for old, new in OF_KERAS_1.items()})

stateful = settable_attribute("stateful", lambda self: False)
stateful_model = settable_attribute(
    "stateful", lambda self: any(getattr(one, "stateful", False) for one in self.layers)
)
regularizers = settable_attribute("regularizers", lambda self: [])
constraints = settable_attribute("constraints", lambda self: {})
flattened_layers = settable_attribute("flattened_layers", lambda self: self.layers)
own_model = settable_attribute("model", lambda self: self)
dynamic = settable_attribute("dynamic", lambda self: False)
implementation = settable_attribute("implementation", lambda self: 1)
keras_shape = settable_attribute("_keras_shape", lambda self: tuple(self.shape))
vocab_size = settable_attribute("vocab_size", lambda self: self.vocabulary_size())


def single(original: property) -> property:
    """`model.input` of `Model([x], [y])` is the tensor; Keras 3 gives the list."""

    def get(self: Any) -> Any:
        found = original.fget(self)  # type: ignore[misc]
        return found[0] if isinstance(found, list | tuple) and len(found) == 1 else found

    return property(get, doc=original.__doc__)


def _masks(tensors: Any) -> Any:
    found = [getattr(one, "_keras_mask", None) for one in tensors]
    return found[0] if len(found) == 1 else found


def get_input_mask_at(self: Any, node_index: int) -> Any:
    """The masks of a layer's inputs, by the number of the call."""
    return _masks(inputs_of(_node(self, node_index)))


def get_output_mask_at(self: Any, node_index: int) -> Any:
    """The masks of a layer's outputs, by the number of the call."""
    return _masks(_node(self, node_index).outputs)


input_mask = settable_attribute("input_mask", lambda self: get_input_mask_at(self, 0))
output_mask = settable_attribute("output_mask", lambda self: get_output_mask_at(self, 0))


def get_output_shape_for(self: Any, input_shape: Any) -> Any:
    """The shape of the outputs for one of the inputs."""
    return self.compute_output_shape(input_shape)


def add_update(self: Any, updates: Any = None, inputs: Any = None) -> None:
    """Nothing: variables have changed when `K.update` returns."""


def get_updates_for(self: Any, inputs: Any = None) -> list[Any]:
    """None: see `add_update`."""
    return []


def get_losses_for(self: Any, inputs: Any = None) -> Any:
    """The losses of a layer."""
    return self.losses


def assert_input_compatibility(self: Any, inputs: Any) -> None:
    """Nothing: Keras 3 looks at inputs when a layer is called."""


def reset_states(self: Any) -> None:
    """`reset_state` of a metric."""
    self.reset_state()


def reset_to(original: Callable[..., Any]) -> Callable[..., Any]:
    """`reset_states(states)` of a recurrent layer sets them."""

    def reset_states(self: Any, states: Any = None) -> None:
        if states is None:
            return original(self)
        given = states if isinstance(states, list | tuple) else [states]
        for one, value in zip(self.states, given):
            one.assign(value)

    return reset_states


def settable(original: property) -> property:
    """`self.trainable_weights = [w, b]` in a layer's `build`, where Keras 1 was told of them.

    Keras 3 has seen the variables when they became attributes; it is told which of them are
    weights, and what is trainable.
    """
    is_trainable = original.fget.__name__.startswith("trainable")  # type: ignore[union-attr]

    def put(self: Any, weights: Any) -> None:
        for one in weights:
            if isinstance(one, keras.Variable):
                one.trainable = is_trainable
        name_weights(self, weights)

    return property(original.fget, put, doc=original.__doc__)


def by_old_method(original: Callable[..., Any]) -> Callable[..., Any]:
    """`get_output_shape_for` of a layer of the script is `compute_output_shape`."""

    def compute_output_shape(self: Any, *args: Any, **kwargs: Any) -> Any:
        own = type(self).get_output_shape_for
        if own is not get_output_shape_for:
            return own(self, *args, **kwargs)
        if type(self).compute_output_shape is not compute_output_shape and args:
            return args[0]  # a layer of the script asks its base, which took it for unchanged
        return original(self, *args, **kwargs)

    return compute_output_shape
