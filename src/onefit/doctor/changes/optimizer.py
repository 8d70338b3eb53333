"""The learning rate, the optimizer, and how long it trains."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.setup import Setup

ADAPTIVE = ("Adam", "AdamW", "Nadam", "Adamax", "RMSprop", "Lion", "Adafactor", "Lamb", "Muon")
DEFAULTS = {"SGD": 0.01}
"""Learning rates that Keras takes by itself; 0.001 for the other optimizers."""

FACTORS = (0.1, 10.0, 0.01, 3.0, 100.0)
LOWER = (0.1, 0.01, 0.001)
"""What a learning rate is multiplied by, in turn; and where the loss has become NaN."""

HIGH = 1.0
"""A learning rate of plain gradient descent that is high: another optimizer takes shorter steps."""

SOME = 200
"""Updates after which it shows whether there was anything wrong but that there were too few."""

ENOUGH = 1000
"""Updates after which a small network has learned something, if it can."""


def rate_of(model: Model) -> float | None:
    """The learning rate; `None` if it follows a schedule."""
    rate = getattr(model.optimizer, "_learning_rate", None)
    try:
        return float(str(np.asarray(rate)))  # 0.001, not 0.0010000000475
    except (TypeError, ValueError):
        return None


def rate_changes(setup: Setup, factors: tuple[float, ...] = FACTORS) -> list[Change]:
    """Lower and higher learning rates."""
    rate = setup.rate if setup.rate is not None else rate_of(setup.model)
    kind = type(setup.model.optimizer).__name__
    if rate is None or not rate > 0:
        return []
    found = []
    usual = DEFAULTS.get(kind, 0.001)
    wanted = [float(f"{rate * factor:.6g}") for factor in factors]
    if usual not in wanted and not 1 / 3 <= usual / rate <= 3:
        wanted.insert(0, usual)
    for new in wanted:
        code = "OF511" if new < rate else "OF512"
        if new <= max(1.0, rate):
            name = f"{kind}({new:g})"
            fix = f"keras.optimizers.{kind}(learning_rate={new:g})"
            written = (Argument("optimizer", "learning_rate", f"{new:g}"),)
            found.append(
                Change(
                    code, name, fix, _rate(new), cause="learning_rate", arguments=written,
                    usual=new == usual,
                )
            )  # fmt: skip
    return found


def _rate(new: float) -> Any:
    return lambda setup: setup.but(rate=new)


def optimizer_changes(setup: Setup) -> list[Change]:
    """Adam in place of plain gradient descent, and gradients that are cut off."""
    kind = type(setup.model.optimizer).__name__
    found = []
    if kind not in ADAPTIVE:
        adam = keras.optimizers.Adam()

        def to_adam(given: Setup) -> Setup:
            # A rate of the setup's is that of the optimizer that it had.
            return given.but(rate=None, compiled={**given.compiled, "optimizer": adam})

        written = (Argument("compile", "optimizer", '"adam"'),)
        fix = 'compile(optimizer="adam")'
        code = "OF511" if (rate_of(setup.model) or 0.0) >= HIGH else "OF512"
        found.append(
            Change(code, "Adam(0.001)", fix, to_adam, cause="optimizer", arguments=written)
        )
    if getattr(setup.model.optimizer, "clipnorm", None) is None:
        optimizer = setup.model.optimizer

        def clipped(given: Setup) -> Setup:
            # Keras takes only one kind of clipping.
            others = {"clipvalue": None, "global_clipnorm": None}
            config = {**optimizer.get_config(), **others, "clipnorm": 1.0}
            made = type(optimizer).from_config(config)
            return given.but(compiled={**given.compiled, "optimizer": made})

        fix = f"keras.optimizers.{kind}(clipnorm=1.0)"
        written = (Argument("optimizer", "clipnorm", "1.0"),)
        name = f"{kind}(clipnorm=1.0)"
        found.append(Change("OF515", name, fix, clipped, cause="gradients", arguments=written))
    return found


def budget_changes(setup: Setup, factor: int = 5) -> list[Change]:
    """More epochs, and smaller batches where a batch is most of the rows.

    Args:
        setup: The setup.
        factor: How many times as many epochs; of a training of few updates more, so that `5` are at
            least a thousand updates. Defaults to `5`.
    """
    each = -(-len(setup.rows) // setup.batch)
    epochs = max(setup.epochs, -(-ENOUGH // (5 * each))) * factor
    found = [_longer(epochs)]
    some = -(-SOME // each)
    if factor == 5 and setup.epochs * 5 <= some < epochs / 3:
        found.append(_longer(some))
    if setup.batch > 32 and len(setup.rows) // setup.batch < 8 and len(setup.rows) > 64:

        def smaller(given: Setup) -> Setup:
            return given.but(batch=32)

        written = (Argument("fit", "batch_size", "32"),)
        name = "batch_size=32"
        found.append(
            Change(
                "OF510", name, f"fit(..., {name})", smaller, cause="batch_size", arguments=written
            )
        )  # fmt: skip
    return found


def _longer(epochs: int) -> Change:
    """A training of so many epochs."""
    name = f"epochs={epochs}"
    written = (Argument("fit", "epochs", str(epochs)),)
    return Change(
        "OF510", name, f"fit(..., {name})", lambda given: given.but(epochs=epochs), cause="epochs",
        arguments=written,
    )  # fmt: skip
