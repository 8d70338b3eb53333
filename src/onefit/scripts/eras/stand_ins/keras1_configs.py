"""`get_config` of Keras 1's layers, where a script reads it: `config["output_dim"]`.

Keras itself goes on with today's, which its files hold. What is read may be given to the layer's
class again, as `Dense.from_config(config)`, since its arguments are those of then.

Source: `get_config` in `keras/layers/*.py` of 1.2.2.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FrameType
from typing import Any

import keras

from onefit.scripts.callers import calling
from onefit.scripts.eras.stand_ins.consumption import way

Method = Callable[..., Any]
_PENALTIES = "W_regularizer b_regularizer activity_regularizer W_constraint b_constraint"
_CONVOLUTION = f"init activation border_mode dim_ordering {_PENALTIES} bias"
_RECURRENT = (
    "output_dim init inner_init activation return_sequences go_backwards stateful unroll "
    "consume_less W_regularizer U_regularizer b_regularizer dropout_W dropout_U input_dim "
    "input_length"
)
_POOLING_1D = "stride pool_length border_mode"
_POOLING = "pool_size strides border_mode dim_ordering"
_TOLD = {
    "Dense": f"output_dim init activation {_PENALTIES} bias input_dim",
    "Conv1D": f"nb_filter filter_length init activation border_mode subsample_length {_PENALTIES} "
    "bias input_dim input_length",
    "Conv2D": f"nb_filter nb_row nb_col subsample {_CONVOLUTION}",
    "Conv3D": f"nb_filter kernel_dim1 kernel_dim2 kernel_dim3 subsample {_CONVOLUTION}",
    "LSTM": f"{_RECURRENT} inner_activation forget_bias_init",
    "GRU": f"{_RECURRENT} inner_activation",
    "SimpleRNN": _RECURRENT,
    "Embedding": "input_dim output_dim init input_length mask_zero activity_regularizer "
    "W_regularizer W_constraint dropout",
    "BatchNormalization": "epsilon mode axis gamma_regularizer beta_regularizer momentum",
    "Dropout": "p",
    "GaussianDropout": "p",
    "SpatialDropout1D": "p",
    "SpatialDropout2D": "p",
    "SpatialDropout3D": "p",
    "GaussianNoise": "sigma",
    "LeakyReLU": "alpha",
    "PReLU": "init",
    "MaxPooling1D": _POOLING_1D,
    "AveragePooling1D": _POOLING_1D,
    "MaxPooling2D": _POOLING,
    "AveragePooling2D": _POOLING,
    "MaxPooling3D": _POOLING,
    "AveragePooling3D": _POOLING,
    "ZeroPadding2D": "padding",
    "UpSampling1D": "length",
    "UpSampling2D": "size",
    "Activation": "activation",
    "Flatten": "",
    "Reshape": "target_shape",
    "RepeatVector": "n",
    "Permute": "dims",
    "Masking": "mask_value",
}
_TODAY = {
    "output_dim": "units",
    "nb_filter": "filters",
    "subsample": "strides",
    "border_mode": "padding",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "inner_activation": "recurrent_activation",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "p": "rate",
    "sigma": "stddev",
    "alpha": "negative_slope",
    "length": "size",
}
_WORDS = {"Zeros": "zero", "Ones": "one", "RandomUniform": "uniform", "RandomNormal": "normal"}
_ORDERS = {"channels_last": "tf", "channels_first": "th"}


def of_layer(original: Method) -> Method:
    """What a layer was made of, by the names of then."""

    @functools.wraps(original)
    def get_config(self: Any) -> dict[str, Any]:
        config: dict[str, Any] = original(self)
        return of_then(self, config) if _is_asked_by_script() else config

    return get_config


def of_then(layer: Any, config: dict[str, Any]) -> dict[str, Any]:
    """A layer's config by the names of then; as it is where they are not known.

    Args:
        layer: The layer.
        config: Its config of today.
    """
    kind = next(one for one in type(layer).__mro__ if is_of_keras(one))
    # What a class of the script's own has told is of then already, and has no dtype.
    if not {"name", "dtype"} <= config.keys() or kind.__name__ not in _TOLD:
        return config
    told = {"name": config["name"], "trainable": layer.trainable, **_first(layer)}
    names = _TOLD[kind.__name__].split()
    return {**told, **{name: _value(layer, config, name) for name in names}}


def is_of_keras(kind: type) -> bool:
    """Whether a class is Keras's; one that `type(...)` makes may have no module."""
    return getattr(kind, "__module__", "").startswith("keras.")


def _is_asked_by_script() -> bool:
    """Whether the first caller that is not onefit's is not Keras's either."""
    frame: FrameType | None = calling(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("onefit."):
            return not name.startswith("keras.")
        frame = frame.f_back
    return False


def _first(layer: Any) -> dict[str, Any]:
    """The shape of the inputs, of a layer that was told it."""
    shape = vars(layer).get("_input_shape_arg")
    if shape is None:
        return {}
    is_of_words = isinstance(layer, keras.layers.Embedding)
    told = (vars(layer).get("_first_batch"), *shape)
    return {"batch_input_shape": told, "input_dtype": "int32" if is_of_words else "float32"}


def _value(layer: Any, config: dict[str, Any], name: str) -> Any:
    """One argument of then."""
    if name in _OTHERS:
        return _OTHERS[name](layer, config)
    is_embedding = isinstance(layer, keras.layers.Embedding)
    today = name if is_embedding and name == "output_dim" else _TODAY.get(name, name)
    if is_embedding:
        today = today.replace("kernel_", "embeddings_")
    if isinstance(layer, keras.layers.UpSampling1D) and name == "length":
        return config["size"]
    value = config.get(today)
    if name == "activation" and isinstance(value, dict):
        return value.get("config")
    return value


def _initializer(*places: str) -> Callable[[Any, dict[str, Any]], Any]:
    def read(layer: Any, config: dict[str, Any]) -> Any:
        found = next(config[place] for place in places if place in config)
        if not isinstance(found, dict):
            return found
        if found["class_name"] == "OfEachGate":
            found = found["config"]["initializer"]
        kind = found["class_name"]
        return _WORDS.get(kind) or keras.src.utils.naming.to_snake_case(kind)

    return read


def _of_inputs(place: int) -> Callable[[Any, dict[str, Any]], Any]:
    def read(layer: Any, config: dict[str, Any]) -> Any:
        shape = vars(layer).get("_input_shape_arg") or ()
        if isinstance(layer, keras.layers.Embedding) and place == -1:
            return config["input_dim"]
        is_told = len(shape) >= abs(place) + (place == 0)
        return shape[place] if is_told else None

    return read


def _part(name: str, place: int) -> Callable[[Any, dict[str, Any]], Any]:
    return lambda layer, config: config[name][place]


_OTHERS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "init": _initializer("kernel_initializer", "embeddings_initializer", "alpha_initializer"),
    "inner_init": _initializer("recurrent_initializer"),
    "dim_ordering": lambda layer, config: _ORDERS[config["data_format"]],
    "nb_row": _part("kernel_size", 0),
    "nb_col": _part("kernel_size", 1),
    "kernel_dim1": _part("kernel_size", 0),
    "kernel_dim2": _part("kernel_size", 1),
    "kernel_dim3": _part("kernel_size", 2),
    "filter_length": _part("kernel_size", 0),
    "subsample_length": _part("strides", 0),
    "pool_length": _part("pool_size", 0),
    "stride": _part("strides", 0),
    "input_dim": _of_inputs(-1),
    "input_length": _of_inputs(0),
    "consume_less": lambda layer, config: way(layer),
    "forget_bias_init": lambda layer, config: "one" if config["unit_forget_bias"] else "zero",
    "mode": lambda layer, config: config.get("mode", 0),
    "padding": lambda layer, config: tuple(one[0] for one in config["padding"]),
    "dropout": lambda layer, config: config.get("dropout", 0.0),
}
