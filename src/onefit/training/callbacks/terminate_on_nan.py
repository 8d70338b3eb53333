"""`keras.callbacks.TerminateOnNaN` as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from onefit.training.callbacks.rule import Logs, Rule

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import Callback


class Terminate(Rule):
    """`keras.callbacks.TerminateOnNaN`."""

    steps = True
    stops = True

    @classmethod
    def suits(cls, callback: Callback, model: Model) -> bool:
        """Whether it only halts: an error in the middle of an epoch is a matter of the host."""
        return not getattr(callback, "raise_error", False)

    def halts(self, last: Logs) -> Any:
        """Whether the running loss is no longer a finite number."""
        loss = last.get("loss") if isinstance(last, dict) else None
        return jnp.bool_(False) if loss is None else ~jnp.all(jnp.isfinite(loss))

    def halted(self, last: int, logs: Logs) -> None:
        """What Keras prints and sets when it sees the loss of the epoch's last step."""
        self.callback.on_batch_end(last, {"loss": logs.get("loss")})

    def ended(self, logs: dict[str, list[Any]]) -> bool:
        """Whether the last loss is no finite number."""
        return "loss" in logs and not np.isfinite(logs["loss"][-1])
