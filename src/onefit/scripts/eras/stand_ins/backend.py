"""`keras.backend` as it was: the functions of `tensorflow.keras.backend`, and those that went."""

from __future__ import annotations

import sys
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins import draws, graph, local_layers
from onefit.scripts.eras.stand_ins.backend_name import old_backend
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.keras import backend as _shared
from onefit.scripts.tensorflow.lengths import keeping

# Scripts branch by it as by `K.backend()`.
_BACKEND = old_backend()

_ORDERS = {"th": "channels_first", "tf": "channels_last"}

function = graph.function
local_conv1d, local_conv2d = local_layers.local_conv1d, local_layers.local_conv2d
dropout = draws.dropout
random_binomial, random_bernoulli = draws.random_binomial, draws.random_bernoulli
random_normal, random_uniform = draws.random_normal, draws.random_uniform
truncated_normal = draws.truncated_normal
gradients = graph.gradients
learning_phase = graph.learning_phase
symbolic_learning_phase = graph.learning_phase
set_learning_phase = graph.set_learning_phase
learning_phase_scope = graph.learning_phase_scope
in_train_phase = graph.in_train_phase
in_test_phase = graph.in_test_phase


def image_dim_ordering() -> str:
    """`"th"` or `"tf"`: Keras 1's names of `image_data_format`."""
    return "th" if keras.config.image_data_format() == "channels_first" else "tf"


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's `set_image_data_format`: `"th"` or `"tf"`."""
    keras.config.set_image_data_format(_ORDERS[dim_ordering])


def normalize_data_format(value: str | None) -> str:
    """A data format, or the configured one for None."""
    return keras.config.image_data_format() if value is None else value.lower()


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: Any = False,
    name: Any = None,
) -> keras.KerasTensor:
    """A symbolic tensor, to be given to `K.function`."""
    whole = tuple(shape) if shape is not None else (None,) * (ndim or 1)
    return keras.Input(batch_shape=whole, dtype=dtype, name=name)


def is_placeholder(x: Any) -> bool:
    """Whether it is an input of a graph."""
    history = getattr(x, "_keras_history", None)
    return history is not None and isinstance(history[0], keras.layers.InputLayer)


def is_tensor(x: Any) -> bool:
    """Whether it is an array or a symbolic tensor."""
    return keras.ops.is_tensor(x) or isinstance(x, keras.KerasTensor)


def identity(x: Any, name: Any = None) -> Any:
    """A copy."""
    return ops.multiply(x, 1)


def get_variable_shape(x: Any) -> tuple[int, ...]:
    """The shape of a variable."""
    return tuple(x.shape)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of exponentials, without overflow."""
    return ops.logsumexp(x, axis=axis, keepdims=keepdims)


def slice(x: Any, start: Any, size: Any) -> Any:
    """A part of a tensor: `size` elements from `start`, for each axis."""
    return ops.slice(array(x), start, size)


def print_tensor(x: Any, message: str = "") -> Any:
    """The tensor; its values are printed where it has some."""
    if not isinstance(x, keras.KerasTensor):
        print(message, x)
    return x


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Any, epsilon: float = 1e-3
) -> tuple[Any, Any, Any]:
    """A batch with mean 0 and variance 1 along axes, its mean and its variance."""
    x = array(x)
    mean, variance = ops.moments(x, axes=reduction_axes, keepdims=True)
    normed = (x - mean) / ops.sqrt(variance + epsilon)
    normed = normed * (1 if gamma is None else gamma) + (0 if beta is None else beta)
    return normed, ops.squeeze(mean), ops.squeeze(variance)


def _get_available_gpus() -> list[str]:
    """None: scripts ask so for CuDNN's layers, which are LSTM and GRU."""
    return []


def reset_uids() -> None:
    """Name layers from 1 again."""
    keras.backend.clear_session()


def manual_variable_initialization(value: bool) -> None:
    """Nothing: variables have values from the beginning."""


def get_session() -> Any:
    """The session that the script handed over; else one whose `run` gives the values of arrays."""
    from onefit.scripts.eras.stand_ins import sessions

    return sessions.get_session()


def set_session(session: Any) -> None:
    """Keep a session for `get_session`: it is of no other effect, as JAX has none."""
    from onefit.scripts.eras.stand_ins import sessions

    sessions.set_session(session)


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> Any:
    """Not here: JAX has no sparse labels."""
    raise refused(
        NotImplementedError,
        "OF210",
        "dense labels",
        "K.ctc_label_dense_to_sparse",
        "Use K.ctc_batch_cost, which takes them.",
    )


Function = graph.function


def separable_conv1d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A convolution of each channel by itself along one axis, then one across the channels."""
    order = normalize_data_format(data_format)
    return ops.separable_conv(
        x, depthwise_kernel, pointwise_kernel, strides, padding, order, dilation_rate
    )


def conv3d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """A transposed convolution of volumes."""
    order = normalize_data_format(data_format)
    return ops.conv_transpose(x, kernel, strides, padding, data_format=order)


def __getattr__(name: str) -> Any:
    function = getattr(_shared, name)
    # A script that has imported TensorFlow's name computes with tensors, and gets some.
    if "tensorflow" in sys.modules or not callable(function):
        return function
    # JAX's arrays, as the package keras has them
    return keeping(getattr(function, "__wrapped__", function))
