"""How layers and models were made: the first layer's shape, weights given, names first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras.src.layers.layer import might_have_unbuilt_state

Function = Callable[..., Any]


def first_layer(original: Function) -> Function:
    """A layer keeps the shape of its inputs, their batch too, and weights that it is given."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        told = {name: kwargs.pop(name) for name in _TOLD if name in kwargs}
        original(self, *args, **kwargs)
        _keep(self, **told)

    return __init__


_OF_WEIGHTS = "_losses_of_weights"
"""Where a layer keeps its losses that are functions."""
_TOLD = ("input_shape", "batch_size", "batch_input_shape", "input_dim", "weights")


def _keep(
    layer: Any,
    input_shape: Any = None,
    batch_size: int | None = None,
    batch_input_shape: Any = None,
    input_dim: int | None = None,
    weights: Any = None,
) -> None:
    """Keep what was told of a layer's inputs and weights; what is not told stays as it is."""
    if batch_input_shape is not None:
        batch_size, *input_shape = batch_input_shape
    if input_dim is not None:
        input_shape = (input_dim,)
    if input_shape is not None:
        layer._input_shape_arg = tuple(input_shape)
        layer._first_batch = batch_size
    if weights is not None:
        layer._first_weights = Weights(weights)


def first_of_few_arguments(original: Function) -> Function:
    """The same for a layer whose constructor takes none of the arguments that all layers had."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        told = {name: kwargs.pop(name) for name in _TOLD if name in kwargs}
        trainable = kwargs.pop("trainable", True)
        original(self, *args, **kwargs)
        self.trainable = trainable
        _keep(self, **told)

    return __init__


def given_by_keras(original: Function) -> Function:
    """`def call(self, x, training)`: Keras gave `training` and `mask`, asked for or not."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        call = getattr(type(self).call, "__func__", type(self).call)
        names = call.__code__.co_varnames[: call.__code__.co_argcount] if is_own(call) else ()
        # Parameters with a default are the last ones, so the others are all before them.
        optional = len(call.__defaults__ or ()) if names else 0
        required = list(names[: len(names) - optional])
        # Keras 3 passes what has a default; an argument without one has to be given by the caller.
        while required and required[-1] in ("training", "mask"):
            required.pop()
            call.__defaults__ = (None, *(call.__defaults__ or ()))
        original(self, *args, **kwargs)

    return __init__


def is_own(function: Any) -> bool:
    """Whether a function is one of the script's, in Python."""
    module = getattr(function, "__module__", None) or ""
    return hasattr(function, "__code__") and not module.startswith("keras.")


def is_plain(kind: type) -> bool:
    """Whether a class is the script's own, and of Keras's no more than a layer or a model."""
    of_keras = next(one for one in kind.__mro__ if one.__module__.startswith("keras."))
    return is_of_script(kind) and of_keras in (keras.Layer, keras.Model)


def is_of_script(kind: type) -> bool:
    """Whether a class is the script's own, and neither Keras's nor a stand-in."""
    return not kind.__module__.startswith(("keras.", "onefit."))


def build_by_call(original: Function) -> Function:
    """`model.build(shape)` of a class of the user's makes weights: it is called with a shape."""

    def build(self: Any, input_shape: Any = None) -> None:
        if input_shape is not None and might_have_unbuilt_state(self):
            self._build_by_run_for_single_pos_arg(input_shape)
        original(self, input_shape)

    return build


class Weights:
    """Arrays that Keras does not look into when it tracks a layer's attributes."""

    def __init__(self, arrays: Any) -> None:
        """Keep them."""
        self.arrays = list(arrays)


def give_weights(original: Function) -> Function:
    """Weights that were given to the layer are set once it has them."""

    def _post_build(self: Any) -> None:
        original(self)
        given = vars(self).pop("_first_weights", None)
        if given is not None:
            self.set_weights(given.arrays)

    return _post_build


def with_weights(layer: Any, weights: Any) -> Any:
    """A layer that gets its first weights, `Dense(2, weights=[kernel, bias])`, once it is built.

    Args:
        layer: The layer, new.
        weights: Arrays, in the order of `layer.get_weights()`.

    Returns:
        The layer.

    >>> layer = with_weights(keras.layers.Dense(1), [[[2.0]], [1.0]])
    >>> keras.ops.convert_to_numpy(layer(keras.ops.ones((1, 1)))).tolist()
    [[3.0]]
    """
    build = layer.build

    @functools.wraps(build)
    def build_and_set(*args: Any, **kwargs: Any) -> None:
        build(*args, **kwargs)
        layer.set_weights([np.asarray(one) for one in weights])

    layer.build = build_and_set
    return layer


def add_first_layer(original: Function) -> Function:
    """The first layer's shape makes an input, with its batch."""

    def add(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        batch = getattr(layer, "_first_batch", None)
        if not self._layers and batch is not None:
            shape = (batch, *layer._input_shape_arg)
            # Keras's `add` makes an input of the shape alone, whose batch is unknown: a stateful
            # layer needs the size of its batches.
            original(self, keras.layers.InputLayer(batch_shape=shape))
        original(self, layer, *args, **kwargs)

    return add


def built_once(original: Function) -> Function:
    """`Sequential.build` of a model that knows its input's shape leaves it as it is."""

    def build(self: Any, input_shape: Any = None) -> None:
        is_known = bool(self._layers) and isinstance(self._layers[0], keras.layers.InputLayer)
        if not (is_known and self.built and self._functional is not None):
            original(self, input_shape)

    return build


def of_one_column(original: Function) -> Function:
    """Rows of one number each, in whatever they come, are one column where a layer needs one.

    TensorFlow before 2.7 made columns of all arrays of one axis (`data_adapter.expand_1d`), and
    Keras before it, too. Rows that are arrays have become columns before they get here.
    """

    def build(self: Any, input_shape: Any = None) -> None:
        spec = self._layers[0].input_spec if self._layers else None
        if getattr(spec, "min_ndim", None) == 2 and is_one_axis(input_shape):
            input_shape = (*input_shape, 1)
        original(self, input_shape)

    return build


def is_one_axis(shape: Any) -> bool:
    """Whether a shape is that of rows only: `(None,)`, not `((None, 3),)` of one input."""
    return isinstance(shape, tuple | list) and len(shape) == 1 and not isinstance(shape[0], tuple)


def new_model(original: Function) -> Any:
    """`Model(input=a, output=b)` is a functional model."""

    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        for old in ("input", "output"):
            if old in kwargs:
                kwargs[f"{old}s"] = kwargs.pop(old)
        return original(cls, *args, **kwargs)

    # Python makes a `__new__` static where it stands in a class, and not where it is put there
    # later.
    return staticmethod(__new__)


def without_positions(original: Function) -> Function:
    """`super().__init__(self)` of a model's class: what is no graph's end meant nothing.

    The tutorial of TensorFlow on generating text has it.
    """

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        is_graph = len(args) != 1 or "outputs" in kwargs
        original(self, *(args if is_graph else ()), **kwargs)

    return __init__


def add_layer_loss(original: Function) -> Function:
    """`self.add_loss(loss, inputs=inputs)`: of which inputs it is does not matter any more.

    In `tf.keras` 2 a loss may be a function without arguments, for what depends on weights alone.
    """

    def add_loss(self: Any, losses: Any, inputs: Any = None) -> Any:
        given = keras.tree.flatten(losses)
        functions = [one for one in given if callable(one)]
        if functions:  # beside Keras, which looks into lists that are attributes
            vars(self).setdefault(_OF_WEIGHTS, []).extend(functions)
        return original(self, [one for one in given if not callable(one)])

    return add_loss


def with_losses_of_weights(original: Function) -> Function:
    """The losses of a layer, with those that its functions give of the weights of this step."""

    def _get_own_losses(self: Any) -> list[Any]:
        functions = vars(self).get(_OF_WEIGHTS, ())
        of_weights = [keras.ops.convert_to_tensor(one()) for one in functions]
        return [*original(self), *of_weights]

    return _get_own_losses


def compiled_anew(original: Function) -> Function:
    """`compile` without metrics or a loss leaves none of those that an earlier one had set."""

    def compile(self: Any, *args: Any, **kwargs: Any) -> None:
        # Keras 3 sets each of them only where it is given one.
        self._compile_loss = self._compile_metrics = self.loss = None
        original(self, *args, **kwargs)

    return compile
