"""The table of members: a combination of a sweep, a part of the rows and a start each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.fit_arguments import own_arguments
from onefit.population.members.folds import Part, bootstraps, counted, folds_of
from onefit.population.members.free_memory import MEMBER, check_members
from onefit.population.members.member import Member
from onefit.population.members.shared_data import Data
from onefit.population.members.sweep import Sweep, combinations, names_and_count
from onefit.training.host.keras_private import data_adapter_utils


@dataclass(frozen=True, eq=False)
class Wanted:
    """Who the members are to be; each field is the argument of `fit_many` with its name."""

    restarts: int = 1
    folds: Any = None
    stratify: bool = False
    groups: Any = None
    bootstrap: int | None = None
    sweep: Sweep = None
    seed: int = 0

    @property
    def divides(self) -> bool:
        """Whether members are trained on parts of the rows."""
        return self.folds is not None or self.bootstrap is not None

    def members(
        self, data: Data, given: dict[str, Any], build: Callable[..., Any] | None
    ) -> list[Member]:
        """The members, restarts going fastest.

        Args:
            data: The rows.
            given: The arguments of `fit`.
            build: The user's build function, or `None` for a model.

        Raises:
            PopulationError: If there cannot be such members, or they do not fit in memory.
        """
        one = self.restarts * names_and_count(self.sweep)[1]
        # Of the histories the losses at least, with 8 bytes an epoch.
        each = MEMBER + 8 * given["epochs"]
        check_members(one * counted(self.folds, self.bootstrap, data.rows), each)
        parts = self.parts(data)
        check_members(one * len(parts), each)  # of a splitter nobody knows before
        return list(self._every(parts, data, given["validation_split"], build))

    def parts(self, data: Data) -> list[tuple[int | None, int | None, Part | None]]:
        """Folds or replicas with their numbers; one that has all rows if there are neither."""
        _, y, _ = data_adapter_utils.unpack_x_y_sample_weight(data.host)
        if self.folds is not None:
            found = folds_of(
                self.folds, data.rows, y,
                stratify=self.stratify, groups=self.groups, seed=self.seed,
            )  # fmt: skip
            return [(number, None, part) for number, part in enumerate(found)]
        if self.bootstrap is not None:
            # The rows of a replica are drawn from the seed of its first restart.
            last = self.seed + self.bootstrap * self.restarts
            seeds = range(self.seed, last, self.restarts)
            replicas = bootstraps(self.bootstrap, data.rows, self.groups, seeds)
            return [(None, number, part) for number, part in enumerate(replicas)]
        return [(None, None, None)]

    def _every(
        self,
        parts: list[tuple[int | None, int | None, Part | None]],
        data: Data,
        share: float,
        build: Callable[..., Any] | None,
    ) -> Iterator[Member]:
        number = 0
        for configuration, values in enumerate(combinations(self.sweep)):
            own = own_arguments(values, build)
            for fold, replica, part in parts:
                train, valid = _rows(part, data, share)
                for restart in range(self.restarts):
                    yield Member(
                        number=number,
                        # Configurations and folds share the seeds: what is compared is then not the
                        # luck of a start.
                        seed=self.seed + restart + (replica or 0) * self.restarts,
                        restart=restart,
                        fold=fold,
                        replica=replica,
                        values=values,
                        train=train,
                        held=None if part is None else part.held,
                        valid=valid,
                        configuration=configuration,
                        **own,
                    )
                    number += 1


def _rows(
    part: Part | None, data: Data, share: float
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The rows that a member is trained on, and those that it is validated on."""
    train = None if part is None else part.train
    if share:
        return last_rows(train, data.rows, share)
    return train, None if part is None or data.shared_validation else part.valid


def last_rows(train: np.ndarray | None, rows: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows as Keras's `validation_split` does: the last ones are for validation."""
    every = np.arange(rows) if train is None else train
    cut = int(np.floor(len(every) * (1.0 - share)))
    if not 0 < share < 1 or not 0 < cut < len(every):
        raise PopulationError(
            f"Expected a `validation_split` that leaves rows on both sides. Received: {share} of "
            f"{len(every)} rows."
        )
    return every[:cut], every[cut:]
