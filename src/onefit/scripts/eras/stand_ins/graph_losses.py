"""Losses that use tensors of the model's graph, as those of old variational autoencoders do.

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
from onefit.scripts.eras.stand_ins.read_tensors import is_the_scripts, places

Loss = Callable[[Any, Any], Any]


def of_graph(model: Any, losses: Any) -> Any:
    """Losses that `compile` takes, for some that read tensors of the graph; others as they are.

    Args:
        model: The model that is compiled.
        losses: What the script gave: a loss, a list of them, or a table by the outputs' names.
    """
    if not isinstance(model, Functional):
        return losses
    graphs: list[_Graph] = []

    def of_output(given: Any, output: keras.KerasTensor) -> Any:
        tensors = _read_by(given)
        if not tensors:
            return given
        graphs.append(_Graph(given, output, tensors))
        return graphs[-1].loss()

    made = _for_outputs(model, losses, of_output)
    if graphs:
        _keep(model, graphs)
    return made


def _for_outputs(model: Any, given: Any, of_output: Callable[[Any, Any], Any]) -> Any:
    """What `compile` is given, changed for each output that it is for."""
    outputs = dict(zip(model.output_names, model.outputs))
    if isinstance(given, dict):
        known = {name: of_output(given[name], outputs[name]) for name in given.keys() & outputs}
        return {name: known.get(name, one) for name, one in given.items()}
    if not isinstance(given, list | tuple):
        return of_output(given, model.outputs[0]) if len(model.outputs) == 1 else given
    # Something is wrong with another number of them, and Keras says what.
    is_for_each = len(given) == len(model.outputs)
    return [of_output(*pair) for pair in zip(given, model.outputs)] if is_for_each else given


class _Graph:
    """The graph of one loss, which begins with labels, an output, and what layers gave.

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

    def loss(self) -> Loss:
        """The loss as `compile` takes it."""

        def loss_of_graph(y_true: Any, y_pred: Any) -> Any:
            # Keras asks a loss for shapes when it builds its metrics, before any pass has kept
            # values.
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
    """The symbolic tensors that a loss reads beside its arguments."""
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
