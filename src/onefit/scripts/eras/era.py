"""The era of a script: the Keras for which it was written."""

from __future__ import annotations

from typing import NamedTuple

NAMES = ("keras1", "keras2", "tf2", "keras3")
BOTH_OLD = frozenset({"keras1", "keras2"})
OLD = frozenset({"keras1", "keras2", "tf2"})

_TITLES = {"keras1": "Keras 1", "keras2": "Keras 2", "tf2": "tf.keras 2", "keras3": "Keras 3"}


class Era(NamedTuple):
    """The Keras for which a script was written.

    Args:
        name: `"keras1"`, `"keras2"` (the package `keras` up to 2.3), `"tf2"` (`tf.keras` up to
            2.15, and the package `keras` from 2.4 to 2.15, which was the same) or `"keras3"`.
        accuracy: What the metric `"accuracy"` is called in logs: `"acc"` up to Keras 2.2 and in
            TensorFlow 1. Defaults to `"accuracy"`.
        evidence: What in the script says so, each with its line. Defaults to `()`.
        against: What in the script speaks for a later Keras. Defaults to `()`.

    >>> Era("keras2", accuracy="acc").title
    'Keras 2.2'
    >>> Era("keras3").is_old
    False
    """

    name: str
    accuracy: str = "accuracy"
    evidence: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether anything has to be translated."""
        return self.name in OLD

    @property
    def title(self) -> str:
        """The era as the verdict names it."""
        if self.name == "keras2":
            return "Keras 2.2" if self.accuracy == "acc" else "Keras 2.3"
        return _TITLES[self.name]


def named(name: str) -> Era:
    """The era that `--era NAME` asks for.

    >>> named("keras2").accuracy
    'acc'
    """
    return Era(name, accuracy="acc" if name in BOTH_OLD else "accuracy")
