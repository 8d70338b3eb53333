"""Populations of one model, trained one after the other, as one population."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.population.members.member import Member
from onefit.population.results.population import Population
from onefit.population.running.job import Job


def union(parts: Sequence[Population]) -> Population:
    """All members of some populations, numbered through, and so their configurations.

    The populations are of one source, one table and one division into rows. They are taken apart:
    their jobs become those of the whole, and refer to the table of the first.

    Args:
        parts: The populations, at least one.
    """
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    members: list[Member] = []
    splits: list[Any] = []
    jobs: list[Job] = []
    for part in parts:
        behind = len(members)
        before = 1 + max((member.configuration for member in members), default=-1)
        own = [
            dataclasses.replace(m, number=behind + m.number, configuration=before + m.configuration)
            for m in part.members
        ]
        for job in part.jobs:
            # Each turn has put its own copy of the table on the device: one is kept.
            data = job.group.data if job.group.data.own_weights is not None else first.data
            named = [own[member.number] for member in job.members]
            jobs.append(job.regrouped(dataclasses.replace(job.group, members=named, data=data)))
        members += own
        splits += part.splits
    given = {**first.given, "epochs": max(part.given["epochs"] for part in parts)}
    made = Population(
        first.source, members, splits, first.data, given, jobs, first.trains, first.exact
    )
    made.history = _histories(parts, len(members), given["epochs"])
    made.epochs = np.concatenate([part.epochs for part in parts])
    made.finished = np.concatenate([part.finished for part in parts])
    made.interrupted = any(part.interrupted for part in parts)
    made.seconds = sum(part.seconds for part in parts)
    made.compile_seconds = sum(part.compile_seconds for part in parts)
    made.wall_seconds = sum(part.wall_seconds for part in parts)
    return made


def _histories(parts: Sequence[Population], members: int, epochs: int) -> dict[str, np.ndarray]:
    """The histories of all members; NaN where a model does not have the metric."""
    found: dict[str, np.ndarray] = {}
    start = 0
    for part in parts:
        for name, values in part.history.items():
            if name not in found:
                found[name] = np.full((members, epochs, *values.shape[2:]), np.nan)
            found[name][start : start + len(values), : values.shape[1]] = values
        start += len(part.members)
    return found
