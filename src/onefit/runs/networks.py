"""What is kept of many networks that were trained together: plain values, as of a single `Fit`.

>>> one = Configuration(0, scores={"val_loss": Score(0.25, 0.01, [0.24, 0.26])})
>>> Networks(metric="val_loss", configurations=[one]).best.scores["val_loss"].mean
0.25
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Plain: TypeAlias = str | int | float | bool | None


@dataclass
class Score:
    """A metric of several networks.

    Args:
        mean: Its mean over folds, or over starts or samples; NaN if one of them has none.
        error: The standard error of the mean; NaN of a single value.
        parts: The values that the mean is of.
    """

    mean: float = math.nan
    error: float = math.nan
    parts: list[float] = field(default_factory=list)


@dataclass
class Band:
    """A metric of several networks over the epochs.

    Args:
        epochs: The epochs, counted from 1; of a long training, some in equal steps.
        low: What a tenth of the networks is below.
        middle: The median.
        high: What a tenth is above.
        best: The network with the best value of all.
        networks: How many there are.
    """

    epochs: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    best: list[float] = field(default_factory=list)
    networks: int = 0


@dataclass
class Configuration:
    """Networks with the same hyper-parameters.

    Args:
        number: Which combination of the sweep it is, counted from 0.
        values: The hyper-parameters.
        members: How many networks were trained.
        diverged: How many of them diverged.
        complete: Whether all that were asked for were trained to their end.
        scores: Its metrics.
        curves: Its metrics over the epochs, of the few best configurations.
    """

    number: int = 0
    values: dict[str, Plain] = field(default_factory=dict)
    members: int = 0
    diverged: int = 0
    complete: bool = True
    scores: dict[str, Score] = field(default_factory=dict)
    curves: dict[str, Band] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its hyper-parameters as text."""
        return named(self.values)


@dataclass
class Simple:
    """A simple model on the same rows.

    Args:
        name: What it is: `"a linear model"`.
        scores: Its metrics.
    """

    name: str = ""
    scores: dict[str, Score] = field(default_factory=dict)


@dataclass
class Networks:
    """Networks that one call has trained.

    Args:
        file: The file of the line that called.
        line: Its number.
        model: The model's name.
        rows: Rows of the table; `None` if they are not known.
        asked: How many networks there were to be.
        trained: How many there are.
        weights: How many numbers the smallest and the largest of them train.
        kinds: How many there are of what they differ in: `{"configuration": 8, "fold": 5}`.
        epochs: How many epochs the shortest and the longest training had.
        seconds: How long the call took.
        compile_seconds: How long XLA compiled, summed over threads.
        run_seconds: How long programs ran, summed over threads.
        ended: `"finished"` or `"interrupted"`.
        notes: What is to be known of how they ended.
        metric: The metric that they are compared by.
        rises: Whether more of it is better.
        metrics: The metrics that are shown.
        over: Over what the means are, and on which rows.
        configurations: The configurations from the best to the worst, at most
            `MOST_CONFIGURATIONS`.
        configured: How many configurations there are.
        simple: What simple models get on the same rows.
        remarks: What is not in the table of results: metrics, and simple models with the reason.
        chosen: The number of the chosen configuration; -1 if there is none.
        choice: What was chosen, among how many, and what to expect of it, in lines.
        table: The networks, a list for each column, at most `MOST_ROWS` of them.
        plan: How they were run.
    """

    file: str = ""
    line: int = 0
    model: str = ""
    rows: int | None = None
    asked: int = 0
    trained: int = 0
    weights: list[int] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    epochs: list[int] = field(default_factory=list)
    seconds: float = 0.0
    compile_seconds: float = 0.0
    run_seconds: float = 0.0
    ended: str = "finished"
    notes: list[str] = field(default_factory=list)
    metric: str = ""
    rises: bool = False
    metrics: list[str] = field(default_factory=list)
    over: str = ""
    configurations: list[Configuration] = field(default_factory=list)
    configured: int = 0
    simple: list[Simple] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    chosen: int = -1
    choice: list[str] = field(default_factory=list)
    table: dict[str, list[Plain]] = field(default_factory=dict)
    plan: str = ""

    @property
    def best(self) -> Configuration:
        """The best configuration."""
        return self.configurations[0]


class HasValues(Protocol):
    """Something with hyper-parameters."""

    @property
    def values(self) -> Mapping[str, object]:
        """The hyper-parameters by their names."""


def swept_numbers(found: Sequence[HasValues]) -> list[str]:
    """The names of a sweep that have different numbers.

    >>> swept_numbers([Configuration(0, {"a": 1, "b": "x"}), Configuration(1, {"a": 2, "b": "y"})])
    ['a']
    """
    names = found[0].values if found else {}
    columns = {name: [one.values[name] for one in found] for name in names}
    return [
        name
        for name, values in columns.items()
        if all(map(_is_number, values)) and len(set(values)) > 1
    ]


def _is_number(value: object) -> bool:
    # True and False are two kinds, and no places on an axis.
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and math.isfinite(value)  # type: ignore[arg-type]


def is_grid(found: Sequence[HasValues], names: Sequence[str]) -> bool:
    """Whether every combination of two numbers was trained, once."""
    pairs = {tuple(one.values[name] for name in names) for one in found}
    sizes = [len({one.values[name] for one in found}) for name in names]
    return len(pairs) == len(found) == sizes[0] * sizes[1] and min(sizes) > 1


def joins(found: Sequence[HasValues], names: Sequence[str]) -> bool:
    """Whether a line through the means says something: one number was swept, and nothing else."""
    return len(names) == 1 and len({one.values[names[0]] for one in found}) == len(found)


def named(values: Mapping[str, object]) -> str:
    """Hyper-parameters as text.

    >>> named({"units": 8, "learning_rate": 0.0123456, "activation": "relu"})
    'units=8, learning_rate=0.01235, activation=relu'
    """
    shown = ((name, f"{v:.4g}" if isinstance(v, float) else str(v)) for name, v in values.items())
    return ", ".join(f"{name}={text}" for name, text in shown)
