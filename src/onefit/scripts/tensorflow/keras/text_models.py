"""Models that begin with text: layers of text run before the program, the rest of the model in it.

No array of JAX's holds text. The inputs of `fit`, `evaluate`, `predict` and of a call go through
the layers that read text first; the rest of the graph is the model's `call` from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
import keras
import numpy as np
from keras.src.models.functional import Functional
from keras.src.models.sequential import Sequential

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.structure import flatten
from onefit.scripts.tensorflow.keras.given_data import (
    check_inputs,
    check_targets,
    densely,
    explain_nan,
)
from onefit.scripts.tensorflow.keras.given_datasets import checked
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.mode import outside
from onefit.scripts.tensorflow.operation import leaves
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec
from onefit.scripts.tensorflow.text import StringTensor

VERBS = ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
LAYERS = (
    keras.layers.TextVectorization, keras.layers.StringLookup, keras.layers.IntegerLookup,
    keras.layers.Hashing, keras.layers.HashedCrossing,
)  # fmt: skip
MARK = "_onefit_text"


class TextGraph:
    """The part of a model that reads text, and the rest.

    Args:
        graph: The model's graph.
    """

    def __init__(self, graph: Functional) -> None:
        """Find the nodes that run before the program."""
        self.graph = graph
        self.nodes: list[Any] = []
        known = {id(one) for one in graph.inputs}
        ordered = [
            node
            for depth in sorted(graph._nodes_by_depth, reverse=True)
            for node in graph._nodes_by_depth[depth]
            if not node.is_input
        ]
        later = []
        for node in ordered:
            reads_text = any(one.dtype == "string" for one in node.input_tensors)
            reads_text |= _runs_before(node.operation)
            if reads_text and all(id(one) in known for one in node.input_tensors):
                self.nodes.append(node)
                known |= {id(one) for one in node.outputs}
            else:
                later.append(node)
        wanted = [one for node in later for one in node.input_tensors] + list(graph.outputs)
        self.cuts = list({id(one): one for one in wanted if id(one) in known}.values())
        self.rest: Functional | None = None
        if any(one.dtype == "string" for node in later for one in node.input_tensors):
            refuse("a model that makes text of numbers", "string")
        if later:
            self.rest = _rest(graph, self.cuts)

    def values(self, inputs: Any) -> Any:
        """What the rest of the model takes for these inputs.

        Args:
            inputs: Inputs of the model: NumPy's arrays, tensors, nested as the model takes them.
        """
        given = self._in_order(inputs)
        values = {id(ref): _fitting(one, ref) for ref, one in zip(self.graph.inputs, given)}
        with outside():
            for node in self.nodes:
                args, kwargs = node.arguments.fill_in(values)
                outputs = node.operation(*args, **kwargs)
                values.update(zip(map(id, node.outputs), leaves(outputs)))
        found = [_plain(values[id(one)]) for one in self.cuts]
        return found[0] if len(found) == 1 else found

    def _in_order(self, inputs: Any) -> list[Any]:
        if isinstance(inputs, dict):
            return [inputs[name] for name in _names(self.graph)]
        if isinstance(inputs, list | tuple) and len(self.graph.inputs) > 1:
            return list(inputs)
        alone = inputs[0] if isinstance(inputs, list | tuple) and len(inputs) == 1 else inputs
        return [alone]


def _runs_before(layer: Any) -> bool:
    """Whether a layer computes with TensorFlow, or is a model with such layers and no weights."""
    if isinstance(layer, Functional | Sequential):
        return any(map(_runs_before, layer.layers)) and not layer.trainable_variables
    return isinstance(layer, LAYERS)


def _rest(graph: Functional, cuts: list[Any]) -> Functional:
    """The model between some tensors of a graph and its outputs; the graph stays as it was."""
    # Keras makes nodes anew between the cuts, and writes them to layers and tensors of the graph.
    held = {one: (list(one._inbound_nodes), list(one._outbound_nodes)) for one in graph._operations}
    nodes = [node for nodes in graph._nodes_by_depth.values() for node in nodes]
    places = [(one, one._keras_history) for node in nodes for one in node.outputs]
    made = Functional(cuts[0] if len(cuts) == 1 else cuts, graph._outputs_struct)
    for one, (inbound, outbound) in held.items():
        one._inbound_nodes[:], one._outbound_nodes[:] = inbound, outbound
    for tensor, place in places:
        tensor._keras_history = place
    for one in made.inputs:
        # Layers of text give int64; a program takes what JAX has.
        one._dtype = jax.dtypes.canonicalize_dtype(one.dtype).name
    return made


def give_text_models(patches: Patches) -> None:
    """Let models take text.

    Args:
        patches: Where what is replaced is noted.
    """
    for verb in VERBS:
        patches.put(keras.Model, verb, _verb(verb))
    patches.put(keras.Model, "__call__", _calling())


def _verb(name: str) -> Callable[..., Any]:
    plain = getattr(keras.Model, name)
    before = vars(keras.Model).get(name)  # what an old script's arguments mean

    @wraps(plain)
    def method(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        own = before.__get__(self) if before else getattr(super(keras.Model, self), name)
        x, args, kwargs = densely(x), tuple(map(densely, args)), _valid(self, name, kwargs)
        if not _needs_numbers(self, x):
            check_inputs(self, name, x, args, kwargs)
            if not name.startswith("predict"):
                check_targets(self, kwargs["y"] if "y" in kwargs else next(iter(args), None))
            found = own(checked(self, x), *args, **kwargs)
            explain_nan(self, name, x, found)
            return found
        graph = _split(self, x)
        if graph.rest is None and name.startswith("predict"):
            return _tables(graph, x)
        validation = kwargs.get("validation_data")
        if validation is not None:
            kwargs["validation_data"] = _pair(graph, validation)
        return own(_converted(graph, x), *args, **kwargs)

    method.__onefit__ = True  # type: ignore[attr-defined]  # no override of the user's
    return method


def _valid(model: Any, name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """What is given by name, without sparse tensors; the rows of a validation are looked at."""
    given = {key: densely(value) for key, value in kwargs.items()}
    validation = given.get("validation_data")
    if isinstance(validation, tuple) and len(validation) > 1:
        sizes = {"batch_size": given.get("validation_batch_size") or given.get("batch_size")}
        check_inputs(model, name, validation[0], (), sizes)
        check_targets(model, validation[1])
    if validation is not None:
        given["validation_data"] = checked(model, validation)
    return given


def _calling() -> Callable[..., Any]:
    """A model's call: text goes through the layers that read it first."""
    before = vars(keras.Model).get("__call__")  # a look at a model that is being trained

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        own = before.__get__(self) if before else super(keras.Model, self).__call__
        if not args or not isinstance(self, Functional | Sequential) or not _has_text(args[0]):
            return own(*args, **kwargs)
        graph = _split(self, args[0])
        values = graph.values(_arrays(args[0]))
        if graph.rest is None:
            return values
        return own(values, *args[1:], **kwargs)

    return __call__


def _split(model: Any, x: Any) -> TextGraph:
    """A model's text part, which is found once; `call` is the rest of the model from then on."""
    held: TextGraph | None = vars(model).get(MARK)
    if held is not None:
        return held
    graph = model if isinstance(model, Functional) else getattr(model, "_functional", None)
    if graph is None and isinstance(model, Sequential):
        graph = _built(model, x)
    if graph is None:
        refuse("text as the input of a subclassed model (make numbers of it in a map)", "string")
    made = TextGraph(graph)
    object.__setattr__(model, MARK, made)
    _let_compile(model, made)
    if (rest := made.rest) is not None:
        spec = type(model).compute_output_spec

        def compute_output_spec(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            if any(getattr(one, "dtype", "") == "string" for one in leaves(inputs)):
                return spec(model, inputs, *args, **kwargs)
            return rest.compute_output_spec(inputs)

        def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            return rest.call(inputs, *args, **kwargs)

        for name, value in {"call": call, "compute_output_spec": compute_output_spec}.items():
            object.__setattr__(model, name, value)
        if isinstance(model, Functional):
            # Keras holds inputs against this: they are numbers from now on.
            model._manual_input_spec = rest.input_spec
    return made


def _let_compile(model: Any, graph: TextGraph) -> None:
    """XLA may compile a model whose layers of text run before."""
    for node in graph.nodes:
        for layer in node.operation._flatten_layers():
            layer.supports_jit = True
    if model.compiled and not model.run_eagerly and not model.jit_compile:
        model.jit_compile = model._resolve_auto_jit_compile()


def _built(model: Any, x: Any) -> Functional:
    """The graph of a `Sequential` that has not seen its inputs."""
    shape = _shape(x)
    first = keras.Input(shape[1:], dtype="string")
    value = first
    for layer in model.layers:
        value = layer(value)
    model._layers.insert(0, first._keras_history.operation)
    model._functional = Functional(first, value, name=model.name)
    model.built = True
    return model._functional


def _shape(x: Any) -> tuple[int | None, ...]:
    one = flatten(x.element_spec)[0] if isinstance(x, Dataset) else next(leaves(_arrays(x)))
    return tuple(one.shape)


def _needs_numbers(model: Any, x: Any) -> bool:
    """Whether layers have to run before the program for this data."""
    if _has_text(x) or MARK in vars(model):
        return True
    return isinstance(model, Functional | Sequential) and any(map(_runs_before, model.layers))


def _has_text(x: Any) -> bool:
    """Whether there is text among the inputs of a model."""
    if isinstance(x, Dataset):
        spec = x.element_spec
        return any(map(_is_text, leaves(spec[0] if isinstance(spec, tuple) and spec else spec)))
    if isinstance(x, str | bytes):
        return False
    return any(_is_text(one) or isinstance(one, str) for one in leaves(x))


def _is_text(one: Any) -> bool:
    if isinstance(one, np.ndarray):
        kind = one.dtype.kind
        return kind in "US" or (
            kind == "O" and one.size > 0 and isinstance(one.flat[0], str | bytes)
        )
    if isinstance(one, TensorSpec):
        return one.dtype == "string"
    return isinstance(one, StringTensor)


def _arrays(x: Any) -> Any:
    """Inputs, with lists of words as arrays."""
    if isinstance(x, dict):
        return {name: _arrays(one) for name, one in x.items()}
    if isinstance(x, list | tuple):
        return np.asarray(x) if x and isinstance(x[0], str) else [_arrays(one) for one in x]
    return x


def _converted(graph: TextGraph, x: Any) -> Any:
    """The data of a verb with the numbers that the rest of the model takes."""
    if not isinstance(x, Dataset):
        return graph.values(_arrays(x))

    def numbers(*element: Any) -> Any:
        values = graph.values(element[0])
        values = tuple(values) if isinstance(values, list) else values
        alone = len(element) == 1 and not isinstance(values, tuple)
        return values if alone else (values, *element[1:])

    return x.map(numbers)


def _pair(graph: TextGraph, data: Any) -> Any:
    if isinstance(data, Dataset):
        return _converted(graph, data) if _has_text(data) else data
    return (_converted(graph, data[0]), *data[1:]) if _has_text(data[0]) else data


def _tables(graph: TextGraph, x: Any) -> Any:
    """What a model gives that consists of layers of text alone."""
    if not isinstance(x, Dataset):
        return graph.values(_arrays(x))
    parts = [graph.values(one[0] if isinstance(one, tuple) else one) for one in x]
    return np.concatenate(parts)


def _names(graph: Functional) -> list[str]:
    struct = graph._inputs_struct
    if isinstance(struct, dict):
        return [name for name, _ in sorted(struct.items(), key=lambda pair: _place(graph, pair[1]))]
    return [one.name for one in graph.inputs]


def _place(graph: Functional, one: Any) -> int:
    return next(n for n, other in enumerate(graph.inputs) if other is one)


def _fitting(one: Any, ref: Any) -> Any:
    """An input of the rank that the model wants."""
    value = one if isinstance(one, Tensor) or hasattr(one, "shape") else np.asarray(one)
    # As Keras's `Functional` does with inputs of one axis more or less.
    if len(value.shape) == len(ref.shape) - 1 and ref.shape[-1] == 1:
        return value[..., None]
    if len(value.shape) == len(ref.shape) + 1 and value.shape[-1] == 1:
        return value[..., 0]
    return value


def _plain(value: Any) -> Any:
    """A value as NumPy's, of the bits that JAX has; a program takes sparse ones as dense."""
    value = densely(value)
    array = value.numpy() if isinstance(value, Tensor) else np.asarray(value)
    return array.astype(jax.dtypes.canonicalize_dtype(array.dtype), copy=False)
