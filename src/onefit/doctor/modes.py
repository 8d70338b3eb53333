"""Whether a trained network is the one that was trained: asked as in training, and as afterwards.

`BatchNormalization` takes the mean and the spread of a batch in training, and moving averages of
them afterwards. After a training of few steps these are still near where they started, and the
network that is evaluated is not the one whose loss fell.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from onefit.doctor.decision import MARGIN
from onefit.doctor.experiment import one_skill
from onefit.doctor.memory import most_rows
from onefit.doctor.setup import Setup, mapped
from onefit.doctor.task import in_words, measure, truth
from onefit.findings import Finding

if TYPE_CHECKING:
    from keras import Layer, Model

MOST_ROWS = 1024
"""Rows that are asked about: the network is the same for all of them."""

GAP = 2 * MARGIN
"""A difference of skill between the two networks that batches do not make by chance."""


def two_networks(model: Model, setup: Setup, steps: int) -> Finding | None:
    """A network that answers its own rows far worse than it did in the training.

    Both answers are computed with the trained weights, on the same rows in batches of the training;
    neither changes anything in the network.

    Args:
        model: The trained network.
        setup: Its training.
        steps: How many steps the training had.
    """
    norms = [one for one in _flat(model) if type(one).__name__ == "BatchNormalization"]
    if not norms or not model.built:
        return None
    most = min(max(MOST_ROWS, setup.batch), most_rows(setup.rows))
    order = np.random.default_rng(0).permutation(len(setup.rows))[:most]
    each = min(setup.batch, len(order))  # a last batch of few rows has a spread of its own
    rows = setup.rows.at(order[: len(order) // each * each])
    true = truth(setup.task, rows.y)
    trained, now = (one_skill(setup, true, _answers(model, setup, rows.x, mode)) for mode in (1, 0))
    # A network that knows little as it was trained has another fault than its averages.
    if trained - now < GAP or trained < GAP:
        return None
    task, layer = setup.task, norms[0]
    told = f"{measure(task)}, on {len(rows):,} rows of the training: {in_words(task, trained)} "
    told += "with the mean and the spread of each batch, "
    told += f"{in_words(task, now)} with the moving averages"
    # Keras: moving = moving * momentum + batch * (1 - momentum), and at the start 0 (or 1).
    left = float(layer.momentum) ** steps
    if left > 0.05:
        told += f", of which {layer.momentum:g} ** {steps:,} = {left:.0%} are those of the start"
    # The momentum with which a twentieth of the start would be left after as many steps.
    lower = float(f"{max(0.5, min(0.9, 0.05 ** (1 / max(1, steps)))):.1g}")
    fix = f"`BatchNormalization(momentum={lower:g})`, or more epochs"
    return Finding("OF524", f"layer {layer.name!r}", told, "verified", fix)


def _flat(model: Model) -> list[Layer]:
    return list(model._flatten_layers(include_self=False))


def _answers(model: Model, setup: Setup, x: Any, training: int) -> NDArray[np.float64]:
    """What the network says to rows, in batches, as in training or as afterwards."""
    import jax

    weights = [one.value for one in model.trainable_variables]
    others = [one.value for one in model.non_trainable_variables]

    def answer(batch: Any) -> Any:
        return model.stateless_call(weights, others, batch, training=bool(training))[0]

    count, found, compiled = len(keras.tree.flatten(x)[0]), [], jax.jit(answer)
    each = min(setup.batch, count)
    for start in range(0, count, each):
        batch = mapped(x, itemgetter(slice(start, start + each)))
        found.append(np.asarray(keras.tree.flatten(compiled(batch))[0], np.float64))
    return np.concatenate(found)
