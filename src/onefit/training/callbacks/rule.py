"""The callbacks that are part of the program: what each does, in JAX, with Keras's rounding.

A rule is made from a callback object. It has a state of its own that goes round the loop, looks at
the logs of each epoch inside the program, and in the end writes back into the callback object what
Keras would have left there. Sources: the classes of the same names in `keras.callbacks`.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.training.core.run import Feed
from onefit.training.core.state import State

Logs = dict[str, Any]


class Rule:
    """A callback inside the program. The base does nothing.

    Args:
        callback: The callback object, as the user made it.
        model: The model, built and compiled.
    """

    watches = False  # looks at every step's logs
    stops = False  # can end the run before its last epoch
    sets_rate = False
    place: int | None = None  # where the learning rate stands, if the rule sets it

    def __init__(self, callback: Any, model: Any) -> None:
        """Keep what the rule is made of."""
        self.callback, self.model = callback, model

    def key(self) -> tuple[Any, ...]:
        """What the program depends on: two rules with one key are one program."""
        return (type(self).__name__,)

    def start(self, state: State) -> Any:
        """The rule's own state before the first epoch, as a pytree."""
        return ()

    def begin(self, state: State, epoch: Any, feed: Feed) -> State:
        """In the program, before an epoch."""
        return state

    def watch(self, last: Logs) -> Any:
        """In the program, after a step: whether to halt."""
        return jnp.bool_(False)

    def end(
        self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any
    ) -> tuple[State, Any, Any]:
        """In the program, after an epoch: the state, the rule's own, and whether to stop.

        Nothing may change where `complete` is false: the epoch is still under way.
        """
        return state, own, jnp.bool_(False)

    def announce(self, epoch: int) -> None:
        """On the host, before an epoch is shown: print what Keras would print at its begin."""

    def tell(self, epoch: int, logs: Logs, rates: tuple[float, float] | None) -> None:
        """On the host, after an epoch was run: add to its logs, print what Keras would print.

        `rates` are the learning rates before and after the rules looked at the epoch.
        """

    def finish(self, own: Any, epochs: int) -> None:
        """On the host, after the run: leave in the callback what Keras would have left there."""
