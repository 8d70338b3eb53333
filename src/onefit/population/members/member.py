"""The members of a population: a seed, rows and hyper-parameters for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Member:
    """One network of a population.

    Args:
        number: Its place in the population.
        seed: What its initial weights, its row orders and its dropout come from.
        restart: Which of the restarts it is.
        fold: Which fold it is validated on, or `None`.
        replica: Which bootstrap replica it is, or `None`.
        values: Its hyper-parameters, by the names of the sweep.
        configuration: Which combination of hyper-parameters that is, counted from 0.
        batch_size: Rows a batch, if the sweep says so; `None` for as many as the others.
        epochs: How many epochs it is to run, if the sweep says so; `None` likewise.
        train: int of shape `(rows,)`: the rows it trains on; `None` for all, in their order.
        held: int of shape `(rows,)`: the rows that it never sees: its fold's, or those out of its
            bag. `None` if there are none.
        valid: int of shape `(rows,)`: those of the rows that it is validated on after each epoch;
            `None` if it has none, or has the `validation_data` that all share.
    """

    number: int
    seed: int
    restart: int = 0
    fold: int | None = None
    replica: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    train: np.ndarray | None = None
    held: np.ndarray | None = None
    valid: np.ndarray | None = None
    configuration: int = 0
    batch_size: int | None = None
    epochs: int | None = None

    def rows(self, all_rows: int) -> int:
        """How many rows it trains on."""
        return all_rows if self.train is None else len(self.train)

    def __repr__(self) -> str:
        """The member on one line: of its rows, how many there are."""
        parts = [f"number={self.number}", f"seed={self.seed}"]
        for name in ("restart", "fold", "replica"):
            if getattr(self, name) is not None:
                parts.append(f"{name}={getattr(self, name)}")
        parts += [f"values={dict(self.values)!r}"] if self.values else []
        for name in ("train", "held", "valid"):
            rows = getattr(self, name)
            parts += [] if rows is None else [f"{name}={len(rows):,} rows"]
        return f"Member({', '.join(parts)})"
