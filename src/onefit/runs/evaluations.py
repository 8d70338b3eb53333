"""The verdict on a run that has trained nothing: what was evaluated, with what result."""

from __future__ import annotations

from collections.abc import Sequence

from onefit.runs.comparison import beside
from onefit.runs.curve import number
from onefit.runs.record import Calls, Evaluation, Run
from onefit.runs.words import counted, place, seconds

MOST_SCORES = 4
"""Scores of one evaluation that have a line each."""

MOST_LINES = 5
"""Evaluations that have a line each."""


def without_fits(run: Run) -> list[str]:
    """What else ran, and how the script ended; nothing after `--help`.

    Args:
        run: The record of a run without a `fit`.

    >>> run = Run(evaluations=[Evaluation("load.py", 9, 4, 17, {"loss": 0.5}, seconds=0.2)])
    >>> run.verbs = {"evaluate": Calls(in_program=1)}
    >>> print(*without_fits(run), sep="\\n")
    onefit: evaluate, load.py:9: 4 rows, 17 weights, in 0.20 s
      loss  0.500
    """
    calls = {name: _count(one) for name, one in run.verbs.items()}
    told = ", ".join(counted(count, name) for name, count in calls.items() if count)
    if told:
        if len(run.evaluations) == 1 and calls.get("evaluate") == 1:
            return _evaluated(run.evaluations[0])
        spent = sum(one.run_seconds + one.compile_seconds for one in run.verbs.values())
        return [
            f"onefit: {told} in {seconds(spent)}",
            *_scores(run.evaluations, calls.get("evaluate", 0)),
        ]
    if run.error.startswith("exit code"):  # after --help, or a mistake in the script's arguments
        return []
    none = "fit, evaluate or predict ran through onefit"
    if run.ended in ("interrupted", "failed"):
        return [f"onefit: the script was {_end(run)} before any {none}"]
    return [f"onefit: no {none}"]


def _evaluated(evaluation: Evaluation) -> list[str]:
    """One evaluation by itself: each score, and what it has to be compared with."""
    size = [f"{evaluation.rows:,} rows"] if evaluation.rows is not None else []
    size += [f"{evaluation.weights:,} weights"] if evaluation.weights else []
    where = f"{place(evaluation)}: {', '.join([*size, f'in {seconds(evaluation.seconds)}'])}"
    names = list(evaluation.scores)[:MOST_SCORES]
    width = max(map(len, names), default=0)
    told = [f"onefit: evaluate, {where}"]
    for name in names:
        value = evaluation.scores[name]
        compared = beside(name, value, evaluation.constants.get(name))
        told.append(f"  {name:<{width}}  {number(value)}   {compared}".rstrip())
    return told


def _scores(evaluations: Sequence[Evaluation], calls: int) -> list[str]:
    """A line for each of several evaluations; those that say the same share one."""
    told: dict[str, int] = {}
    for one in evaluations:
        scores = list(one.scores.items())[:3]
        line = f"{place(one)}: {', '.join(f'{name} {number(value)}' for name, value in scores)}"
        told[line] = told.get(line, 0) + 1
    lines = [
        f"  evaluate, {line}" + (f" ({count:,} times)" if count > 1 else "")
        for line, count in list(told.items())[:MOST_LINES]
    ]
    if len(told) > MOST_LINES:
        lines.append(f"  {len(told) - MOST_LINES} more results: onefit show --json")
    if evaluations and calls > len(evaluations):
        lines.append(f"  only the first {len(evaluations)} evaluations were looked at")
    return lines


def _end(run: Run) -> str:
    return "interrupted" if run.ended == "interrupted" else f"ended by {run.error.split(':')[0]}"


def _count(calls: Calls) -> int:
    return calls.in_program + calls.step_by_step
