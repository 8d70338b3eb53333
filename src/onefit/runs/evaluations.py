"""The verdict on a run that has trained nothing: what was evaluated and predicted, and where."""

from __future__ import annotations

from collections.abc import Sequence

from onefit.runs.comparison import beside, comparable
from onefit.runs.curve import number
from onefit.runs.record import Calls, Evaluation, Prediction, Run
from onefit.runs.words import counted, place, seconds

MOST_SCORES = 4
"""Scores of one evaluation that have a line each."""

MOST_LINES = 6
"""Evaluations that have a line each, together with lines that predict."""


def without_fits(run: Run) -> list[str]:
    """What else ran, and how the script ended; nothing after `--help`.

    Args:
        run: The record of a run without a `fit`.

    >>> run = Run(evaluations=[Evaluation("load.py", 9, 4, 17, {"loss": 0.5}, seconds=0.2)])
    >>> run.verbs = {"evaluate": Calls(in_program=1)}
    >>> print(*without_fits(run), sep="\\n")
    onefit: evaluate, load.py:9: 4 rows, 17 weights, in 0.20 s
      loss  0.500
    >>> run = Run(predictions=[Prediction("load.py", 9, 400, 17, calls=4, seconds=0.2)])
    >>> run.verbs = {"predict": Calls(in_program=4)}
    >>> print(*without_fits(run), sep="\\n")
    onefit: 4 predicts, load.py:9: 400 rows, 17 weights, in 0.20 s
    """
    calls = {name: count for name, one in run.verbs.items() if (count := _count(one))}
    if calls:
        return _called(run, calls)
    if run.error.startswith("exit code"):  # after --help, or a mistake in the script's arguments
        return []
    none = "fit, evaluate or predict ran through onefit"
    if run.ended in ("interrupted", "failed"):
        return [f"onefit: the script was {_end(run)} before any {none}"]
    return [f"onefit: no {none}"]


def _called(run: Run, calls: dict[str, int]) -> list[str]:
    """A single evaluation, or the predictions of a single line, in full; else a line for each."""
    evaluations, predictions = run.evaluations, run.predictions
    if len(predictions) == 1 and calls == {"predict": predictions[0].calls}:
        return [_predicted(predictions[0])]
    most = MOST_LINES // 2 if evaluations and predictions else MOST_LINES
    if len(evaluations) == calls.get("evaluate") == 1:
        told = _evaluated(evaluations[0])
    else:
        spent = sum(one.run_seconds + one.compile_seconds for one in run.verbs.values())
        counts = ", ".join(counted(count, name) for name, count in calls.items())
        told = [f"onefit: {counts} in {seconds(spent)}"]
        told += _scores(evaluations, calls.get("evaluate", 0), most)
    return told + _lines(predictions, calls.get("predict", 0), most)


def _predicted(one: Prediction) -> str:
    """The calls of one line, where nothing else ran."""
    what = "predict" if one.calls == 1 else counted(one.calls, "predict")
    return f"onefit: {what}, {place(one)}: {_size(one)}in {seconds(one.seconds)}"


def _size(one: Evaluation | Prediction) -> str:
    """Rows and weights, with a comma behind each."""
    size = [f"{counted(one.rows, 'row')}, "] if one.rows is not None else []
    return "".join([*size, f"{counted(one.weights, 'weight')}, " if one.weights else ""])


def _evaluated(evaluation: Evaluation) -> list[str]:
    """One evaluation by itself: each score, and what it has to be compared with."""
    where = f"{place(evaluation)}: {_size(evaluation)}in {seconds(evaluation.seconds)}"
    names = list(evaluation.scores)[:MOST_SCORES]
    width = max(map(len, names), default=0)
    told = [f"onefit: evaluate, {where}"]
    constants = comparable(evaluation.constants, evaluation.scores)
    for name in names:
        value = evaluation.scores[name]
        compared = beside(name, value, constants.get(name))
        told.append(f"  {name:<{width}}  {number(value)}   {compared}".rstrip())
    return told


def _scores(evaluations: Sequence[Evaluation], calls: int, most: int) -> list[str]:
    """A line for each of several evaluations; those that say the same share one."""
    told: dict[str, int] = {}
    for one in evaluations:
        scores = list(one.scores.items())[:3]
        line = f"{place(one)}: {', '.join(f'{name} {number(value)}' for name, value in scores)}"
        told[line] = told.get(line, 0) + 1
    lines = [f"  evaluate, {line}{_times(count)}" for line, count in told.items()]
    return _cut(lines, most, _first(len(evaluations), "evaluation"), calls > len(evaluations))


def _lines(predictions: Sequence[Prediction], calls: int, most: int) -> list[str]:
    """The lines of the script that predicted."""
    lines = [
        f"  predict, {place(one)}: {_size(one).rstrip(', ')}{_times(one.calls)}"
        for one in predictions
    ]
    seen = sum(one.calls for one in predictions)
    return _cut(lines, most, _first(seen, "prediction"), calls > seen)


def _cut(lines: list[str], most: int, first: str, is_part: bool) -> list[str]:
    """The first of some lines, and one that says what is not among them."""
    more = len(lines) - most
    notes = [f"{more} more: onefit show --json"] if more > 0 else []
    notes += [f"only {first} looked at"] if lines and is_part else []
    return [*lines[:most], *([f"  {'; '.join(notes)}"] if notes else [])]


def _first(count: int, noun: str) -> str:
    return f"the first {noun} was" if count == 1 else f"the first {count} {noun}s were"


def _times(count: int) -> str:
    return f" ({count:,} times)" if count > 1 else ""


def _end(run: Run) -> str:
    return "interrupted" if run.ended == "interrupted" else f"ended by {run.error.split(':')[0]}"


def _count(calls: Calls) -> int:
    return calls.in_program + calls.step_by_step
