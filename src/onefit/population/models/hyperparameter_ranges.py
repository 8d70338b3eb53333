"""The ranges of Keras's hyper-parameters: a number outside of its range never runs."""

from __future__ import annotations

from collections.abc import Mapping

from onefit.errors import PopulationError
from onefit.population.members.paths import RATE

INFINITY = float("inf")
SHARE = (0.0, 1.0)
POSITIVE = (0.0, INFINITY)
RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "optimizer": {
        **dict.fromkeys(("beta_1", "beta_2", "rho", "momentum", "ema_momentum"), SHARE),
        **dict.fromkeys(
            (
                "epsilon", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm",
                "initial_accumulator_value", "l1_regularization_strength",
                "l2_regularization_strength", "l2_shrinkage_regularization_strength",
                "learning_rate", "initial_learning_rate", "decay_steps", "first_decay_steps",
                "warmup_steps",
            ),
            POSITIVE,
        ),
    },
    "layers": {
        **dict.fromkeys(("rate", "dropout", "recurrent_dropout", "momentum"), SHARE),
        **dict.fromkeys(("stddev", "epsilon", "l1", "l2", "factor", "max_value"), POSITIVE),
    },
    "loss": {"label_smoothing": SHARE, "delta": POSITIVE},
}  # fmt: skip
BELOW_ONE = {"optimizer.beta_1", "optimizer.beta_2"}  # one divides by zero


def check_number(path: str, value: float) -> None:
    """Refuse a number that is out of the range of Keras's hyper-parameter of this name.

    >>> check_number("layers.dropout.rate", 0.5)
    >>> check_number("layers.dropout.rate", 1.5)
    Traceback (most recent call last):
    onefit.errors.PopulationError: Expected values of 'layers.dropout.rate' between 0 and 1. \
Received: 1.5. Leave it out of the sweep.
    """
    parts = path.split(".")
    low, high = RANGES.get(parts[0], {}).get(parts[-1], (-INFINITY, INFINITY))
    if low <= value <= high and not (path in BELOW_ONE and value == 1):
        return
    name = "learning rates" if path == RATE else f"values of {path!r}"
    span = f"of at least {low:g}" if high == INFINITY else f"between {low:g} and {high:g}"
    below = " (1 excluded)" if path in BELOW_ONE else ""
    raise PopulationError(
        f"Expected {name} {span}{below}. Received: {value}. Leave it out of the sweep."
    )


def check_weights(weights: Mapping[int, float] | None) -> None:
    """Refuse class weights below zero.

    >>> check_weights({0: 1.0, 1: 0.0})
    """
    for label, weight in (weights or {}).items():
        if not weight >= 0:
            raise PopulationError(
                f"Expected class weights of at least 0. Received: {weight} for class {label}. "
                "Leave it out of the sweep."
            )
