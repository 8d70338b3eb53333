"""The mean loss of a model that is trained by `add_loss` alone: batches count alike.

Keras 3 counts a batch by its rows. Keras 2 for arrays did too, and so did tf.keras 2 where there
was a loss of `compile`: it took the number of rows from its labels.

Source: `LossesContainer.__call__` in `keras/engine/compile_utils.py` of 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

Method = Callable[..., Any]


class MeanOfBatches(keras.metrics.Mean):
    """The mean over batches, whatever their size."""

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Note the loss of a batch."""
        super().update_state(values)


def counted_by_batch(original: Method) -> Method:
    """A model that is compiled without a loss has such a mean.

    Args:
        original: Keras's `compile`.
    """

    @wraps(original)
    def compile(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if self._compile_loss is None:
            # `setattr` would list it among the metrics of the model, too
            object.__setattr__(self, "_loss_tracker", MeanOfBatches(name="loss"))

    return compile
