"""`loss_weights=` for some of a model's outputs.

Source: `compile` in `keras/engine/training.py` of Keras 1.2.2 and 2.2.4, and `LossesContainer` in
`keras/engine/compile_utils.py` of tf.keras 2.15.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.partial_losses import by_output


def weighed(model: Any, losses: Any, weights: Any, is_tf2: bool) -> dict[str, Any]:
    """The arguments of `compile` that give every output of a model a weight.

    Args:
        model: The model.
        losses: What `compile` is given for `loss`, one for each output.
        weights: What it is given for `loss_weights`.
        is_tf2: Whether a number and a list of another length mean what they did in tf.keras 2.

    Returns:
        The arguments that change.

    Raises:
        ValueError: If a weight has a name that no output has.

    >>> inputs = keras.Input((1,))
    >>> model = keras.Model(inputs, [keras.layers.Dense(1, name=name)(inputs) for name in "ab"])
    >>> weighed(model, ["mse", "mse"], {"b": 0.5}, is_tf2=False)
    {'loss_weights': [1.0, 0.5]}
    """
    names = list(getattr(model, "output_names", None) or ())
    if not names or not losses:
        return {}
    if isinstance(weights, dict):
        return {"loss_weights": _by_name(names, losses, weights)}
    if not is_tf2 or len(names) < 2:
        return {}
    if isinstance(weights, int | float):
        return {"loss_weights": [weights] * len(names)}
    if isinstance(weights, list | tuple) and weights and len(weights) != len(names):
        return _of_the_first(model, losses, weights, len(names))
    return {}


def _by_name(names: Sequence[str], losses: Any, weights: dict[str, Any]) -> Any:
    """A weight for each output, by names where the losses have names, too."""
    if unknown := set(weights) - set(names):
        raise ValueError(
            f"expected loss_weights for the outputs {list(names)}; received one for "
            f"{sorted(unknown)}: give weights by the names of outputs"
        )
    filled = {name: weights.get(name, 1.0) for name in names}
    return filled if isinstance(losses, dict) else list(filled.values())


def _of_the_first(model: Any, losses: Any, weights: Sequence[Any], count: int) -> dict[str, Any]:
    """tf.keras 2 took no loss of outputs behind the last weight, and logged 0 for them."""
    given = by_output(model, losses)
    if given is None:
        return {}
    kept = [loss if place < len(weights) else nothing for place, loss in enumerate(given)]
    missing = [1.0] * (count - len(weights))
    return {"loss": kept, "loss_weights": [*weights[:count], *missing]}


def nothing(y_true: Any, y_pred: Any) -> Any:
    """A loss of 0 for each row."""
    return keras.ops.zeros_like(y_pred[..., 0])
