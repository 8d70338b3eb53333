"""Keras 1's merge of tensors and of models. Source: `keras/legacy/layers.py` of 2.2.4."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

_MODES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum"}


def merge(
    inputs: Any,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: Any = None,
    name: str | None = None,
) -> Any:
    """Keras 1's merge of tensors: `add`, `concatenate` and the like of Keras 3.

    Args:
        inputs: Symbolic tensors.
        mode: `"sum"`, `"mul"`, `"ave"`, `"max"`, `"concat"`, `"dot"`, `"cos"` or a function.
        concat_axis: The axis of `"concat"`. Defaults to `-1`.
        dot_axes: The axes of `"dot"` and `"cos"`. Defaults to `-1`.
        output_shape: The shape of a function's result, without the batch. Defaults to none.
        output_mask: The mask of a function's result, or a function of the masks. Defaults to none.
        arguments: More arguments of a function, by name. Defaults to none.
        name: The layer's name. Defaults to one of its own.

    >>> a, b = keras.Input((2,)), keras.Input((3,))
    >>> merge([a, b], mode="concat").shape
    (None, 5)
    """
    if callable(mode):
        mask = (lambda _, masks: output_mask(masks)) if callable(output_mask) else output_mask
        shape, more = output_shape, arguments
        layer = keras.layers.Lambda(mode, shape, mask=mask, arguments=more, name=name)
        layer.supports_masking = True  # without a function the mask ends here, and nobody is warned
        return layer(inputs)
    return merged(inputs, mode, concat_axis, dot_axes, name=name)


for _name in (
    *("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),
    *("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"),
):
    setattr(merge, _name, getattr(keras.layers, _name))  # in Keras 2 it is a module


def merged(
    inputs: Any,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    name: str | None = None,
    arguments: Any = None,
    **_: Any,
) -> Any:
    """Tensors in one, by a layer of Keras 3; the arguments are those of `merge`."""
    if callable(mode):
        return mode(inputs, **(arguments or {}))
    if mode in ("dot", "cos"):
        axes = (
            dot_axes[0] if isinstance(dot_axes, list | tuple) and len(dot_axes) == 1 else dot_axes
        )
        if axes == 0 or list(axes if isinstance(axes, list | tuple) else ()) == [0, 0]:
            first, second = inputs
            return _dot_of_rows(first, second, mode == "cos")
        if mode == "cos":
            return Cosine(axes, name=name)(inputs)
        return keras.layers.Dot(_plain(axes), name=name)(inputs)
    if mode == "concat":
        return keras.layers.Concatenate(axis=concat_axis, name=name)(inputs)
    return getattr(keras.layers, _MODES[mode])(name=name)(inputs)


@keras.saving.register_keras_serializable("keras1")
class Cosine(keras.layers.Layer):
    """Keras 1's mode `"cos"`: products over the root of what is in their places in `a.a` and `b.b`.

    For rows it is the cosine; `Dot(normalize=True)` is one for matrices too. Keras 1 put in an axis
    behind the batch, of which it said nothing in the shape of the layer: that is left out.

    Args:
        axes: One axis, or one of each tensor.
        name: The layer's name. Defaults to one of its own.
    """

    def __init__(self, axes: Any, name: str | None = None, **settings: Any) -> None:
        """Keep the axes."""
        super().__init__(name=name, **settings)
        self.axes = _plain(axes)

    def call(self, inputs: Any) -> Any:
        """The products of two tensors."""
        a, b = inputs
        dot = keras.layers.Dot(self.axes)
        own, other, both = dot([a, a]), dot([b, b]), dot([a, b])
        return both / ops.maximum(ops.sqrt(own * other), keras.config.epsilon())

    def get_config(self) -> dict[str, Any]:
        """What it was made of."""
        return {**super().get_config(), "axes": self.axes}


def _dot_of_rows(a: Any, b: Any, is_normalized: bool) -> Any:
    """`dot_axes=0`: the products of two matrices are summed over the rows of the batch.

    Source: `batch_dot` in `keras/backend/tensorflow_backend.py` of 1.2.2.
    """
    found = ops.sum(a * b, axis=0)
    if is_normalized:
        length = ops.sqrt(ops.sum(a * a, axis=0) * ops.sum(b * b, axis=0))
        found = found / ops.maximum(length, keras.config.epsilon())
    return ops.expand_dims(found, 1)


@keras.saving.register_keras_serializable("keras1")
class Merge(keras.layers.Layer):
    """Keras 1's merge of models, as the first layer of a `Sequential`, or of tensors.

    Args:
        layers: Models, or layers that have been called; `None` for a merge of tensors. Defaults to
            `None`.
        mode: As of `merge`. Defaults to `"sum"`.
        concat_axis: As of `merge`. Defaults to `-1`.
        dot_axes: As of `merge`. Defaults to `-1`.
        output_shape: What Keras infers today. Defaults to `None`.
        output_mask: Of a function of tensors, as of `merge`. Defaults to none.
        arguments: As of `merge`. Defaults to none.
        node_indices: Which call of each layer is meant; only the first can be. Defaults to `None`.
        tensor_indices: Which of its answers; the same. Defaults to `None`.
        name: The layer's name. Defaults to one of its own.
    """

    def __init__(
        self,
        layers: Any = None,
        mode: Any = "sum",
        concat_axis: int = -1,
        dot_axes: Any = -1,
        output_shape: Any = None,
        output_mask: Any = None,
        arguments: Any = None,
        node_indices: Any = None,
        tensor_indices: Any = None,
        name: str | None = None,
    ) -> None:
        """Keep what is merged."""
        super().__init__(name=name)
        self.supports_masking = True
        self.layers = list(layers or ())
        if any(node_indices or ()) or any(tensor_indices or ()):
            told = "Expected the first answer of the first call of each layer."
            raise ValueError(f"{told} Received: {node_indices}, {tensor_indices}.")
        self.mode, self.output_mask = mode, output_mask
        settings = {"concat_axis": concat_axis, "dot_axes": dot_axes, "arguments": arguments}
        self.settings = {n: _plain(value) for n, value in settings.items()}
        self.parts = [_whole(layer) for layer in self.layers]
        self.origins = list(dict.fromkeys(one for part in self.parts for one in _origins(part)))

    def call(self, inputs: Any) -> Any:
        """Merge tensors, or what the models make of them."""
        tensors = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        if self.parts:
            given = dict(zip(self.origins, tensors))
            taken = [[given[one] for one in _origins(part)] for part in self.parts]
            layers = [layer for part in self.parts for layer in part._flatten_layers()]
            for layer in layers:
                object.__setattr__(layer, "add_loss", _adds_nothing)
            tensors = [
                _answer(part, own[0] if len(own) == 1 else own)
                for part, own in zip(self.parts, taken)
            ]
            for layer in layers:
                vars(layer).pop("add_loss", None)
        found = merged(tensors, self.mode, **self.settings)
        masks = [keras.src.backend.get_keras_mask(one) for one in tensors]
        if callable(self.mode) and any(one is not None for one in masks):
            mask = self.output_mask
            keras.src.backend.set_keras_mask(found, mask(masks) if callable(mask) else mask)
        return found

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """None beside the one that `call` gives its answer."""

    @property
    def metrics(self) -> list[Any]:
        """None: those with which its models were compiled are theirs alone."""
        return []

    def begin(self) -> list[Any]:
        """New inputs, for all inputs of the models; what two of them share is one input."""
        pairs = ((at, one) for part in self.parts for at, one in zip(_origins(part), part.inputs))
        ends = dict(pairs)
        return [
            keras.Input(batch_shape=ends[one].shape, dtype=ends[one].dtype) for one in self.origins
        ]

    def get_config(self) -> dict[str, Any]:
        """What it was made of, the models too."""
        layers = [keras.saving.serialize_keras_object(layer) for layer in self.layers]
        # in a list: Keras takes a word of a config for the function that has this name
        return {"name": self.name, "layers": layers, "mode": [self.mode], **self.settings}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Merge:
        """The layer that has this config."""
        read = keras.saving.deserialize_keras_object
        mode = config["mode"][0]
        mode = mode if isinstance(mode, str) else read(mode)
        # One model may be merged with itself: it is told twice, in the same words. The name alone
        # does not tell, since Keras 1 gave no name to a Sequential in a file.
        told: list[Any] = []
        for one in config["layers"]:
            if one not in told:
                told.append(one)
        made = [read(one) for one in told]
        layers = [made[told.index(one)] for one in config["layers"]]
        return cls(**config | {"layers": layers, "mode": mode})


def _answer(part: Any, inputs: Any) -> Any:
    """What a model makes of its inputs. Of the mask of a `Sequential` Keras 1 knew nothing here."""
    found = part(inputs)
    if isinstance(part, keras.Sequential) or "_origins" in vars(part):
        keras.src.backend.set_keras_mask(found, None)
    return found


def _plain(value: Any) -> Any:
    """A list as a tuple: Keras has lists of its own, with which no config can be copied."""
    return tuple(value) if isinstance(value, list) else value


def _adds_nothing(loss: Any) -> None:
    """What a layer of a merged model adds to the loss was lost in Keras 1.

    Source: `losses` in `keras/engine/topology.py` of 1.2.2, of which `Merge` has none.
    """


def flat(model: Any) -> list[Any]:
    """The layers of a model, with all layers of the models that it merges in place of `Merge`."""
    found: dict[Any, None] = {}
    for layer in getattr(model, "layers", [model]):
        is_merge = isinstance(layer, Merge)
        parts = [flat(one) for one in layer.layers] if is_merge else [[layer]]
        found |= dict.fromkeys(one for part in parts for one in part)
    return [one for one in found if not isinstance(one, keras.layers.InputLayer)]


def _origins(model: Any) -> list[int]:
    """The inputs of a model, by those of the models that were merged into it."""
    return vars(model).get("_origins") or [id(one) for one in model.inputs]


def _whole(layer: Any) -> keras.Model:
    """A model, or one around a layer that has been called."""
    return layer if isinstance(layer, keras.Model) else keras.Model(layer.input, layer.output)


def add_merged(original: Any) -> Any:
    """`Sequential().add(Merge(...))`: from there on the model has several inputs."""

    def add(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(layer, Merge) and not self._layers:
            inputs = layer.begin()
            begin_graph(self, keras.Model(inputs, layer(inputs)))
            object.__setattr__(self, "_origins", layer.origins)
        elif isinstance(layer, Merge):
            raise TypeError(
                "Expected Merge as the first layer of a Sequential. Received: one after others. "
                "Write keras.Model(inputs, outputs) with keras.layers.concatenate or add."
            )
        else:
            original(self, layer, *args, **kwargs)

    return add


def begin_graph(model: Any, graph: keras.Model) -> None:
    """Make an object a functional model with the graph of another one, and saved as such."""

    class Functional(type(graph)):  # type: ignore[misc]
        """A model that grows: each layer that is added takes what the last one gives."""

        _functional = True  # `Sequential.from_config` asks whether it is built
        __module__, __qualname__ = type(graph).__module__, "Functional"  # what a file says it is

        def add(self, layer: Any, rebuild: bool = True) -> None:
            """Put a layer on top, as a `Sequential` does."""
            origins = _origins(self)
            begin_graph(self, keras.Model(self.inputs, layer(self.outputs[0])))
            object.__setattr__(self, "_origins", origins)

        def _maybe_rebuild(self) -> None:
            """Nothing is left to do at the end of a list of layers."""

        def _get_regularization_losses(self) -> list[Any]:
            """The penalties on its weights, of which those of merged models are lost, too."""
            merges = [layer for layer in self.layers if isinstance(layer, Merge)]
            lost = {id(one) for merge in merges for one in merge.weights}
            kept = [one for one in self.weights if one.regularizer and id(one) not in lost]
            return [one.regularizer(ops.convert_to_tensor(one)) for one in kept]

        @property
        def layers(self) -> list[Any]:
            """Its layers without the inputs, as of a `Sequential`."""
            every = super().layers
            return [one for one in every if not isinstance(one, keras.layers.InputLayer)]

        @property
        def flattened_layers(self) -> list[Any]:
            """Its layers, with those of the models that it merges in place of `Merge`."""
            return flat(self)

    # A Sequential of Keras 3 has one input, and the script goes on with this object: it becomes a
    # functional model in its place.
    model.__dict__.clear()
    made = Functional(graph.inputs, graph.outputs, name="sequential")
    object.__setattr__(model, "__class__", Functional)
    model.__dict__.update(made.__dict__)
