"""Networks that were trained together, as text: the result first.

>>> from onefit.runs.networks import Configuration, Score
>>> one = Configuration(0, scores={"loss": Score(0.25, 0.01, [0.24, 0.26])})
>>> many = Networks(trained=2, weights=[17, 17], kinds={"start": 2}, epochs=[9, 9], seconds=0.5)
>>> many.metrics, many.configurations, many.configured = ["loss"], [one], 1
>>> many.over = "mean over 2 starts, on the rows trained on"
>>> print(*lines(many), sep="\\n")
2 networks of 17 weights: 2 starts, 9 epochs in 0.50 s
                 loss
  all networks   0.25 ± 0.01
  mean over 2 starts, on the rows trained on
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from onefit.runs.networks import Configuration, Networks, Plain, Score
from onefit.runs.words import counted, place, seconds

BEST = 5
"""Configurations that are shown."""

IN_A_VERDICT = 3
"""Configurations in the verdict at the end of a run."""

CONFIGURATIONS = 20
"""Configurations that `onefit show` shows."""

NETWORKS = 20
"""Networks that it lists."""

MOST_POPULATIONS = 5
"""Populations of a run that have a line each."""

WIDEST = 60
"""Characters of a configuration's name."""


def lines(many: Networks, best: int = BEST) -> list[str]:
    """What came of them.

    Args:
        many: Their record.
        best: How many configurations to show. Defaults to `BEST`.
    """
    told = [head(many), *(f"  {note}" for note in many.notes)]
    if not many.configurations:
        return [told[0], "  none of them has been through an epoch"]
    shown = many.configurations[:best]
    rows = [["", *many.metrics]]
    rows += [[label(many, one), *_cells(one.scores, many.metrics)] for one in shown]
    rows += [[one.name, *_cells(one.scores, many.metrics)] for one in many.simple]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    table = [_lined(row, widths) for row in rows]
    if many.configured > len(shown):
        # Behind the heading and the configurations, and before the simple models.
        table.insert(1 + len(shown), f"  … and {many.configured - len(shown):,} more")
    return [*told, *table, f"  {many.over}", *(f"  {remark}" for remark in many.remarks)]


def head(many: Networks) -> str:
    """How many networks of what kind, in what time."""
    low, high = many.weights
    size = counted(low, "weight") if low == high else f"{low:,} to {high:,} weights"
    parts = " × ".join(counted(count, noun) for noun, count in many.kinds.items())
    first, last = many.epochs
    epochs = counted(last, "epoch") if first == last else f"{first:,} to {last:,} epochs"
    told = f"{counted(many.trained, 'network')} of {size}" + (f": {parts}" if parts else "")
    return f"{told}, {epochs} in {seconds(many.seconds)}"


def label(many: Networks, one: Configuration) -> str:
    """What a configuration is called in a table, and how its networks ended."""
    name = one.name or ("one configuration" if "fold" in many.kinds else "all networks")
    if len(name) > WIDEST:
        name = name[: WIDEST - 1] + "…"
    if not one.complete:
        name += " (unfinished)"
    return name + (f" ({one.diverged} diverged)" if one.diverged else "")


def worded(score: Score) -> str:
    """A mean with its standard error.

    >>> worded(Score(0.25, 0.0123)), worded(Score(0.25)), worded(Score())
    ('0.25 ± 0.012', '0.25', '–')
    """
    if not math.isfinite(score.mean):
        return "–"
    error = f" ± {score.error:.2g}" if math.isfinite(score.error) else ""
    return f"{score.mean:.4g}{error}"


def brief(many: Networks) -> str:
    """The best of them in a few words, for a list of runs.

    >>> one = Configuration(0, {"units": 8}, scores={"val_loss": Score(0.25, 0.01)})
    >>> brief(Networks(trained=20, metric="val_loss", configurations=[one], configured=4))
    '20 networks, best val_loss 0.25 ± 0.01 (units=8)'
    """
    told = counted(many.trained, "network")
    if not many.configurations:
        return told
    one = many.best
    among = f" ({one.name})" if one.name else ""
    word = "best " if many.configured > 1 else ""
    return f"{told}, {word}{many.metric} {worded(one.scores.get(many.metric, Score()))}{among}"


def verdict(populations: Sequence[Networks], left_out: int = 0) -> list[str]:
    """The lines at the end of a run that has trained nothing else.

    Args:
        populations: Their records, at least one.
        left_out: How many more there were. Defaults to `0`.
    """
    if len(populations) == 1:
        first, *rest = lines(populations[0], best=IN_A_VERDICT)
        return [f"onefit: {place(populations[0])}: {first}", *rest]
    count = len(populations) + left_out
    latest = populations[-MOST_POPULATIONS:]
    told = [f"onefit: {count:,} populations" + (", the latest:" if count > len(latest) else "")]
    return [*told, *beside_fits(latest)]


def beside_fits(populations: Sequence[Networks]) -> list[str]:
    """A line for each."""
    return [f"  {place(many)}: {brief(many)}" for many in populations[-MOST_POPULATIONS:]]


def in_full(many: Networks, networks: int = NETWORKS) -> list[str]:
    """Everything there is to tell: configurations, what was chosen, and the networks.

    Args:
        many: Their record.
        networks: How many networks to list. Defaults to `NETWORKS`.
    """
    told = lines(many, best=CONFIGURATIONS)
    told[0] = f"{place(many)}: {told[0]}"
    if many.choice and many.configured > 1:
        told += ["", f"  chosen: {many.choice[0]}", *(f"  {line}" for line in many.choice[1:])]
    return [*told, *(["", *_networks(many, networks)] if many.table else [])]


def _networks(many: Networks, most: int) -> list[str]:
    """A line for each network, as far as there is room."""
    names = list(many.table)
    columns = [[_short(value) for value in many.table[name][:most]] for name in names]
    widths = [max(map(len, [name, *column])) for name, column in zip(names, columns)]
    told = ["  " + "  ".join(name.rjust(width) for name, width in zip(names, widths))]
    for row in zip(*columns):
        told.append("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    kept = len(many.table[names[0]])
    if kept > most:
        told.append(f"  … {kept - most:,} more: onefit show --networks {kept}")
    if many.trained > kept:
        told.append(f"  … of {many.trained:,} networks the first {kept:,} are kept in a run")
    return told


def _short(value: Plain) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cells(scores: dict[str, Score], metrics: Sequence[str]) -> list[str]:
    return [worded(scores[name]) if name in scores else "" for name in metrics]


def _lined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  " + "   ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()
