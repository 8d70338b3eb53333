"""Keras's layers of text, and its datasets of folders, where TensorFlow is not installed.

`TextVectorization`, `StringLookup`, `Hashing` and others compute with the name `tf`, whatever
Keras's backend is; so do `image_dataset_from_directory` and its like. Here this name means the
stand-in where no TensorFlow is installed. What they do is Keras's own code: vocabularies, the order
of ties, outputs. docs/design/0063 says more.
"""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any

from onefit.scripts import naming
from onefit.scripts.patches import Patches

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


class TensorFlow:
    """The name `tf` in a module of Keras's: TensorFlow where it is installed, else the stand-in.

    Args:
        own: What Keras means by it.
    """

    def __init__(self, own: Any) -> None:
        """Load nothing yet."""
        self._own = own

    @property
    def available(self) -> bool:
        """Whether one of them is there."""
        return naming.is_provided() or self._own.available

    def __getattr__(self, name: str) -> Any:
        """A name of theirs."""
        if not naming.is_provided():
            return getattr(self._own, name)
        if name in _FOR_LAYERS:
            return _FOR_LAYERS[name]
        return getattr(importlib.import_module(naming.STAND_IN), name)


FUNCTIONS = ("labels_to_dataset_tf", "split_dataset", "is_tf_dataset")
"""Those of Keras's `dataset_utils` that look for TensorFlow each time they are called."""


class Backend:
    """Keras's backend for TensorFlow, as far as its layers of text ask for it.

    Args:
        jax: Keras's backend for JAX, which has the rest.
    """

    __name__ = "keras.src.backend.tensorflow"

    def __init__(self, jax: Any) -> None:
        """Keep the other backend."""
        self._jax = jax

    @property
    def numpy(self) -> Any:
        """Functions of arrays that take text, too."""
        return importlib.import_module(naming.STAND_IN)

    @property
    def nn(self) -> Any:
        """Numbers of classes as zeros and ones."""
        tf = self.numpy

        def one_hot(x: Any, num_classes: int, dtype: Any, sparse: bool = False) -> Any:
            return tf.one_hot(x, num_classes, dtype=dtype)

        def multi_hot(x: Any, num_classes: int, dtype: Any, sparse: bool = False) -> Any:
            return tf.reduce_max(one_hot(x, num_classes, dtype), axis=1 if len(x.shape) > 1 else 0)

        return SimpleNamespace(one_hot=one_hot, multi_hot=multi_hot)

    def __getattr__(self, name: str) -> Any:
        """What the backend for JAX has."""
        return self.numpy.cast if name == "cast" else getattr(self._jax, name)


class _Here(threading.local):
    in_pipeline = False


_here = _Here()
_patches = Patches()


def provide() -> None:
    """Let Keras's layers and datasets find the stand-in. Idempotent."""
    import keras.src.backend.jax
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
    for name in FUNCTIONS:
        if function := getattr(dataset_utils, name, None):
            _patches.put(dataset_utils, name, _with_name(function))
    _patches.put(tf_utils, "ensure_tensor", _tensor_of(tf_utils.ensure_tensor))
    _patches.put(keras.src.backend, "tensorflow", Backend(keras.src.backend.jax))
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


def _of_rows(function: Callable[..., Any], rows: Any, **_: Any) -> Any:
    """A function of each row, for Keras's count of documents; the rows may differ in length."""
    from onefit.scripts.tensorflow.ragged import concat_rows
    from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor

    made = [function(row) for row in rows]
    return concat_rows(made) if isinstance(rows, RaggedTensor) else made


class Weights:
    """A variable as Keras's layers of text use it: TensorFlow's `value` is a method.

    Args:
        initial_value: Its first value.
        dtype: Its dtype. Defaults to that of the value.
        trainable: Taken, and of no effect.
    """

    def __init__(self, initial_value: Any, dtype: Any = None, trainable: bool = False) -> None:
        """Keep the value."""
        self._dtype = dtype
        self.assign(initial_value)

    def assign(self, value: Any) -> None:
        """Set it."""
        tf = importlib.import_module(naming.STAND_IN)
        self._value = tf.cast(value, self._dtype) if self._dtype else tf.convert_to_tensor(value)

    def assign_add(self, delta: Any) -> None:
        """Add to it."""
        self.assign(self._value + delta)

    def value(self) -> Any:
        """The value as a tensor."""
        return self._value

    def numpy(self) -> Any:
        """The value as NumPy's."""
        return self._value.numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """The value as NumPy's array."""
        return self._value.__array__(dtype)


_FOR_LAYERS = {"map_fn": _of_rows, "Variable": Weights}
"""What Keras's layers of text ask for with a meaning of their own."""


def _of_arrays(call: Callable[..., Any]) -> Callable[..., Any]:
    """A layer's call that gets NumPy's arrays for tensors: Keras takes no mixture of both."""

    @wraps(call)
    def of_arrays(*args: Any, **kwargs: Any) -> Any:
        if not naming.is_provided():
            return call(*args, **kwargs)
        import jax

        from onefit.scripts.tensorflow.operation import nested
        from onefit.scripts.tensorflow.tensor import Tensor

        def plain(one: Any) -> Any:
            return one.numpy() if isinstance(one, Tensor) and hasattr(one, "_array") else one

        before, _here.in_pipeline = _here.in_pipeline, jax.config.jax_enable_x64
        try:
            return call(*nested(plain, args), **nested(plain, kwargs))
        finally:
            _here.in_pipeline = before

    return of_arrays


def _tensor_of(ensure_tensor: Callable[..., Any]) -> Callable[..., Any]:
    """Keras's conversion to a tensor; arrays of JAX's count as tensors elsewhere."""

    @wraps(ensure_tensor)
    def call(inputs: Any, dtype: Any = None) -> Any:
        import jax

        if naming.is_provided() and isinstance(inputs, jax.Array):
            inputs = importlib.import_module(naming.STAND_IN).convert_to_tensor(inputs)
        return ensure_tensor(inputs, dtype)

    return call


def _outside_of_pipelines(room: Any) -> Callable[..., Any]:
    """Keras's conversion of what its layers give; in a pipeline they give tensors of 64 bits."""
    import jax

    own = room.convert_tf_tensor

    @wraps(own)
    def convert_tf_tensor(outputs: Any, dtype: Any = None) -> Any:
        if _here.in_pipeline:
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
