"""What the file of Keras's TensorFlow backend had imported for itself: `K.tf`, `K.np`, `K.py_all`.

Scripts took them from there. Source: the first lines of `keras/backend/tensorflow_backend.py` of
1.2.2 and 2.2.4.
"""

from __future__ import annotations

import builtins
import importlib
from collections import defaultdict
from typing import Any

import keras

from onefit.scripts.eras.refusal import refused

MODULES = {
    "tf": "tensorflow",
    "np": "numpy",
    **{name: name for name in ("importlib", "json", "os", "sys", "warnings")},
}
"""Modules by the backend's names for them."""

BUILTINS = ("py_all", "py_any", "py_slice", "py_sum")
"""Python's own, which functions of the backend had taken the names of."""

OF_GRAPH = {
    "config_pb2": "tf.compat.v1.ConfigProto",
    "control_flow_ops": "tf.cond and tf.while_loop",
    "ctc": "K.ctc_batch_cost and K.ctc_decode",
    "functional_ops": "K.map_fn, K.foldl and K.foldr",
    "moving_averages": "K.moving_average_update",
    "tensor_array_ops": "tf.TensorArray",
    "tf_ops": "tensorflow itself",
}
"""Modules of TensorFlow 1 in which its graphs were made, and what does something like it."""

OTHERS = ("defaultdict", "device_lib", "_epsilon", "_floatx", "_image_data_format")
NAMES = (*MODULES, *BUILTINS, *OF_GRAPH, *OTHERS)
ASKED_FOR = frozenset({"tf", "device_lib", *OF_GRAPH})
"""Those that `from keras.backend import *` leaves alone: they load much, or there are none."""


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return _module(MODULES[name], name)
    if name in BUILTINS:
        return getattr(builtins, name.removeprefix("py_"))
    if name in OF_GRAPH:
        told = "Keras 3 has no graph of TensorFlow 1, so nothing can be added to one"
        raise refused(AttributeError, "OF210", told, f"K.{name}", f"Use {OF_GRAPH[name]}.")
    if name == "defaultdict":
        return defaultdict
    if name == "device_lib":
        return _module("tensorflow.python.client.device_lib", name)
    if name in OTHERS:
        return getattr(keras.config, name[1:])()
    raise AttributeError(name)


def _module(path: str, name: str) -> Any:
    try:
        return importlib.import_module(path)
    except ImportError as error:  # as for a library, which is not given the name `tensorflow`
        raise AttributeError(f"K.{name}: {error}") from error
