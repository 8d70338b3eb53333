"""The protocol of a rule: a callback, or a probe, that is part of the program.

A rule is made from a callback object. Inside the program it has a state of its own that goes round
the loop (`start`), may look at every step (`step`) and looks at every epoch (`end`); what it writes
down of an epoch is declared (`outputs`). On the host it is shown each epoch (`tell`), and in the
end writes back into the callback object what Keras would have left there (`finish`). `key` is all
that the program depends on.

A new rule is a file with a subclass, and a line in `registry.py`. Those of Keras's callbacks do
what the classes of the same names in `keras.callbacks` do, with Keras's rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from onefit.training.core.run import Feed
from onefit.training.core.state import State

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import Callback

Logs = dict[str, Any]


class Ended(NamedTuple):
    """What a rule makes of an epoch.

    Args:
        state: The model's state.
        own: The rule's own.
        stop: bool: whether the run ends.
        outputs: What is written down of the epoch, in the form of `Rule.outputs`.
    """

    state: State
    own: Any
    stop: Any
    outputs: Any = ()


class Rule:
    """A callback inside the program. The base does nothing.

    Args:
        callback: The callback object, as the user made it.
        model: The model, built and compiled.
    """

    steps = False  # looks at every step
    stops = False  # can end the run before its last epoch
    sets_rate = False
    place: int | None = None  # where the learning rate stands, if the rule sets it
    monitor: str | None = None  # the log that it looks at, if it is one
    rates_dtype: np.dtype[Any] | None = None  # of the rates that it is fed, see `rates`

    @classmethod
    def suits(cls, callback: Callback, model: Model) -> bool:
        """Whether the rule does what the callback does, with this model."""
        return True

    def __init__(self, callback: Callback, model: Model) -> None:
        """Keep what the rule is made of."""
        self.callback, self.model = callback, model

    def key(self) -> tuple[Any, ...]:
        """What the program depends on: two rules with one key are one program."""
        return (type(self).__name__,)

    def start(self, state: State) -> Any:
        """The rule's own state before the first epoch, as a pytree."""
        return ()

    def outputs(self, state: State) -> Any:
        """What `end` writes down of an epoch: a pytree of arrays of its shapes and dtypes."""
        return ()

    def begin(self, state: State, epoch: Any, feed: Feed) -> State:
        """In the program, before an epoch."""
        return state

    def step(self, own: Any, before: State, after: State, last: Logs) -> tuple[Any, Any]:
        """In the program, after a step, if `steps`: the rule's own state, and whether to halt.

        Args:
            own: The rule's own state.
            before: The model's state before the step.
            after: The one after it.
            last: What the step logged.
        """
        return own, self.halts(last)

    def halts(self, last: Logs) -> Any:
        """Whether to halt after a step that logged this."""
        return jnp.bool_(False)

    def end(self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any) -> Ended:
        """In the program, after an epoch.

        Neither state may change where `complete` is false: the epoch is still under way.
        """
        return Ended(state, own, jnp.bool_(False))

    def rates(self, first: int, epochs: int, rate: float) -> list[float]:
        """On the host, before some epochs: the learning rates that they are fed."""
        return []

    def announce(self, epoch: int) -> None:
        """On the host, before an epoch is shown: print what Keras would print at its begin."""

    def halted(self, last: int, logs: Logs) -> None:
        """On the host, in an epoch that a rule halted: the number of its last step, its logs."""

    def logged(self, outputs: Any) -> Logs:
        """On the host: what is added to the logs of epochs that gave these outputs."""
        return {}

    def tell(self, epoch: int, logs: Logs, outputs: Any) -> None:
        """On the host, after an epoch was run: add to its logs, print what Keras would print."""
        logs.update({name: value.tolist() for name, value in self.logged(outputs).items()})

    def finish(self, own: Any, epochs: int) -> None:
        """On the host, after the run: leave in the callback what Keras would have left there."""

    def adopt(self, callback: Callback) -> None:
        """On the host: finish in this callback, of which the rule's own was a copy."""
        self.callback = callback

    def ended(self, logs: dict[str, list[Any]]) -> bool:
        """On the host, after `finish`: whether the rule ended the run with this History."""
        return False

    def restored(self, state: State, own: Any) -> State:
        """On the host: the state that Keras would leave after the last epoch."""
        return state

    def summary(self, own: Any) -> dict[str, Any]:
        """On the host: what is told of a run, in numbers."""
        return {}
