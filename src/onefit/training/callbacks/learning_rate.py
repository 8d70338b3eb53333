"""What the rules share that set the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.training.callbacks.rule import Rule
from onefit.training.core.state import State
from onefit.training.host.variables import variables

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import Callback

NAME_OF_RATE = "name_of_rate"
"""The attribute of a callback's `on_epoch_end` that has the name of what it logs; `""`: nothing."""


class Rate(Rule):
    """What the rules share that set the learning rate: where it stands in the optimizer's state."""

    sets_rate = True

    @classmethod
    def suits(cls, callback: Callback, model: Model) -> bool:
        """Whether the learning rate is a variable."""
        return rate_place(model) is not None

    def __init__(self, callback: Callback, model: Model) -> None:
        """Find the variable."""
        super().__init__(callback, model)
        self.place = rate_place(model)

    def key(self) -> tuple[Any, ...]:
        """Its place."""
        return (*super().key(), self.place)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the learning rate."""
        if self.place is None:
            return np.dtype(np.float32)
        return jnp.dtype(variables(self.model).optimizer[self.place].dtype)

    @property
    def name(self) -> str:
        """What Keras's callback calls the rate in logs; that of an older Keras says another."""
        return str(getattr(type(self.callback).on_epoch_end, NAME_OF_RATE, "learning_rate"))

    def set(self, state: State, rate: Any) -> State:
        """The state with another learning rate."""
        optimizer = list(state.optimizer)
        place = cast(int, self.place)
        optimizer[place] = lax.convert_element_type(rate, optimizer[place].dtype)
        return state._replace(optimizer=optimizer)


def rate_place(model: Model) -> int | None:
    """Where the learning rate stands among the optimizer's variables; `None` if it is none."""
    optimizer = getattr(model, "optimizer", None)
    # `LossScaleOptimizer` wraps the optimizer that has the rate. Where that is a
    # `LearningRateSchedule`, it is none of the variables, and Keras's callbacks cannot set it
    # either.
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = getattr(inner, "_learning_rate", None)
    places = [i for i, v in enumerate(variables(model).optimizer) if v is rate]
    return places[0] if places else None
