"""The result of `fit_many`: members, their histories, and models made of them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import keras
import numpy as np

from onefit.errors import PopulationError
from onefit.population import ensembles, judging
from onefit.population.copies import random_state_kept
from onefit.population.data import Data
from onefit.population.forward import forward
from onefit.population.members import Member
from onefit.population.run import restored
from onefit.training.arguments import prepare
from onefit.training.rules import Plateau, Schedule
from onefit.training.state import State, write


class Population:
    """Trained members. What `fit_many` returns; not made by hand.

    `nets[i]` is member `i` as a plain `keras.Model`, `len(nets)` how many there are, and
    `nets.history` a dict of float64 arrays of shape `(members, epochs)`, NaN behind a member's end.

    Args:
        source: What makes the models.
        members: The members.
        splits: Their hyper-parameters by what they are for.
        data: Their data.
        given: The arguments of `fit`.
        jobs: What runs them.
    """

    def __init__(
        self,
        source: Any,
        members: list[Member],
        splits: list[Any],
        data: Data,
        given: dict[str, Any],
        jobs: list[Any],
    ) -> None:
        """Nothing has run yet."""
        self.source, self.members, self.splits = source, members, splits
        self.data, self.given, self.jobs = data, given, jobs
        self.history: dict[str, np.ndarray] = {}
        self.epochs = np.zeros(len(members), int)
        self.finished = np.zeros(len(members), bool)
        self.interrupted = False
        self.seconds = self.compile_seconds = 0.0
        self.lock = threading.Lock()  # lanes write down what they did at the same time
        self.homes = {m.number: (job, at) for job in jobs for at, m in enumerate(job.members)}

    # what the run writes down

    def note_for(self, job: Any) -> Callable[..., None]:
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

    def _note(self, job: Any, logs: Any, own: Any, slots: Any, starts: Any, counts: Any) -> None:
        """Write the logs of a chunk into the histories of its members."""
        for name, values in logs["train"].items():
            if values.ndim == 2:
                self._write(name, values, own, slots, starts, counts)
        for name, values in logs.get("valid", {}).items():
            if values.ndim == 2:
                shown = [job.validates(e) for e in range(self.given["epochs"])]
                self._write(f"val_{name}", values, own, slots, starts, counts, shown)
        for rule in job.rules:
            if isinstance(rule, Plateau | Schedule):
                side = 0 if isinstance(rule, Plateau) else 1
                self._write("learning_rate", logs["rate"][:, :, side], own, slots, starts, counts)

    def _write(
        self,
        name: str,
        values: np.ndarray,
        numbers: np.ndarray,
        slots: np.ndarray,
        starts: np.ndarray,
        counts: np.ndarray,
        shown: Sequence[bool] | None = None,
    ) -> None:
        """Copy the epochs of a chunk into a history."""
        epochs = self.given["epochs"]
        if name not in self.history:
            self.history[name] = np.full((len(self.members), epochs), np.nan)
        table = self.history[name]
        if (starts == starts[0]).all() and (counts == counts[0]).all():
            start, count = int(starts[0]), int(counts[0])
            table[numbers, start : start + count] = values[slots, :count]
        else:
            for number, slot, start, count in zip(numbers, slots, starts, counts):
                table[number, start : start + count] = values[slot, :count]
        if shown is not None and not all(shown):
            table[:, ~np.asarray(shown, bool)] = np.nan

    def saved(self) -> float:
        """Epochs that finished members did not need."""
        return float((self.given["epochs"] - self.epochs[self.finished]).sum())

    def present(self) -> tuple[str, np.ndarray]:
        """The name of the loss to watch, and each member's last value of it."""
        name = "val_loss" if "val_loss" in self.history else "loss"
        values = self.history.get(name)
        ran = np.flatnonzero(self.epochs)
        if values is None or not ran.size:
            return name, np.empty(0)
        last = values[ran, self.epochs[ran] - 1]
        return name, last[np.isfinite(last)]

    # what users read

    def __len__(self) -> int:
        """How many members finished."""
        return int(self.finished.sum())

    def __iter__(self) -> Iterator[Any]:
        """The finished members as models, in order."""
        return (self[int(number)] for number in np.flatnonzero(self.finished))

    def __getitem__(self, number: int) -> Any:
        """A member as a plain `keras.Model`: all of it as its training left it.

        Raises:
            IndexError: If there is no such member, or Ctrl-C came before its end.
        """
        number = range(len(self.members))[number]
        if not self.finished[number]:
            raise IndexError(f"member {number} had not finished when the run was interrupted")
        model = self._fresh(number)
        state, _ = self.outcome(number)
        write(model, self.on_device(state))
        optimizer = model.optimizer
        if getattr(optimizer, "use_ema", False):
            optimizer.finalize_variable_values(model.trainable_weights)
        return model

    def _fresh(self, number: int) -> Any:
        """A model of the member's structure and numbers."""
        member, parts = self.members[number], self.splits[number]
        with random_state_kept():
            keras.utils.set_random_seed(member.seed)
            model = self.source.make(parts)
            prepare(model, self.data.of(member, parts.class_weight))
        return model

    def on_device(self, state: State) -> State:
        """A state as arrays of JAX, none of them shared."""
        return State(*([jax.numpy.array(v) for v in group] for group in state))

    def outcome(self, number: int) -> tuple[State, dict[str, Any]]:
        """A finished member's state, with the best weights restored, and what its rules tell."""
        job, at = self.homes[number]
        state, own, _ = job.outcome(at)
        return restored(job.rules, state, own)

    @property
    def diverged(self) -> np.ndarray:
        """bool of shape `(members,)`: whose loss was no finite number at the end."""
        ran = np.maximum(self.epochs, 1) - 1
        losses = self.history.get("loss")
        if losses is None:
            return np.zeros(len(self.members), bool)
        return ~np.isfinite(losses[np.arange(len(ran)), ran]) & (self.epochs > 0)

    def table(self, over_folds: bool = False) -> Any:
        """A row for each member: seed, fold, hyper-parameters, epochs run, best epoch, metrics.

        The metrics are those of the epoch whose weights the member has: its best epoch if
        `EarlyStopping` restored that, else its last.

        Args:
            over_folds: Put the folds of a cross-validation together: a row for each combination of
                hyper-parameters, with mean, spread (the standard deviation) and standard error of
                each metric over the folds. Defaults to `False`.

        Returns:
            A `pandas.DataFrame`.

        Raises:
            ImportError: If pandas is not installed.
        """
        return judging.over_folds(self) if over_folds else judging.table(self)

    def best(self, metric: str | None = None, mode: str = "auto", verbose: int = 1) -> Any:
        """The best member as a plain `keras.Model`.

        The best of many looks better than it is: chance is part of why it was chosen. A line says
        among how many it was chosen; `nested` tells what to expect on new rows.

        Args:
            metric: The column to choose by. Defaults to `None`: `"val_loss"` if there is one, else
                `"loss"`.
            mode: `"min"`, `"max"`, or `"auto"`: by the metric's name, as in Keras's callbacks.
            verbose: `0` to say nothing. Defaults to `1`.
        """
        number = self.best_number(metric, mode)
        if verbose:
            print(judging.choice(self, number, metric, mode), file=sys.stderr)
        return self[number]

    def best_number(self, metric: str | None = None, mode: str = "auto") -> int:
        """The number of the best member."""
        return judging.best(self, metric, mode)

    def nested(self, metric: str | None = None, mode: str = "auto") -> Any:
        """Choose within each fold, judge on the rows that neither training nor choice has seen.

        Needs `folds` and `validation_split`: each member validates on its own last training rows,
        the best in each fold is chosen by that, and evaluated on the fold's rows.

        Returns:
            A `pandas.DataFrame` with a row a fold: the chosen member and its metrics on the fold.
        """
        return judging.nested(self, metric, mode)

    def predict(self, x: Any, batch_size: int = 1024) -> tuple[Any, Any]:
        """The mean of the members' predictions, and their spread (standard deviation).

        Args:
            x: Inputs of shape `(rows, ...)`.
            batch_size: Rows at a time. Defaults to `1024`.

        Returns:
            Two arrays of shape `(rows, ...)`, in the structure of the model's outputs.
        """
        each = self.predict_each(x, batch_size)
        mean = keras.tree.map_structure(lambda p: p.mean(0), each)
        return mean, keras.tree.map_structure(lambda p: p.std(0), each)

    def predict_each(self, x: Any, batch_size: int = 1024) -> Any:
        """Every finished member's predictions, of shape `(members, rows, ...)`."""
        self._some()
        return forward(self, np.flatnonzero(self.finished), x, batch_size)

    def out_of_fold(self, batch_size: int = 1024) -> Any:
        """Each row predicted by the members that never saw it, and by them alone.

        Members of one fold (or replicas that left a row out) are averaged. A row that every member
        has seen is NaN.

        Returns:
            Arrays of shape `(rows, ...)`, in the structure of the model's outputs.

        Raises:
            PopulationError: Without folds and bootstraps there are no such rows.
        """
        if all(member.held is None for member in self.members):
            raise PopulationError(
                "Expected a population with `folds` or `bootstrap`. Received one whose members "
                "have all seen all rows."
            )
        self._some()
        return ensembles.out_of_fold(self, batch_size)

    def ensemble(
        self, members: Sequence[int] | int | None = None, weights: Sequence[float] | None = None
    ) -> Any:
        """One plain `keras.Model` that averages the members' predictions.

        Args:
            members: Which members; a number takes so many of the best. Defaults to `None`: all.
            weights: A weight for each; they are divided by their sum. Defaults to `None`: equal.

        Returns:
            A model of Keras's own layers: `save` it as `.keras`, load it without onefit.
        """
        self._some()
        if isinstance(members, int):
            members = judging.ranked(self, None, "auto")[:members]
        chosen = np.flatnonzero(self.finished) if members is None else members
        return ensembles.ensemble(self, [int(n) for n in chosen], weights)

    def _some(self) -> None:
        if not len(self):
            raise PopulationError(
                "Expected at least one member that has finished. Received none: the run was "
                "interrupted before the first."
            )

    def __repr__(self) -> str:
        """How many members, and their layouts."""
        layouts = "; ".join(str(job.layout) for job in self.jobs)
        return f"<Population of {len(self)} members of {len(self.members)}: {layouts}>"
