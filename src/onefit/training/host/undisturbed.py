"""A block of trainings and predictions of which nothing is seen afterwards."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from onefit.runs import journal
from onefit.training.host import switches
from onefit.training.host.keras_private import (
    GLOBAL_RANDOM_SEED,
    GLOBAL_SEED_GENERATOR,
    global_state,
)

if TYPE_CHECKING:
    from keras import Model


@contextlib.contextmanager
def undisturbed(model: Model) -> Iterator[None]:
    """A block in which a model is trained and asked, of which nothing is seen afterwards."""
    history, stopped = getattr(model, "history", None), model.stop_training
    numpy, python = np.random.get_state(), random.getstate()
    now = switches.in_force()
    # Each of these would print, raise or train more, for a fit that the script has not asked for.
    plain = now and replace(now, explain=False, strict=False, verify=False, restarts=1)
    try:
        with journal.aside(), switches.here(plain) if plain else contextlib.nullcontext():
            yield
    finally:
        np.random.set_state(numpy)
        random.setstate(python)
        model.history, model.stop_training = history, stopped


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave Python's, NumPy's and Keras's random states as they were before the block."""
    names = (GLOBAL_RANDOM_SEED, GLOBAL_SEED_GENERATOR)
    kept = [global_state.get_global_attribute(name) for name in names]
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for name, value in zip(names, kept):
            global_state.set_global_attribute(name, value)
