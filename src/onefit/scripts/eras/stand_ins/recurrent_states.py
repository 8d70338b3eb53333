"""`stateful=True`: a recurrent layer goes on from the states that the last batch left.

Keras 3 holds them as variables that no model counts among its own, and JAX's programs give back
what is counted alone: every batch begins from zero there, without a word.
"""

from __future__ import annotations

from typing import Any

import keras


def carried(original: property) -> property:
    """The variables of a recurrent layer, its states too; its weights stay without them."""

    def variables(self: Any) -> list[Any]:
        found = list(original.fget(self))  # type: ignore[misc]
        known = {id(one) for one in found}
        states = keras.tree.flatten(self.states) if self.stateful else []
        own = [one for one in states if isinstance(one, keras.Variable) and id(one) not in known]
        return found + own

    return property(variables, doc=original.__doc__)
