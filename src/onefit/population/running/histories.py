"""What a run writes down: the members' histories, and how far each of them is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from onefit.population.members.member import Member
from onefit.population.running.job import Job


class Record:
    """The histories of members, filled chunk by chunk while they run.

    Args:
        members: The members.
        given: The arguments of `fit`.
    """

    def __init__(self, members: list[Member], given: dict[str, Any]) -> None:
        """Nothing has run yet."""
        self.members, self.given = members, given
        self.history: dict[str, np.ndarray] = {}
        self.epochs = np.zeros(len(members), int)
        self.finished = np.zeros(len(members), bool)
        self.interrupted = False
        self.counted = np.arange(len(members))  # those that are to be trained; not who stays behind
        self.seconds = self.compile_seconds = self.wall_seconds = 0.0
        self.lock = threading.Lock()  # lanes write down what they did at the same time

    def note_for(self, job: Job) -> Callable[..., None]:
        """A function that takes a chunk's logs of some of a job's members."""
        numbers = np.asarray([member.number for member in job.members])

        def note(logs: Any, spans: list[tuple[int, int, int, int, bool]]) -> None:
            places, slots, starts, counts, done = (np.asarray(s) for s in zip(*spans))
            own = numbers[places]
            with self.lock:
                self._note(job, logs, own, slots, starts, counts)
                self.epochs[own] = starts + counts
                self.finished[own] |= done

        return note

    def _note(self, job: Job, logs: Any, own: Any, slots: Any, starts: Any, counts: Any) -> None:
        """Write the logs of a chunk into the histories of its members."""
        for name, values in logs["train"].items():
            self._write(name, values, own, slots, starts, counts)
        for name, values in logs.get("valid", {}).items():
            shown = [job.validates(e) for e in range(self.given["epochs"])]
            self._write(f"val_{name}", values, own, slots, starts, counts, shown)
        for rule, outputs in zip(job.rules, logs.get("outputs", ())):
            for name, values in rule.logged(outputs).items():
                self._write(name, values, own, slots, starts, counts)

    def _write(
        self,
        name: str,
        values: Any,
        numbers: np.ndarray,
        slots: np.ndarray,
        starts: np.ndarray,
        counts: np.ndarray,
        shown: Sequence[bool] | None = None,
    ) -> None:
        """Copy the epochs of a chunk into a history; logs inside logs have none."""
        if not isinstance(values, np.ndarray):
            return
        if name not in self.history:
            shape = (len(self.members), self.given["epochs"], *values.shape[2:])
            self.history[name] = np.full(shape, np.nan)
        table = self.history[name]
        # One copy for all members, which mostly go in step.
        if (starts == starts[0]).all() and (counts == counts[0]).all():
            start, count = int(starts[0]), int(counts[0])
            table[numbers, start : start + count] = values[slots, :count]
        else:
            for number, slot, start, count in zip(numbers, slots, starts, counts):
                table[number, start : start + count] = values[slot, :count]
        # The buffers of epochs without a validation hold zeros, which are no values.
        if shown is not None and not all(shown):
            table[:, ~np.asarray(shown, bool)] = np.nan

    def share(self) -> float:
        """The share of all epochs that have been run, or that finished members did not need."""
        epochs, finished = self.epochs[self.counted], self.finished[self.counted]
        saved = float((self.given["epochs"] - epochs[finished]).sum())
        all_epochs = max(1, len(self.counted) * self.given["epochs"])
        return min(1.0, (float(epochs.sum()) + saved) / all_epochs)

    def present(self) -> tuple[str, np.ndarray]:
        """The name of the loss to watch, and each member's last value of it."""
        name = "val_loss" if "val_loss" in self.history else "loss"
        values = self.history.get(name)
        ran = self.counted[self.epochs[self.counted] > 0]
        if values is None or values.ndim > 2 or not ran.size:
            return name, np.empty(0)
        last = values[ran, self.epochs[ran] - 1]
        return name, last[np.isfinite(last)]
