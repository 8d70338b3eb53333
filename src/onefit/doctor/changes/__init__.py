"""What is tried: each change is one way to write the program otherwise."""

from __future__ import annotations

from onefit.doctor.changes.change import Change as Change
from onefit.doctor.changes.data import input_change, order_changes, target_change, weight_change
from onefit.doctor.changes.layers import layer_changes
from onefit.doctor.changes.optimizer import budget_changes, optimizer_changes, rate_changes
from onefit.doctor.changes.output import output_change
from onefit.doctor.changes.steps import steps_change
from onefit.doctor.setup import Rows, Setup

FIRST = (
    *("OF501", "OF502", "OF503", "OF303", "OF505", "OF516", "OF509", "OF522", "OF507", "OF508"),
    *("OF513", "OF518", "OF510", "OF512", "OF511", "OF504", "OF514", "OF515", "OF525", "OF524"),
    *("OF520",),
)
"""The order in which changes are tried where nothing says which is likely."""


MISTAKES = ("OF303", "OF501", "OF502", "OF503", "OF505")
"""What is mended whatever it costs: labels, output and loss that do not go together."""

FORM = (*MISTAKES, "OF504")
"""What is mended first if it helps at all: the form of the answer."""

ANSWER = (*FORM, "OF509")
"""What is mended together with other changes if that does no harm: labels, output and loss."""


def changes_of(setup: Setup, likely: list[str], every: Rows | None = None) -> list[Change]:
    """Everything that may be tried on a setup, the most likely first.

    Args:
        setup: The setup.
        likely: Codes of findings that checks suspect, the likeliest first.
        every: All rows, where `validation_split` took the last ones. Defaults to `None`.
    """
    by_step = steps_change(setup)  # before it is made, no scale of y fits the answers
    singles = [by_step, output_change(setup), input_change(setup), weight_change(setup)]
    singles += [target_change(setup)] if by_step is None else []
    found = [one for one in singles if one is not None]
    found += order_changes(setup, every)
    found += rate_changes(setup) + optimizer_changes(setup) + budget_changes(setup)
    found += layer_changes(setup)

    if "OF513" in likely and "OF516" not in likely:  # a start that is not the usual one kills units
        likely = ["OF516", *likely]
    ranked = sorted(found, key=lambda one: rank(one.code, likely))
    return ranked + budget_changes(setup, factor=20)[:1]  # the longest, last


def rank(code: str, likely: list[str]) -> tuple[int, int]:
    """How far in front a change stands: what is suspected first, then what is usual.

    Args:
        code: The change's code.
        likely: Codes of findings that checks suspect, the likeliest first.
    """
    suspected = likely.index(code) if code in likely else len(likely)
    return suspected, FIRST.index(code) if code in FIRST else len(FIRST)
