"""A simple model and what it gets, to compare networks with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Baseline:
    """A simple model.

    Args:
        name: What it is.
        scores: The mean and the standard error of each metric, by its name in the history.
    """

    name: str
    scores: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Compared:
    """The simple models that networks are compared with.

    Args:
        found: The models.
        missing: Which are missing, and why, in a few words each.
    """

    found: tuple[Baseline, ...] = ()
    missing: tuple[str, ...] = ()
