"""The stand-in: what the name `tensorflow` means in a script where TensorFlow is not installed.

Keras ships `tf.keras`; the array functions are Keras's own on JAX arrays, under TensorFlow's names
and arguments. `tf.data`, tensors, variables and tapes are ours. `missing.py` tells what is missing.
A file or folder here is a module of TensorFlow's: `math` is `tensorflow.math`; `arrays` are the
functions at the top. `naming.py`, one floor up, gives the name; docs/design/0011 says why.

>>> import onefit.scripts.tensorflow as tf
>>> tf.reduce_sum(tf.constant([1, 2, 3])).numpy()
np.int32(6)
>>> hasattr(tf, "placeholder")
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
from onefit.scripts.tensorflow import control_flow as _control_flow
from onefit.scripts.tensorflow import data as data
from onefit.scripts.tensorflow import dtypes as dtypes
from onefit.scripts.tensorflow import errors as errors
from onefit.scripts.tensorflow import graph as _graph
from onefit.scripts.tensorflow import initializers as _initializers
from onefit.scripts.tensorflow import keras as keras
from onefit.scripts.tensorflow import math as math
from onefit.scripts.tensorflow.custom_gradient import custom_gradient as custom_gradient
from onefit.scripts.tensorflow.function import function as function
from onefit.scripts.tensorflow.linalg import products as _products
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import here as _here
from onefit.scripts.tensorflow.module import Module as Module
from onefit.scripts.tensorflow.printing import print as print
from onefit.scripts.tensorflow.tape import GradientTape as GradientTape
from onefit.scripts.tensorflow.tape import UnconnectedGradients as UnconnectedGradients
from onefit.scripts.tensorflow.tensor import Tensor as Tensor
from onefit.scripts.tensorflow.tensor_shape import TensorShape as TensorShape
from onefit.scripts.tensorflow.tensor_spec import TensorSpec as TensorSpec
from onefit.scripts.tensorflow.variable import Variable as Variable
from onefit.scripts.tensorflow.variable_slices import IndexedSlices as IndexedSlices

# Numbers alone: scripts read it as `[int(part) for part in tf.__version__.split(".")]`.
__version__ = "2.21.0"
version = SimpleNamespace(VERSION=__version__, GIT_VERSION="onefit", COMPILER_VERSION="onefit")

initializers, losses = keras.initializers, keras.losses
metrics, optimizers = keras.metrics, keras.optimizers
newaxis = None
ALSO = f"Tensor newaxis version initializers losses metrics optimizers {dtypes.NAMES}"

_OF_MATH = """
abs acos acosh add add_n argmax argmin asin asinh atan atan2 atanh clip_by_global_norm clip_by_norm
clip_by_value cos cosh cumsum divide equal exp floor greater greater_equal less less_equal
logical_and logical_not logical_or maximum minimum multiply negative not_equal pow realdiv
reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum
round scalar_mul sigmoid sign sin sinh sqrt square subtract tan tanh truediv truncatediv truncatemod
"""
for _home, _names in {
    _arrays: _arrays.NAMES,
    _control_flow: _control_flow.NAMES,
    math: _OF_MATH,
    _products: "einsum matmul norm tensordot",
    dtypes: "as_dtype cast complex saturate_cast " + dtypes.NAMES,
    _graph: _graph.NAMES,
    _initializers: _initializers.NAMES,
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
    home = _ELSEWHERE.get(name) or (not name.startswith("__") and _of_1(name) and "compat.v1")
    if home:
        return getattr(importlib.import_module(f"{__name__}.{home}"), name)
    return _missing(name)


def _of_1(name: str) -> bool:
    """Whether a name stood here in TensorFlow 1, and its function works as it stands."""
    from onefit.scripts.tensorflow.compat.old_names import OLD_NAMES

    return name in OLD_NAMES


_ELSEWHERE = {
    **{"RaggedTensor": "ragged", "SparseTensor": "sparse", "as_string": "strings"},
    "RaggedTensorSpec": "ragged",
    "SparseTensorSpec": "sparse",
    **dict.fromkeys(["assert_equal", "assert_greater", "assert_less", "assert_rank"], "debugging"),
    **dict.fromkeys(["py_function", "numpy_function"], "python_functions"),
    **dict.fromkeys(["eig", "eigvals"], "linalg"),
    **{"TypeSpec": "type_spec", "type_spec_from_value": "type_spec"},
    **{"TensorArray": "tensor_array", "edit_distance": "distances", "gradients": "graph_gradients"},
}
"""Names of modules that are loaded when they are asked for."""
_missing = names_of("tensorflow")
