"""Say what comes of cases, both ways: `python -m tests.parity.calls 17 18 19`."""

from __future__ import annotations

import sys
from typing import Any

from .. import conftest  # noqa: F401 (chooses JAX before Keras is imported)
from ..both import ONEFIT, STOCK
from .case import differences, draw, run


def short(values: Any) -> str:
    """A value on one line."""
    return " ".join(str(values).split())[:150]


for number in map(int, sys.argv[1:]):
    case = draw(number)
    print(f"case {number}: {case}")
    for way, verbs in (("stock", STOCK), ("onefit", ONEFIT)):
        for outcome in run(case, verbs):
            told = ("error", "result", "warnings", "printed", "seen")
            print(f"  {way}", *(f"{name}: {short(outcome[name])}" for name in told), sep="\n    ")
    print("  differences", *differences(case), sep="\n    ")
