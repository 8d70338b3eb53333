"""`tf.Variable`: Keras's variable with TensorFlow's face, so that layers and optimizers take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

import jax
import jax.numpy as jnp
import keras

from onefit.scripts.callers import is_the_script
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.arrays.gathering import check_numbers, check_places
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import computed, here, untraced
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.reference import Reference
from onefit.scripts.tensorflow.tensor import Tensor, written
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.variable_part import Part


class IndexedSlices(NamedTuple):
    """Slices of a tensor and their places along the first axis."""

    values: Any
    indices: Any
    dense_shape: Any = None


class Variable(Operators, keras.Variable):
    """A tensor that can be assigned to.

    Args:
        initial_value: The value, or a function that gives it.
        trainable: Whether an optimizer may change it, and a tape watches it. Defaults to `True`.
        validate_shape: Only `True` is there: the shape stays the one of the first value.
        caching_device: Taken, and of no effect. Defaults to `None`.
        name: Its name. Defaults to `"Variable"`.
        variable_def: Taken, and of no effect. Defaults to `None`.
        dtype: Its dtype. Defaults to that of the value.
        import_scope: Taken, and of no effect. Defaults to `None`.
        constraint: A function that an optimizer applies to the value. Defaults to `None`.
        synchronization: Taken, and of no effect.
        aggregation: Taken, and of no effect.
        shape: Its shape. Defaults to that of the value.

    >>> counter = Variable(1, name="counter")
    >>> counter.assign_add(2)
    <tf.Variable 'counter:0' shape=() dtype=int32, numpy=3>
    >>> counter * 2
    <tf.Tensor: shape=(), dtype=int32, numpy=6>
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: DTypeLike = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: ShapeLike = None,
    ) -> None:
        """Take TensorFlow's arguments."""
        if not validate_shape:
            refuse_argument("tensorflow.Variable", "validate_shape")
        given = _called(initial_value) if callable(initial_value) else initial_value
        with jax.enable_x64(True):
            value = computed(tensor, given, dtype and as_dtype(dtype))
            if here.lifts and isinstance(value, jax.core.Tracer):
                raise ValueError(
                    "Expected the first value of a variable that is made in a tf.function to be "
                    "known while it is traced. Received: a tensor that is computed in it. Give a "
                    "function of no arguments, or make the variable outside."
                )
            super().__init__(
                value,
                dtype=value.dtype.name,
                trainable=trainable is not False,
                # Keras refuses a name with a slash, which TensorFlow's scopes put in.
                name=(name or "Variable").split(":")[0].replace("/", "_"),
            )
        if shape is not None and not TensorShape(shape).is_compatible_with(self.shape):
            raise ValueError(
                f"In this `tf.Variable` creation, the initial value's shape ({self.shape}) is not "
                f"compatible with the explicitly supplied `shape` argument ({tuple(shape)})."
            )
        self.constraint = constraint

    def _array(self) -> Any:
        return self.value

    @property
    def value(self) -> Any:
        """TensorFlow's method for the script; an array for Keras."""
        return self.read_value if is_the_script() else super().value

    @property
    def shape(self) -> TensorShape:
        """Its lengths."""
        return TensorShape(self._shape)

    @property
    def dtype(self) -> DType:
        """The dtype of its numbers."""
        return as_dtype(super().dtype)

    @property
    def name(self) -> str:
        """Its name, with TensorFlow's ending."""
        return f"{self._name}:0"

    def get_shape(self) -> TensorShape:
        """Its lengths."""
        return self.shape

    def read_value(self) -> Tensor:
        """Its value now."""
        return Tensor(self._array())

    def numpy(self) -> Any:
        """Its value as NumPy's: an array that may be written to, or a scalar."""
        return self.read_value().numpy()

    def ref(self) -> Reference:
        """Something to be the key of a dict."""
        return Reference(self)

    def assign(
        self,
        value: TensorLike,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Self:
        """Set the value.

        Raises:
            ValueError: For another shape, and for a tensor of another dtype.
        """
        with jax.enable_x64(True):
            array = tensor(value, self.dtype)
            # To the letter TensorFlow's text, which lacks a blank.
            if tuple(array.shape) != tuple(self._shape):
                raise ValueError(
                    f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable "
                    f"shape {self.shape}, and the assigned value shape {tuple(array.shape)} are "
                    "incompatible."
                )
            super().assign(array)
        return self

    def assign_add(
        self,
        delta: TensorLike,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Self:
        """Add to the value."""
        return self.assign(self + delta)

    def assign_sub(
        self,
        delta: TensorLike,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Self:
        """Subtract from the value."""
        return self.assign(self - delta)

    def scatter_nd_update(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Self:
        """Set the elements or slices whose places stand along the last axis of `indices`."""
        return self._scattered("set", self._places(indices), updates)

    def scatter_nd_add(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Self:
        """Add to the elements or slices whose places stand along the last axis of `indices`."""
        return self._scattered("add", self._places(indices), updates)

    def scatter_nd_sub(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Self:
        """Subtract from those whose places stand along the last axis of `indices`."""
        return self._scattered("subtract", self._places(indices), updates)

    def scatter_update(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """Set slices along the first axis."""
        return self._scattered("set", self._slices(sparse_delta), sparse_delta.values)

    def scatter_add(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """Add to slices along the first axis."""
        return self._scattered("add", self._slices(sparse_delta), sparse_delta.values)

    def scatter_sub(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """Subtract from slices along the first axis."""
        return self._scattered("subtract", self._slices(sparse_delta), sparse_delta.values)

    def scatter_mul(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """Multiply slices along the first axis."""
        return self._scattered("multiply", self._slices(sparse_delta), sparse_delta.values)

    def scatter_max(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """The larger of each slice and another one."""
        return self._scattered("max", self._slices(sparse_delta), sparse_delta.values)

    def scatter_min(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Self:
        """The smaller of each slice and another one."""
        return self._scattered("min", self._slices(sparse_delta), sparse_delta.values)

    def _slices(self, sparse_delta: IndexedSlices) -> tuple[Any, ...]:
        """The places of slices along the first axis. JAX passes over those beyond its end."""
        numbers = _raw(sparse_delta.indices)
        check_numbers(numbers, self._shape[0])
        return (numbers,)

    def _places(self, indices: Any) -> tuple[Any, ...]:
        """For each of the first axes the places of elements or slices, likewise."""
        places = _raw(indices)
        check_places(places, tuple(self._shape))
        return tuple(computed(lambda one: jnp.moveaxis(tensor(one), -1, 0), places))

    def _scattered(self, change: str, places: tuple[Any, ...], updates: Any) -> Self:
        with jax.enable_x64(True):
            # Numbers of Python's take the variable's dtype; a tensor of another one is refused.
            given = tensor(updates, None if hasattr(updates, "dtype") else self.dtype)
            return self.assign(Tensor(getattr(self._array().at[places], change)(given)))

    def __getitem__(self, place: Any) -> Tensor:
        """A part of the value, which can be assigned to."""
        index = index_of(place, self._shape)
        part = Tensor(computed(lambda value, *_: value[index], self._array(), *index))
        part._part = Part(self, index)
        return part

    def __iter__(self) -> Iterator[Tensor]:
        """The parts along the first axis."""
        return iter(self.read_value())

    def __len__(self) -> int:
        """The length of the first axis."""
        return len(self.read_value())

    def __bool__(self) -> bool:
        """Whether its one value is true."""
        return bool(self.read_value())

    def __int__(self) -> int:
        """Its one value as an integer."""
        return int(self.read_value())

    def __float__(self) -> float:
        """Its one value as a float."""
        return float(self.read_value())

    def __index__(self) -> int:
        """Its one value, as an index of Python's."""
        return self.read_value().__index__()

    def __format__(self, spec: str) -> str:
        """The value in that format."""
        return format(self.numpy(), spec) if spec else str(self)

    def __hash__(self) -> int:
        """That of the object: Keras keeps variables in dicts."""
        return id(self)

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        head = f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}"
        if isinstance(self._value, jax.core.Tracer):
            return f"{head}>"
        return f"{head}, numpy={written(self.numpy())}>"

    __str__ = __repr__


def _called(initial_value: Callable[[], Any]) -> Any:
    if not here.traced:
        return initial_value()
    # Computed at once, even while a function is traced: the variable outlives the trace.
    with untraced():
        return initial_value()


def _raw(indices: Any) -> Any:
    return computed(tensor, indices)
