"""`TimeDistributed` calls a normalization inside once, with the steps of all rows as one batch.

Keras 3 calls it step by step: a normalization inside takes the mean of each step by itself, and
moves its averages once for each. So did Keras 1 and 2 only where the size of a batch was told, and
tf.keras 2 with layers of one's own. All other layers do the same either way, but for rounding: they
are left to Keras 3, so that an upgraded script has the same bits.

Sources: `TimeDistributed.call` in `keras/layers/wrappers.py` of 1.2.2 and 2.2.4, and in
`keras/layers/rnn/time_distributed.py` of 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

Method = Callable[..., Any]


def at_once(_: Method) -> Method:
    """The layer inside is called once."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        rows, steps = ops.shape(inputs)[:2]
        options: dict[str, Any] = {}
        if self.layer._call_has_training_arg:
            options["training"] = training
        if self.layer._call_has_mask_arg and mask is not None:
            options["mask"] = ops.reshape(mask, (rows * steps, *ops.shape(mask)[2:]))
        flat = ops.reshape(inputs, (rows * steps, *ops.shape(inputs)[2:]))
        outputs = self.layer.call(flat, **options)
        return ops.reshape(outputs, (rows, steps, *ops.shape(outputs)[1:]))

    return call


def standing_still(original: Method) -> Method:
    """The layer inside was handed no mask, and the updates of its averages were lost."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        kept = [(one, ops.convert_to_tensor(one)) for one in self.layer.non_trainable_weights]
        outputs = original(self, inputs, training=training)
        for one, value in kept:
            one.assign(value)
        return outputs

    return call


def with_told_size(original: Method) -> Method:
    """A layer knows whether the size of a batch was told."""

    def build(self: Any, input_shape: Any) -> None:
        # A model without a shape is built of its first batch, whose size is not that of all.
        self.is_stepwise = input_shape[0] is not None and not in_symbolic_scope()
        original(self, input_shape)

    return build


def of_keras2(original: Method) -> Method:
    """With a told size it was called step by step, and its averages stood still."""
    each, all_of_them = standing_still(original), at_once(original)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _normalizes(self):
            return original(self, *args, **kwargs)
        return (each if _is_stepwise(self) else all_of_them)(self, *args, **kwargs)

    return call


def of_keras1(original: Method) -> Method:
    """They always did there."""
    still = standing_still(of_keras2(original))

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return (still if _normalizes(self) else original)(self, *args, **kwargs)

    return call


def moving_twice(original: Method) -> Method:
    """What a model inside masks was found by another call, which moved its averages once more.

    Source: `compute_mask` in `keras/engine/functional.py` and `sequential.py` of 2.15.
    """

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        outputs = original(self, inputs, training=training, mask=mask)
        if training and isinstance(self.layer, keras.Model) and hasattr(self.layer, "inputs"):
            original(self, inputs, training=training, mask=mask)
        return outputs

    return call


def of_tf2(original: Method) -> Method:
    """With a told size, layers of one's own and those with states were called step by step."""
    all_of_them = moving_twice(at_once(original))

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _normalizes(self):
            return original(self, *args, **kwargs)
        kinds = type(self.layer).__mro__
        of_keras = next(one for one in kinds if one.__module__.startswith("keras."))
        is_own = of_keras is keras.Layer or getattr(self.layer, "stateful", False)
        is_each = _is_stepwise(self) and is_own
        return (original if is_each else all_of_them)(self, *args, **kwargs)

    return call


def _normalizes(layer: Any) -> bool:
    """Whether statistics of a batch are taken in the layer inside."""
    inner = layer.layer._flatten_layers()
    return any(isinstance(one, keras.layers.BatchNormalization) for one in inner)


def _is_stepwise(layer: Any) -> bool:
    # A subclass with a `build` of its own was told nothing.
    return getattr(layer, "is_stepwise", False)
