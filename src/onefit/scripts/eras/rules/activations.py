"""OF206: activations that compute something else today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.era import BOTH_OLD, OLD
from onefit.scripts.eras.rule import WRITTEN, Meaning, Rule, Translated, renamed


def _hard_sigmoid(_: Callable[..., Any]) -> Callable[..., Any]:
    from onefit.scripts.eras.stand_ins.activations import old_hard_sigmoid

    return old_hard_sigmoid


def through_lambda(call: Call) -> None:
    """Keras 2 took `relu(x, alpha=0.1)`."""
    renamed(("alpha", "negative_slope"))(call)


def _unchanged(function: Callable[..., Any]) -> Callable[..., Any]:
    """The runner gives Keras's backend the meaning, see `stand_ins/logits.py`."""
    return function


_OF_LOGITS = {
    "activations.ALL_OBJECTS_DICT.sigmoid": "known_sigmoid",
    "activations.ALL_OBJECTS_DICT.softmax": "known_softmax",
    "losses.ALL_OBJECTS_DICT.binary_crossentropy": "binary_crossentropy_of_logits",
    "losses.ALL_OBJECTS_DICT.categorical_crossentropy": "categorical_crossentropy_of_logits",
    "losses.ALL_OBJECTS_DICT.sparse_categorical_crossentropy": (
        "sparse_categorical_crossentropy_of_logits"
    ),
}
"""What an upgrade writes for strings where an output saturates; nothing else needs so much."""

KERAS1 = frozenset({"keras1"})
_NN = "keras.src.backend.jax.nn"
_TOLD = "hard_sigmoid is clip(0.2 x + 0.5, 0, 1) as it was then"
RULES: tuple[Rule, ...] = (
    Meaning("keras.activations.hard_sigmoid", _hard_sigmoid, _TOLD),
    Meaning(
        "keras.src.activations.ALL_OBJECTS_DICT.hard_sigmoid",
        _hard_sigmoid,
        _TOLD,
        source="activations:old_hard_sigmoid",
    ),
    *(
        Meaning(
            f"keras.src.{name}", _unchanged, "", "OF215", OLD - BOTH_OLD, f"entropies:{function}"
        )
        for name, function in _OF_LOGITS.items()
    ),
    Translated(("keras.activations.relu",), through_lambda),
    Meaning(f"{_NN}.leaky_relu", "slopes:leaky", "", "OF206", OLD - KERAS1),
    Meaning(f"{_NN}.leaky_relu", "slopes:leaky_and_flat", "", "OF206", KERAS1),
    Meaning(f"{_NN}.selu", "slopes:steep", "", "OF206", OLD - BOTH_OLD),
    *(
        Meaning("keras.layers.LeakyReLU.call", made, "", "OF206", eras, WRITTEN)
        for made, eras in (
            ("advanced_activations:with_small_slope", OLD - KERAS1),
            ("advanced_activations:with_flat_point", KERAS1),
        )
    ),
    Meaning("keras.layers.LeakyReLU.__init__", "advanced_activations:of_any_slope", "", "OF203"),
)
