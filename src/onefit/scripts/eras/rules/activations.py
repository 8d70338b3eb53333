"""OF206: activations that compute something else today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.rule import Meaning, Rule, Translated, renamed


def _hard_sigmoid(_: Callable[..., Any]) -> Callable[..., Any]:
    from onefit.scripts.eras.stand_ins.activations import old_hard_sigmoid

    return old_hard_sigmoid


def through_lambda(call: Call) -> None:
    """Keras 2 took `relu(x, alpha=0.1)`."""
    renamed(("alpha", "negative_slope"))(call)


_TOLD = "hard_sigmoid is clip(0.2 x + 0.5, 0, 1) as it was then"
RULES: tuple[Rule, ...] = (
    Meaning("keras.activations.hard_sigmoid", _hard_sigmoid, _TOLD),
    Meaning(
        "keras.src.activations.ALL_OBJECTS_DICT.hard_sigmoid",
        _hard_sigmoid,
        _TOLD,
        source="activations:old_hard_sigmoid",
    ),
    Translated(("keras.activations.relu",), through_lambda),
)
