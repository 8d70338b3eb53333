"""The mask of `TimeDistributed`: that of the layer inside, at every step.

Keras 3 hands its own mask on, so an `Embedding` inside that masks zeros masks nothing.
Source: `TimeDistributed.compute_mask` in `keras/layers/wrappers.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

Function = Callable[..., Any]


def compute_mask(_: Function) -> Function:
    """What the layer inside masks; it looks at the last axes, so it may see all steps at once."""

    def compute_mask(self: Any, inputs: Any, mask: Any = None) -> Any:
        found = self.layer.compute_mask(inputs, mask)
        if found is not None or mask is None:
            return found
        # A step of which all is masked is masked
        inner = tuple(range(2, len(mask.shape)))
        return ops.any(mask, axis=inner) if inner else mask

    return compute_mask
