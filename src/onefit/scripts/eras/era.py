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


def of_version(told: str) -> Era:
    """The era of the Keras that wrote a file; Keras 3, where the file does not tell.

    Args:
        told: Its version: TensorFlow's own was `2.2.4-tf` for a while.

    >>> [of_version(one).name for one in ("1.2.2", "2.2.4", "2.2.4-tf", "2.15.0", "3.1.0", "")]
    ['keras1', 'keras2', 'tf2', 'tf2', 'keras3', 'keras3']
    >>> of_version("2.3.1").title
    'Keras 2.3'
    """
    numbers, _, tensorflow = told.partition("-")
    parts = tuple(int(one) for one in numbers.split(".")[:2] if one.isdigit())
    if not parts or parts >= (3,):
        return Era("keras3")
    if parts < (2,):
        return named("keras1")
    if tensorflow or parts >= (2, 4):
        return Era("tf2")
    return named("keras2") if parts < (2, 3) else Era("keras2")


def named(name: str) -> Era:
    """The era that `--era NAME` asks for.

    >>> named("keras2").accuracy
    'acc'
    """
    return Era(name, accuracy="acc" if name in BOTH_OLD else "accuracy")
