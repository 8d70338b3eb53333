"""Trained members: how each of them came out, and models made of them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import jax
import keras
import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.member import Member
from onefit.population.members.shared_data import Data
from onefit.population.models.copies import fresh_names, random_state_kept
from onefit.population.results.baseline import Compared
from onefit.population.results.directions import directions, is_max
from onefit.population.running.histories import Record
from onefit.population.running.job import Job
from onefit.population.running.lanes import averaged, restored
from onefit.training.core.state import State
from onefit.training.data.arguments import prepare
from onefit.training.host.variables import write


class Trains(Protocol):
    """Trains members: `population/verbs/execution.py`."""

    def __call__(
        self,
        source: Any,
        members: list[Member],
        data: Data,
        given: dict[str, Any],
        exact: bool,
        before: Trained | None = None,
        going: Sequence[int] = (),
    ) -> Trained:
        """Train these members; some of them go on from where they were before."""


class Trained(Record):
    """The histories of members, and their states.

    Args:
        source: What makes the models.
        members: The members.
        splits: Their hyper-parameters by what they are for.
        data: Their data.
        given: The arguments of `fit`.
        jobs: What runs them.
        trains: Trains members: itself a part of what calls this, and so handed over.
        exact: Whether only layouts with the bits of a member alone may be used.
    """

    def __init__(
        self,
        source: Any,
        members: list[Member],
        splits: list[Any],
        data: Data,
        given: dict[str, Any],
        jobs: list[Job],
        trains: Trains | None = None,
        exact: bool = False,
    ) -> None:
        """Nothing has run yet."""
        super().__init__(members, given)
        self.trains, self.exact = trains, exact
        self.known_diverged: np.ndarray | None = None  # once it was looked for
        self.known_baselines: Compared | None = None  # once they were fitted
        self.known_judged: dict[int, tuple[int, int]] = {}
        self.source, self.splits, self.data, self.jobs = source, splits, data, jobs
        self.homes = {m.number: (job, at) for job in jobs for at, m in enumerate(job.members)}

    @property
    def numbers(self) -> np.ndarray:
        """int of shape `(trained,)`: the numbers of the members that are here, in order.

        All of them, unless Ctrl-C was pressed; then those that have finished or were under way.
        """
        found = [number for number, (job, at) in self.homes.items() if at in job.outcomes]
        return np.sort(np.asarray(found, int))

    def model_of(self, number: int) -> Any:
        """A trained member by its number, as a plain `keras.Model`."""
        model = self._fresh(number)
        state, _ = self.outcome(number)
        write(model, self.on_device(state))
        return model

    def _fresh(self, number: int) -> Any:
        """A model of the member's structure and numbers."""
        member, parts = self.members[number], self.splits[number]
        with random_state_kept(), fresh_names():
            keras.utils.set_random_seed(member.seed)
            model = self.source.make(parts)
            prepare(model, self.data.of(member, parts))
        return model

    def on_device(self, state: State) -> State:
        """A state as arrays of JAX, none of them shared."""
        return State(*([jax.numpy.array(v) for v in group] for group in state))

    def outcome(self, number: int) -> tuple[State, dict[str, Any]]:
        """A trained member's state as `fit` leaves it, and what its rules tell.

        In Keras's order: first the optimizer's averages take the weights' places (`use_ema`), then
        `EarlyStopping` restores the best weights.
        """
        job, at = self.homes[number]
        state, own, _ = job.outcome(at)
        return restored(job.rules, averaged(job.model, state), own)

    @property
    def directions(self) -> dict[str, bool]:
        """For each metric whose direction Keras knows, whether more is better."""
        return directions(self.jobs[0].model)

    def rises(self, metric: str, mode: str) -> bool:
        """Whether more of a metric is better; see `directions.is_max`."""
        if mode == "auto" and metric == self.given.get("metric"):
            mode = self.given["mode"]  # as a search was told
        return is_max(metric, mode, self.directions)

    def judged(self, number: int) -> tuple[int, int]:
        """The epoch whose weights a member has, and the epoch with its best loss."""
        if number not in self.known_judged:
            self.known_judged[number] = self._judge(number)
        return self.known_judged[number]

    def _judge(self, number: int) -> tuple[int, int]:
        last = int(self.epochs[number]) - 1
        job, _ = self.homes[number]
        _, told = self.outcome(number)
        restores = any(getattr(r.callback, "restore_best_weights", False) for r in job.rules)
        name = "val_loss" if "val_loss" in self.history else "loss"
        if name not in self.history:  # a step of the user's own may log no loss
            return last, last
        values = self.history[name][number, : last + 1]
        best = int(np.nanargmin(values)) if np.isfinite(values).any() else last
        # The rule's own memory counts: it may compare with a margin, or look at another metric.
        if told.get("best_epoch") is not None:
            best = told["best_epoch"]
            return (best, best) if restores else (last, best)
        return last, best

    def check_finished(self) -> None:
        """Refuse a run that was interrupted before any member had been through an epoch."""
        if not len(self.numbers):
            raise PopulationError(
                "Expected at least one trained member. Received none: the run was interrupted "
                "before the end of the first epoch."
            )


def trained_here(population: Trained) -> Trains:
    """What trains members of a population; one that was loaded has neither data nor models.

    Raises:
        PopulationError: If it was loaded.
    """
    if population.trains is None:
        raise PopulationError(
            "Expected a population of this process. Received one that was loaded: a file has "
            "neither the data nor what builds the models. Give it both: `nets.resume(x, y)`, with "
            "`model=build` if a function built it, is the same population with them."
        )
    return population.trains
