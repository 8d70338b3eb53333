"""`tf.Variable`: Keras's variable with TensorFlow's face, so that layers and optimizers take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.callers import is_the_script
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.computed_firsts import unknown_value
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.mode import computed, here, untraced
from onefit.scripts.tensorflow.open_shapes import of_open_shape
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.recorder import level
from onefit.scripts.tensorflow.reference import Reference
from onefit.scripts.tensorflow.scopes import scoped
from onefit.scripts.tensorflow.tensor import Tensor, written
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.text_variable import TextVariable, is_of_text
from onefit.scripts.tensorflow.variable_part import Part
from onefit.scripts.tensorflow.variable_slices import Slices


class Variable(Slices, Operators, keras.Variable):
    """A tensor that can be assigned to.

    Args:
        initial_value: The value, or a function that gives it.
        trainable: Whether an optimizer may change it, and a tape watches it. Defaults to `True`.
        validate_shape: Taken, and of no effect, as in TensorFlow 2.
        caching_device: Taken, and of no effect. Defaults to `None`.
        name: Its name. Defaults to `"Variable"`.
        variable_def: Taken, and of no effect. Defaults to `None`.
        dtype: Its dtype. Defaults to that of the value.
        import_scope: Taken, and of no effect. Defaults to `None`.
        constraint: A function that an optimizer applies to the value. Defaults to `None`.
        synchronization: Taken, and of no effect.
        aggregation: Taken, and of no effect.
        shape: The shape of all values that it may have, with `None` for open lengths. Defaults to
            that of the first value.

    >>> counter = Variable(1, name="counter")
    >>> counter.assign_add(2)
    <tf.Variable 'UnreadVariable' shape=() dtype=int32, numpy=3>
    >>> counter * 2
    <tf.Tensor: shape=(), dtype=int32, numpy=6>
    """

    __array_priority__ = 100  # `array @ variable` is left to the variable, and seen by a tape
    # While Keras makes it.
    _declared = TensorShape([])
    _full_name = "Variable"

    def __new__(cls, initial_value: Any = None, *args: Any, **kwargs: Any) -> Any:
        """One of text is no variable of Keras's, whose values are arrays of JAX's."""
        if is_of_text(initial_value, *args, **kwargs):
            return TextVariable(initial_value, *args, **kwargs)
        return super().__new__(cls)

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
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are "
                "not providing a `variable_def`. You provided neither."
            )
        given = _called(initial_value) if callable(initial_value) else initial_value
        with jax.enable_x64(True):
            value = computed(tensor, given, dtype and as_dtype(dtype))
            # In a function the variable is made at once, and is given its value when that is known.
            is_computed = here.lifts and isinstance(value, jax.core.Tracer)
            if is_computed and level() is not here.level:
                raise unknown_value()
            super().__init__(
                jnp.zeros(value.shape, value.dtype) if is_computed else value,
                dtype=value.dtype.name,
                trainable=trainable is not False,
                # Keras refuses a name with a slash, which TensorFlow's scopes put in.
                name=(name or "Variable").split(":")[0].replace("/", "_"),
            )
        if is_computed:
            self._value = value
            here.firsts.append((self, value))
        self._full_name = scoped((name or "Variable").split(":")[0])
        self._declared = TensorShape(self._shape if shape is None else shape)
        if not self._declared.is_compatible_with(self._shape):
            raise ValueError(
                f"In this `tf.Variable` creation, the initial value's shape ({self.shape}) is not "
                f"compatible with the explicitly supplied `shape` argument ({shape})."
            )
        if not self._declared.is_fully_defined():
            of_open_shape.add(self)
        self.constraint = constraint

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and files have its value; made anew, a program knows them as variables."""
        value, declared = np.asarray(super().value), self._declared
        return _again, (value, self.trainable, self._full_name, declared, self.constraint)

    def _array(self) -> Any:
        return self.value

    @property
    def value(self) -> Any:
        """TensorFlow's method for the script; an array for Keras."""
        return self.read_value if is_the_script() else super().value

    @property
    def shape(self) -> TensorShape:
        """Its lengths; those of its value now for Keras, which wants numbers."""
        return self._declared if is_the_script() else TensorShape(self._lengths)

    @property
    def dtype(self) -> DType:
        """The dtype of its numbers."""
        return as_dtype(super().dtype)

    @property
    def name(self) -> str:
        """Its name with the scopes around it, and TensorFlow's ending."""
        return f"{self._full_name}:0"

    def get_shape(self) -> TensorShape:
        """Its lengths."""
        return self._declared

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
    ) -> Any:
        """Set the value; it gives the variable, under another name, unless `read_value` is false.

        Raises:
            ValueError: For another shape, and for a tensor of another dtype.
        """
        with jax.enable_x64(True):
            array = tensor(value, self.dtype)
            # To the letter TensorFlow's text, which lacks a blank.
            if not self._declared.is_compatible_with(array.shape):
                raise ValueError(
                    f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable "
                    f"shape {self._declared}, and the assigned value shape {tuple(array.shape)} "
                    "are incompatible."
                )
            if self._declared.is_fully_defined():
                super().assign(array)
            else:
                self._direct_assign(array)  # Keras would compare it with the last value
        if not read_value:
            return None
        from onefit.scripts.tensorflow.unread_variable import UnreadVariable

        return UnreadVariable(self)

    def assign_add(
        self,
        delta: TensorLike,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Any:
        """Add to the value."""
        return self.assign(self + self._step(delta), read_value=read_value)

    def assign_sub(
        self,
        delta: TensorLike,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Any:
        """Subtract from the value."""
        return self.assign(self - self._step(delta), read_value=read_value)

    def _step(self, delta: Any) -> Tensor:
        """What is added: nothing is repeated to the variable's shape.

        Raises:
            InvalidArgumentError: For another shape than that of the value.
        """
        with jax.enable_x64(True):
            array = tensor(delta, self.dtype)
        if tuple(array.shape) != self._lengths:
            raise InvalidArgumentError(
                f"Cannot update variable with shape {list(self._lengths)} using a Tensor with "
                f"shape {list(array.shape)}, shapes must be equal."
            )
        return Tensor(array)

    def is_initialized(self, name: Any = None) -> Tensor:
        """True: it has its value from the first on."""
        return Tensor(np.asarray(True))

    def set_shape(self, shape: ShapeLike) -> None:
        """Nothing, if its values fit that shape.

        Raises:
            ValueError: Otherwise.
        """
        self._declared.assert_is_compatible_with(shape)

    def __getitem__(self, place: Any) -> Tensor:
        """A part of the value, which can be assigned to."""
        index = index_of(place, self._lengths)
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
        head = f"<tf.Variable {self.name!r} shape={self._declared} dtype={self.dtype.name}"
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


def _again(
    value: np.ndarray, trainable: bool, name: str, shape: ShapeLike, constraint: Any
) -> Variable:
    """A variable as another one was."""
    made = Variable(value, trainable, constraint=constraint, shape=shape)
    made._full_name = name  # with the scopes that it was made in
    return made
