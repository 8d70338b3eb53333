"""How a population is run: members are sorted into groups; each group is planned and trained."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
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
from onefit.population.results.directions import directions, is_max
from onefit.population.results.population import Population
from onefit.population.results.resume import carry_over
from onefit.population.results.trained import Trained
from onefit.population.running.job import Job
from onefit.population.running.progress import Bar
from onefit.population.running.threads import kept_together
from onefit.population.verbs.observation import is_part, observe, warn
from onefit.training.checkpoints.request import asked
from onefit.training.host import fork, switches
from onefit.training.programs.assembly import log_names


@dataclass(frozen=True)
class Judged:
    """What members are to be compared by.

    Args:
        metric: The metric; `None`: `"val_loss"` if there is one, else `"loss"`.
        mode: `"min"`, `"max"`, or `"auto"`: by the metric.
        check: Is told whether more of it is better, and may refuse that.
    """

    metric: str | None
    mode: str
    check: Callable[[bool], None]


_judged: ContextVar[Judged | None] = ContextVar("what members are compared by", default=None)


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
    # Before the models are built: a function that builds one may itself call `fit`, which is not
    # meant.
    request = asked(None)
    with Bar(given["verbose"], len(members)) as bar:
        try:
            population = planned(source, members, data, given, exact, bar)
            warn(population)
        except KeyboardInterrupt:
            if isinstance(before, Population):
                interruption.keep(before)
                tell("onefit: interrupted before members went on: they are as they were")
            else:
                interruption.forget()
                tell("onefit: interrupted before any member had begun: nothing was trained")
            raise
        if before is not None:
            carry_over(before, population, going)
        kept_together(population.jobs, population, bar, request)
    population.wall_seconds = time.perf_counter() - began
    if before is not None:
        population.wall_seconds += before.wall_seconds
        population.seconds += before.seconds
        population.compile_seconds += before.compile_seconds
    if population.interrupted:
        interruption.keep(population)  # at once: Ctrl-C may be pressed again
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
    # After the steps are traced, because only they tell which metrics there are.
    if judged := _judged.get():
        _check_judged(groups, judged)
        given = {**given, "metric": judged.metric, "mode": judged.mode}
    jobs = [Job(group, decide(group, exact)) for group in groups]
    if switches.CURRENT.explain:
        for job in jobs:
            tell(job.explanation())
    return Population(source, members, splits, data, given, jobs, again, exact)


@contextlib.contextmanager
def judged_by(judged: Judged) -> Iterator[None]:
    """A block whose members are compared: what speaks against that is seen before they run."""
    token = _judged.set(judged)
    try:
        yield
    finally:
        _judged.reset(token)


def _check_judged(groups: list[Group], judged: Judged) -> None:
    """Refuse a metric that no member will log; one with several values is looked for later."""
    steps = [(group.model, group.steps) for group in groups]
    known = {name for model, each in steps for name in log_names(model, each.train, each.valid)}
    metric = judged.metric or ("val_loss" if "val_loss" in known else "loss")
    if metric not in known and "[" not in metric and metric != "learning_rate" and judged.metric:
        raise PopulationError(
            f"Expected a metric of the history: {', '.join(sorted(known))}. Received: {metric!r}. "
            "Name another one, or compile the model with it."
        )
    judged.check(is_max(metric, judged.mode, directions(groups[0].model)))


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
    return handed_over(run(source, members, data, given, exact, before, going), "raise")


def handed_over(population: Population, on_interrupt: str) -> Population:
    """The population, recorded; after Ctrl-C that is told, and raised unless it is not wanted.

    Raises:
        KeyboardInterrupt: As `fit` raises it.
    """
    asked = population.interrupted and on_interrupt == "raise"
    if population.interrupted and not is_part():
        where = "; onefit.last_interrupted() has them" if asked and len(population) else ""
        tell(interruption.told(population) + where)
    recorded(population, on_interrupt)
    if asked:
        raise KeyboardInterrupt
    return population


def recorded(population: Population, on_interrupt: str) -> None:
    """Add a population to the record of the run; Ctrl-C costs nothing of what was trained.

    Raises:
        KeyboardInterrupt: After Ctrl-C, unless `on_interrupt` is `"return"`.
    """
    try:
        observe(population)
    except KeyboardInterrupt:
        interruption.keep(population)
        if on_interrupt == "raise":
            raise
