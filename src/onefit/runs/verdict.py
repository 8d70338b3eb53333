"""What came of a run, for a person: at most ten lines, made from its record alone.

>>> from onefit.runs.record import Fit
>>> fit = Fit(file="xor.py", line=9, rows=4, weights=17, asked=20, way="one program")
>>> fit.run_seconds, fit.history = 0.005, {"loss": [0.75 - e / 60 for e in range(20)]}
>>> print("\\n".join(lines(Run(number=7, fits=[fit], ended="finished"))))
onefit: fit, xor.py:9: 4 rows, 17 weights, 20 epochs in 5.0 ms
  loss  0.750 █▇▆▅▄▃▂▁ 0.433   still falling
  all rows were trained on: these numbers say nothing about new rows
  kept as run 7: onefit show 7, onefit report 7
"""

from __future__ import annotations

from onefit.runs.curve import number
from onefit.runs.evaluations import without_fits
from onefit.runs.many_networks import beside_fits, brief, verdict
from onefit.runs.marks import eras, marked
from onefit.runs.one_fit import one_fit
from onefit.runs.record import Run
from onefit.runs.scores import at_the_end, is_void, shown
from onefit.runs.several_fits import few_fits, many_fits
from onefit.runs.words import counted, printable

MOST_LINES = 10
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
        populations = run.populations
        told = verdict(populations, run.populations_left_out) if populations else without_fits(run)
    elif len(run.fits) == 1 and not run.fits_left_out:
        told = one_fit(run.fits[0], run)
    elif len(run.fits) <= MOST_SINGLE and not run.fits_left_out:
        told = few_fits(run.fits, run)
    else:
        told = many_fits(run, MOST_LINES - 2)
    if run.fits:
        told += beside_fits(run.populations)
    if not told:
        return [printable(f"onefit: {remark}") for remark in run.remarks]
    # The last line says where a run is kept, if it is.
    room = MOST_LINES - len(told) - bool(run.number)
    extra = [*(marked(run) if with_findings else []), *(f"  {remark}" for remark in run.remarks)]
    if len(extra) > room:
        extra = _cut(extra, eras(run) if with_findings else [], room)
    return [printable(line) for line in (*told, *extra, *_kept(run))]


def headline(run: Run) -> str:
    """What came of a run, in a few words for a list.

    >>> from onefit.runs.record import Fit
    >>> headline(Run(fits=[Fit(history={"loss": [1.0, 0.5], "accuracy": [0.5, 0.9]})]))
    'loss 0.500, accuracy 0.900'
    """
    last = run.latest
    error = run.error if run.ended == "failed" else ""
    if last is not None:
        ends = at_the_end(last)
        values = {name: ends[name] for name in shown(last) if not is_void(name, ends, own=False)}
    elif run.evaluations:
        values = run.evaluations[-1].scores
    elif run.populations:
        values = {}
    else:
        calls = [
            counted(one.in_program + one.step_by_step, name) for name, one in run.verbs.items()
        ]
        return printable(error or ", ".join(calls))
    told = ", ".join(f"{name} {number(value)}" for name, value in list(values.items())[:3])
    if run.populations:
        count = len(run.populations) + run.populations_left_out
        several = f"{count} populations, the last: " if count > 1 else ""
        told = "; ".join(filter(None, [several + brief(run.populations[-1]), told]))
    return printable(f"{told}; {error}" if error else told)


def _cut(extra: list[str], always: list[str], room: int) -> list[str]:
    """As many lines as there is room for; those that are always shown stand behind the others.

    >>> _cut(["  a", "  b", "  c", "  era", "  d"], ["  era"], 3)
    ['  a', '  era', '  and 3 more: onefit show']
    >>> _cut(["  a", "  b", "  era"], ["  era"], 1)
    ['  era; and 2 more: onefit show']
    """
    others = [line for line in extra if line not in always]
    if not others:
        return always
    shown = max(0, room - len(always) - 1)
    more = f"and {len(others) - shown} more: onefit show"
    if always and room <= len(always):
        return [*always[:-1], f"{always[-1]}; {more}"]
    return [*others[:shown], *always, f"  {more}"]


def _kept(run: Run) -> list[str]:
    if not run.number:
        return []
    kept = run.number
    comparable = run.previous and run.latest is not None
    compare = f", onefit diff {run.previous} {kept}" if comparable else ""
    return [f"  kept as run {kept}: onefit show {kept}, onefit report {kept}{compare}"]
