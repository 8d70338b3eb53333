"""The ends of epochs that ran in the program, told to History, the bar and the rules."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from keras import callbacks as keras_callbacks

from onefit.training.callbacks.rule import Rule
from onefit.training.core.position import STEP, TRAINED
from onefit.training.core.run import Carry
from onefit.training.data.batches import last_counted
from onefit.training.data.tables import Table
from onefit.training.plan.inputs import Inputs
from onefit.training.running.logs import Columns, of_pass, of_step
from onefit.training.running.progress import Progress


class EpochEnds:
    """Tells what epochs have come to, after the call in which they ran.

    Args:
        inputs: What is trained.
        table: The rows that it is trained on.
        rules: The callbacks that are part of the program, in the user's order.
    """

    def __init__(self, inputs: Inputs, table: Table, rules: list[Rule]) -> None:
        """Nothing was told yet."""
        self.model, self.table, self.rules = inputs.model, table, rules
        listed = inputs.callbacks.callbacks
        loggers = [c for c in listed if isinstance(c, keras_callbacks.ProgbarLogger)]
        self.progress = Progress(loggers[0] if loggers else None)
        self.histories = [c for c in listed if isinstance(c, keras_callbacks.History)]
        self.logs: dict[str, Any] = {}

    def open(self, epoch: int) -> None:
        """Announce an epoch: what the rules print at its begin, and its number."""
        if self.progress.shown != epoch:
            for rule in self.rules:
                rule.announce(epoch)
            self.progress.begin(epoch)

    def tell(
        self,
        epoch: int,
        carry: Carry,
        places: tuple[int, int],
        validated: list[bool],
        seconds: float,
    ) -> None:
        """Tell of epochs that have ended since the last border.

        Args:
            epoch: The number of the first of them.
            carry: Where the run is.
            places: The places in the feed of the first of them, and behind the last.
            validated: Which epochs of the feed validate.
            seconds: How long they took together.
        """
        start, end = places
        cut = jax.tree.map(lambda b: np.asarray(b)[start:end], carry.logs)
        columns = Columns(cut["train"], cut.get("valid"), validated[start:end])
        self.logs = columns.row(end - start - 1)
        halted = "halted" in cut and bool(cut["halted"][-1])
        talking = self.progress.logger is not None or "outputs" in cut
        plain = self.histories and not talking and not halted
        # Where nothing is printed and no rule has a word, an epoch is a number in some lists.
        if plain and columns.extend(self.histories[0].history, end - start):
            self.histories[0].epoch.extend(range(epoch, epoch + end - start))
            self.model.history = self.histories[0]  # as at the end of an epoch
            for other in self.histories[1:]:
                for i in range(end - start):
                    other.on_epoch_end(epoch + i, columns.row(i))
        else:
            for i in range(end - start):
                self.tell_one(epoch + i, columns.row(i), cut, i, seconds / (end - start))

    def tell_one(self, epoch: int, logs: dict[str, Any], cut: Any, i: int, seconds: float) -> None:
        """One epoch, in the order of the callbacks: rules, then History and the bar."""
        outputs = cut.get("outputs", [()] * len(self.rules))
        halted = int(cut["halted"][i]) if "halted" in cut else 0
        self.open(epoch)
        for rule, buffers in zip(self.rules, outputs):
            if halted:
                rule.halted(last_counted(halted, self.table.executed), logs)
            rule.tell(epoch, logs, jax.tree.map(lambda b: b[i], buffers))
        for history in self.histories:
            history.on_epoch_end(epoch, logs)
        self.progress.end(epoch, logs, seconds)
        self.logs = logs

    def move_bar(self, epoch: int, carry: Carry) -> None:
        """Move the bar within an epoch that takes longer than a call."""
        if self.progress.logger is None:
            return
        self.open(epoch)
        full = self.table.sizes.full
        at = np.asarray(carry.position)
        step = int(at[STEP])
        if 0 < step <= full and not at[TRAINED]:
            last = carry.last[0]
            # A step of the script's own may have logged the metrics of `compile` as one dict.
            logs = (
                of_step(self.model.get_metrics_result())
                if last == ()
                else of_pass(self.model, last)
            )
            self.progress.update(step, logs)
