"""Units of a relu that answer 0 to every row: of the trained network, and of fresh ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import Model
from numpy.typing import NDArray

from onefit.doctor.evidence import near
from onefit.doctor.examination import Examination
from onefit.doctor.memory import in_pieces
from onefit.doctor.setup import Rows
from onefit.training.observation.layers import activation

Array = NDArray[Any]

MOST_ROWS = 1024
# Each of them is made and asked by itself, which a population is not.
MOST_STARTS = 48


@dataclass(frozen=True)
class Dead:
    """Units of a layer that answer 0 to every row.

    Args:
        layer: The layer's name.
        units: Their numbers.
        of: How many units the layer has.
    """

    layer: str
    units: tuple[int, ...]
    of: int


def dead_units(model: Model, rows: Rows, batch: int) -> list[Dead]:
    """The units of each relu layer that answer 0 to every row.

    Args:
        model: A built model whose layers are a graph.
        rows: The rows; of many, some in equal steps.
        batch: Rows of a batch of its training.
    """
    # A relu at the output is a fault of its own (OF503).
    layers = [one for one in model.layers[:-1] if activation(one) in ("relu", "relu6")]
    if not layers or not getattr(model, "inputs", None):
        return []
    some = rows.at(slice(None, None, max(1, len(rows) // MOST_ROWS)))
    inside = keras.Model(model.inputs, [one.output for one in layers])
    # Of each piece of the rows only the highest answers are kept: all of them take far more memory
    # than the network does.
    highest = [
        [one.reshape(-1, one.shape[-1]).max(axis=0) for one in piece]
        for piece in in_pieces(inside, some.x, batch)
    ]
    found = []
    for layer, parts in zip(layers, zip(*highest)):
        most = np.max(parts, axis=0)
        dead = np.flatnonzero(most <= 0)
        found.append(Dead(str(layer.name), tuple(int(one) for one in dead), len(most)))
    return found


@dataclass(frozen=True)
class Births:
    """Starts by how many of a layer's units are dead before the first step.

    Args:
        layer: The layer.
        counts: For each number of dead units: how many starts have it, and how many of those do
            well in the end.
    """

    layer: str
    counts: dict[int, tuple[int, int]]


def births(seen: Examination) -> Births | None:
    """Whether starts fail because units are born dead; `None` where that does not show."""
    baseline = seen.baseline
    best = float(baseline.trained.max())
    counts: dict[int, tuple[int, int]] = {}
    layer = ""
    for place, seed in enumerate(baseline.seeds[:MOST_STARTS]):
        # A member begins with the weights that Keras draws after this seed, so it can be looked at
        # again as it was born.
        keras.utils.set_random_seed(seed)
        model = seen.setup.make()
        if not model.built:
            model.build(
                keras.tree.map_structure(lambda one: (None, *one.shape[1:]), seen.setup.rows.x)
            )
        dead = dead_units(model, seen.setup.rows, seen.setup.batch)
        if not dead:
            return None
        layer, count = dead[0].layer, len(dead[0].units)
        starts, good = counts.get(count, (0, 0))
        counts[count] = starts + 1, good + near(baseline.trained[place : place + 1], best)
    return Births(layer, dict(sorted(counts.items()))) if len(counts) > 1 else None


def told(dead: list[Dead], born: Births | None) -> list[str]:
    """What there is to say about dead units.

    >>> born = Births("dense", {0: (20, 14), 1: (20, 9)})
    >>> print(*told([Dead("dense", (1,), 4)], born), sep="\\n")
    1 of the 4 relu units of dense answers 0 to every row: number 1
    Starts with 0 dead units in dense: 14 of 20 do well; with 1: 9 of 20
    """
    lines = []
    for one in dead:
        if one.units:
            verb = "answers" if len(one.units) == 1 else "answer"
            named = ", ".join(map(str, one.units[:8]))
            numbers = "number" if len(one.units) == 1 else "numbers"
            more = ", ..." if len(one.units) > 8 else ""
            lines.append(
                f"{len(one.units)} of the {one.of} relu units of {one.layer} {verb} 0 to every "
                f"row: {numbers} {named}{more}"
            )
    if born is not None:
        parts = [
            f"{'Starts with ' if not place else 'with '}{count}"
            f"{f' dead units in {born.layer}' if not place else ''}: {good} of {starts}"
            f"{' do well' if not place else ''}"
            for place, (count, (starts, good)) in enumerate(born.counts.items())
        ]
        lines.append("; ".join(parts))
    return lines
