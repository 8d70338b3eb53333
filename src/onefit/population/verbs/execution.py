"""Members become groups, each with a plan, and are run: a population, trained and trained on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.layouts.plan import decide
from onefit.population.members.checks import check as check
from onefit.population.members.member import Member
from onefit.population.members.shared_data import Data
from onefit.population.models.finite_rows import check_finite
from onefit.population.models.group import Group
from onefit.population.models.groups import groups_of
from onefit.population.models.structures import Source, structures
from onefit.population.results import interruption
from onefit.population.results.population import Population
from onefit.population.results.resumption import carry_over
from onefit.population.results.trained import Trained
from onefit.population.running.job import Job
from onefit.population.running.progress import Bar
from onefit.population.running.threads import kept_together
from onefit.population.verbs.observation import observe
from onefit.training.checkpoints.request import asked
from onefit.training.host import fork, switches
from onefit.training.programs.assembly import log_names

_judged: ContextVar[str | None] = ContextVar("what members are compared by", default=None)


def run(
    source: Source,
    members: list[Member],
    data: Data,
    given: dict[str, Any],
    exact: bool,
    before: Trained | None = None,
    going: Sequence[int] = (),
) -> Population:
    """Sort the members into groups, plan each, and run them; some go on from where they were."""
    began = time.perf_counter()
    with Bar(given["verbose"], len(members)) as bar:
        population = planned(source, members, data, given, exact, bar)
        if before is not None:
            carry_over(before, population, going)
        kept_together(population.jobs, population, bar, asked(None))
    population.wall_seconds = time.perf_counter() - began
    return population


def planned(
    source: Source, members: list[Member], data: Data, given: dict[str, Any], exact: bool, bar: Bar
) -> Population:
    """A population of which nothing has run."""
    splits = [source.split(member, given["class_weight"]) for member in members]
    data.check_classes([parts.class_weight for parts in splits])
    data.check_weights([parts.row_weights for parts in splits])
    check_finite(source, members[0], splits[0], data)
    bar.stage("building models")
    found = structures(source, members, splits, data)
    groups: list[Group] = []
    for number, structure in enumerate(found, start=1):
        bar.stage(f"tracing {number} of {len(found)} models")
        groups += groups_of(source, structure, members, splits, data, given)
    _check_judged(groups, _judged.get())
    jobs = [Job(group, decide(group, exact)) for group in groups]
    if switches.CURRENT.explain:
        for job in jobs:
            tell(job.explanation())
    return Population(source, members, splits, data, given, jobs, again, exact)


@contextlib.contextmanager
def judged_by(metric: str | None) -> Iterator[None]:
    """A block whose members are compared by a metric: that there is one is seen before they run."""
    token = _judged.set(metric)
    try:
        yield
    finally:
        _judged.reset(token)


def _check_judged(groups: list[Group], metric: str | None) -> None:
    """Refuse a metric that no member will log; one with several values is looked for later."""
    if metric is None or "[" in metric or metric == "learning_rate":
        return
    steps = [(group.model, group.steps) for group in groups]
    known = {name for model, each in steps for name in log_names(model, each.train, each.valid)}
    if metric not in known:
        raise PopulationError(
            f"Expected a metric of the history: {', '.join(sorted(known))}. Received: {metric!r}. "
            "Name another one, or compile the model with it."
        )


def again(
    source: Source,
    members: list[Member],
    data: Data,
    given: dict[str, Any],
    exact: bool,
    before: Trained | None = None,
    going: Sequence[int] = (),
) -> Population:
    """What a population calls to train members again, or on."""
    fork.check("fit_many")
    population = run(source, members, data, given, exact, before, going)
    observe(population)
    return given_or_raised(population, "raise")


def given_or_raised(population: Population, on_interrupt: str) -> Population:
    """The population; after Ctrl-C it is kept, and `KeyboardInterrupt` raised unless not wanted.

    Raises:
        KeyboardInterrupt: As `fit` raises it.
    """
    if population.interrupted:
        interruption.keep(population)
        asked = on_interrupt == "raise"
        where = "; onefit.last_interrupted() has them" if asked and len(population) else ""
        tell(interruption.told(population) + where)
        if asked:
            raise KeyboardInterrupt
    return population
