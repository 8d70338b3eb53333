"""What changed from one run to another, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from onefit.runs.curve import Curve, number
from onefit.runs.record import Fit, Run
from onefit.runs.words import counted, place, printable, seconds

Line: TypeAlias = tuple[str, str]
"""The name of what differs, and how; a heading has no name."""

NARROWEST = 12
"""Columns for the names."""


def difference(first: Run, second: Run) -> str:
    """Two runs side by side, as far as they differ.

    >>> one, other = Run(number=1, script="a.py"), Run(number=2, script="a.py")
    >>> one.fits = [Fit(history={"loss": [1.0, 0.5]}, asked=2)]
    >>> other.fits = [Fit(history={"loss": [1.0, 0.5]}, asked=2)]
    >>> print(difference(one, other))
    runs 1 and 2: the same script, versions and arguments; the same numbers in every epoch
    >>> other.fits[0].history["loss"][1] = 0.25
    >>> print(difference(one, other))
    runs 1 and 2: the same script, versions and arguments; no seed was set
      loss         0.500 █▁ -> 0.250 █▁; different from epoch 2 on
    """
    told = _of_runs(first, second)
    pairs = list(zip(first.fits, second.fits))
    causes = bool(told) or any(_changed(_facts(a), _facts(b)) for a, b in pairs)
    for at, (one, other) in enumerate(pairs):
        found = _of_fits(one, other)
        if found and len(pairs) > 1:
            told.append(("", f"fit {at + 1}, {place(other)}:"))
        told += found
    count = [len(run.fits) + run.fits_left_out for run in (first, second)]
    if count[0] != count[1]:
        told.append(("fits", f"{count[0]:,} -> {count[1]:,}"))
    head = f"runs {first.number} and {second.number}:"
    if not causes:
        head += " the same script, versions and arguments"
        if told and all(fit.seed is None for pair in pairs for fit in pair):
            head += "; no seed was set"
    if not told and pairs:
        head += "; the same numbers in every epoch"
    width = max([NARROWEST, *(len(name) for name, _ in told)])
    lines = [head, *(f"  {name:<{width}} {how}" if name else f"  {how}" for name, how in told)]
    return "\n".join(map(printable, lines))


def _of_runs(first: Run, second: Run) -> list[Line]:
    told = []
    if first.script != second.script:
        told.append(("script", f"{first.script} -> {second.script}"))
    elif first.script_sha256 != second.script_sha256:
        told.append(("script", "its text changed" + _commits(first, second)))
    if first.command != second.command:
        told.append(("command", f"{' '.join(first.command)} -> {' '.join(second.command)}"))
    told += _changed(first.versions, second.versions)
    told += _changed(first.machine, second.machine)
    return told


def _commits(first: Run, second: Run) -> str:
    if not first.commit or not second.commit or first.commit == second.commit:
        return ""
    return f" (git diff {first.commit[:10]} {second.commit[:10]})"


def _of_fits(first: Fit, second: Fit) -> list[Line]:
    told = _changed(_facts(first), _facts(second))
    names = dict.fromkeys([*first.history, *second.history])
    same = not told  # networks that were made alike: it is worth knowing where they differ
    told += [line for name in names for line in _curves(name, first, second, same)]
    if told and min(first.seconds, second.seconds) > 0:
        ratio = max(first.seconds, second.seconds) / min(first.seconds, second.seconds)
        if ratio > 1.5:
            told.append(("time", f"{seconds(first.seconds)} -> {seconds(second.seconds)}"))
    return told


def _facts(fit: Fit) -> dict[str, object]:
    """What a fit was given, and how it ran."""
    return {
        "rows": fit.rows,
        "validation": fit.validation_rows,
        "weights": fit.weights,
        "epochs": fit.asked,
        "seed": fit.seed,
        "way": fit.way,
        "ended": fit.ended,
        "layers": ", ".join(f"{one.kind}{one.shape}" for one in fit.layers),
        **fit.compiled,
        **fit.arguments,
    }


def _curves(name: str, first: Fit, second: Fit, same: bool) -> list[Line]:
    one, other = first.history.get(name, []), second.history.get(name, [])
    if list(map(str, one)) == list(map(str, other)):  # NaN is the same as NaN
        return []
    if not one or not other:
        return [(name, f"logged by the {'second' if other else 'first'} only")]
    apart = next((e for e, (a, b) in enumerate(zip(one, other)) if str(a) != str(b)), None)
    since = ""
    if same and apart is not None:
        since = f"; different from epoch {first.first + apart + 1:,} on"
    if len(one) != len(other):
        since += f"; {len(one):,} and {counted(len(other), 'epoch')}"
    return [(name, f"{_end(name, one)} -> {_end(name, other)}{since}")]


def _end(name: str, values: Sequence[float]) -> str:
    """The last value of a curve, and its bars."""
    return f"{number(values[-1])} {Curve(name, values).bars()}"


def _changed(first: Mapping[str, object], second: Mapping[str, object]) -> list[Line]:
    names = dict.fromkeys([*first, *second])
    return [
        (name, f"{_word(first.get(name))} -> {_word(second.get(name))}")
        for name in names
        if first.get(name) != second.get(name)
    ]


def _word(value: object) -> str:
    return "none" if value is None or value == "" else str(value)
