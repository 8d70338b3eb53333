"""A short training tried again from other starts, at the end of a script: was it bad luck?

The program that has trained the network is called again, with other initial weights; nothing is
compiled. So a third of a second is enough for many starts of a small network.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
from keras import Model

from onefit.doctor.causes import own_skill
from onefit.doctor.memory import networks
from onefit.doctor.setup import Setup
from onefit.doctor.task import in_words, measure
from onefit.doctor.training import setup_of
from onefit.population.models.copies import copy_of, random_state_kept
from onefit.training.core.state import State
from onefit.training.host.undisturbed import undisturbed
from onefit.training.host.variables import read, write
from onefit.training.verbs.fit import train

MOST = 16
STATES = 2
"""Networks that have to fit in memory: the one that is tried, and the state of the user's."""

FEWEST = 6
"""Starts below which nothing is said."""

PERFECT = 1.0


@dataclass(frozen=True)
class OtherStarts:
    """How other starts of a network do.

    Args:
        good: How many do better than the network.
        count: How many were tried.
        best: What the best of them gets, in words.
    """

    good: int
    count: int
    best: str

    def __str__(self) -> str:
        """In a line."""
        return f"{self.good} of {self.count} other starts of this network get {self.best} (tried)"


def other_starts(model: Model, given: Mapping[str, Any], seconds: float) -> OtherStarts | None:
    """Train a network again from other starts, as often as there is time for.

    The model, its History and all random numbers stay as they are.

    Args:
        model: A trained model.
        given: The arguments of its `fit`.
        seconds: The time that there is.

    Returns:
        How they do; `None` if the network is as good as it can be, or too few could be tried.
    """
    begin = time.perf_counter()
    with undisturbed(model), random_state_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user has seen them at his own fit
        setup = setup_of(model, given)
        if networks(setup) < STATES:
            return None
        own = own_skill(model, setup)
        if own >= PERFECT:
            return None
        kept = read(model)
        skills: list[float] = []
        try:
            for seed in range(MOST):
                if time.perf_counter() - begin > seconds:
                    break
                skills.append(_skill(model, given, setup, seed))
        finally:
            write(model, kept)
    if len(skills) < FEWEST or max(skills) <= own:
        return None
    best = max(skills)
    good = sum(one >= best - 1e-9 for one in skills)
    return OtherStarts(good, len(skills), _in_words(setup, best))


def _skill(model: Model, given: Mapping[str, Any], setup: Setup, seed: int) -> float:
    """The skill that the network gets from the start of a seed."""
    keras.utils.set_random_seed(seed)
    fresh = copy_of(model)
    if not fresh.built:
        fresh.build(keras.tree.map_structure(lambda one: (None, *one.shape[1:]), setup.rows.x))
    # Keras builds an optimizer at its first step, and a state has its variables, too.
    fresh.optimizer.build(fresh.trainable_variables)
    state = read(fresh)
    write(model, State(*([keras.ops.array(value) for value in group] for group in state)))
    # The script's callbacks have seen the fit that was asked for; they would log and save these
    # fits as if they were that one.
    train(model, {**given, "verbose": 0, "callbacks": None})
    return own_skill(model, setup)


def _in_words(setup: Setup, skill: float) -> str:
    """A skill as rows that are right, where all are; else as the number that people know."""
    rows = len(setup.rows)
    if setup.task.kind == "classes" and skill >= PERFECT:
        return f"{rows} of {rows} rows right"
    return f"{measure(setup.task)} {in_words(setup.task, skill)}"
