"""`install(restarts=16)`: every `fit` of an unchanged script trains 16 starts and keeps the best.

The first start is the script's own: its weights, its seeds, its stream of `np.random`. The others
get fresh weights from the model's initialisers. The model, its optimizer and its History come out
as the best start left them; `np.random` as the script's own start would have left it.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from keras import callbacks as keras_callbacks
from keras.src.trainers.data_adapters import array_slicing

from onefit.errors import PopulationError
from onefit.population.bar import Bar
from onefit.population.data import Data
from onefit.population.fit_many import check
from onefit.population.job import Job
from onefit.population.judging import best, is_max
from onefit.population.layout import decide
from onefit.population.members import Member
from onefit.population.population import Population
from onefit.population.starts import Start, Starts
from onefit.population.streams import Stream
from onefit.population.structures import Source
from onefit.population.sweeps import Split
from onefit.population.together import together
from onefit.runs import journal
from onefit.training import options
from onefit.training.arguments import prepare
from onefit.training.fit import before_data
from onefit.training.fit import fit as fit_one
from onefit.training.state import read, write

_SIGNATURE = inspect.signature(fit_one)


def fit(model: Any, *args: Any, **kwargs: Any) -> Any:
    """`keras.Model.fit` with restarts: as many as `install` was asked for.

    What cannot be trained many times at once (data that is read batch by batch, a callback that
    saves files, a training that goes on) is trained once, as without restarts; the line at the
    script's end says so.
    """
    bound = _SIGNATURE.bind(model, *args, **kwargs)
    bound.apply_defaults()
    given = dict(bound.arguments)
    given.pop("model")
    reason = once_because(model, given)
    if reason:
        journal.remark(f"one start of {model.name}: {reason}")
        return fit_one(model, **given)
    return restarted(model, given, options.CURRENT.restarts)


def once_because(model: Any, given: dict[str, Any]) -> str:
    """Why a fit is trained once; empty if it is not."""
    if model.optimizer is None or before_data(model, given):
        return "it does not run as a program"
    if model.optimizer.built and int(np.asarray(model.optimizer.iterations.value)):
        return "it was trained before"
    for name, usual in (
        ("initial_epoch", 0),
        ("steps_per_epoch", None),
        ("validation_steps", None),
    ):
        if given[name] != usual:
            return f"{name} is set"
    try:
        check({**given, "validation_split": 0.0}, 2, None, None, None)
        Source(model).make(Split({}, {}, None))
        Data({**given, "validation_data": None, "class_weight": None}, by_rows=False)
    except (PopulationError, TypeError, ValueError, AttributeError) as error:
        return str(error).split(". Leave")[0].split("\n")[0]
    return ""


def restarted(model: Any, given: dict[str, Any], restarts: int) -> Any:
    """Train all starts, give the model the best, and return its History."""
    given = _divided(given)
    verbose = given["verbose"]
    data = Data(given, by_rows=False)
    prepare(model, {**given, "validation_data": None})  # draws from np.random as Keras does
    generator = np.random.RandomState()
    generator.set_state(np.random.get_state())
    own = Start(read(model), Stream.of(generator))
    seeds = _seeds(generator, restarts - 1)
    source, parts = Source(model), Split({}, {}, None)
    members = [Member(0, -1)] + [
        Member(number, seed, restart=number) for number, seed in enumerate(seeds, start=1)
    ]

    def build(_: int = 0) -> Any:
        made = source.make(parts)
        prepare(made, data.of(members[-1], None))
        return made

    starts = Starts(build, seeds[0], data.rows)
    found = starts.of(seeds, [data.rows] * len(seeds), list(range(len(seeds))))
    job = Job(
        starts.model, members, [own, *found], {}, data, data.sizes_of(members[0]), given, model
    )
    population = Population(source, members, [parts] * restarts, data, given, [job])
    job.lay_out(decide(job, exact=False))
    together([job], population, Bar(verbose, population), verb="fit")
    if given["shuffle"]:
        for _ in range(int(population.epochs[0])):  # as the script's own start has drawn
            np.random.permutation(data.rows)
    if population.interrupted:
        raise KeyboardInterrupt
    return _given_back(model, population)


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


def _given_back(model: Any, population: Population) -> Any:
    """Put the best start into the model, and its History."""
    number = best(population, None, "auto")
    state, _ = population.outcome(number)
    write(model, population.on_device(state))
    optimizer = model.optimizer
    if getattr(optimizer, "use_ema", False):
        optimizer.finalize_variable_values(model.trainable_weights)
    epochs = int(population.epochs[number])
    history = keras_callbacks.History()
    history.set_model(model)
    history.set_params({"verbose": population.given["verbose"], "epochs": epochs})
    history.on_train_begin()
    history.epoch = list(range(epochs))
    for name in sorted(population.history):
        values = population.history[name][number, :epochs]
        shown = [
            float(v)
            for e, v in enumerate(values)
            if not name.startswith("val_") or population.jobs[0].validates(e)
        ]
        history.history[name] = shown
    model.history = history
    model.stop_training = False
    journal.remark(told(population, number))
    return history


def told(population: Population, number: int) -> str:
    """How many of the starts reached what."""
    count = len(population)
    judged = "val_loss" if "val_loss" in population.history else "loss"
    prefix = "val_" if judged == "val_loss" else ""
    names = [n for n in population.history if n.startswith(prefix) and is_max(n, "auto")]
    last = population.epochs - 1
    name = names[0] if names else judged
    values = population.history[name][np.arange(len(last)), last]
    value = values[number]
    reached = int((values >= value if names else values <= value * 1.1).sum())
    loss = population.history[judged][number, last[number]]
    within = "" if names else " within a tenth"
    return (
        f"{reached} of {count} starts reached {name} {value:.4g}{within}; "
        f"start {number} has the best {judged}, {loss:.4g}"
    )
