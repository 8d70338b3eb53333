"""`tf.Tensor`: an array of JAX's with TensorFlow's face.

A tensor holds one array, or a tracer inside a program. JAX takes it for the pytree of that array,
Keras and `jax.numpy` for the array; docs/design/0058 says why it is a class of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.mode import computed, here, is_of_keras
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.reference import Reference
from onefit.scripts.tensorflow.tensor_shape import TensorShape

NARROW = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}


class _Kind(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        """An array of JAX's is a tensor, too: Keras gives its layers such."""
        if type.__instancecheck__(cls, instance):
            return True
        return cls is Tensor and isinstance(instance, jax.Array)


class Tensor(Operators, metaclass=_Kind):
    """Numbers of one dtype in some shape.

    Args:
        value: An array of JAX's, or a tracer; an array of NumPy's that nobody changes, the pixels
            of a file for example, becomes JAX's where it is first needed as such.

    >>> import jax.numpy as jnp
    >>> x = Tensor(jnp.array([1.0, 2.0]))
    >>> x + 1
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([2., 3.], dtype=float32)>
    >>> print(x[0], x.shape, x.dtype)
    tf.Tensor(1.0, shape=(), dtype=float32) (2,) <dtype: 'float32'>
    """

    __slots__ = ("__weakref__", "_held", "_part")
    # NumPy leaves `np.ones(2) + tensor` to the operand with the higher one.
    __array_priority__ = 100

    def __init__(self, value: Any) -> None:
        """Keep the array."""
        self._held = value
        self._part: object = None  # the part of a variable that it was read from

    @property
    def _value(self) -> Any:
        """The array of JAX's, or the tracer."""
        held = self._held
        if type(held) is np.ndarray and held.dtype.kind != "O":
            # Within a trace it would be a tracer of that trace, which the tensor would go on to
            # hold.
            with jax.ensure_compile_time_eval(), jax.enable_x64(True):
                held = self._held = jnp.asarray(held)
        return held

    @_value.setter
    def _value(self, value: Any) -> None:
        self._held = value

    @property
    def _keras_mask(self) -> Tensor | None:
        """The mask of its steps that a layer left with it, as guides of Keras print it."""
        from keras.src.backend import get_keras_mask

        mask = get_keras_mask(self._value)
        return None if mask is None else Tensor(mask)

    @_keras_mask.setter
    def _keras_mask(self, mask: Any) -> None:
        from keras.src.backend import set_keras_mask

        set_keras_mask(self._value, mask._value if type(mask) is Tensor else mask)

    def _array(self) -> Any:
        """The array of JAX's."""
        return self._value

    @property
    def shape(self) -> TensorShape:
        """Its lengths."""
        return TensorShape(self._held.shape)

    @property
    def dtype(self) -> DType:
        """The dtype of its numbers."""
        return as_dtype(self._held.dtype)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._held.shape)

    @property
    def device(self) -> str:
        """Where it is, as TensorFlow tells it."""
        kind = jax.default_backend().upper()
        return f"/job:localhost/replica:0/task:0/device:{kind}:0"

    def cpu(self) -> Tensor:
        """Itself: JAX moves values where they are needed."""
        return self

    def gpu(self, gpu_index: int = 0) -> Tensor:
        """Itself, where there is a GPU.

        Raises:
            RuntimeError: Where there is none.
        """
        if jax.default_backend() != "gpu":
            raise RuntimeError(f"GPU:{gpu_index} unknown device.")
        return self

    def get_shape(self) -> TensorShape:
        """Its lengths."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Check the lengths, which are known here."""
        fits = self.shape.is_compatible_with(shape)
        if not fits and here.open_length:
            # Only shapes are asked for: a length that stood for an unknown one gives way to the one
            # that the script knows.
            known = self.shape if len(shape) == len(self.shape) else [here.open_length] * len(shape)
            lengths = [n if some is None else int(some) for some, n in zip(shape, known)]
            self._value = jnp.zeros(lengths, self._value.dtype)
        elif not fits:
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with {shape}")

    def numpy(self) -> Any:
        """The values as NumPy's: an array that may be written to, or a scalar.

        Raises:
            AttributeError: Inside a `tf.function`, where there are no values yet.
        """
        if isinstance(self._held, jax.core.Tracer):
            raise AttributeError(
                "Expected a tensor with values. Received: a tensor inside a tf.function, which has "
                "none while the function is traced. Use tf.print, or call the function without "
                "@tf.function."
            )
        return np.array(self._held)[()]

    def eval(self, *args: Any, **kwargs: Any) -> Any:
        """As TensorFlow: not without a session."""
        raise NotImplementedError("eval is not supported when eager execution is enabled")

    def ref(self) -> Reference:
        """Something to be the key of a dict."""
        return Reference(self)

    def __array__(self, dtype: DTypeLike = None, copy: bool | None = None) -> np.ndarray:
        """The values as NumPy's array."""
        return np.array(self._held, dtype=dtype)

    def __jax_array__(self) -> jax.Array:
        """The array; of 32 bits where JAX has no more."""
        return narrow(self._value)

    def __getitem__(self, place: Any) -> Any:
        """A part of it: integers, slices, `...`, `tf.newaxis`, or a tensor of booleans.

        Raises:
            InvalidArgumentError: For a number beyond the end, and for more numbers than axes.
            TypeError: For anything else.
        """
        index = index_of(place, self._value.shape)
        part = computed(lambda value, *_: value[index], self._value, *index)
        return part if is_of_keras(part) else Tensor(part)

    def __getattr__(self, name: str) -> Any:
        """Assign to a variable of which this is a part; nothing else is here."""
        if name == "assign" and self._part is not None:
            return getattr(self._part, name)
        raise AttributeError(f"'tensorflow.Tensor' object has no attribute {name!r}")

    def __len__(self) -> int:
        """The length of the first axis."""
        if not self._held.ndim:
            raise TypeError("Scalar tensor has no `len()`")
        return self._held.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        """The parts along the first axis."""
        if not self._held.ndim:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return (self[place] for place in range(len(self)))

    def __bool__(self) -> bool:
        """Whether its one value is true."""
        value = self._concrete("a Python bool")
        # For TensorFlow an empty tensor is false; NumPy does not answer that of an empty array any
        # more.
        return bool(value) if np.size(value) else False

    def __int__(self) -> int:
        """Its one value as an integer."""
        return int(self._concrete("a Python int"))

    def __float__(self) -> float:
        """Its one value as a float."""
        return float(self._concrete("a Python float"))

    def __complex__(self) -> complex:
        """Its one value as a complex number."""
        return complex(self._concrete("a Python complex"))

    def __index__(self) -> int:
        """Its one value, as an index of Python's."""
        return self._concrete("an index").__index__()

    def _concrete(self, wanted: str) -> Any:
        if isinstance(self._held, jax.core.Tracer):
            from onefit.scripts.tensorflow.conversion.source import not_rewritten

            raise TypeError(
                f"Expected a value to make {wanted} of. Received: a tensor inside a tf.function, "
                f"which has none while the function is traced. {not_rewritten()}".rstrip()
            )
        return np.asarray(self._held)[()]

    def __format__(self, spec: str) -> str:
        """The values in that format."""
        if isinstance(self._held, jax.core.Tracer):
            return format(str(self), spec)
        return format(self.numpy(), spec)

    def __reduce__(self) -> Any:
        """Pickled by its values."""
        return _from_numpy, (np.asarray(self._value),)

    def __copy__(self) -> Tensor:
        """Itself: it does not change."""
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        """Itself: it does not change."""
        return self

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        if isinstance(self._held, jax.core.Tracer):
            return f"<tf.Tensor shape={self.shape}, dtype={self.dtype.name}>"
        return (
            f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, "
            f"numpy={written(self.numpy())}>"
        )

    def __str__(self) -> str:
        """As TensorFlow prints it."""
        if isinstance(self._held, jax.core.Tracer):
            return f'Tensor("Placeholder:0", shape={self.shape}, dtype={self.dtype.name})'
        text = str(self.numpy())
        text = f"\n{text}" if "\n" in text else text
        return f"tf.Tensor({text}, shape={self.shape}, dtype={self.dtype.name})"


def written(values: Any) -> str:
    """Values of NumPy's as TensorFlow's `repr` writes them.

    >>> written(np.float32(1.5)), written(np.array([1]))
    ('1.5', 'array([1])')
    """
    if not isinstance(values, np.ndarray):
        return str(values.item()) if isinstance(values, np.generic) else repr(values)
    text = repr(values)
    return f"\n{text}" if "\n" in text else text


def narrow(value: Any) -> Any:
    """An array as JAX has it at the moment: of 32 bits, unless it is told otherwise.

    Args:
        value: An array of JAX's, or a tracer.
    """
    narrower = None if jax.config.jax_enable_x64 else NARROW.get(value.dtype.name)
    if narrower is None:
        return value
    with jax.enable_x64(True):
        return jax.lax.convert_element_type(value, np.dtype(narrower))


def raw(value: Any) -> Any:
    """What a tensor holds; anything else as it is.

    >>> raw(5)
    5
    """
    return value._value if type(value) is Tensor else value


def _from_numpy(values: np.ndarray) -> Tensor:
    with jax.enable_x64(True):
        return Tensor(jnp.asarray(values))


def _flat(tensor: Tensor) -> tuple[tuple[Any], None]:
    return (tensor._value,), None


def _of_flat(_: None, children: tuple[Any]) -> Tensor:
    return Tensor(children[0])


jax.tree_util.register_pytree_node(Tensor, _flat, _of_flat)
