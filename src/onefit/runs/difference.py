"""What changed from one run to another, and what came of it."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from onefit.runs import population_differences
from onefit.runs.curve import Curve, number
from onefit.runs.networks import Networks
from onefit.runs.record import Fit, Run
from onefit.runs.words import counted, place, printable, seconds

Line: TypeAlias = tuple[str, str]
"""The name of what differs, and how; a heading has no name."""

Pair: TypeAlias = tuple[str, Fit, Fit]

NARROWEST = 12
"""Columns for the names."""

LONGEST = 200
"""Letters of a command line."""

COMPILED = {"loss": "loss function"}
"""What `compile` was given, by names that no curve has."""

MOST_PAIRS = 5
"""Pairs of fits that are told one by one."""


def difference(first: Run, second: Run) -> str:
    """Two runs side by side, as far as they differ.

    Their fits are compared one by one. Where one run has more of them, the latest one of each is
    compared, which is the one that `onefit show` draws.

    >>> one, other = Run(number=1, script="a.py"), Run(number=2, script="a.py")
    >>> one.fits = [Fit(history={"loss": [1.0, 0.5]}, asked=2)]
    >>> other.fits = [Fit(history={"loss": [1.0, 0.5]}, asked=2)]
    >>> print(difference(one, other))
    runs 1 and 2: the same script, command, versions and machine; the same numbers in every epoch
    >>> other.fits[0].history["loss"][1] = 0.25
    >>> print(difference(one, other))
    runs 1 and 2: the same script, command, versions and machine
      loss         0.500 █▁ -> 0.250 █▁; different from epoch 2 on
      no seed was set: the numbers differ from run to run even if nothing else does
    """
    pairs = _pairs(first, second)
    apart = [(one, other) for _, one, other in pairs if _apart(one, other)]
    # Where a run has no curves there are no numbers that could be the same.
    same_numbers = bool(pairs and not apart and first.latest and second.latest)
    same = [_same(first, second), "the same numbers in every epoch" if same_numbers else ""]
    many = _populations(first, second)
    if many and all(population_differences.same_scores(one, other) for _, one, other in many):
        same.append("the same scores of every configuration")
    # With nothing in common the colon would stand alone.
    head = f"runs {first.number} and {second.number}: {'; '.join(filter(None, same))}".rstrip(" :")
    told = [*_of_runs(first, second), *_of_pairs(pairs), *_of_populations(many)]
    if not many:
        told += _without_curves(first, second)
    if any(one.seed is other.seed is None for one, other in apart):
        chance = "no seed was set: the numbers differ from run to run even if nothing else does"
        told.append(("", chance))
    width = max([NARROWEST, *(len(name) for name, _ in told)])
    lines = [head, *(f"  {name:<{width}} {how}" if name else f"  {how}" for name, how in told)]
    return "\n".join(map(printable, lines))


def _pairs(first: Run, second: Run) -> list[Pair]:
    """Fits that are compared, each pair with what it is called; one pair alone has no name."""
    if _count(first) == _count(second) and len(first.fits) == len(second.fits):
        alone = len(first.fits) == 1
        return [
            ("" if alone else f"fit {at}, {_places(one, other)}:", one, other)
            for at, (one, other) in enumerate(zip(first.fits, second.fits), start=1)
        ]
    one, other = first.latest, second.latest
    if one is None or other is None:
        return []
    return [(f"the latest fits, {_places(one, other)}:", one, other)]


def _count(run: Run) -> int:
    return len(run.fits) + run.fits_left_out


def _places(one: Fit, other: Fit) -> str:
    return place(one) if place(one) == place(other) else f"{place(one)} -> {place(other)}"


def _of_pairs(pairs: Sequence[Pair]) -> list[Line]:
    """What differs between the fits of each pair, under the pair's name."""
    differing = [(name, found) for name, *pair in pairs if (found := _of_fits(*pair))]
    told: list[Line] = []
    for name, found in differing[:MOST_PAIRS]:
        told += [("", name), *found] if name else found
    if len(differing) > MOST_PAIRS:
        told.append(("", f"{counted(len(differing) - MOST_PAIRS, 'more pair')} of fits differ"))
    return told


def _populations(first: Run, second: Run) -> list[tuple[str, Networks, Networks]]:
    """Populations that are compared."""
    alone = not first.fits and not second.fits
    return population_differences.pairs(first.populations, second.populations, alone)


def _of_populations(many: Sequence[tuple[str, Networks, Networks]]) -> list[Line]:
    """What differs between the populations of each pair, under the pair's name."""
    found = [(name, population_differences.of_pair(*pair)) for name, *pair in many]
    differing = [(name, lines) for name, lines in found if lines]
    told: list[Line] = []
    for name, lines in differing[-MOST_PAIRS:]:
        told += [("", name), *lines] if name else lines
    if len(differing) > MOST_PAIRS:
        left = counted(len(differing) - MOST_PAIRS, "earlier pair")
        told.append(("", f"{left} of populations differ"))
    return told


def _same(first: Run, second: Run) -> str:
    """What the two have in common."""
    one, other = [
        {
            "script": (run.script, run.script_sha256),
            "command": run.command,
            "versions": run.versions,
            "machine": run.machine,
        }
        for run in (first, second)
    ]
    same = [name for name in one if one[name] == other[name]]
    listed = f"{', '.join(same[:-1])} and {same[-1]}" if len(same) > 1 else "".join(same)
    return f"the same {listed}" if listed else ""


def _without_curves(first: Run, second: Run) -> list[Line]:
    """Which of the two has nothing that could be compared, and where it is said why."""
    return [
        ("", f"run {run.number} has no curves to compare: onefit show {run.number}")
        for run in (first, second)
        if run.latest is None
    ]


def _of_runs(first: Run, second: Run) -> list[Line]:
    told = []
    if first.script != second.script:
        told.append(("script", f"{first.script} -> {second.script}"))
    elif first.script_sha256 != second.script_sha256:
        told.append(("script", "its text changed" + _commits(first, second)))
    if first.command != second.command:
        told.append(("command", " -> ".join(map(_command, (first, second)))))
    told += _changed(first.versions, second.versions)
    told += _changed(first.machine, second.machine)
    ends = [" with ".join(filter(None, (run.ended, run.error))) for run in (first, second)]
    if ends[0] != ends[1]:
        told.append(("ended", " -> ".join(ends)))
    if _count(first) != _count(second):
        told.append(("fits", f"{_count(first):,} -> {_count(second):,}"))
    sizes = [len(run.populations) + run.populations_left_out for run in (first, second)]
    if sizes[0] != sizes[1]:
        told.append(("populations", f"{sizes[0]:,} -> {sizes[1]:,}"))
    return told


def _command(run: Run) -> str:
    return textwrap.shorten(shlex.join(run.command), LONGEST, placeholder=" ...")


def _commits(first: Run, second: Run) -> str:
    if not first.commit or not second.commit or first.commit == second.commit:
        return ""
    return f" (git diff {first.commit[:10]} {second.commit[:10]})"


def _of_fits(first: Fit, second: Fit) -> list[Line]:
    told = _changed(_facts(first), _facts(second))
    same = not told  # networks that were made alike: it is worth knowing where they differ
    told += [line for name in _apart(first, second) for line in _curves(name, first, second, same)]
    if told and min(first.seconds, second.seconds) > 0:
        ratio = max(first.seconds, second.seconds) / min(first.seconds, second.seconds)
        # Less is what a machine with other work makes of one and the same training.
        if ratio > 1.5:
            told.append(("time", f"{seconds(first.seconds)} -> {seconds(second.seconds)}"))
    return told


def _apart(first: Fit, second: Fit) -> list[str]:
    """The logged numbers that differ in some epoch; NaN is the same as NaN.

    None where one of the two has logged nothing: it has no curves to compare.
    """
    if not first.history or not second.history:
        return []
    # Compared as text, since NaN is not equal to itself.
    names = dict.fromkeys([*first.history, *second.history])
    return [
        name
        for name in names
        if list(map(str, first.history.get(name, ())))
        != list(map(str, second.history.get(name, ())))
    ]


def _facts(fit: Fit) -> dict[str, object]:
    """What a fit was given, and how it ran."""
    return {
        "rows": fit.rows,
        "validation": fit.validation_rows,
        "weights": fit.weights,
        "epochs": fit.asked,
        "seed": fit.seed,
        "way": fit.way,
        "fit ended": fit.ended,
        "layers": ", ".join(f"{one.kind}{one.shape}" for one in fit.layers),
        **{COMPILED.get(name, name): value for name, value in fit.compiled.items()},
        **fit.arguments,
    }


def _curves(name: str, first: Fit, second: Fit, same: bool) -> list[Line]:
    one, other = first.history.get(name, []), second.history.get(name, [])
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
