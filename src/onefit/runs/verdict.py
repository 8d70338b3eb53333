"""What came of a run, for a person: at most ten lines, made from its record alone.

>>> from onefit.runs.record import Constant
>>> fit = Fit(file="xor.py", line=9, rows=4, weights=17, asked=20, way="one program")
>>> fit.run_seconds, fit.history = 0.005, {"loss": [0.75 - e / 60 for e in range(20)]}
>>> print("\\n".join(lines(Run(number=7, fits=[fit], ended="finished"))))
onefit: fit, xor.py:9: 4 rows, 17 weights, 20 epochs in 5.0 ms
  loss  0.750 █▇▆▅▄▃▂▁ 0.433   still falling
  all rows were trained on: these numbers say nothing about new rows
  kept as run 7: onefit show 7, onefit report 7
"""

from __future__ import annotations

import math
import statistics
import textwrap
from collections.abc import Sequence

from onefit.runs.comparison import beside
from onefit.runs.curve import Curve, alike, number
from onefit.runs.evaluations import without_fits
from onefit.runs.marks import marked
from onefit.runs.record import Fit, Run
from onefit.runs.words import counted, place, printable, seconds

MOST_LINES = 10
MOST_CURVES = 4
MOST_SINGLE = 5
"""Fits that have a line each; more are told as ranges."""


def lines(run: Run, with_findings: bool = True) -> list[str]:
    """The verdict on a run.

    Args:
        run: Its record.
        with_findings: Whether what looks wrong is told. Defaults to `True`.

    Returns:
        At most ten lines; none where there is nothing to tell.
    """
    if not run.fits:
        told = without_fits(run)
    elif len(run.fits) == 1 and not run.fits_left_out:
        told = _one(run.fits[0], run)
    elif len(run.fits) <= MOST_SINGLE and not run.fits_left_out:
        told = _few(run.fits, run)
    else:
        told = _many(run)
    if not told:
        return [printable(f"onefit: {remark}") for remark in run.remarks]
    room = MOST_LINES - len(told) - bool(run.number)
    extra = [*(marked(run) if with_findings else []), *(f"  {remark}" for remark in run.remarks)]
    if len(extra) > room:
        extra = [*extra[: max(0, room - 1)], f"  and {len(extra) - room + 1} more: onefit show"]
    return [printable(line) for line in (*told, *extra, *_kept(run))]


def headline(run: Run) -> str:
    """What came of a run, in a few words for a list.

    >>> headline(Run(fits=[Fit(history={"loss": [1.0, 0.5], "accuracy": [0.5, 0.9]})]))
    'loss 0.500, accuracy 0.900'
    """
    last = run.latest
    error = run.error if run.ended == "failed" else ""
    if last is not None:
        values = {name: last.history[name][-1] for name in _shown(last)}
    elif run.evaluations:
        values = run.evaluations[-1].scores
    else:
        calls = [
            counted(one.in_program + one.step_by_step, name) for name, one in run.verbs.items()
        ]
        return printable(error or ", ".join(calls))
    told = ", ".join(f"{name} {number(value)}" for name, value in list(values.items())[:3])
    return printable(f"{told}; {error}" if error else told)


def _one(fit: Fit, run: Run) -> list[str]:
    """A training by itself: its size and time, its curves, what it was judged on."""
    size = [counted(fit.rows, "row")] if fit.rows is not None else []
    size += [counted(fit.weights, "weight")] if fit.weights else []
    told = [f"onefit: fit, {place(fit)}: {', '.join([*size, _progress(fit)])}"]
    names = _foremost(_shown(fit))
    width = max(map(len, names), default=0)
    courses = [_shown_course(fit, name) for name in names]
    long = max(map(len, courses), default=0)
    told += [
        f"  {name:<{width}}  {course:<{long}}   {_said(fit, name)}".rstrip()
        for name, course in zip(names, courses)
    ]
    others = [name for name in _shown(fit) if name not in names]
    if others:
        told.append(f"  also logged: {', '.join(others)}")
    told += [f"  {line}" for line in _restored(fit)]
    if fit.history and fit.ended != "failed":
        told.append(f"  {_judged(fit)}")
    if fit.ended == "interrupted":
        told += [f"  {line}" for line in _left(fit, run)]
    return told


def _progress(fit: Fit, brief: bool = False) -> str:
    """How far it came, and how long that took."""
    spent = fit.run_seconds or max(0.0, fit.seconds - fit.compile_seconds)
    took = f"in {seconds(spent)}"
    if fit.compile_seconds > max(spent, 0.05) and not brief:
        took += f" after {seconds(fit.compile_seconds)} of XLA compile"
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
    return _course(curve.values)


def _said(fit: Fit, name: str) -> str:
    """What is to be said of a curve, and what its last value has to be compared with."""
    curve = Curve(name, fit.history[name], fit.first)
    best = curve.best
    quiet = curve.lost == 0 or curve.word in ("", "flat from the start")
    said = [] if quiet else [curve.word]
    if "again since" in curve.word:
        said.insert(0, f"best {number(curve.values[best])}")
        if name.startswith("val_"):
            said[-1] += " (overfitting)"
    elif curve.lost is None and _differs(curve.values[best], curve.values):
        said.append(f"best {number(curve.values[best])} at epoch {fit.first + best + 1:,}")
    if name in fit.constants:
        said.append(beside(name, curve.values[-1], fit.constants[name]))
    return "; ".join(said)


def _differs(best: float, values: Sequence[float]) -> bool:
    low, high = min(values), max(values)
    return not alike(low, high) and abs(best - values[-1]) > 0.05 * (high - low)


def _judged(fit: Fit) -> str:
    """Which rows the numbers were computed from."""
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
    named = next((name for name in _shown(fit) if name != "loss"), "")
    if named:
        value = number(fit.history[named][-1])
        return f"all rows were trained on: {named} {value} says nothing about new rows"
    return "all rows were trained on: these numbers say nothing about new rows"


def _left(fit: Fit, run: Run) -> list[str]:
    """What is left of a training that was interrupted."""
    return [*_best_so_far(fit), _usable(run)]


def _best_so_far(fit: Fit) -> list[str]:
    name = next((name for name in _preferred(_shown(fit)) if "loss" in name), "")
    if not name:
        return []
    best = Curve(name, fit.history[name]).best
    value = number(fit.history[name][best])
    return [f"best so far: {name} {value} in epoch {fit.first + best + 1:,}"]


def _usable(run: Run) -> str:
    """Where the weights are that the network had when its training was interrupted."""
    if run.ended == "interrupted" and run.door == "run":
        return (
            "the network ended with the script; to keep it, catch KeyboardInterrupt around fit "
            "and save it"
        )
    return "the model holds the weights that it had then, and can be used"


def _few(fits: Sequence[Fit], run: Run) -> list[str]:
    """A line for each training, and what all of them have in common."""
    places = [place(fit) for fit in fits]
    width = max(map(len, places))
    told = [f"onefit: {len(fits)} fits"]
    for fit, where in zip(fits, places):
        first, *others = _preferred(_shown(fit))[:2] or [""]
        numbers = [_in_a_word(first, fit.history[first], fit.first)] if first else []
        numbers += [_beside_constant(name, fit) for name in others]
        if fit.ended == "interrupted":
            numbers += _best_so_far(fit)
        told.append(f"  {where:<{width}}  {'; '.join([_progress(fit, brief=True), *numbers])}")
    told += _judged_together(fits)
    if fits[-1].ended == "interrupted":
        told.append(f"  {_usable(run)}")
    return told


def _judged_together(fits: Sequence[Fit]) -> list[str]:
    """Which rows the numbers of several trainings were computed from, where that is news."""
    judged = {fit.validation for fit in fits if fit.history}
    if judged == {""}:
        told = "each was judged on the rows that it was trained on: nothing is said about new rows"
        return [f"  {told}"]
    if "training rows" in judged:
        return ["  validated on rows that were trained on: nothing is said about new rows"]
    return []


def _beside_constant(name: str, fit: Fit) -> str:
    """A number of a fit, and that of the best constant answer."""
    told = f"{name} {number(fit.history[name][-1])}"
    if name in fit.constants:
        told += f" (best constant answer {number(fit.constants[name].value)})"
    return told


def _preferred(names: list[str]) -> list[str]:
    """The numbers of the validation, where there is one: they are about new rows."""
    return [name for name in names if name.startswith("val_")] or names


def _in_a_word(name: str, values: Sequence[float], first: int) -> str:
    word = Curve(name, values, first).word
    return f"{name} {_course(values)}" + (f" ({word})" if word else "")


def _course(values: Sequence[float]) -> str:
    """First value, bars, last value."""
    last = number(values[-1])
    return f"{number(values[0])} {Curve('', values).bars()} {last}" if len(values) > 1 else last


def _many(run: Run) -> list[str]:
    """The range of what came out, for each line that called `fit`."""
    groups: dict[str, list[Fit]] = {}
    for fit in run.fits:
        groups.setdefault(place(fit), []).append(fit)
    count = len(run.fits) + run.fits_left_out
    spent = sum(fit.seconds for fit in run.fits)
    one = len(groups) == 1
    told = [
        f"onefit: {count:,} fits{f', {next(iter(groups))},' if one else ''} in {seconds(spent)}"
    ]
    if run.fits_left_out:
        told[0] += f" (of {run.fits_left_out:,} of them only the number was kept)"
    for where, fits in list(groups.items())[:3]:
        if not one:
            told.append(f"  {where}: {counted(len(fits), 'fit')}")
        names = _preferred(list(dict.fromkeys(name for fit in fits for name in _shown(fit))))[:2]
        width = max(map(len, names), default=0)
        indent = "  " if one else "    "
        told += [f"{indent}{name:<{width}}  {_range(name, fits)}" for name in names]
    return [*told, *(_judged_together(run.fits) if len(told) < MOST_LINES - 2 else [])]


def _range(name: str, fits: Sequence[Fit]) -> str:
    values = [fit.history[name][-1] for fit in fits if fit.history.get(name)]
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return "NaN in all of them"
    middle = statistics.median(finite)
    told = [f"{number(min(finite))} to {number(max(finite))}, median {number(middle)}"]
    if len(values) > len(finite):
        told.append(f"NaN in {len(values) - len(finite)}")
    constants = [fit.constants[name].value for fit in fits if name in fit.constants]
    if constants:
        told.append(f"the best constant answer gets {number(statistics.median(constants))}")
    if "loss" in name:
        told += _words(name, fits)
    return "; ".join(told)


def _words(name: str, fits: Sequence[Fit]) -> list[str]:
    """How many of the curves end in which word: `"7 still falling"`."""
    words: dict[str, int] = {}
    for fit in fits:
        word = Curve(name, fit.history.get(name, [])).word.split(" since ")[0]
        if word and not word.startswith("NaN"):
            words[word] = words.get(word, 0) + 1
    return [f"{count:,} {word}" for word, count in words.items()]


def _kept(run: Run) -> list[str]:
    if not run.number:
        return []
    kept = run.number
    comparable = run.previous and run.latest is not None
    compare = f", onefit diff {run.previous} {kept}" if comparable else ""
    return [f"  kept as run {kept}: onefit show {kept}, onefit report {kept}{compare}"]


def _shown(fit: Fit) -> list[str]:
    """The logged numbers, in the order in which a person looks at them."""
    names = [name for name, values in fit.history.items() if values and name != "learning_rate"]
    order = ("loss", "val_loss")

    def place(name: str) -> tuple[bool, bool, bool, str]:
        return name.startswith("val_"), name not in order, "loss" not in name, name

    return sorted(names, key=place)


def _foremost(names: list[str]) -> list[str]:
    """At most four of the logged numbers: the whole losses, then those about new rows."""
    if len(names) <= MOST_CURVES:
        return names
    whole = [name for name in ("loss", "val_loss") if name in names]
    rest = [name for name in [*_preferred(names), *names] if name not in whole]
    picked = [*whole, *dict.fromkeys(rest)][:MOST_CURVES]
    return [name for name in names if name in picked]
