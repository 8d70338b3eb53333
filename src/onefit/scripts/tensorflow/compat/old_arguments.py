"""Arguments that TensorFlow 1 called otherwise: `keep_dims`, `reduction_indices`, `dim`.

Source: the signatures in `tf.compat.v1`, and those of TensorFlow 0.12 for the order of `concat`
and `split`.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

_REDUCED = {"keep_dims": "keepdims", "reduction_indices": "axis"}
_REDUCTIONS = """
reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_all reduce_any reduce_logsumexp
count_nonzero
"""
OF_TOP: dict[str, dict[str, str]] = {
    **{name: _REDUCED for name in _REDUCTIONS.split()},
    **{name: {"dimension": "axis"} for name in ("argmax", "argmin")},
    "expand_dims": {"dim": "axis"},
    "squeeze": {"squeeze_dims": "axis"},
    "norm": {"keep_dims": "keepdims"},
    "reverse_sequence": {"seq_dim": "seq_axis", "batch_dim": "batch_axis"},
    "concat": {"concat_dim": "axis"},
    "cond": {"fn1": "true_fn", "fn2": "false_fn"},
}
"""Functions at the top of TensorFlow 1: today's name of each argument that had another one."""
OF_NN: dict[str, dict[str, str]] = {
    **{name: {"dim": "axis"} for name in ("softmax", "log_softmax", "l2_normalize")},
    "softmax_cross_entropy_with_logits": {"dim": "axis"},
    **{name: {"keep_dims": "keepdims"} for name in ("moments", "weighted_moments")},
    "sufficient_statistics": {"keep_dims": "keepdims"},
    "conv1d": {"value": "input"},
    "conv2d": {"filter": "filters"},
    "conv2d_transpose": {"filter": "filters", "value": "input"},
    "conv3d_transpose": {"filter": "filters", "value": "input"},
    "conv3d": {"filter": "filters"},
    "depthwise_conv2d": {"rate": "dilations"},
    "separable_conv2d": {"rate": "dilations"},
    **{name: {"value": "input"} for name in ("max_pool", "avg_pool")},
    "weighted_cross_entropy_with_logits": {"targets": "labels"},
}
"""The same of `tf.nn`."""
_OF_NO_EFFECT = ("_sentinel", "use_cudnn_on_gpu")
"""A guard against arguments by their places, and a choice among kernels of equal results."""


def accepting(function: Function, today: dict[str, str]) -> Function:
    """A function that takes old arguments, too.

    Args:
        function: The function of today.
        today: The name of today of each old argument.

    >>> import onefit.scripts.tensorflow as tf
    >>> old = accepting(tf.reduce_sum, {"keep_dims": "keepdims"})
    >>> old([[1, 2]], 1, keep_dims=True).numpy().tolist()
    [[3]]
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name in kwargs.keys() & today.keys():
            value = kwargs.pop(name)
            # Both were there for years, and the one that was not meant was None.
            if kwargs.get(today[name]) is None:
                kwargs[today[name]] = value
        for name in _OF_NO_EFFECT:
            kwargs.pop(name, None)
        return function(*args, **kwargs)

    return call


def dropout(function: Function) -> Function:
    """`tf.nn.dropout`, which is told the share that stays: `dropout(x, keep_prob)`.

    Args:
        function: The function of today, which is told the share of zeros.
    """

    @functools.wraps(function)
    def call(
        x: Any,
        keep_prob: Any = None,
        noise_shape: Any = None,
        seed: int | None = None,
        name: str | None = None,
        rate: Any = None,
    ) -> Any:
        return function(x, 1 - keep_prob if rate is None else rate, noise_shape, seed, name)

    return call


def concat(function: Function) -> Function:
    """`tf.concat`, which TensorFlow 0.12 told the axis first: `concat(1, [a, b])`.

    Args:
        function: The function of today.
    """

    @functools.wraps(function)
    def call(values: Any, axis: Any, name: str = "concat") -> Any:
        return function(*((axis, values) if isinstance(values, int) else (values, axis)), name)

    return accepting(call, OF_TOP["concat"])


def split(function: Function) -> Function:
    """`tf.split`, which TensorFlow 0.12 told the axis and the number first: `split(1, 3, x)`.

    Args:
        function: The function of today.
    """

    @functools.wraps(function)
    def call(value: Any, num_or_size_splits: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(axis, int):
            value, axis = axis, value
        return function(value, num_or_size_splits, axis, *args, **kwargs)

    return call


def in_top_k(function: Function) -> Function:
    """`tf.nn.in_top_k`, which was given the predictions first.

    Args:
        function: The function of today.
    """

    @functools.wraps(function)
    def call(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
        return function(targets, predictions, k)

    return call


def pool(function: Function) -> Function:
    """`tf.nn.pool`, whose fourth argument was the padding.

    Args:
        function: The function of today.
    """

    @functools.wraps(function)
    def call(
        input: Any,
        window_shape: Any,
        pooling_type: str,
        padding: str,
        dilation_rate: Any = None,
        strides: Any = None,
        name: str | None = None,
        data_format: str | None = None,
        dilations: Any = None,
    ) -> Any:
        rate = dilation_rate if dilations is None else dilations
        return function(
            input, window_shape, pooling_type, strides, padding, data_format, rate, name
        )

    return call


def where(function: Function) -> Function:
    """`tf.where`, which chose whole rows for a condition of one axis.

    Args:
        function: The function of today, which broadcasts the condition.
    """

    @functools.wraps(function)
    def call(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
        axes = 0 if x is None else len(x.shape) - len(condition.shape)
        if len(condition.shape) == 1 and axes > 0:
            condition = condition[(slice(None), *[None] * axes)]
        return function(condition, x, y, name)

    return call


_OTHER_ORDERS: dict[str, Callable[[Function], Function]] = {
    "in_top_k": in_top_k,
    "pool": pool,
    "where": where,
    "dropout": dropout,
    "concat": concat,
    "split": split,
}


def of(module: types.ModuleType, table: dict[str, dict[str, str]]) -> dict[str, Function]:
    """Functions of a module that take the arguments of TensorFlow 1.

    Args:
        module: A module of the stand-in.
        table: `OF_TOP` or `OF_NN`.
    """
    names = [name for name in (*table, *_OTHER_ORDERS) if name in vars(module)]
    return {
        name: _OTHER_ORDERS[name](vars(module)[name])
        if name in _OTHER_ORDERS
        else accepting(vars(module)[name], table[name])
        for name in names
    }
