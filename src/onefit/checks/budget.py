"""Checks of what a training may spend: updates, the length of a step. All of them are hunches."""

from __future__ import annotations

from collections.abc import Iterator

from onefit.checks.case import Case
from onefit.findings import Finding

FEW = 100
"""Updates below which a training from random weights has hardly begun."""
HARDLY_ANY = 10

ADAPTIVE = ("Adam", "AdamW", "Nadam", "Adamax", "RMSprop", "Lion", "LossScaleOptimizer")
# With these a rate of 1 is no fault: Adagrad's and Ftrl's steps shrink by themselves, and Adadelta
# was published without a rate.
SLOW = ("Adagrad", "Adadelta", "Ftrl")


def hardly_any(case: Case) -> Iterator[Finding]:
    """So few updates that nothing else can be told from the result."""
    yield from updates(case, HARDLY_ANY)


def updates(case: Case, enough: int = FEW) -> Iterator[Finding]:
    """Few updates in all."""
    if case.steps is None or not case.epochs:
        return
    count = case.steps * case.epochs
    if 0 < count < enough and case.is_plain:
        told = f"{case.epochs} epochs of {case.steps} steps are {count} updates"
        fix = f"`epochs={-(-1000 // case.steps)}`, a thousand updates"
        yield Finding("OF510", "epochs", told, "hunch", fix)


def rate(case: Case) -> Iterator[Finding]:
    """A learning rate far from what the optimizer is used with."""
    value, kind = case.learning_rate, case.optimizer
    if value is None or not value or kind in SLOW:
        return
    # Fifty or a hundred times the default, and a hundredth of it. UMLAUT (CHI 2021) alarms above
    # 0.01, where many programs learn well.
    high, low = (0.05, 1e-5) if kind in ADAPTIVE else (1.0, 1e-4)
    usual = 0.001 if kind in ADAPTIVE else 0.01
    where, fix = f"{kind}({value:g})", f"`{kind}(learning_rate={usual:g})`"
    if value >= high:
        told = f"{value / usual:.0f} times the default of {usual:g}"
        yield Finding("OF511", where, told, "hunch", fix)
    elif value <= low:
        told = f"the default is {usual:g}"
        yield Finding("OF512", where, told, "hunch", fix)
