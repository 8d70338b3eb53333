"""Expressions of variables, which have the value that the variables have when they are used.

`self.kernel = K.transpose(encoder.kernel)` in the `build` of a layer was a part of the graph, so
that both layers trained one matrix. On arrays it would be the transposed initial weights for ever.
In Keras 1 and 2 what `K` gives of a variable is therefore computed anew wherever it is used: in
the `call` of a layer, a loss, a `Lambda`, in `K.eval` and `K.function`.
(tf.keras 2 computed at once what a `build` had, and kept it.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
from keras.src.backend.common.stateless_scope import in_stateless_scope
from keras.src.ops.operation import Operation

from onefit.scripts.assignments import are_noted
from onefit.scripts.callers import calling
from onefit.scripts.eras.stand_ins import variable_operators
from onefit.scripts.tensorflow.mode import inside
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.recorder import is_in_trace

Function = Callable[..., Any]

_NAMES = """
abs all any argmax argmin batch_dot batch_flatten batch_normalization bias_add binary_crossentropy
cast categorical_crossentropy clip concatenate conv1d conv2d conv2d_transpose conv3d cos cumprod
cumsum depthwise_conv2d dot elu equal exp expand_dims flatten gather greater greater_equal
hard_sigmoid identity l2_normalize less less_equal lesser lesser_equal log logsumexp max maximum
mean min minimum not_equal one_hot permute_dimensions pool2d pool3d pow prod relu repeat
repeat_elements reshape resize_images resize_volumes reverse round separable_conv2d sigmoid sign
sin slice softmax softplus softsign sparse_categorical_crossentropy spatial_2d_padding
spatial_3d_padding sqrt square squeeze stack std stop_gradient sum switch tanh temporal_padding
tile transpose var
"""
KEPT = frozenset(_NAMES.split())
"""Functions of `K` that gave a tensor and changed nothing."""

DEEPEST = 12
"""Frames that are looked at for the `build` of a layer."""


def of_variables(name: str, function: Function) -> Function:
    """A function of `K` that gives an expression where it is given variables.

    Args:
        name: Its name.
        function: What computes it.
    """
    return _kept(function) if name in KEPT else function


@functools.cache
def _kept(function: Function) -> Function:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_kept(args, kwargs):
            return Expression(function, *args, **kwargs)
        given = list(leaves([args, kwargs]))
        beside = next((one for one in given if isinstance(one, keras.KerasTensor)), None)
        # In `get_updates` a variable is read in each step.
        kind = (Expression, keras.Variable) if are_noted() else Expression
        if beside is not None and any(isinstance(one, kind) for one in given):
            # Beside a symbolic tensor an expression is one, too: the function may compute with it
            # before it comes to the other.
            args, kwargs = (
                nested(lambda one: _symbolic(one, kind, beside), x) for x in (args, kwargs)
            )
        return function(*args, **kwargs)

    return call


def _symbolic(one: Any, kind: Any, beside: keras.KerasTensor) -> Any:
    return symbolic(one, beside) if isinstance(one, kind) else one


def symbolic(one: Any, beside: keras.KerasTensor) -> Any:
    """A variable or an expression as a part of a graph, which is read in each pass.

    Args:
        one: It.
        beside: A tensor of the graph.
    """
    held = one if isinstance(one, Expression) else Expression(keras.ops.convert_to_tensor, one)
    return _Value(held)(beside)


class _Value(Operation):
    """The value of an expression as a part of a graph.

    Args:
        expression: The expression.
    """

    def __init__(self, expression: Expression) -> None:
        super().__init__()
        self.expression = expression

    def call(self, _: Any) -> Any:
        """The value in this pass, whatever the tensor is by which it came into the graph."""
        return self.expression._array()

    def compute_output_spec(self, _: Any) -> keras.KerasTensor:
        """What is known of it."""
        found = self.expression._array()
        return keras.KerasTensor(found.shape, str(found.dtype))


def is_kept(*given: Any) -> bool:
    """Whether what is computed of some arguments is an expression.

    In a program it is computed at once, except where a layer is built in it.
    """
    if not any(isinstance(one, keras.Variable | Expression) for one in leaves(list(given))):
        return False
    # With a symbolic tensor among the arguments the result is a part of the graph anyway, which is
    # computed anew in each pass.
    if any(isinstance(one, keras.KerasTensor) for one in leaves(list(given))):
        return False
    return not (in_stateless_scope() or is_in_trace()) or _is_building()


def _is_building() -> bool:
    """Whether the script's code that asks runs in the `build` of a layer."""
    frame: Any = calling(2)
    for _ in range(DEEPEST):
        # What a layer computes in its `call` is of this pass, even if a `build` is further up.
        if frame is None or frame.f_code.co_name == "call":
            return False
        if frame.f_code.co_name == "build" and isinstance(frame.f_locals.get("self"), keras.Layer):
            return True
        frame = frame.f_back
    return False


def _operator(name: str) -> Function:
    def operator(self: Any, *others: Any) -> Any:
        return of_operator(name, self, *others)

    return operator


class Expression(Operators):
    """What a function gives of variables.

    Args:
        function: Computes it.
        *args: Its arguments, some of which are variables or expressions.
        **kwargs: Those by name.

    >>> kernel = keras.Variable([[1.0, 2.0]])
    >>> tied = Expression(keras.ops.transpose, kernel)
    >>> kernel.assign([[3.0, 4.0]]) is None, tied.shape, np.asarray(tied * 2).tolist()
    (False, (2, 1), [[6.0], [8.0]])
    """

    __slots__ = ("__weakref__", "_args", "_function", "_kwargs")
    __array_ufunc__ = None  # `array + expression` is left to the expression

    def __init__(self, function: Function, *args: Any, **kwargs: Any) -> None:
        """Compute nothing yet."""
        self._function, self._args, self._kwargs = function, args, kwargs

    def _array(self) -> Any:
        """The value as of now."""
        with inside():
            args, kwargs = nested(_now, self._args), nested(_now, self._kwargs)
            return keras.ops.convert_to_tensor(self._function(*args, **kwargs))

    @property
    def shape(self) -> tuple[int, ...]:
        """Its lengths."""
        return tuple(self._array().shape)

    @property
    def dtype(self) -> str:
        """The type of its numbers."""
        return str(self._array().dtype)

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return len(self.shape)

    def get_shape(self) -> tuple[int, ...]:
        """Its lengths."""
        return self.shape

    def eval(self, *_: Any, **__: Any) -> Any:
        """The values as of now."""
        return np.asarray(self)[()]

    numpy = eval

    def __jax_array__(self) -> Any:
        """The value as of now."""
        return self._array()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The values as of now."""
        return np.array(self._array(), dtype=dtype)

    def __getitem__(self, place: Any) -> Any:
        """A part of it."""
        return of_operator("__getitem__", self, place)

    def __len__(self) -> int:
        """How many parts it has along its first axis."""
        return self.shape[0]

    __hash__ = object.__hash__


def _now(one: Any) -> Any:
    return one._array() if isinstance(one, Operators) else one


def of_operator(name: str, *operands: Any) -> Any:
    """What an operator gives: an expression, or in a program an array.

    Args:
        name: The name of its method.
        *operands: One of them is an expression or a variable.
    """

    def operator(first: Any, *others: Any) -> Any:
        arrays = (_narrow(one) if _is_held(one) else one for one in others)
        return getattr(_narrow(first), name)(*arrays)

    # Python then asks the symbolic tensor, which makes an operation of the graph.
    if any(isinstance(one, keras.KerasTensor) for one in operands):
        return NotImplemented
    if is_kept(operands):
        return Expression(operator, *operands)
    return operator(*map(_now, operands))


def _narrow(one: Any) -> Any:
    """Its array; a count of steps of 64 bits has 32 where JAX computes with no more."""
    array = keras.ops.convert_to_tensor(one)
    return array.astype(jax.dtypes.canonicalize_dtype(array.dtype))


def _is_held(one: Any) -> bool:
    return isinstance(one, keras.Variable | Operators | np.ndarray)


for _name in (*variable_operators.NAMES, "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(Expression, _name, _operator(_name))
