"""Targets for each step of a sequence, and a recurrent layer that answers once a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onefit.checks.case import Array, Layer
from onefit.findings.finding import Finding

RECURRENT = ("SimpleRNN", "GRU", "LSTM")


def silent_steps(layers: Sequence[Layer], y: Array) -> Layer | None:
    """The last recurrent layer, where it answers once a row and y has its steps; else `None`.

    Args:
        layers: The layers of the model, in order.
        y: Targets of shape `(rows, steps, ...)`.

    >>> import numpy as np
    >>> lstm = Layer("lstm", "LSTM", (16,), (12, 1), settings={"return_sequences": False})
    >>> silent_steps([lstm, Layer("dense", "Dense", (1,), (16,))], np.zeros((5, 12, 1))).name
    'lstm'
    """
    last = next((one for one in reversed(layers) if one.kind in RECURRENT and one.is_plain), None)
    if last is None or last.settings.get("return_sequences") or y.ndim != 3:
        return None
    behind = layers[list(layers).index(last) + 1 :]
    is_whole = len(last.input_shape) == 2 and last.input_shape[0] in (y.shape[1], None)
    return last if is_whole and all(one.kind in BY_STEP for one in behind) else None


BY_STEP = ("Dense", "Dropout", "Activation", "LayerNormalization", "Softmax", "ReLU", "LeakyReLU")
"""Layers that do to each step what they do to a row."""


def with_steps(found: list[Finding], layers: Sequence[Layer], y: Array) -> list[Finding]:
    """Findings on labels, whose cure is the answer for each step where the labels have one each.

    Args:
        found: Findings of `label_findings`.
        layers: The layers of the model, in order.
        y: The labels.
    """
    silent = silent_steps(layers, y)
    if silent is None:
        return found
    units = layers[-1].shape[-1] if layers[-1].shape else None
    fix = f"`return_sequences=True` in {silent.name!r}, which then answers at each of the "
    fix += f"{y.shape[1]} steps"
    if units not in (None, y.shape[2]):
        fix += f", and `Dense({y.shape[2]})` as the last layer"
    of_sizes = " a row, the output has "
    return [replace(one, fix=fix) if of_sizes in one.evidence else one for one in found]
