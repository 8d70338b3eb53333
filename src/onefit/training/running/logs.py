"""From the arrays that a program wrote to the logs that callbacks and History see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.training.host.interrupts import Interrupts
from onefit.training.host.keras_private import pythonify_logs

if TYPE_CHECKING:
    from keras import Model

Logs = dict[str, Any]


def of_pass(model: Model, last: Any) -> Logs:
    """What Keras logs at the end of a pass, as Python numbers.

    Args:
        model: The model, its metrics in step with the pass.
        last: What the last step logged.
    """
    with Interrupts():  # Keras drops whatever is raised while it converts a value, Ctrl-C too
        return pythonify_logs(model._get_metrics_result_or_logs(jax.tree.map(np.asarray, last)))


def of_step(last: Any) -> Logs:
    """What a step logged, as Python numbers; no metric is asked for more."""
    with Interrupts():
        return pythonify_logs(jax.tree.map(np.asarray, last))


class Columns:
    """The logs of consecutive epochs, as Python values.

    Args:
        train: Per log an array of shape `(epochs, ...)`.
        valid: The same for validation, or `None`.
        validated: For each epoch whether it was validated.
    """

    def __init__(self, train: Any, valid: Any, validated: Any) -> None:
        """Bring the arrays to the host."""
        self.validated = validated
        self.train = jax.tree.map(_listed, train)
        self.valid = None if valid is None else jax.tree.map(_listed, valid)

    def row(self, epoch: int) -> Logs:
        """One epoch's logs, as Keras's `fit` passes them to `on_epoch_end`."""
        seen = _row(self.train, epoch)
        if self.valid is not None and self.validated[epoch]:
            valid = pythonify_logs(_row(self.valid, epoch))
            seen |= {f"val_{name}": value for name, value in valid.items()}
        return pythonify_logs(seen)

    def extend(self, history: Logs, epochs: int) -> bool:
        """Append the first `epochs` epochs to a History's lists; say no if the logs are nested."""
        plain = isinstance(self.train, dict) and all(
            isinstance(column, list)
            for logs in (self.train, self.valid or {})
            for column in logs.values()
        )
        if not plain:
            return False
        columns = {k: column[:epochs] for k, column in self.train.items()}
        shown = [e for e in range(epochs) if self.valid is not None and self.validated[e]]
        if shown:
            valid = self.valid or {}
            columns |= {f"val_{k}": [v[e] for e in shown] for k, v in valid.items()}
        # Keras's History takes names up as epochs bring them, those of one epoch sorted: a
        # validation that comes later puts its names behind.
        later = {name for name in columns if 0 not in shown and name not in self.train}
        for name in sorted(columns, key=lambda name: (name in later, name)):  # as they come up
            history.setdefault(name, []).extend(columns[name])
        return True


def _listed(buffer: Any) -> Any:
    """A column of scalars becomes a list of Python numbers; other columns stay arrays."""
    column = np.asarray(buffer)
    return column.astype(np.float64).tolist() if column.ndim == 1 else column


def _row(logs: Any, epoch: int) -> Logs:
    return dict(jax.tree.map(lambda c: c[epoch], logs, is_leaf=lambda c: isinstance(c, list)))
