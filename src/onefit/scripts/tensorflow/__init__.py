"""The stand-in: what the name `tensorflow` means in a script where TensorFlow is not installed.

Keras ships `tf.keras`; the array functions are Keras's own on JAX arrays, under TensorFlow's names
and arguments. `tf.data`, tensors, variables and tapes are ours. `missing.py` tells what is missing.
A file here is a module of TensorFlow's: `math.py` is `tensorflow.math`. `naming.py`, one floor up,
gives the name; docs/design/0011 says why.

>>> import onefit.scripts.tensorflow as tf
>>> tf.reduce_sum(tf.constant([1, 2, 3])).numpy()
np.int32(6)
>>> hasattr(tf, "Session")
False
"""

from __future__ import annotations

import contextlib
import importlib
import logging
from types import SimpleNamespace
from typing import Any

from onefit.scripts.naming import LATER as _LATER
from onefit.scripts.tensorflow import arrays as _arrays
from onefit.scripts.tensorflow import autograph as autograph
from onefit.scripts.tensorflow import compat as compat
from onefit.scripts.tensorflow import config as config
from onefit.scripts.tensorflow import data as data
from onefit.scripts.tensorflow import distribute as distribute
from onefit.scripts.tensorflow import dtypes as dtypes
from onefit.scripts.tensorflow import errors as errors
from onefit.scripts.tensorflow import graph as _graph
from onefit.scripts.tensorflow import initializers as _initializers
from onefit.scripts.tensorflow import keras as keras
from onefit.scripts.tensorflow import linalg as linalg
from onefit.scripts.tensorflow import math as math
from onefit.scripts.tensorflow import nn as nn
from onefit.scripts.tensorflow import random as random
from onefit.scripts.tensorflow import selection as _selection
from onefit.scripts.tensorflow import test as test
from onefit.scripts.tensorflow.control_flow import case as case
from onefit.scripts.tensorflow.control_flow import cond as cond
from onefit.scripts.tensorflow.control_flow import foldl as foldl
from onefit.scripts.tensorflow.control_flow import foldr as foldr
from onefit.scripts.tensorflow.control_flow import map_fn as map_fn
from onefit.scripts.tensorflow.control_flow import scan as scan
from onefit.scripts.tensorflow.control_flow import switch_case as switch_case
from onefit.scripts.tensorflow.control_flow import vectorized_map as vectorized_map
from onefit.scripts.tensorflow.control_flow import while_loop as while_loop
from onefit.scripts.tensorflow.custom_gradient import custom_gradient as custom_gradient
from onefit.scripts.tensorflow.function import function as function
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import here as _here
from onefit.scripts.tensorflow.module import Module as Module
from onefit.scripts.tensorflow.printing import print as print
from onefit.scripts.tensorflow.tape import GradientTape as GradientTape
from onefit.scripts.tensorflow.tape import UnconnectedGradients as UnconnectedGradients
from onefit.scripts.tensorflow.tensor import Tensor as Tensor
from onefit.scripts.tensorflow.tensor_shape import TensorShape as TensorShape
from onefit.scripts.tensorflow.tensor_spec import TensorSpec as TensorSpec
from onefit.scripts.tensorflow.variable import IndexedSlices as IndexedSlices
from onefit.scripts.tensorflow.variable import Variable as Variable

__version__ = "2.21.0+onefit"
version = SimpleNamespace(VERSION=__version__, GIT_VERSION="onefit", COMPILER_VERSION="onefit")

initializers, losses = keras.initializers, keras.losses
metrics, optimizers = keras.metrics, keras.optimizers
newaxis = None
ALSO = f"Tensor newaxis version initializers losses metrics optimizers {dtypes.NAMES}"

_OF_MATH = """
abs acos acosh add add_n argmax argmin asin asinh atan atan2 atanh clip_by_norm clip_by_value cos
cosh cumsum divide equal exp floor greater greater_equal less less_equal logical_and logical_not
logical_or maximum minimum multiply negative not_equal pow reduce_all reduce_any reduce_logsumexp
reduce_max reduce_mean reduce_min reduce_prod reduce_sum round sigmoid sign sin sinh sqrt square
subtract tan tanh truediv
"""
for _home, _names in {
    _arrays: _arrays.NAMES,
    math: _OF_MATH,
    linalg: "einsum matmul norm tensordot",
    dtypes: "as_dtype cast " + dtypes.NAMES,
    _graph: _graph.NAMES,
    _initializers: _initializers.NAMES,
    _selection: _selection.NAMES,
}.items():
    globals().update({_name: getattr(_home, _name) for _name in _names.split()})


def executing_eagerly() -> Any:
    """Whether no `tf.function` is being traced."""
    return not _here.traced


def inside_function() -> Any:
    """Whether a `tf.function` is being traced."""
    return bool(_here.traced)


def device(device_name: Any) -> contextlib.AbstractContextManager[None]:
    """A block of no effect, as TensorFlow's own has none for Keras on JAX."""
    return contextlib.nullcontext()


def get_logger() -> logging.Logger:
    """The logger named tensorflow."""
    return logging.getLogger("tensorflow")


def __getattr__(name: str) -> Any:
    """A module that is loaded when it is first asked for, or the error for what is not there."""
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
    return _missing(name)


# names of modules that are loaded when they are asked for
_ELSEWHERE = {"RaggedTensor": "ragged", "SparseTensor": "sparse", "as_string": "strings"}


_missing = names_of("tensorflow")
