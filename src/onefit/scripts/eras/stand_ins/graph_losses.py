"""Losses and metrics that use tensors of the model's graph, as old variational autoencoders do.

`def vae_loss(x, decoded): return K.mean(...) + kl(z_mean, z_log_var)` reads what layers gave; a
loss of Keras 3 knows labels and predictions only. Such a loss is called once, with symbols, which
gives its graph. Each pass through the model then keeps the tensors that this graph begins with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
from keras import ops
from keras.src.models.functional import Functional
from keras.src.ops.function import Function

from onefit.scripts.eras.stand_ins.graph import Gradient
from onefit.scripts.eras.stand_ins.graph_metrics import GraphMean
from onefit.scripts.eras.stand_ins.read_tensors import is_the_scripts, places

Loss = Callable[[Any, Any], Any]


def of_graph(model: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Losses and metrics that `compile` takes, for some that read tensors of the graph.

    Args:
        model: The model that is compiled.
        given: What the script gave under `loss` and `metrics`: a function, a
            list of them, or a table by the outputs' names, lists of lists for several outputs.

    Returns:
        The same, in which functions that read tensors of the graph are exchanged.
    """
    if not isinstance(model, Functional):
        return given
    graphs: list[_Graph] = []

    def made(name: str, function: Any, place: int) -> Any:
        tensors = _read_by(function)
        if not tensors:
            return function
        graphs.append(_Graph(function, model.outputs[place], tensors))
        exchanged = graphs[-1].function()
        return exchanged if name == "loss" else GraphMean(exchanged, place)

    found = {
        name: _for_outputs(model, one, functools.partial(made, name)) for name, one in given.items()
    }
    if graphs:
        _keep(model, graphs)
    return found


def _for_outputs(model: Any, given: Any, made: Callable[[Any, int], Any]) -> Any:
    """What `compile` is given, changed for each output that it is for."""

    def each(one: Any, place: int) -> Any:
        if isinstance(one, list | tuple):
            return [each(inner, place) for inner in one]
        return made(one, place)

    places = {name: place for place, name in enumerate(model.output_names)}
    if isinstance(given, dict):
        known = {name: each(given[name], places[name]) for name in given.keys() & places}
        return {name: known.get(name, one) for name, one in given.items()}
    if len(places) == 1:
        return each(given, 0)
    # Something is wrong with another number of them, and Keras says what.
    is_for_each = isinstance(given, list | tuple) and len(given) == len(places)
    return [each(one, place) for place, one in enumerate(given)] if is_for_each else given


class _Graph:
    """The graph of a loss or a metric: it begins with labels, an output, and what layers gave.

    Args:
        given: The script's function.
        output: The model's output for which it is.
        tensors: The tensors of the graph that it reads.
    """

    def __init__(self, given: Loss, output: keras.KerasTensor, tensors: list[Any]) -> None:
        """Call it once, with symbols."""
        labels = keras.Input(batch_shape=output.shape, dtype=output.dtype)
        found = given(labels, output)
        self.tensors = [*tensors, *_gradients(found, [labels, output, *tensors])]
        self.graph = Function([labels, output, *self.tensors], found)
        self.name = getattr(given, "__name__", None) or getattr(given, "func", given).__name__
        self.values: list[Any] = []

    def function(self) -> Loss:
        """The loss or the metric as `compile` takes it."""

        def loss_of_graph(y_true: Any, y_pred: Any) -> Any:
            # Keras asks for shapes when it builds its metrics, before any pass has kept values.
            values = self.values or [_of_shape(one, y_pred) for one in self.tensors]
            # They are tracers of this pass; another pass must not see them.
            self.values = []
            return self.graph([y_true, y_pred, *values])

        loss_of_graph.__name__ = self.name
        return loss_of_graph


def loss_of_graph(model: Any, loss: Loss, tensors: list[keras.KerasTensor]) -> Loss:
    """A loss that reads tensors of a model's graph, for `compile`; each pass keeps what they are.

    `onefit upgrade` writes it into scripts; `onefit run` finds the tensors itself.

    Args:
        model: A functional model with one output.
        loss: The loss, a function of labels and predictions.
        tensors: The tensors that it reads beside them.

    Returns:
        The loss as Keras 3 takes it.
    """
    (output,) = model.outputs
    labels = keras.Input(batch_shape=output.shape, dtype=output.dtype)
    graph = keras.Function([labels, output, *tensors], loss(labels, output))
    whole = keras.Model(model.input, [output, *tensors])
    kept: list[Any] = []

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        found, *kept[:] = whole(inputs, training=training, mask=mask)
        return found

    def loss_of_graph(y_true: Any, y_pred: Any) -> Any:
        # Keras asks for shapes before any pass has kept values, which are of this pass alone
        values = list(kept) or [_of_shape(one, y_pred) for one in tensors]
        kept[:] = []
        return graph([y_true, y_pred, *values])

    model.call = call
    return loss_of_graph


def _gradients(found: Any, ends: list[Any]) -> list[keras.KerasTensor]:
    """The gradients in a graph: they are computed where the model is, in training or not."""
    waiting, seen, gradients = [found], {id(one) for one in ends}, []
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen or not hasattr(tensor, "_keras_history"):
            continue
        seen.add(id(tensor))
        operation, place, _ = tensor._keras_history
        if isinstance(operation, Gradient):
            gradients.append(tensor)
        else:
            waiting.extend(operation._inbound_nodes[place].input_tensors)
    return gradients


def _read_by(loss: Any) -> list[keras.KerasTensor]:
    """The symbolic tensors that a loss or a metric reads beside its arguments."""
    found: dict[int, keras.KerasTensor] = {}
    while isinstance(loss, functools.partial):
        for one in (*loss.args, *loss.keywords.values()):
            if isinstance(one, keras.KerasTensor):
                found[id(one)] = one
        loss = loss.func
    function = getattr(loss, "__func__", loss)
    if is_the_scripts(function):
        for place in places(function, getattr(loss, "__self__", None)):
            found |= {id(one): one for one in keras.tree.flatten(place.tensors)}
    return list(found.values())


def _keep(model: Any, graphs: list[_Graph]) -> None:
    """Have each pass through a model keep what the tensors of graphs are."""
    tensors = [one for graph in graphs for one in graph.tensors]
    whole = keras.Model(model.inputs, [*model.outputs, *tensors])
    count, is_one = len(model.outputs), not isinstance(model._outputs_struct, list | tuple)

    def call(inputs: Any, training: Any = None, mask: Any = None, **settings: Any) -> Any:
        found = list(whole.call(model._standardize_inputs(inputs), training, mask, **settings))
        rest = iter(found[count:])
        for graph in graphs:
            graph.values = [next(rest) for _ in graph.tensors]
        return found[0] if is_one else found[:count]

    object.__setattr__(model, "call", call)


def _of_shape(tensor: keras.KerasTensor, company: Any) -> Any:
    """Zeros where only shapes are asked for; an unknown length is that of the batch."""
    rows = ops.shape(company)[0]
    return ops.zeros([rows if one is None else one for one in tensor.shape], tensor.dtype)
