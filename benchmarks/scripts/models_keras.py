"""The networks in Keras."""

from keras import Input, Model, Sequential, layers

import job
import networks

LOSSES = {
    "binary": ("binary_crossentropy", "sigmoid"),
    "classes": ("sparse_categorical_crossentropy", "softmax"),
    "regression": ("mean_squared_error", "linear"),
}


def build(network, loss, **compile_arguments):
    """A compiled Keras model with the suite's first weights."""
    function, activation = LOSSES[loss]
    model = globals()[f"_{network['kind']}"](network, activation)
    first = job.first_weights(networks.shapes(network))
    for variable, value in zip(model.trainable_variables, first, strict=True):
        variable.assign(value)
    model.compile("adam", function, **compile_arguments)
    return model


def _dense(network, activation):
    inputs, *hidden, outputs = network["layers"]
    stack = [layers.Dense(width, "relu") for width in hidden]
    return Sequential([Input((inputs,)), *stack, layers.Dense(outputs, activation)])


def _conv(network, activation):
    flat = len(network["input"]) == 2
    conv, pool = (layers.Conv1D, layers.MaxPooling1D) if flat else (layers.Conv2D, layers.MaxPool2D)
    stack = [Input(network["input"])]
    for filters in network["channels"]:
        stack += [conv(filters, 3, padding="same", activation="relu"), pool()]
    return Sequential([*stack, layers.Flatten(), layers.Dense(network["outputs"], activation)])


def _lstm(network, activation):
    units = layers.LSTM(network["units"], unit_forget_bias=False)
    head = layers.Dense(network["outputs"], activation)
    return Sequential([Input(network["input"]), units, head])


def _attention(network, activation):
    inputs = Input(network["input"])
    embedded = layers.Dense(network["units"], "relu")(inputs)
    heads = layers.MultiHeadAttention(networks.HEADS, network["units"] // networks.HEADS)
    pooled = layers.GlobalAveragePooling1D()(embedded + heads(embedded, embedded))
    return Model(inputs, layers.Dense(network["outputs"], activation)(pooled))
