"""Activations that a layer is given as functions of TensorFlow's: `activation=tf.nn.relu`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

_NAMES = (
    *("elu", "gelu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "sigmoid", "silu"),
    *("softmax", "softplus", "softsign", "tanh"),
)
"""Those that Keras has under the same name, with the same defaults."""
_TODAY = {
    **{f"tensorflow.nn.{name}": f"keras.activations.{name}" for name in _NAMES},
    **{f"tensorflow.{name}": f"keras.activations.{name}" for name in ("sigmoid", "tanh")},
    **{f"tensorflow.math.{name}": f"keras.activations.{name}" for name in ("sigmoid", "tanh")},
    "tensorflow.nn.swish": "keras.activations.silu",
    "tensorflow.identity": "keras.activations.linear",
}
ARGUMENTS = ("activation", "recurrent_activation")
_PLACES = {"keras.layers.Activation": 0, "keras.layers.Dense": 1}
"""Where layers take an activation without its name."""


def given(
    node: cst.Call, called: str, arguments: tuple[str, ...] = ARGUMENTS
) -> Iterator[cst.BaseExpression]:
    """The values of a call that are activations.

    Args:
        node: The call.
        called: The full name of what is called, as of the package `keras`.
        arguments: The names of arguments that take one. Defaults to all.
    """
    for place, one in enumerate(node.args):
        word = one.keyword.value if one.keyword is not None else ""
        if word in arguments or (not word and _PLACES.get(called) == place):
            yield one.value


def today(full: str) -> str | None:
    """The full name of the activation in Keras 3; `None` where it has none.

    Args:
        full: The full name of a function.

    >>> today("tensorflow.nn.relu"), today("tensorflow.nn.conv2d")
    ('keras.activations.relu', None)
    """
    return _TODAY.get(full)
