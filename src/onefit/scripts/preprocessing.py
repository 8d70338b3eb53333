"""Keras's layers of text and features, and its datasets of folders, where TensorFlow is missing.

`TextVectorization`, `StringLookup`, `FeatureSpace` and others compute with the name `tf`, whatever
Keras's backend is; so do `image_dataset_from_directory` and its like. Here this name means the
stand-in where no TensorFlow is installed. What they do is Keras's own code: vocabularies, the order
of ties, outputs. docs/design/0063 says more.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from onefit.scripts import naming
from onefit.scripts.patches import Patches
from onefit.scripts.text_backend import Backend, TensorFlow

MODULES = (
    *(f"layers.preprocessing.{name}" for name in ("index_lookup", "string_lookup", "hashing")),
    *(f"layers.preprocessing.{name}" for name in ("integer_lookup", "text_vectorization")),
    *(f"layers.preprocessing.{name}" for name in ("discretization", "hashed_crossing")),
    *("layers.preprocessing.feature_space", "layers.preprocessing.normalization"),
    *(f"utils.{name}_dataset_utils" for name in ("audio", "image", "text")),
    *("utils.dataset_utils", "utils.tf_utils"),
)
LAYERS = {
    "index_lookup": "IndexLookup",
    "string_lookup": "StringLookup",
    "integer_lookup": "IntegerLookup",
    "text_vectorization": "TextVectorization",
    "hashing": "Hashing",
    "hashed_crossing": "HashedCrossing",
}
METHODS = (
    *("__init__", "adapt", "update_state", "finalize_state", "reset_state", "call"),
    *("get_vocabulary", "set_vocabulary", "vocabulary_size", "save_assets", "load_assets"),
    *("save_own_variables", "load_own_variables", "get_config"),
)
SPARSE = ("text_vectorization", "string_lookup", "integer_lookup")
"""Those that give sparse tensors with TensorFlow's backend only."""
BOUNDARY = "__onefit_boundary__"
"""The mark of what hands tensors out itself: see `tensorflow/boundary.py`."""
FUNCTIONS = ("labels_to_dataset_tf", "split_dataset", "is_tf_dataset")
"""Those of Keras's `dataset_utils` that look for TensorFlow each time they are called."""


class _Here(threading.local):
    in_pipeline = False


_here = _Here()
_patches = Patches()


def provide() -> None:
    """Let Keras's layers and datasets find the stand-in. Idempotent."""
    import keras.src.backend.jax
    from keras.src.layers.preprocessing.feature_space import FeatureSpace
    from keras.src.utils import backend_utils, dataset_utils, tf_utils

    if _patches.done:
        return
    for name in MODULES:
        module = importlib.import_module(f"keras.src.{name}")
        if hasattr(module, "tf"):
            _patches.put(module, "tf", TensorFlow(module.tf))
    for name, kind in LAYERS.items():
        layer = getattr(importlib.import_module(f"keras.src.layers.preprocessing.{name}"), kind)
        for method in METHODS:
            if method in vars(layer):
                _patches.put(layer, method, _of_tensors(vars(layer)[method]))
        _patches.put(layer, "__call__", _of_arrays(layer.__call__))
        if name == "text_vectorization":
            _patches.put(layer, "__init__", _with_ragged_rows(layer.__init__))
            _patches.put(layer, "compute_output_shape", _of_one_text(layer.compute_output_shape))
        if name in SPARSE:
            _patches.put(layer, "__init__", _with_sparse_rows(layer.__init__))
    for name in ("__call__", "adapt"):
        _patches.put(FeatureSpace, name, _of_tensors(vars(FeatureSpace)[name]))
        setattr(vars(FeatureSpace)[name], BOUNDARY, True)  # its values stay tensors inside
    for name in FUNCTIONS:
        if function := getattr(dataset_utils, name, None):
            _patches.put(dataset_utils, name, _with_name(function))
    for name in ("ensure_tensor", "tf_encode_categorical_inputs"):
        _patches.put(tf_utils, name, _tensor_of(getattr(tf_utils, name)))
    of_tensorflow = Backend(keras.src.backend.jax)
    # In both places: an attribute of the package, and a module that an import finds.
    _patches.put(keras.src.backend, "tensorflow", of_tensorflow)
    _patches.put(sys.modules, "keras.src.backend.tensorflow", of_tensorflow)
    _patches.put(backend_utils, "convert_tf_tensor", _outside_of_pipelines(backend_utils))


def withdraw() -> None:
    """Give Keras its own back. Idempotent."""
    _patches.undo()


def _of_tensors(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method in which values are tensors, as it is written, and not the arrays of Keras's."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not naming.is_provided():
            return method(*args, **kwargs)
        from onefit.scripts.tensorflow.mode import outside

        with outside():
            return method(*args, **kwargs)

    call.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]  # Keras reads it
    return call


def _with_ragged_rows(init: Callable[..., None]) -> Callable[..., None]:
    """`TextVectorization(ragged=True)`, which Keras has with TensorFlow's backend only."""

    @wraps(init)
    def call(self: Any, *args: Any, ragged: bool = False, **kwargs: Any) -> None:
        if not ragged or not naming.is_provided():
            init(self, *args, ragged=ragged, **kwargs)
            return
        if kwargs.get("output_mode", "int") != "int":
            raise ValueError(
                "Expected `ragged=True` with `output_mode='int'` only. Received: "
                f"output_mode={kwargs['output_mode']!r}."
            )
        init(self, *args, **kwargs)
        self._ragged = True

    call.__signature__ = inspect.signature(init)  # type: ignore[attr-defined]  # Keras reads it
    return call


def _with_sparse_rows(init: Callable[..., None]) -> Callable[..., None]:
    """A layer's `sparse=True`, which Keras has with TensorFlow's backend only."""

    @wraps(init)
    def call(self: Any, *args: Any, sparse: bool = False, **kwargs: Any) -> None:
        if not sparse or not naming.is_provided():
            init(self, *args, sparse=sparse, **kwargs)
            return
        if kwargs.get("output_mode", "int") == "int":
            raise ValueError(
                "`sparse=True` may only be used if `output_mode` is `'multi_hot'`, `'count'`, "
                "`'one_hot'` or `'tf_idf'`. Received: output_mode='int'."
            )
        init(self, *args, **kwargs)
        # `TextVectorization` counts by a lookup layer of its own, which has the switch.
        getattr(self, "_lookup_layer", self).sparse = True

    call.__signature__ = inspect.signature(init)  # type: ignore[attr-defined]  # Keras reads it
    return call


def _of_one_text(shape: Callable[..., Any]) -> Callable[..., Any]:
    """The shape of what `TextVectorization` counts: its call takes an axis of one text away."""

    @wraps(shape)
    def compute_output_shape(self: Any, input_shape: Any) -> Any:
        is_column = len(input_shape) > 1 and input_shape[-1] == 1
        if self._output_mode != "int" and self._split is not None and is_column:
            input_shape = input_shape[:-1]
        return shape(self, input_shape)

    return compute_output_shape


def _of_arrays(call: Callable[..., Any]) -> Callable[..., Any]:
    """A layer's call that gets NumPy's arrays for tensors: Keras takes no mixture of both.

    Where the script calls `tf.keras`, it gets tensors of 64 bits back, as in a pipeline.
    """

    @wraps(call)
    def of_arrays(*args: Any, **kwargs: Any) -> Any:
        if not naming.is_provided():
            return call(*args, **kwargs)
        import jax
        import keras

        from onefit.scripts.tensorflow.mode import here
        from onefit.scripts.tensorflow.operation import leaves, nested
        from onefit.scripts.tensorflow.tensor import Tensor

        def plain(one: Any) -> Any:
            return one.numpy() if isinstance(one, Tensor) and hasattr(one, "_array") else one

        of_script = not here.inside and hasattr(keras.Layer.__call__, BOUNDARY)
        if any(isinstance(one, keras.KerasTensor) for one in leaves((args, kwargs))):
            of_script = False
        of_64_bits = bool(of_script or jax.config.jax_enable_x64)
        before, _here.in_pipeline = _here.in_pipeline, of_64_bits
        try:
            with jax.enable_x64(of_64_bits):
                return call(*nested(plain, args), **nested(plain, kwargs))
        finally:
            _here.in_pipeline = before

    setattr(of_arrays, BOUNDARY, True)
    return of_arrays


def _tensor_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gets a tensor; Keras's own take arrays of JAX's for tensors."""

    @wraps(function)
    def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        import jax

        if not (naming.is_provided() and isinstance(inputs, jax.Array)):
            return function(inputs, *args, **kwargs)
        from onefit.scripts.tensorflow.mode import outside

        with outside():
            made = importlib.import_module(naming.STAND_IN).convert_to_tensor(inputs)
            return function(made, *args, **kwargs)

    return call


def _outside_of_pipelines(room: Any) -> Callable[..., Any]:
    """Keras's conversion of what its layers give; in a pipeline they give tensors of 64 bits."""
    import jax

    own = room.convert_tf_tensor

    @wraps(own)
    def convert_tf_tensor(outputs: Any, dtype: Any = None) -> Any:
        if _here.in_pipeline or type(outputs).__name__ == "SparseTensor":
            return outputs
        return own(outputs, None if dtype is None else jax.dtypes.canonicalize_dtype(dtype).name)

    return convert_tf_tensor


def _with_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that finds the stand-in where it looks for TensorFlow."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        from keras.src.utils import module_utils

        own = module_utils.tensorflow
        module_utils.tensorflow = TensorFlow(own)
        try:
            return function(*args, **kwargs)
        finally:
            module_utils.tensorflow = own

    return call
