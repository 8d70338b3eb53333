"""What Keras's layers of text and of features compute with, where TensorFlow is not installed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from onefit.scripts import naming


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
        tf = importlib.import_module(naming.STAND_IN)

        def multiply(x: Any, y: Any) -> Any:
            return x * y if _is_sparse(x) else tf.multiply(x, y)

        own = {"digitize": _digitized, "multiply": multiply}
        return SimpleNamespace(**{**vars(self._jax.numpy), **vars(tf), **own})

    @property
    def core(self) -> Any:
        """What is below them; sparse tensors are cast, too."""
        cast = self._jax.core.cast

        def of_sparse(x: Any, dtype: Any) -> Any:
            return self.numpy.cast(x, dtype) if _is_sparse(x) else cast(x, dtype)

        return SimpleNamespace(**{**vars(self._jax.core), "cast": of_sparse})

    def convert_to_tensor(self, x: Any, dtype: Any = None, sparse: Any = None) -> Any:
        """A tensor, of another dtype if that is asked for."""
        made = self.numpy.convert_to_tensor(x)
        return made if dtype is None else self.numpy.cast(made, dtype)

    @property
    def nn(self) -> Any:
        """Numbers of classes as zeros and ones."""
        tf = self.numpy

        def one_hot(x: Any, num_classes: int, dtype: Any, sparse: bool = False) -> Any:
            made = tf.one_hot(x, num_classes, dtype=dtype)
            return tf.sparse.from_dense(made) if sparse else made

        def multi_hot(x: Any, num_classes: int, dtype: Any, sparse: bool = False) -> Any:
            axis = 1 if len(x.shape) > 1 else 0
            made = tf.reduce_max(tf.one_hot(x, num_classes, dtype=dtype), axis=axis)
            return tf.sparse.from_dense(made) if sparse else made

        return SimpleNamespace(one_hot=one_hot, multi_hot=multi_hot)

    @property
    def image(self) -> Any:
        """Functions of images, which take tensors, too."""

        def resize(images: Any, *args: Any, **kwargs: Any) -> Any:
            array = self._jax.convert_to_tensor(images)
            return self.convert_to_tensor(self._jax.image.resize(array, *args, **kwargs))

        return SimpleNamespace(**{**vars(self._jax.image), "resize": resize})

    def __getattr__(self, name: str) -> Any:
        """What the backend for JAX has."""
        return self.numpy.cast if name == "cast" else getattr(self._jax, name)


def _is_sparse(x: Any) -> bool:
    return type(x).__name__ == "SparseTensor"


def _digitized(x: Any, bins: Any) -> Any:
    """The numbers of the bins that values are in."""
    import numpy as np

    tf = importlib.import_module(naming.STAND_IN)
    return tf.convert_to_tensor(np.digitize(np.asarray(x), np.asarray(bins)).astype("int32"))


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
