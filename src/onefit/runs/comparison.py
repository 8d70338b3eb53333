"""A score beside that of the best answer that looks at no input."""

from __future__ import annotations

from collections.abc import Mapping

from onefit.runs.curve import Curve, number
from onefit.runs.record import Constant
from onefit.runs.scores import is_void

MARGIN = 0.001
"""The share of its value by which a score may differ from another one that is as good."""


def beside(name: str, value: float, constant: Constant | None) -> str:
    """What a score has to be compared with, and whether it is better.

    Args:
        name: The score's name, which tells whether higher is better.
        value: The score.
        constant: The best constant answer; `None` where there is none.

    >>> beside("accuracy", 0.75, Constant(0.5, '"0"'))
    'always answering "0" gets 0.500'
    >>> beside("val_loss", 0.7, Constant(0.693, "0.500"))
    'always answering 0.500 gets 0.693, which is better'
    >>> beside("accuracy", 0.9, Constant(0.9, '"0"'))
    'always answering "0" gets 0.900, just as good'
    """
    if constant is None:
        return ""
    told = f"always answering {constant.answer} gets {number(constant.value)}"
    gain = value - constant.value if Curve(name, ()).rises else constant.value - value
    margin = MARGIN * abs(constant.value)
    # A network that has learned the constant ends beside it, above or below by rounding.
    if gain < -margin:
        return f"{told}, which is better"
    return f"{told}, just as good" if gain <= margin else told


def comparable(
    constants: Mapping[str, Constant], scores: Mapping[str, float]
) -> dict[str, Constant]:
    """The best constant answers of the scores that mean something.

    Args:
        constants: For each score that has one, the best constant answer.
        scores: The scores of one epoch, or of one evaluation.

    >>> comparable({"accuracy": Constant(0.5, '"0"')}, {"loss": float("nan"), "accuracy": 0.5})
    {}
    """
    return {name: one for name, one in constants.items() if not is_void(name, scores)}
