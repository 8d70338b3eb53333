"""`tf.compat.v1`: what TensorFlow 1 called otherwise, and settings that scripts make first.

Code runs as it stands here. What has a meaning then is here: functions under old names and with old
arguments, losses, settings of sessions. Graphs, placeholders and what runs them are errors.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from keras import initializers as _initializers

from onefit.scripts.tensorflow import arrays as _arrays
from onefit.scripts.tensorflow import math as _math
from onefit.scripts.tensorflow import printing as _printing
from onefit.scripts.tensorflow import python_functions as _python_functions
from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.arrays import blocks as _space
from onefit.scripts.tensorflow.arrays import creation as _creation
from onefit.scripts.tensorflow.arrays import joining as _joining
from onefit.scripts.tensorflow.compat import image as image
from onefit.scripts.tensorflow.compat import logging as logging
from onefit.scripts.tensorflow.compat import losses as losses
from onefit.scripts.tensorflow.compat import nn as nn
from onefit.scripts.tensorflow.compat import old_arguments as _old_arguments
from onefit.scripts.tensorflow.compat import session as _session
from onefit.scripts.tensorflow.compat import settings as _settings
from onefit.scripts.tensorflow.compat.old_names import MOVED
from onefit.scripts.tensorflow.dtypes import as_dtype as _as_dtype
from onefit.scripts.tensorflow.dtypes import cast as _cast
from onefit.scripts.tensorflow.given import tensor as _tensor
from onefit.scripts.tensorflow.linalg import diagonals as _diagonals
from onefit.scripts.tensorflow.linalg import equations as _equations
from onefit.scripts.tensorflow.linalg import products as _products
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.nn import blocks as _blocks
from onefit.scripts.tensorflow.random import gammas as _gammas
from onefit.scripts.tensorflow.random import operations as _draws

ALSO = "image logging losses nn"
_missing = names_of("tensorflow.compat.v1")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Taken, and of no effect: code runs as it stands."""


disable_eager_execution = enable_eager_execution = _nothing
disable_v2_behavior = enable_v2_behavior = _nothing
disable_v2_tensorshape = enable_v2_tensorshape = _nothing
enable_resource_variables = disable_resource_variables = _nothing
reset_default_graph = _nothing
ConfigProto, GPUOptions = _settings.ConfigProto, _settings.GPUOptions
GraphOptions, OptimizerOptions = _settings.GraphOptions, _settings.OptimizerOptions
Graph, get_default_graph = _session.Graph, _session.get_default_graph
Session, InteractiveSession = _session.Session, _session.InteractiveSession
global_variables_initializer = _session.global_variables_initializer
initialize_all_variables = _session.global_variables_initializer
variables_initializer = initialize_variables = _session.variables_initializer
local_variables_initializer = initialize_local_variables = _session.local_variables_initializer
tables_initializer = initialize_all_tables = _session.tables_initializer


def executing_eagerly_outside_functions() -> bool:
    """True: code runs as it stands."""
    return True


def set_random_seed(seed: int) -> None:
    """The seed of `tf.random`."""
    _draws.set_seed(seed)


def to_float(x: TensorLike, name: str = "ToFloat") -> Any:
    """The values as float32."""
    return _cast(x, "float32")


def to_double(x: TensorLike, name: str = "ToDouble") -> Any:
    """The values as float64."""
    return _cast(x, "float64")


def to_int32(x: TensorLike, name: str = "ToInt32") -> Any:
    """The values as int32."""
    return _cast(x, "int32")


def to_int64(x: TensorLike, name: str = "ToInt64") -> Any:
    """The values as int64."""
    return _cast(x, "int64")


def to_complex64(x: TensorLike, name: str = "ToComplex64") -> Any:
    """The values as complex64."""
    return _cast(x, "complex64")


def to_complex128(x: TensorLike, name: str = "ToComplex128") -> Any:
    """The values as complex128."""
    return _cast(x, "complex128")


def assign(ref: Any, value: Any, *_: Any, **__: Any) -> Any:
    """Set a variable."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any, *_: Any, **__: Any) -> Any:
    """Add to a variable."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, *_: Any, **__: Any) -> Any:
    """Subtract from a variable."""
    return ref.assign_sub(value)


def Print(input_: Any, data: Any, message: str | None = None, *_: Any, **__: Any) -> Any:
    """`input_`; values are written to standard error."""
    _printing.print(message or "", *data)
    return input_


def random_shuffle(value: TensorLike, seed: Any = None, name: str | None = None) -> Any:
    """The slices along the first axis in random order."""
    return _draws.shuffle(value, seed)


def space_to_depth(
    input: TensorLike, block_size: Any = None, name: Any = None, data_format: str = "NHWC"
) -> Any:
    """The pixels of each block, side by side on the axis of channels."""
    return _blocks.space_to_depth(input, block_size, data_format)


def depth_to_space(
    input: TensorLike, block_size: Any = None, name: Any = None, data_format: str = "NHWC"
) -> Any:
    """What `space_to_depth` did, back."""
    return _blocks.depth_to_space(input, block_size, data_format)


def multinomial(
    logits: TensorLike,
    num_samples: Any,
    seed: Any = None,
    name: Any = None,
    output_dtype: Any = None,
) -> Any:
    """Numbers of classes that are drawn, `num_samples` a row."""
    return _draws.categorical(logits, num_samples, output_dtype, seed)


extract_image_patches = image.extract_image_patches


def random_poisson(
    lam: TensorLike, shape: Any, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Counts that are drawn, of each mean an array of a shape."""
    return _gammas.poisson(shape, lam, dtype, seed)


def truncated_normal_initializer(
    mean: float = 0.0, stddev: float = 1.0, seed: int | None = None, dtype: Any = None
) -> Any:
    """Weights of a normal distribution, none of them further than two deviations."""
    # Keras 3 has 0.05 for the deviation where none is given.
    return _initializers.TruncatedNormal(mean, stddev, seed)


def div(x: TensorLike, y: TensorLike, name: Any = None) -> Any:
    """A quotient as Python 2 has it: whole numbers give a whole one."""
    is_of_floats = _as_dtype(_tensor(x).dtype).is_floating
    return (_math.truediv if is_of_floats else _math.floordiv)(x, y)


_OLD = {
    "random_uniform": _draws.uniform,
    **{"random_normal": _draws.normal, "truncated_normal": _draws.truncated_normal},
    **{"matrix_inverse": _equations.inv, "matrix_determinant": _equations.det},
    **{"matrix_solve": _equations.solve, "matrix_transpose": _diagonals.matrix_transpose},
    **{"matrix_diag": _diagonals.diag, "matrix_diag_part": _diagonals.diag_part},
    **{"matrix_band_part": _diagonals.band_part, "diag": _diagonals.tensor_diag},
    **{"diag_part": _diagonals.tensor_diag_part, "matrix_set_diag": _diagonals.set_diag},
    **{"matrix_triangular_solve": _equations.triangular_solve, "reverse_v2": _arrays.reverse},
    **{"cholesky_solve": _equations.cholesky_solve, "div_no_nan": _math.divide_no_nan},
    **{"mod": _math.floormod, "lin_space": _creation.linspace},
    **{"batch_to_space_nd": _space.batch_to_space, "space_to_batch_nd": _space.space_to_batch},
    **{"mul": _math.multiply, "sub": _math.subtract, "neg": _math.negative},
    **{"pack": _joining.stack, "unpack": _joining.unstack, "batch_matmul": _products.matmul},
    **{"py_func": _python_functions.numpy_function, "random_gamma": _gammas.gamma},
    **{"glorot_uniform_initializer": _initializers.GlorotUniform},
    **{"glorot_normal_initializer": _initializers.GlorotNormal},
    **{"variance_scaling_initializer": _initializers.VarianceScaling},
    "orthogonal_initializer": _initializers.Orthogonal,
}
"""Functions that have another name today."""


def __getattr__(name: str) -> Any:
    """A function under its old name, or what TensorFlow 2 has under the same one."""
    if name in _OLD:
        return _OLD[name]
    room = __name__.rpartition(".compat")[0]
    for module, names in MOVED.items():
        if name in names.split():
            moved = getattr(importlib.import_module(f"{room}.{module}"), name)
            return _with_old_arguments(name, moved)
    if name == "keras":  # the script's own, with the names of its era
        is_named = "tensorflow" in sys.modules
        return importlib.import_module("tensorflow.keras" if is_named else f"{room}.keras")
    if name.startswith("_") or name in _GRAPH:
        return _missing(name)
    try:
        return _with_old_arguments(name, getattr(importlib.import_module(room), name))
    except AttributeError:
        return _missing(name)


def _with_old_arguments(name: str, part: Any) -> Any:
    """A part of TensorFlow 2, which takes the old arguments if it had any."""
    today = _old_arguments.OF_TOP.get(name)
    return part if today is None else _old_arguments.accepting(part, today)


# TensorFlow 2 has `tf.train` and `tf.summary`, too, with other things in them (no optimizers):
# taken for those of TensorFlow 1, they would fail later and without a reason.
_GRAPH = frozenset(["train", "summary", "layers", "placeholder", "get_variable"])
