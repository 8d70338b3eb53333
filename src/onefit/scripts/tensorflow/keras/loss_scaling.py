"""Mixed precision in a script's own steps: the optimizer that scales the loss, outside of `fit`.

Keras writes it with `ops.cond` of functions that change variables, which JAX has inside of Keras's
own programs only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.src.optimizers import loss_scale_optimizer

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.control_flow.branches import cond
from onefit.scripts.tensorflow.tensor import Tensor


class _Ops:
    """`keras.ops`, with a `cond` whose functions may change variables."""

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """What one of both functions gives."""
        if keras.src.backend.common.stateless_scope.in_stateless_scope():
            return keras.ops.cond(pred, true_fn, false_fn)
        return cond(Tensor(keras.ops.convert_to_tensor(pred)), true_fn, false_fn)

    def __getattr__(self, name: str) -> Any:
        """A function of `keras.ops`."""
        return getattr(keras.ops, name)


def give_loss_scaling(patches: Patches) -> None:
    """Let `LossScaleOptimizer` take gradients outside of Keras's programs.

    Args:
        patches: Where what is replaced is noted.
    """
    patches.put(loss_scale_optimizer, "ops", _Ops())
