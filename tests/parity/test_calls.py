"""Good, odd and bad calls drawn at random: to the bit, and to the letter, as with stock Keras.

A case is drawn by its number, so that each can be run alone:

    pytest tests/parity/test_calls.py -k "number_17"
    python -m tests.parity.calls 17 18 19        # says what came of each, both ways
"""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from .calls.case import differences, draw

MANY, BLOCK = 40_000, 50


def light(number: int) -> bool:
    """Whether a case has one call and a model of which others have compiled the parts."""
    case = draw(number)
    return len(case.calls) == 1 and case.model in ("plain", "two inputs", "words", "uncompiled")


MENDED = (
    275, 1608, 4295, 4424, 4753, 5881, 8639, 9187, 9773, 13091, 15163, 16055, 16219, 16767, 18060,
    19227, 19964, 20081, 25830, 29352, 30718, 34304, 51525,
)  # fmt: skip
"""Cases that have differed once: one or two of a kind."""
LIGHT = [number for number in range(900) if light(number)]
KNOWN: dict[int, str] = {
    19988: "predict warns that the data end, and then comes to stock Keras's error",
}
"""Differences that wait for their mending."""


def waiting(number: int) -> Any:
    """A case; one with a known difference may fail."""
    marks = [pytest.mark.xfail(reason=KNOWN[number], strict=False)] if number in KNOWN else []
    return pytest.param(number, marks=marks, id=f"number_{number}")


@pytest.mark.parametrize("number", [waiting(number) for number in (*LIGHT, *MENDED)])
def test_a_call_drawn_at_random(number):
    case = draw(number)
    assert differences(case) == [], f"case {number}: {case}"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(0, MANY, BLOCK), ids="numbers_from_{}".format)
def test_many_calls_drawn_at_random(block):
    found = {}
    for number in range(block, block + BLOCK):
        with warnings.catch_warnings():
            lines = differences(draw(number))
        if lines and number not in KNOWN:
            found[number] = f"{draw(number)}: {lines[:3]}"
    assert not found, "\n".join(f"case {number}: {text}" for number, text in found.items())
