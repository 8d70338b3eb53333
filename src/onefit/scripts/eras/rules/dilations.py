"""OF203: where `DepthwiseConv2D` took its dilation, which Keras 2.2.5 put before the activation."""

from __future__ import annotations

from itertools import pairwise

from onefit.scripts.eras.call import Call

_IN_ORDER = [
    *("activation", "use_bias", "depthwise_initializer", "bias_initializer"),
    *("depthwise_regularizer", "bias_regularizer", "activity_regularizer"),
    *("depthwise_constraint", "bias_constraint"),
]


def by_kinds(call: Call) -> None:
    """`DepthwiseConv2D(3, 1, "same", 1, None, 2)`: a dilation where 2.2.4 had the activation."""
    dilation = call.literal("activation")
    if isinstance(dilation, bool) or not isinstance(dilation, int | tuple | list):
        return
    call.give("dilation_rate", call.take("activation"))
    for name, following in pairwise(_IN_ORDER):
        value = call.literal(following) if call.has(following) else True
        # An argument by its name stands where it belongs: a `use_bias` that is one, for example.
        if not call.has(following) or (following == "use_bias" and isinstance(value, bool)):
            return
        call.give(name, call.take(following))
