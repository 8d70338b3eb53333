"""Masks of merged tensors, as up to tf.keras 2.15: a step counts where all of them let it.

In Keras 3 it counts where one of them lets it, and minima, maxima and products are of what is left.
Sources: `compute_mask` in `keras/engine/topology.py` of 1.2.2, `keras/layers/merge.py` of 2.2.4 and
`keras/src/layers/merging` of 2.15.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras import ops

Function = Callable[..., Any]


def of_all(original: Function) -> Function:
    """`Merge.compute_mask`: all masks at once; an input without one has none to say."""

    def compute_mask(self: Any, inputs: Any, mask: Any = None) -> Any:
        given = [one for one in mask or () if one is not None]
        return functools.reduce(ops.logical_and, given) if given else None

    return compute_mask


def of_columns(original: Function) -> Function:
    """`Concatenate.compute_mask`: the same where columns are put beside each other."""
    of_steps = of_all(original)

    def compute_mask(self: Any, inputs: Any, mask: Any = None) -> Any:
        is_of_columns = self.axis in (-1, len(inputs[0].shape) - 1)
        return (of_steps if is_of_columns else original)(self, inputs, mask)

    return compute_mask


def without_masks(original: Function) -> Function:
    """What `Maximum` and `Minimum` do with their inputs, whatever their masks say."""

    def _apply_merge_op_and_or_mask(self: Any, op_fn: Function, inputs: Any) -> Any:
        return functools.reduce(op_fn, inputs)

    return _apply_merge_op_and_or_mask


def product(original: Function) -> Function:
    """The product of a `Multiply`, whatever the masks of its inputs say."""

    def _merge_function(self: Any, inputs: Any) -> Any:
        return functools.reduce(ops.multiply, inputs)

    return _merge_function
