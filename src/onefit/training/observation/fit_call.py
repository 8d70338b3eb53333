"""What one call of `fit` has left, and how it is written into the record of a training.

A loop that calls `fit` again and again is one training of the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from onefit.findings import Finding
from onefit.runs.journal import Tally
from onefit.runs.record import Fit, Told
from onefit.runs.words import in_short
from onefit.training.observation.checks import lost

if TYPE_CHECKING:
    from keras import Model

MOST_FINDINGS = 50


class Call(NamedTuple):
    """What a call of `fit` has left.

    Args:
        logged: The numbers that Keras logged in it, as they stand in History.
        epochs: How many epochs it was to train.
        seconds: How long it took.
        noted: What its way through onefit has noted: times, and why it ran step by step.
        error: What ended it. Defaults to `None`.
    """

    logged: Mapping[str, Sequence[Any]]
    epochs: int
    seconds: float
    noted: tuple[Tally, tuple[Finding, ...]] | None
    error: BaseException | None = None


def logged(model: Model, before: Any) -> Mapping[str, Sequence[Any]]:
    """What Keras logged in a call.

    Args:
        model: The model.
        before: Its `history` before the call.
    """
    history = getattr(model, "history", None)
    return {} if history is before else getattr(history, "history", None) or {}


def write(fit: Fit, call: Call, found: Sequence[Finding] = ()) -> None:
    """Add a call to the record of its training.

    Args:
        fit: The record; it counts this call already.
        call: The call.
        found: What else was found. Defaults to `()`.
    """
    history = numbers(call.logged)
    for name, values in history.items():
        fit.history.setdefault(name, []).extend(values)
    fit.seconds += call.seconds
    fit.ended, fit.error = ended(call.error)
    if call.noted is not None:
        tally, findings = call.noted
        fit.compile_seconds += tally.compile_seconds
        fit.run_seconds += tally.run_seconds
        found = [*found, *findings]
    tell(fit, lost(found, fit, history))


def add(fit: Fit, call: Call, found: Sequence[Finding] = ()) -> None:
    """Add another call to the record of a training, as `write` does, and count it."""
    fit.calls += 1
    fit.asked += call.epochs
    write(fit, call, found)


def epochs_of(given: Mapping[str, Any]) -> int:
    """How many epochs a call of `fit` is to train."""
    return max(0, given["epochs"] - given["initial_epoch"])


def numbers(given: Mapping[str, Sequence[Any]]) -> dict[str, list[float]]:
    """The logged values that are real numbers; their types are few, the values may be many."""
    return {
        name: list(map(float, values))
        for name, values in given.items()
        if all(issubclass(kind, float | int) for kind in set(map(type, values)))
    }


def ended(error: BaseException | None) -> tuple[str, str]:
    """How a training ended, and the error in a line."""
    if error is None:
        return "finished", ""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", ""
    return "failed", in_short(error)


def tell(fit: Fit, findings: Sequence[Finding]) -> None:
    """Add findings to the record of a fit, each once."""
    known = {(one.code, one.where) for one in fit.findings}
    for one in findings:
        if (one.code, one.where) not in known and len(fit.findings) < MOST_FINDINGS:
            known.add((one.code, one.where))
            fit.findings.append(
                Told(one.code, one.where, one.evidence, grade=one.grade, fix=one.own_fix)
            )
