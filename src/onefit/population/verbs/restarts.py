"""`install(restarts=16)`: every `fit` of an unchanged script trains 16 starts and keeps the best.

The first start is the script's own: its weights, its seeds, its stream of `np.random`. The others
get fresh weights from the model's initialisers. The model, its optimizer, its History and the
callbacks come out as the best start left them; `np.random` as the script's own start would have
left it.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.layouts.plan import decide
from onefit.population.members.checks import check
from onefit.population.members.free_memory import MEMBER, check_members
from onefit.population.members.member import Member
from onefit.population.members.paths import Split
from onefit.population.members.shared_data import Data
from onefit.population.models.copies import random_state_kept
from onefit.population.models.group import Group, group_of
from onefit.population.models.initial_weights import Start, Starts
from onefit.population.models.random_streams import Stream
from onefit.population.models.structures import Source
from onefit.population.results.best_start import given_back
from onefit.population.results.population import Population
from onefit.population.running.job import Job
from onefit.population.running.progress import Bar
from onefit.population.running.threads import kept_together
from onefit.runs import journal
from onefit.training.checkpoints.request import Request, asked
from onefit.training.core.run import buffers
from onefit.training.core.shapes import frozen, shapes
from onefit.training.data.arguments import prepare
from onefit.training.host import switches
from onefit.training.host.keras_private import array_data_adapter, array_slicing, data_adapter_utils
from onefit.training.host.variables import read
from onefit.training.plan.fallbacks import own_steps
from onefit.training.verbs.fit import before_data, train

if TYPE_CHECKING:
    from keras import Model

LONGEST = 240  # characters of a reason


def fit(model: Model, given: dict[str, Any]) -> Any:
    """`keras.Model.fit` with restarts: as many as `install` was asked for.

    What cannot be trained many times at once (data that is read batch by batch, a callback that
    saves files, a training that goes on) is trained once, as without restarts; the line at the
    script's end says so.
    """
    reason = once_because(model, given)
    if not reason:
        prepared = prepare(model, given)  # draws as Keras draws, once
        before = np.random.get_state()
        try:
            with random_state_kept():
                # From what was given: what is prepared has Keras's adapter in the place of the
                # arrays. But for the epochs, of which Keras may have lowered the number.
                planned = population_of(
                    model, {**_divided(given), "epochs": prepared.given["epochs"]}
                )
        except Exception as error:  # nothing has run: there is no plan for many starts
            # The fit goes on with one start from what is prepared, as if nobody had tried.
            np.random.set_state(before)
            given, reason = prepared.given, _in_short(error)
    if reason:
        journal.remark(f"one start of {model.name}: {reason}")
        return train(model, given)
    population = trained(planned, asked(given["callbacks"]))
    if population.interrupted:
        raise KeyboardInterrupt
    return given_back(model, population)


def once_because(model: Model, given: dict[str, Any]) -> str:
    """Why a fit is trained once, as far as it shows without touching the data; empty if it is not.

    A generator must not be looked into: the batch that is taken out is lost to the training.
    """
    has_none = getattr(model, "optimizer", None) is None
    if has_none or own_steps(model, "fit") or before_data(model, given):
        return "it does not run as a program"
    # Other starts would throw away what the model has learned.
    optimizer = model.optimizer
    if optimizer.built and int(np.asarray(optimizer.iterations.value)):
        return "it was trained before"
    for name, usual in (
        ("initial_epoch", 0),
        ("steps_per_epoch", None),
        ("validation_steps", None),
    ):
        if given[name] != usual:
            return f"{name} is set"
    if not _are_arrays((given["x"], given["y"], given["sample_weight"])):
        return "its data is read batch by batch"
    if given["validation_data"] is not None and not _are_arrays(
        data_adapter_utils.unpack_x_y_sample_weight(given["validation_data"])
    ):
        return "its validation data is read batch by batch"
    try:
        check({**given, "validation_split": 0.0}, 2, None, None, None)
    except PopulationError as error:
        return _in_short(error)
    return ""


def _are_arrays(data: Any) -> bool:
    """Whether Keras would read the data as arrays, by Keras's own rule."""
    return bool(array_data_adapter.can_convert_arrays(data))


def _in_short(error: Exception) -> str:
    """What an error says, in a line."""
    text = str(error).split(". Leave")[0]
    named = text if isinstance(error, PopulationError) else f"{type(error).__name__}: {text}"
    return textwrap.shorten(named, LONGEST, placeholder=" ...")


def trained(population: Population, request: Request | None) -> Population:
    """Train all starts, from a checkpoint on if there is one; the script's model is left as it is.

    `np.random` is left as the script's own start leaves it, and Python's random numbers too.
    """
    given = population.given
    with random_state_kept(), Bar(given["verbose"], len(population.members)) as bar:
        jobs = [*population.jobs]
        kept_together(jobs, population, bar, request, verb="fit", seeded=False)
    if given["shuffle"]:
        for _ in range(int(population.epochs[0])):
            np.random.permutation(population.data.rows)
    return population


def population_of(model: Model, given: dict[str, Any]) -> Population:
    """The script's own start, and others, ready to run by the steps of the script's own model.

    Raises:
        Exception: Whatever keeps them from being trained together; nothing has run then.
    """
    restarts = switches.CURRENT.restarts
    check_members(restarts, MEMBER + 8 * given["epochs"])
    data = Data(given, by_rows=False)
    # A generator of its own, from where the script's first order would be drawn: `np.random` itself
    # must not move yet.
    generator = np.random.RandomState()
    generator.set_state(np.random.get_state())
    state = jax.tree.map(np.array, read(model))  # a program takes over what it is given
    own = Start(state, Stream.of(generator))
    seeds = _seeds(generator, restarts - 1)
    source, parts = Source(model), Split({}, {}, None)
    # The script's own start comes from wherever its random numbers stand: it has no seed.
    members = [Member(0, -1)] + [
        Member(number, seed, restart=number) for number, seed in enumerate(seeds, start=1)
    ]

    def build(_: int = 0) -> Any:
        made = source.make(parts)
        prepare(made, data.of(members[-1], None))
        return made

    starts = Starts(build, seeds[0], data.rows)
    found = starts.of(seeds, [data.rows] * len(seeds), list(range(len(seeds))))
    for start in found:
        _suit(start, own)
    sizes, nobody = data.sizes_of(members[0]), object()  # the model's next fit has other starts
    group = group_of(model, members, [own, *found], {}, data, sizes, given, nobody)
    _check_logs(group)
    job = Job(group, decide(group, exact=False, verb="fit"))
    job.program(job.plan.layout.slots)  # what XLA cannot compile is known before anything runs
    if switches.CURRENT.explain:
        tell(job.explanation())
    return Population(source, members, [parts] * restarts, data, given, [job])


def _suit(start: Start, own: Start) -> None:
    """Give a start the metrics of the script's model, which Keras sets to zero at each epoch.

    A model that was compiled twice has other metrics than a fresh copy: Keras keeps the old ones.
    """
    start.state = start.state._replace(metrics=own.state.metrics)
    if frozen(start.state) != frozen(own.state):
        raise PopulationError(
            "Expected a model of which a copy has the same variables. Received one of which Keras "
            "makes other ones."
        )


def _check_logs(group: Group) -> None:
    """See that there is a loss to choose by, and that the logs can be kept as arrays."""
    logs = buffers(group.steps.train, shapes(read(group.model).metrics), 1)
    if np.shape(logs.get("loss")) != (1,) or any(isinstance(v, dict) for v in logs.values()):
        raise PopulationError(
            "Expected a training that logs its loss, and logs without logs inside, to choose the "
            f"best start by. Received: {', '.join(logs)}."
        )


def _divided(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments with `validation_split` carried out, as Keras carries it out."""
    if not given["validation_split"] or given["validation_data"] is not None:
        return {**given, "validation_split": 0.0}
    (x, y, weight), validation = array_slicing.train_validation_split(
        (given["x"], given["y"], given["sample_weight"]),
        validation_split=given["validation_split"],
    )
    rest = {"x": x, "y": y, "sample_weight": weight, "validation_data": validation}
    return {**given, **rest, "validation_split": 0.0}


def _seeds(generator: np.random.RandomState, count: int) -> list[int]:
    """Seeds that depend on where `np.random` stands, and do not move it."""
    source = np.random.RandomState()
    source.set_state(generator.get_state())
    return [int(s) for s in source.randint(0, 2**31 - 1, size=count)]
