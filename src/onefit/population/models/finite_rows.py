"""Rows with NaN or infinity: refused before the run where the model makes no loss of them.

Some models are made for such rows: a loss that leaves missing targets out, a layer that fills in
missing inputs. So the model is asked, with the first of the rows.
"""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np

from onefit.checks.data import data_findings
from onefit.errors import PopulationError
from onefit.population.members.member import Member
from onefit.population.members.paths import Split
from onefit.population.members.shared_data import Data
from onefit.population.models.copies import fresh_names, random_state_kept
from onefit.population.models.structures import Source
from onefit.training.data.arguments import prepare


def check_finite(source: Source, member: Member, parts: Split, data: Data) -> None:
    """Refuse rows of which the model makes no loss that is a number.

    Args:
        source: What makes the models.
        member: A member, for whose data the model is built.
        parts: Its hyper-parameters.
        data: The data, and what all members are validated on.

    Raises:
        PopulationError: With the array, the column and the row.
    """
    for prefix, rows in (("", data.parts), ("validation_data: ", data.shared_parts)):
        row = _first_bad_row(rows)
        if row is None or _loss_is_a_number(source, member, parts, data, rows, row):
            continue
        named = {f"{prefix}{name}": part for name, part in zip(("x", "y", "sample_weight"), rows)}
        if not prefix:  # as it was given: with the names of a table's columns
            named = {name: data.given[name] for name in named}
        found = [f for f in data_findings(named) if f.code == "OF302"]
        told = "; ".join(f"{f.where} ({f.evidence})" for f in found) or f"row {row}"
        raise PopulationError(
            f"Expected finite numbers. Received: NaN or infinity in {told}. The model's loss of "
            f"row {row} is no number, and nor is that of any member that reads it. Leave such "
            "rows out, or fill in a number, such as the column's median."
        )


def _first_bad_row(rows: Any) -> int | None:
    """The first row with a value that is not finite."""
    found = []
    for leaf in jax.tree.leaves(rows):
        array = np.asarray(leaf)
        if array.dtype.kind != "f":
            continue
        with np.errstate(all="ignore"):
            if np.isfinite(array.sum()):  # the quickest way to know that all values are
                continue
        bad = ~np.isfinite(array.reshape(len(array), -1)).all(1)
        if bad.any():
            found.append(int(bad.argmax()))
    return min(found, default=None)


def _loss_is_a_number(
    source: Source, member: Member, parts: Split, data: Data, rows: Any, row: int
) -> bool:
    """What the model makes of a row; a model with a training step of its own is not asked."""
    with random_state_kept(), fresh_names():
        keras.utils.set_random_seed(member.seed)
        model = source.make(parts)
        if type(model).train_step is not keras.Model.train_step:
            return True
        prepare(model, data.of(member, parts))
        one = jax.tree.map(lambda a: np.asarray(a)[row : row + 1], rows)
        x, y, weight = one
        loss = model.compute_loss(x, y, model(x, training=False), weight, training=False)
    return bool(np.isfinite(np.asarray(loss)).all())
