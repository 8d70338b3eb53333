"""What scripts write for TensorFlow's graph, and what means little where code runs as it stands."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import io_callback

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import here, refuse_checks, untraced
from onefit.scripts.tensorflow.operation import leaves, unwrapped
from onefit.scripts.tensorflow.program_checks import can_be_told, demand_in_program
from onefit.scripts.tensorflow.scopes import get_current_name_scope as get_current_name_scope
from onefit.scripts.tensorflow.scopes import name_scope as name_scope
from onefit.scripts.tensorflow.tensor import Tensor

NAMES = """
Assert AggregationMethod VariableAggregation VariableSynchronization control_dependencies
get_current_name_scope get_static_value grad_pass_through group guarantee_const init_scope
is_symbolic_tensor name_scope no_op recompute_grad timestamp tuple
"""


@contextlib.contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A block of no effect: what stands before it has been done."""
    yield


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """A block that is computed at once, also while a function is traced."""
    with untraced():
        yield


def timestamp(name: str | None = None) -> Any:
    """The seconds since 1970; in a function those of each call."""
    with jax.enable_x64(True):
        if here.traced:
            shape = jax.ShapeDtypeStruct((), np.dtype("float64"))
            return Tensor(io_callback(lambda: np.float64(time.time()), shape))
        return Tensor(jnp.asarray(time.time(), "float64"))


def group(*inputs: TensorLike, name: str | None = None) -> None:
    """Nothing: what it would wait for has been done."""


def no_op(name: str | None = None) -> None:
    """Nothing."""


def Assert(
    condition: TensorLike, data: TensorLike, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise if a condition does not hold; in a function, when its program has run.

    Raises:
        InvalidArgumentError: If it does not hold.

    >>> Assert(True, [])
    """
    value = unwrapped(condition)
    if here.only_shapes or isinstance(value, jax.core.Tracer):
        if can_be_told(value):
            demand_in_program(value, "Expected the condition to be true.")
        else:
            refuse_checks()
    elif not np.all(np.asarray(value)):
        told = [np.asarray(one) for one in leaves(unwrapped(data))]
        raise InvalidArgumentError(
            f"Expected '{condition}' to be true. Summarized data: " + "\n".join(map(str, told))
        )


class VariableSynchronization(Enum):
    """When replicas would exchange the values of a variable: there is one."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(Enum):
    """How the values of replicas would become one: there is one."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


class AggregationMethod:
    """How gradients of one source are added up: JAX decides."""

    ADD_N = DEFAULT = EXPERIMENTAL_TREE = EXPERIMENTAL_ACCUMULATE_N = 0


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The values of a tensor as NumPy's, or `None` where they are not known."""
    value = unwrapped(tensor)
    if value is None or isinstance(value, jax.core.Tracer):
        return None
    return np.asarray(value)[()]


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether the values of a tensor are not known."""
    return isinstance(unwrapped(tensor), jax.core.Tracer)


def guarantee_const(input: TensorLike, name: str | None = None) -> Any:
    """`input`."""
    return input


def tuple(tensors: TensorLike, name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """The tensors: what they wait for has been done."""
    return list(tensors)


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`: XLA decides what it keeps for a gradient."""
    return f


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the values of `f` and the gradient of the identity."""
    from onefit.scripts.tensorflow.custom_gradient import custom_gradient

    @custom_gradient
    def passing(x: Any) -> Any:
        return f(x), lambda upstream: upstream

    return passing
