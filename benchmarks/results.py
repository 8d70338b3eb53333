"""Read files of results: medians, spreads and ratios, always between processes of one turn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from cases import CASES


@dataclass(frozen=True)
class Case:
    """The results of one case.

    Attributes:
        found: The file's content: ``title``, ``machine``, ``versions``, ``job`` and ``runs``.
    """

    found: dict[str, Any]

    @property
    def peers(self) -> list[str]:
        """The peers, in the order in which they ran."""
        return list(dict.fromkeys(run["peer"] for run in self.found["runs"]))

    @property
    def fits(self) -> list[dict[str, Any]]:
        """The fits of the job."""
        return self.found["job"].get("fits", [])

    def values(
        self,
        peer: str,
        key: str,
        fit: str | None = None,
        process: str = "second",
        model: int = 0,
    ) -> dict[int, float]:
        """One measure of a peer in every turn.

        Args:
            peer: The peer's name.
            key: ``wall_s``, ``cpu_s``, ``peak_mb`` or whatever its scripts report.
            fit: The name of a fit, for what is reported for each fit.
            process: ``cold`` or ``second``; a peer that keeps nothing on the disk has only one.
            model: Which of several models of the fit.

        Returns:
            From the turn to the value; turns that failed are not in it.
        """
        runs = [run for run in self.found["runs"] if run["peer"] == peer]
        if process not in {run["process"] for run in runs}:
            process = "second"
        runs = [run for run in runs if run["process"] == process and "failed" not in run]
        found = {run["turn"]: _value(run, key, fit, model) for run in runs}
        return {turn: value for turn, value in found.items() if value is not None}

    def median(self, peer: str, key: str, *arguments: Any, **keywords: Any) -> float | None:
        """The median of :meth:`values`; None where there is none."""
        values = self.values(peer, key, *arguments, **keywords)
        return median(values.values()) if values else None

    def cell(self, peer: str, key: str, *arguments: Any, scale: float = 1, **keywords: Any) -> str:
        """Median and half of the range, as text: ``12.3 ±4%``."""
        values = [scale * v for v in self.values(peer, key, *arguments, **keywords).values()]
        if not values:
            return "–"
        middle = median(values)
        spread = (max(values) - min(values)) / 2 / abs(middle) if middle else 0.0
        return digits(middle) + (f" ±{100 * spread:.0f}%" if len(values) > 1 else "")

    def ratio(self, peer: str, other: str, key: str, *arguments: Any, **keywords: Any) -> float:
        """The median over the turns of one peer's value by the other's; NaN without one."""
        ours, theirs = (self.values(p, key, *arguments, **keywords) for p in (peer, other))
        if ours.keys().isdisjoint(theirs):
            a, b = (list(values.values()) for values in (ours, theirs))
            return median(a) / median(b) if a and b else float("nan")
        return median(ours[turn] / theirs[turn] for turn in ours.keys() & theirs.keys())

    def failures(self) -> list[str]:
        """What failed, once for each peer."""
        failed = {run["peer"]: run["failed"] for run in self.found["runs"] if "failed" in run}
        return [f"{peer}: {text.splitlines()[-1]}" for peer, text in failed.items()]


def _value(run: dict[str, Any], key: str, fit: str | None, model: int) -> float | None:
    if fit is None and key in run:
        return run[key]
    for line in run["printed"]:
        if fit is not None and (line.get("fit"), line.get("model")) == (fit, model):
            return line.get(key)
        if fit is None and "fit" not in line:
            values = line.get("measured", line)
            if key in values:
                return values[key]
    return None


def read(folder: Path) -> dict[str, Case]:
    """The results in a folder, in the order of the cases."""
    files = {name: folder / f"{name}.json" for name in CASES}
    return {name: Case(json.loads(p.read_text())) for name, p in files.items() if p.exists()}


def digits(number: float) -> str:
    """Three digits that count.

    >>> digits(1234.5), digits(12.345), digits(0.0012345)
    ('1234', '12.3', '0.00123')
    """
    if number == 0 or abs(number) >= 100:
        return f"{number:.0f}"
    text = f"{number:.3g}"
    return f"{float(text):.6f}".rstrip("0").rstrip(".") if "e" in text else text
