"""`keras.callbacks.LearningRateScheduler` as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import jax.numpy as jnp
import numpy as np

from onefit.training.callbacks.learning_rate import Rate
from onefit.training.callbacks.pure_schedule import pure
from onefit.training.callbacks.rule import Ended, Logs
from onefit.training.core.run import Feed
from onefit.training.core.state import State
from onefit.training.host.keras_private import io_utils

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import Callback


class Schedule(Rate):
    """`keras.callbacks.LearningRateScheduler` with a schedule that is a pure function."""

    @classmethod
    def suits(cls, callback: Callback, model: Model) -> bool:
        """Whether the schedule can be asked ahead of the epochs, and its rate be set."""
        return super().suits(callback, model) and pure(callback.schedule)

    @property
    def rates_dtype(self) -> np.dtype[Any]:  # type: ignore[override]
        """That of the learning rate."""
        return self.dtype

    def outputs(self, state: State) -> Any:
        """The learning rate."""
        return np.zeros((), state.optimizer[cast(int, self.place)].dtype)

    def begin(self, state: State, epoch: Any, feed: Feed) -> State:
        """Set the rate that the schedule gave for this epoch."""
        return self.set(state, feed.rates[epoch])

    def end(self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any) -> Ended:
        """Write down the rate with which the epoch was trained."""
        rate = state.optimizer[cast(int, self.place)]
        return Ended(state, own, jnp.bool_(False), rate)

    def rates(self, first: int, epochs: int, rate: float) -> list[float]:
        """Ask the schedule for the rates of the coming epochs, each from the one before.

        Returns:
            As many as the schedule gives before it raises; if it raises at once, it is raised.
        """
        asked: dict[int, float] = {}  # of this call: the lanes of a population share the rule
        for epoch in range(first, first + epochs):
            try:
                asked[epoch] = self.ask(epoch, rate)
            except Exception:
                if epoch == first:
                    raise
                break  # the epochs before are trained first; then it is asked again
            # Keras asks with the rate that the optimizer holds, which has been rounded to its
            # dtype.
            rate = float(np.asarray(asked[epoch], self.dtype))
        self.asked = asked
        return list(asked.values())

    def announce(self, epoch: int) -> None:
        """Print the rate that is set, if the callback is not quiet."""
        if self.callback.verbose > 0:
            io_utils.print_msg(
                f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to "
                f"{self.asked[epoch]}."
            )

    def logged(self, outputs: Any) -> Logs:
        """The learning rate."""
        return {self.name: outputs} if self.name else {}

    def ask(self, epoch: int, rate: float) -> float:
        """One call of the schedule, with Keras's check of what it returns."""
        try:
            new = self.callback.schedule(epoch, rate)
        except TypeError:  # Keras: the old form of a schedule takes the epoch alone
            new = self.callback.schedule(epoch)
        if not isinstance(new, (float, np.float32, np.float64)):
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {new}")
        return cast(float, new)
