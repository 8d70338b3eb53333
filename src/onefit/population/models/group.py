"""A group: members of one structure and one size, with the traced steps that they share."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.population.members.member import Member
from onefit.population.members.paths import RATE
from onefit.population.members.shared_data import Data
from onefit.population.models.initial_weights import Start
from onefit.population.models.member_step import Consts, Count, phases
from onefit.population.models.metrics import check_methods, check_traces
from onefit.population.models.rules import check_monitored, rules_of
from onefit.training.callbacks.learning_rate import rate_place
from onefit.training.callbacks.rule import Rule
from onefit.training.core.phase import Phase
from onefit.training.core.rows import Sizes
from onefit.training.core.shapes import frozen, shapes
from onefit.training.host.variables import read
from onefit.training.plan.costs import chunk_length
from onefit.training.programs import assembly
from onefit.training.programs.compilation import Program
from onefit.training.programs.store import kept

if TYPE_CHECKING:
    from keras import Model


class Steps:
    """The steps of a structure, traced, and the programs that were made of them, by plan.

    The model is held, so that no other gets its id, which is in the key.
    """

    def __init__(self, model: Model, train: Phase, valid: Phase | None) -> None:
        """No programs yet.

        Raises:
            PopulationError: If what the metrics do between two epochs cannot be traced.
        """
        check_traces(model, train, valid)
        self.model, self.train, self.valid = model, train, valid
        self.consts = Consts(train, valid)
        self.programs: dict[Hashable, Program] = {}
        self.lock = threading.Lock()  # programs are compiled ahead, in a thread


@dataclass(frozen=True, eq=False)
class Group:
    """Members that share a structure and sizes.

    Args:
        model: A model of the structure, built and compiled.
        members: The members.
        starts: Where each of them starts, with its own learning rate.
        knobs: For each knob in which members differ, float64 of shape `(members,)`.
        rate_values: Their learning rates, likewise; `None` if they do not differ.
        data: The table and the validation data, on the device.
        sizes: Sizes of the training and of the validation rows; `None` without validation.
        given: The arguments of `fit`.
        rules: The callbacks, as rules.
        steps: The traced steps.
    """

    model: Any
    members: list[Member]
    starts: list[Start]
    knobs: dict[str, np.ndarray]
    rate_values: np.ndarray | None
    data: Data
    sizes: tuple[Sizes, Sizes | None]
    given: dict[str, Any]
    rules: list[Rule]
    steps: Steps

    @property
    def last(self) -> int:
        """How many epochs a member runs at most."""
        return int(self.given["epochs"])

    @property
    def stops(self) -> bool:
        """Whether a rule can end a member before its last epoch."""
        return any(rule.stops for rule in self.rules)

    @property
    def chunk(self) -> int:
        """How many epochs one call runs at most."""
        return chunk_of(self.sizes[0].rows, self.last, self.stops)

    @property
    def ordered(self) -> bool:
        """Whether every member reads the whole table as it lies."""
        return not self.given["shuffle"] and all(m.train is None for m in self.members)

    @cached_property
    def own_start(self) -> list[Any]:
        """The rules' states before the first epoch; the last one counts epochs."""
        state = read(self.model)
        return [jax.tree.map(np.asarray, rule.start(state)) for rule in [*self.rules, Count()]]

    def validates(self, epoch: int) -> bool:
        """Whether an epoch ends with a validation."""
        if self.sizes[1] is None:
            return False
        return bool(self.model._should_eval(epoch, self.given["validation_freq"]))

    @cached_property
    def validated(self) -> list[bool]:
        """Of each epoch whether it ends with a validation."""
        return [self.validates(epoch) for epoch in range(self.last)]

    @cached_property
    def always_validates(self) -> bool:
        """Whether every epoch does."""
        return all(self.validated)

    def in_step(self, one: int, other: int) -> bool:
        """Whether members that stand at two epochs are validated after the same ones from there on.

        A program validates all of its members or none, so only such members can share one.
        """
        if one == other or len(set(self.validated)) < 2:
            return True
        left = self.last - max(one, other)
        return self.validated[one : one + left] == self.validated[other : other + left]


def group_of(
    model: Model,
    members: list[Member],
    starts: list[Start],
    knobs: dict[str, np.ndarray],
    data: Data,
    sizes: tuple[Sizes, Sizes | None],
    given: dict[str, Any],
    owner: Any,
) -> Group:
    """Members with their rules and steps; the steps are traced, unless the last population was.

    Args:
        model: As in `Group`; so are those that follow, but for
        members: the members,
        starts: where each of them starts, with the learning rate of the model,
        knobs: the knobs in which members differ, the learning rate among them,
        data: their data,
        sizes: their sizes,
        given: the arguments of `fit`,
        owner: with what to keep steps and programs: the user's model or build function.

    Raises:
        PopulationError: If callbacks or metrics cannot be part of the members' program.
    """
    rates = knobs.get(RATE)
    knobs = {path: values for path, values in knobs.items() if path != RATE}
    rules = rules_of(given["callbacks"], model, given["epochs"])
    check_methods(model)
    arrays = (data.arrays, data.valid_arrays)
    # The values and not only the names: where Python branches on a number, the trace holds what the
    # members have agreed on.
    columns = tuple((path, values.tobytes()) for path, values in sorted(knobs.items()))
    steps: Steps = kept(
        owner,
        ("steps", id(model), sizes, frozen(shapes(arrays)), columns),
        lambda: Steps(model, *phases(model, arrays[0], sizes[0], arrays[1], sizes[1], knobs)),
    )
    if rates is not None and (place := rate_place(model)) is not None:
        for start, rate in zip(starts, rates, strict=True):
            optimizer = list(start.state.optimizer)
            optimizer[place] = np.float32(rate)
            start.state = start.state._replace(optimizer=optimizer)
    group = Group(model, members, starts, knobs, rates, data, sizes, given, rules, steps)
    if any(rule.monitor is not None for rule in rules):
        # A rule looks at every epoch, and would find no value in one without a validation.
        valid = steps.valid if group.always_validates else None
        check_monitored(rules, assembly.log_names(model, steps.train, valid))
    return group


def chunk_of(rows: int, epochs: int, stops: bool) -> int:
    """Epochs in one call; fewer where members may finish early, so that they can make room.

    >>> chunk_of(100, 300, False), chunk_of(100, 300, True)
    (512, 64)
    """
    # A power of two, so that few lengths are compiled for; no more than the epochs need, because
    # orders are laid out for all of a chunk.
    length = min(chunk_length(rows), 1 << max(0, epochs - 1).bit_length())
    return min(length, max(8, 1 << (epochs // 8).bit_length())) if stops else length
