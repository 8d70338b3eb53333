"""`keras.callbacks.TerminateOnNaN` as a rule."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from onefit.training.callbacks.rule import Logs, Rule


class Terminate(Rule):
    """`keras.callbacks.TerminateOnNaN`."""

    watches = True
    stops = True

    def watch(self, last: Logs) -> Any:
        """Whether the running loss is no longer a finite number."""
        loss = last.get("loss") if isinstance(last, dict) else None
        return jnp.bool_(False) if loss is None else ~jnp.all(jnp.isfinite(loss))
