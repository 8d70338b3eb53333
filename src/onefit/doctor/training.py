"""A call of `fit` as a setup of a size that can be tried, with how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.doctor import memory
from onefit.doctor.changes.output import threshold_of
from onefit.doctor.costs import enough, together
from onefit.doctor.experiment import MOST_JUDGED, WorkingTime
from onefit.doctor.rows import divided, rows_of, thinned_to_fit
from onefit.doctor.setup import Rows, Setup, arrays
from onefit.doctor.task import task_of
from onefit.errors import DiagnosisError
from onefit.population.members.checks import KNOWN_CALLBACKS
from onefit.population.models.copies import copy_of
from onefit.training.observation.case import given_of
from onefit.training.observation.layers import activation
from onefit.training.observation.outputs import outputs_of
from onefit.training.verbs.fit import train

FEWEST = 200
"""Rows to which a training is cut down at most."""

FEWEST_UPDATES = 30
"""Updates to which a training is cut down at most: fewer say little of any change."""

FEWEST_TIMES = 2
"""Setups that are trained at least: as it is written, and with one change."""

STRUCTURES, FEWEST_STRUCTURES = 10, 5
"""Setups of other structure that there should be time for; and to which a training is cut down."""

NEARLY_ALL = 0.8
"""A share of the rows from which on all of them are taken."""

SHARE_TRAINED = 0.7
"""The share of the time for which networks are trained, if it is cut down; the rest compiles."""

LONGEST = 2.0
"""How many times the time that there is XLA may take for one structure."""

FEWEST_SEEDS, USUAL_SEEDS, MOST_SEEDS = 2, 3, 64
"""Seeds from which a choice is made, and as many to confirm it: two where three take too long."""

FEW_STEPS, SHORT = 100, (0.05, 1.0)
"""Steps below which, and seconds between which, the call may be most of what a fit took: it is
timed again."""

DRAWING = 2.5e-4
"""Seconds in which the first values of a variable are drawn, network by network."""

SAMPLE = 10
"""Batches, or epochs of few batches, that are timed."""

QUICK, ENOUGH = 0.1, 0.5
"""Seconds of a batch below which more than one is timed, and for how long, about."""

MOST_TIMED = 256
"""Rows of a large batch that are timed."""


@dataclass(eq=False)
class Training:
    """A call of `fit` that can be tried.

    Args:
        setup: The call as a setup.
        every: All rows, where `validation_split` takes the last ones; else `None`.
        seeds: From how many seeds a choice is made.
        alone: How long it takes by itself, in seconds.
        compiling: How long XLA compiles for it.
        remarks: What is other than in the call.
        most: How many networks may be there at once. Defaults to `None`: any number.
    """

    setup: Setup
    every: Rows | None
    seeds: int
    alone: float
    compiling: float = 0.0
    remarks: list[str] = field(default_factory=list)
    most: int | None = None


def training_of(
    model: Model,
    given: Mapping[str, Any],
    seconds: float,
    alone: tuple[float, float] | None = None,
    rate: float | None = None,
) -> Training:
    """A call of `fit` as something to be tried.

    Args:
        model: The compiled model.
        given: The arguments of `fit`.
        seconds: The time that there is for all of it.
        alone: How long the call takes by itself, and how long XLA compiles for it. Defaults to
            `None`: both are measured.
        rate: The learning rate with which it began, where a callback has changed it. Defaults to
            `None`: the optimizer's.

    Raises:
        DiagnosisError: If it cannot be tried, with the reason.
    """
    setup, every, remarks = _whole(model, given)
    setup, train = setup.but(rate=rate), setup.rows
    most = memory.networks(setup)
    if most < 2 * FEWEST_SEEDS:
        raise DiagnosisError(
            f"Expected experiments that fit in half of the {memory.free() / 2**30:.1f} GiB of "
            "memory that are free. Received: a network of which the fewest that can be compared "
            f"take about {memory.needed(setup, 2 * FEWEST_SEEDS) / 2**30:.1f} GiB. Make a smaller "
            "one, or use more memory."
        )
    spent, compiling = measured(setup) if alone is None else alone
    if alone is not None and setup.steps < FEW_STEPS and SHORT[0] < spent < SHORT[1]:
        spent = min(spent, measured(setup)[0])
    if compiling > LONGEST * seconds:
        raise DiagnosisError(
            f"Expected a network that XLA compiles in {LONGEST * seconds:g} s. Received: one for "
            f"which it takes {compiling:.0f} s. Give it about "
            f"{enough(FEWEST_STRUCTURES * compiling)} s."
        )
    spent /= together(setup)
    epochs = setup.epochs
    setup, told = _cut(setup, spent, seconds)
    cut = spent * len(setup.rows) / len(train) * setup.epochs / epochs
    cut += DRAWING * len(setup.model.weights)
    least = 2 * FEWEST_SEEDS * cut
    if FEWEST_TIMES * least > seconds:
        longer = FEWEST_STRUCTURES * (least + compiling)
        raise DiagnosisError(
            f"Expected a training of which {FEWEST_TIMES * 2 * FEWEST_SEEDS} can be tried in "
            f"{seconds:g} s. Received: one that takes {cut:.1f} s on {len(setup.rows):,} rows. "
            f"Give it about {enough(longer)} s."
        )
    is_usual = FEWEST_TIMES * 2 * USUAL_SEEDS * cut <= SHARE_TRAINED * seconds
    fewest = USUAL_SEEDS if is_usual else FEWEST_SEEDS
    # Half of the time is left to XLA; a choice and its confirmation take twice the seeds.
    seeds = int(np.clip(0.5 * seconds / (2 * STRUCTURES * cut), fewest, MOST_SEEDS))
    seeds = min(seeds, most // 2)
    setup = setup.but(is_cut=setup.is_cut or bool(told))
    every = every if not told else None
    return Training(setup, every, seeds, cut, compiling, remarks + told, most)


def setup_of(model: Model, given: Mapping[str, Any]) -> Setup:
    """A call of `fit` as a setup that is judged on the rows that it is trained on.

    Raises:
        DiagnosisError: If its data are no arrays of numbers.
    """
    setup, every, _ = _whole(model, given)
    rows = rows_of(given["x"], given["y"], given["sample_weight"]) if every is None else every
    return setup.but(rows=rows, held=None)


def _whole(model: Model, given: Mapping[str, Any]) -> tuple[Setup, Rows | None, list[str]]:
    """A call of `fit` as it is: a setup, all rows where the last are split off, and remarks."""
    outputs = outputs_of(model)
    if len(outputs) != 1:
        raise DiagnosisError(
            f"Expected a model with one output. Received: one with {len(outputs)}; checks alone "
            "are made."
        )
    rows = rows_of(given["x"], given["y"], given["sample_weight"])
    is_input = any(one.shape == rows.y.shape and one is given["y"] for one in arrays(rows.x))
    is_input = is_input or given["x"] is given["y"]
    last = model.layers[-1] if getattr(model, "layers", None) else None
    task = task_of(rows.y, outputs[0].loss, activation(last) if last is not None else "", is_input)
    if task.kind == "numbers" and not outputs[0].is_keras:
        raise DiagnosisError(
            "Expected a loss of Keras's own. Received: one of the script's, of which nobody else "
            "knows what it is to reach; checks alone are made."
        )
    some, thinned = thinned_to_fit(rows)
    train, held, every, remarks = divided(some, given)
    batch = given["batch_size"] or 32
    callbacks = _acting(given["callbacks"], _is_validated(given))
    setup = Setup(
        model, task, train, held, max(1, given["epochs"] - given["initial_epoch"]), batch,
        bool(given["shuffle"]), callbacks, threshold_of(model), class_weight=given["class_weight"],
        is_cut=bool(thinned),
    )  # fmt: skip
    return setup, None if thinned else every, thinned + remarks


def _is_validated(given: Mapping[str, Any]) -> bool:
    """Whether the call validates."""
    return given["validation_data"] is not None or bool(given["validation_split"])


def _acting(callbacks: Any, has_validation: bool) -> tuple[Any, ...]:
    """The callbacks that act on a training, and have what they look at."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = callbacks.callbacks
    listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    return tuple(
        one
        for one in listed
        if type(one) in KNOWN_CALLBACKS
        and (has_validation or not str(getattr(one, "monitor", "")).startswith("val_"))
    )


def measured(setup: Setup) -> tuple[float, float]:
    """How long a training takes by itself, of which a part is timed, and how long it compiles.

    One batch tells enough of a large network; small ones take so little time that more is timed.
    """
    few, epochs = setup.rows.at(slice(0, min(setup.batch, MOST_TIMED))), 1
    spent, compiling = _timed(setup, few, epochs)
    if spent < QUICK:
        batch = len(few)
        few = setup.rows.at(slice(0, SAMPLE * batch))
        most = max(1, SAMPLE * batch // len(few)) * SAMPLE
        affordable = int(ENOUGH / max(spent * len(few) / batch, 1e-6))
        epochs = min(setup.epochs, most, max(1, affordable))
        spent, compiling = _timed(setup, few, epochs)
    spent *= len(setup.rows) / len(few) * setup.epochs / epochs
    return spent * (1 + share_judged(setup)), compiling


def share_judged(setup: Setup) -> float:
    """What judging takes for each second of training: a pass forward is a third of a step."""
    judged = [setup.rows] if setup.held is None else [setup.rows, setup.held]
    return sum(min(len(one), MOST_JUDGED) for one in judged) / (3 * len(setup.rows) * setup.epochs)


def _timed(setup: Setup, rows: Rows, epochs: int) -> tuple[float, float]:
    """How long a training on some rows takes, and how long it compiles."""
    model = copy_of(setup.model)
    times: list[float] = []
    now = WorkingTime()
    while len(times) < 3:  # the first time it is compiled, and the machine may do other things
        begin = now()
        train(model, given_of(rows.x, rows.y, batch_size=setup.batch, epochs=epochs, verbose=0))
        times.append(now() - begin)
        if len(times) > 1 and times[-1] > QUICK:
            break
    spent = min(times[1:])
    return spent, max(0.0, times[0] - spent)


def _cut(setup: Setup, alone: float, seconds: float) -> tuple[Setup, list[str]]:
    """The training on so many rows, for so many epochs, that there is time for the experiments."""
    needed = alone * FEWEST_STRUCTURES * 2 * USUAL_SEEDS
    share = SHARE_TRAINED * seconds / needed if needed > 0 else 1.0
    whole, told = len(setup.rows), []
    # Rows go first, as long as enough are left: of a training of fewer epochs it cannot be said
    # whether more of them, or longer steps, would have helped.
    count = max(FEWEST, int(share * whole))
    if share < NEARLY_ALL and count < whole:
        order = np.random.default_rng(1).permutation(whole)[:count]
        told.append(f"the experiments were made on {count:,} of {whole:,} rows")
        setup, share = setup.but(rows=setup.rows.at(np.sort(order))), share * whole / count
    steps = -(-len(setup.rows) // setup.batch)
    epochs = max(int(share * setup.epochs), -(-FEWEST_UPDATES // steps))
    if share < NEARLY_ALL and epochs < setup.epochs:
        told.append(f"the experiments trained for {epochs:,} of {setup.epochs:,} epochs")
        setup = setup.but(epochs=epochs, is_short=True)
    most = max(FEWEST, len(setup.rows) * setup.epochs // 4)  # judging costs a third of training
    if told and setup.held is not None and len(setup.held) > most:
        setup = setup.but(held=setup.held.at(slice(None, None, -(-len(setup.held) // most))))
    return setup, told
