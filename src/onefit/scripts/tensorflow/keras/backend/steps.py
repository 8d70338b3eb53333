"""Functions chosen, or called step by step."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras import ops, tree
from keras.src.backend import rnn as _rnn

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.given import array, tensor

Tensor = Any


def switch(condition: TensorLike, then_expression: Any, else_expression: Any) -> Tensor:
    """One expression or the other; by each element where the condition has elements."""
    condition = ops.cast(tensor(condition), "bool")
    if not condition.shape and not (callable(then_expression) or callable(else_expression)):
        return ops.where(condition, then_expression, else_expression)  # both are computed anyway
    if not condition.shape:
        return ops.cond(condition, _called(then_expression), _called(else_expression))
    yes, no = _called(then_expression)(), _called(else_expression)()
    missing = len(yes.shape) - len(condition.shape)
    if missing < 0:
        raise ValueError(
            "Rank of `condition` should be less than or equal to rank of `then_expression` and "
            f"`else_expression`. ndim(condition)={len(condition.shape)}, "
            f"ndim(then_expression)={len(yes.shape)}"
        )
    # The condition's axes are the first ones of the expressions, not the last as NumPy would have
    # it.
    condition = ops.reshape(condition, (*condition.shape, *[1] * missing))
    return ops.where(condition, yes, no)


def map_fn(
    fn: Callable[..., Any], elems: TensorLike, name: str | None = None, dtype: DTypeLike = None
) -> Any:
    """The results for each slice along the first axis, beside each other.

    >>> map_fn(lambda x: x * 2, [1, 2]).tolist()
    [2, 4]
    """
    results = ops.map(fn, tree.map_structure(array, elems) if _is_nest(elems) else array(elems))
    return results if dtype is None else tree.map_structure(lambda x: ops.cast(x, dtype), results)


@functools.wraps(_rnn)
def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Any,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """A function called for each step of the inputs, with what it gave before.

    >>> def step(one, states):
    ...     return one + states[0], [one + states[0]]
    >>> rnn(step, ops.ones((1, 3, 1)), [ops.zeros((1, 1))])[0].tolist()
    [[3.0]]
    """
    inputs, states = tree.map_structure(array, inputs), tree.map_structure(array, initial_states)
    for name in ("mask", "constants"):
        if kwargs.get(name) is not None:
            kwargs[name] = tree.map_structure(array, kwargs[name])
    return _rnn(step_function, inputs, states, *args, **kwargs)


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: TensorLike,
    initializer: Any = None,
    name: str | None = None,
) -> Tensor:
    """`fn` of what came before and the next slice, from the first slice on."""
    return _fold(fn, array(elems), initializer)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: TensorLike,
    initializer: Any = None,
    name: str | None = None,
) -> Tensor:
    """`fn` of what came before and the next slice, from the last slice on."""
    return _fold(fn, ops.flip(array(elems), axis=0), initializer)


def _fold(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any) -> Tensor:
    if initializer is None:
        initializer, elems = elems[0], elems[1:]
    last, _ = ops.scan(lambda before, one: (fn(before, one), None), tensor(initializer), elems)
    return last


def _called(expression: Any) -> Callable[[], Tensor]:
    return expression if callable(expression) else lambda: tensor(expression)


def _is_nest(elems: TensorLike) -> bool:
    """Several arrays, not one array written as a list."""
    return isinstance(elems, tuple | list | dict) and any(hasattr(one, "shape") for one in elems)
