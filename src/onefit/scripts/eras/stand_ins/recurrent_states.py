"""`stateful=True`: a recurrent layer goes on from the states that the last batch left.

Keras 3 holds them as variables that no model counts among its own, and JAX's programs give back
what is counted alone: every batch begins from zero there, without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Method = Callable[..., Any]


def carried(original: property) -> property:
    """The variables of a recurrent layer, its states too; its weights stay without them."""

    def variables(self: Any) -> list[Any]:
        found = list(original.fget(self))  # type: ignore[misc]
        known = {id(one) for one in found}
        states = keras.tree.flatten(self.states) if self.stateful else []
        own = [one for one in states if isinstance(one, keras.Variable) and id(one) not in known]
        return found + own

    return property(variables, doc=original.__doc__)


def carried_in_training(original: Method) -> Method:
    """Keras 2 lost the flag of a `Bidirectional`: only training went on from its last states.

    `predict` and `evaluate` began each batch from the states that training left.
    """

    def call(
        self: Any, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        held = [self.forward_layer.states, self.backward_layer.states]
        is_kept = self.stateful and not training
        states = [one for one in keras.tree.flatten(held) if isinstance(one, keras.Variable)]
        before = [(one, one.value) for one in states if is_kept]
        found = original(self, sequences, initial_state, mask, training)
        for one, value in before:
            one.assign(value)
        return found

    return call
