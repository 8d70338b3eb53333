"""Several changes as one, for what shows nothing alone."""

from __future__ import annotations

from collections.abc import Sequence

from onefit.doctor.changes import FORM
from onefit.doctor.changes.change import Change
from onefit.doctor.setup import Setup


def bundles(changes: Sequence[Change]) -> list[Change]:
    """What has to be changed at once where one change alone shows nothing: output and scales."""
    codes = (*FORM, "OF509", "OF507", "OF508")
    # Adam is among them: how far a step of plain gradient descent goes depends on those scales, so
    # that its learning rate is wrong as soon as they are right.
    parts = [one for one in changes if one.code in codes or one.name == "Adam(0.001)"]
    some = any(one.code in codes for one in parts)
    return [bundle(parts)] if some and len(parts) > 1 else []


def bundle(parts: Sequence[Change]) -> Change:
    """Several changes as one; of one alone, that one."""
    if len(parts) == 1:
        return parts[0]

    def apply(setup: Setup) -> Setup:
        for one in parts:
            setup = one.apply(setup)
        return setup

    named = " + ".join(one.name for one in parts)
    fix = "; ".join(one.fix for one in parts)
    return Change(parts[0].code, named, fix, apply, parts[0].why, parts[0].cause, tuple(parts))
