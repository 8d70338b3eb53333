"""Why it is so: what the trained network itself and its starts show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from onefit.doctor import ties, units
from onefit.doctor.evidence import fortune
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import one_skill, some_judged
from onefit.doctor.memory import predictions
from onefit.doctor.setup import Setup
from onefit.doctor.task import truth
from onefit.training.observation.outputs import outputs_of

if TYPE_CHECKING:
    from keras import Model


FARTHEST = 500.0
"""A logit beyond which the exponential overflows, and the probability is 0 or 1."""


def own_skill(model: Model, setup: Setup) -> float:
    """The skill of the user's own network, on the rows that the setup is trained on."""
    rows = some_judged(setup, setup.rows)
    said = predictions(model, rows.x, setup.batch)
    return one_skill(setup, truth(setup.task, rows.y), said)


def causes(model: Model, seen: Examination, logged: Mapping[str, Sequence[float]]) -> list[str]:
    """What there is to say about the reasons, in sentences.

    Args:
        model: The user's network, trained if `logged` is not empty.
        seen: What the experiments have shown.
        logged: What Keras has logged.
    """
    setup, lines = seen.setup, list[str]()
    if logged and setup.task.is_binary and len(setup.rows) <= ties.MOST_ROWS:
        said = predictions(model, setup.rows.x, setup.batch)
        true, output = truth(setup.task, setup.rows.y), outputs_of(model)[0]
        if output.logits:
            said = 1 / (1 + np.exp(-np.clip(said, -FARTHEST, FARTHEST)))
        found = ties.ties(said.reshape(-1), true) if said.size == len(true) else None
        if found is not None:
            # What ties cost is an entropy, with which no other loss can be compared.
            crossentropy = output.loss == "binary_crossentropy"
            loss = logged.get("loss", [None])[-1] if crossentropy else None
            lines += ties.told(found, np.asarray(setup.rows.x), loss)
    lottery = fortune(seen)
    if logged or lottery is not None:
        dead = units.dead_units(model, setup.rows, setup.batch) if logged else []
        born = units.births(seen) if lottery is not None else None
        # Dead units are a reason only where starts end apart. Networks that learn well have some,
        # too: of 16 relu units that solve XOR in 99 % of their starts, six are dead on average.
        lines += units.told(dead if lottery is not None else [], born)
    return lines
