"""The verdict on a training by itself: its size and time, its curves, what it was judged on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from onefit.runs.comparison import beside, comparable
from onefit.runs.curve import Curve, alike, number
from onefit.runs.record import Fit, Run
from onefit.runs.scores import at_the_end, course, foremost, is_void, preferred, shown
from onefit.runs.words import counted, place, seconds


def one_fit(fit: Fit, run: Run) -> list[str]:
    """A training by itself: its size and time, its curves, what it was judged on."""
    size = [counted(fit.rows, "row")] if fit.rows is not None else []
    size += [counted(fit.weights, "weight")] if fit.weights else []
    told = [f"onefit: fit, {place(fit)}: {', '.join([*size, progress(fit)])}"]
    names = foremost(shown(fit))
    width = max(map(len, names), default=0)
    courses = [_shown_course(fit, name) for name in names]
    long = max(map(len, courses), default=0)
    told += [
        f"  {name:<{width}}  {course:<{long}}   {_said(fit, name)}".rstrip()
        for name, course in zip(names, courses)
    ]
    others = [name for name in shown(fit) if name not in names]
    if others:
        told.append(f"  also logged: {', '.join(others)}")
    told += [f"  {line}" for line in _restored(fit)]
    if fit.history and fit.ended != "failed":
        told.append(f"  {_judged(fit)}")
    if fit.ended == "interrupted":
        told += [f"  {line}" for line in _left(fit, run)]
    return told


def progress(fit: Fit, brief: bool = False) -> str:
    """How far it came, and how long that took."""
    # A fit that ran step by step has no time of its programs.
    spent = fit.run_seconds or max(0.0, fit.seconds - fit.compile_seconds)
    took = f"in {seconds(spent)}"
    # It is news only where XLA has taken longer than the training.
    if fit.compile_seconds > max(spent, 0.05) and not brief:
        took += f" after {seconds(fit.compile_seconds)} of XLA compile"
    # `asked` is the epoch to which it was to go, and a resumed training begins at `first`.
    done, asked = fit.epochs, fit.asked - fit.first
    if fit.ended == "interrupted":
        at = f"epoch {fit.first + done + 1:,} of {fit.asked:,}"
        return f"interrupted in {at}, after {seconds(fit.seconds)}"
    if fit.ended == "failed":
        error = textwrap.shorten(fit.error, 100, placeholder=" ...")
        return f"failed in epoch {fit.first + done + 1:,} of {fit.asked:,}: {error}"
    calls = f" in {fit.calls:,} calls" if fit.calls > 1 else ""
    if done < asked and fit.calls == 1:
        return f"{_stopped(fit)} after {counted(done, 'epoch')} of {asked:,}, {took}"
    return f"{counted(done, 'epoch')}{calls} {took}"


def _stopped(fit: Fit) -> str:
    by = [event.callback for event in fit.events if event.what.startswith("stopped")]
    return f"stopped by {by[0]}" if by else "stopped"


def _restored(fit: Fit) -> list[str]:
    """From which epoch the weights are, if a callback went back to them."""
    return [event.what for event in fit.events if event.what.startswith("the weights are")]


def _shown_course(fit: Fit, name: str) -> str:
    """First value, bars, last value; or the one value that it had in every epoch."""
    curve = Curve(name, fit.history[name])
    if len(curve.values) > 1 and (curve.lost == 0 or curve.is_still):
        return f"{number(curve.values[-1])} in every epoch"
    return course(curve.values)


def _said(fit: Fit, name: str) -> str:
    """What is to be said of a curve, and what its last value has to be compared with."""
    curve = Curve(name, fit.history[name], fit.first)
    best = curve.best
    # `_shown_course` has said it already: one value in every epoch.
    quiet = curve.lost == 0 or curve.word in ("", "flat from the start")
    said = [] if quiet else [curve.word]
    if "again since" in curve.word:
        said.insert(0, f"best {number(curve.values[best])}")
        if name.startswith("val_"):
            said[-1] += " (overfitting)"
    elif curve.lost is None and _differs(curve.values[best], curve.values):
        said.append(f"best {number(curve.values[best])} at epoch {fit.first + best + 1:,}")
    constant = comparable(fit.constants, at_the_end(fit)).get(name)
    if constant is not None:
        said.append(beside(name, curve.values[-1], constant))
    return "; ".join(said)


def _differs(best: float, values: Sequence[float]) -> bool:
    low, high = min(values), max(values)
    # Else the last value, which is shown, would be told a second time.
    return not alike(low, high) and abs(best - values[-1]) > 0.05 * (high - low)


def _judged(fit: Fit) -> str:
    """Which rows the numbers were computed from, if they say anything."""
    if fit.history and (void := _void(fit)):
        return void
    if fit.validation == "split":
        share = float(fit.arguments.get("validation_split") or 0.0)  # type: ignore[arg-type]
        rows = f" ({fit.validation_rows:,})" if fit.validation_rows else ""
        part = f"the last {100 * share:.3g}% of the rows{rows}"
        return f"validated on {part}, in the order in which they came"
    rows = f"{counted(fit.validation_rows, 'row')} of " if fit.validation_rows else ""
    if fit.validation == "training rows":
        told = "that were trained on: nothing is said about new rows"
        return f"validated on {rows}validation_data {told}"
    if fit.validation == "data":
        return f"validated on {rows}validation_data"
    named = next((name for name in shown(fit) if name != "loss"), "")
    if named:
        value = number(fit.history[named][-1])
        return f"all rows were trained on: {named} {value} says nothing about new rows"
    return "all rows were trained on: these numbers say nothing about new rows"


def _void(fit: Fit) -> str:
    """What is to be said of scores beside a loss that is no finite number at the end."""
    scores = at_the_end(fit)
    void = [name for name in shown(fit) if is_void(name, scores, own=False)]
    if not void:
        return ""
    loss = "val_loss" if all(name.startswith("val_") for name in void) else "loss"
    told = f"the {loss} is {number(scores[loss])} at the end"
    return f"{told}: {' and '.join(void[:2])} say{'s' if len(void) == 1 else ''} nothing"


def _left(fit: Fit, run: Run) -> list[str]:
    """What is left of a training that was interrupted."""
    return [*best_so_far(fit), usable(run)]


def best_so_far(fit: Fit) -> list[str]:
    """The best loss, and its epoch, of a training that was interrupted."""
    name = next((name for name in preferred(shown(fit)) if "loss" in name), "")
    if not name:
        return []
    best = Curve(name, fit.history[name]).best
    value = number(fit.history[name][best])
    return [f"best so far: {name} {value} in epoch {fit.first + best + 1:,}"]


def usable(run: Run) -> str:
    """Where the weights are that the network had when its training was interrupted."""
    if run.ended == "interrupted" and run.door == "run":
        return (
            "the network ended with the script; to keep it, catch KeyboardInterrupt around fit "
            "and save it"
        )
    return "the model holds the weights that it had then, and can be used"
