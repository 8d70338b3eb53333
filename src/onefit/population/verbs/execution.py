"""Members become jobs, jobs are laid out and run: a population, trained and trained on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from onefit.console import tell
from onefit.population.layouts.layout import decide
from onefit.population.members.checks import check as check
from onefit.population.members.checks import check_targets
from onefit.population.members.free_memory import MEMBER, check_members
from onefit.population.members.member import Member
from onefit.population.members.paths import Split
from onefit.population.members.shared_data import Data
from onefit.population.models.finite_rows import check_finite
from onefit.population.models.initial_weights import Starts
from onefit.population.models.structures import Source, Structure, structures
from onefit.population.results import interruption
from onefit.population.results.population import Population
from onefit.population.results.resumption import carry_over
from onefit.population.results.trained import Trained
from onefit.population.running.group import Job
from onefit.population.running.progress import Bar
from onefit.population.running.snapshots import Identity, Snapshots
from onefit.population.running.threads import together
from onefit.training.checkpoints.checkpoint import checkpoint_of
from onefit.training.checkpoints.request import asked
from onefit.training.core.shapes import size_of
from onefit.training.data.arguments import prepare
from onefit.training.host import fork, switches
from onefit.training.programs.store import kept


def run(
    source: Source,
    members: list[Member],
    data: Data,
    given: dict[str, Any],
    exact: bool,
    before: Trained | None = None,
    going: Sequence[int] = (),
) -> Population:
    """Sort the members into jobs, lay each out, and run them; some go on from where they were."""
    began = time.perf_counter()
    with Bar(given["verbose"], len(members)) as bar:
        population = planned(source, members, data, given, exact, bar)
        if before is not None:
            carry_over(before, population, going)
        request = asked(None)
        jobs = population.jobs
        with checkpoint_of(request, lambda: Identity(population, jobs)) as checkpoint:
            if checkpoint is None:
                together(jobs, population, bar)
            else:
                snapshots = Snapshots(population, jobs, checkpoint)
                snapshots.resume()
                together(jobs, population, bar, snapshots=snapshots)
                snapshots.finish()
    population.wall_seconds = time.perf_counter() - began
    return population


def planned(
    source: Source, members: list[Member], data: Data, given: dict[str, Any], exact: bool, bar: Bar
) -> Population:
    """A population of which nothing has run."""
    splits = [source.split(member, given["class_weight"]) for member in members]
    data.check_classes([parts.class_weight for parts in splits])
    check_finite(source, members[0], splits[0], data)
    bar.stage("building models")
    found = structures(source, members, splits, data)
    jobs: list[Job] = []
    for number, structure in enumerate(found, start=1):
        bar.stage(f"tracing {number} of {len(found)} models")
        jobs += jobs_of(source, structure, members, splits, data, given)
    for job in jobs:
        job.lay_out(decide(job, exact))
        if switches.CURRENT.explain:
            tell(job.explanation())
    return Population(source, members, splits, data, given, jobs, again, exact)


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
    return given_or_raised(run(source, members, data, given, exact, before, going), "raise")


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


def jobs_of(
    source: Source,
    structure: Structure,
    members: list[Member],
    splits: list[Split],
    data: Data,
    given: dict[str, Any],
) -> list[Job]:
    """A job for each pair of sizes, and number of epochs, among a structure's members."""
    first = structure.first

    def build(place: int = first) -> Any:
        model = source.make(splits[place])
        check_targets(model, given["y"])
        prepare(model, data.of(members[place], splits[place].class_weight))
        return model

    starts: Starts = kept(
        source.owner,
        ("starts", structure.key, tuple(sorted(structure.numbers[0].items())), data.key),
        lambda: Starts(build, members[first].seed, members[first].rows(data.rows)),
    )
    starts.build = build
    check_members(len(structure.members), MEMBER + size_of(starts.state))
    found = starts.of(
        [members[place].seed for place in structure.members],
        [members[place].rows(data.rows) for place in structure.members],
        structure.members,
    )
    columns = structure.columns()
    alike: dict[Any, list[int]] = {}
    for at, place in enumerate(structure.members):
        member = members[place]
        alike.setdefault((data.sizes_of(member), member.epochs), []).append(at)
    jobs = []
    for (sizes, epochs), places in alike.items():
        own = [members[structure.members[at]] for at in places]
        weighed = data.weigh(own, [splits[m.number].class_weight for m in own])
        arguments = {**given, "batch_size": sizes[0].batch, "epochs": epochs or given["epochs"]}
        jobs.append(
            Job(
                starts.model,
                own,
                [found[at] for at in places],
                {path: values[places] for path, values in columns.items()},
                weighed,
                sizes,
                arguments,
                source.owner,
            )
        )
    starts.build = None  # it holds the data
    return jobs
