"""One progress bar over the whole population."""

from __future__ import annotations

import sys
import time

import numpy as np

from onefit.population.running.histories import Record

WIDTH = 20


class Bar:
    """A line that says how far the members are, and how good the best and the median.

    Args:
        verbose: `0` for no bar; else it is shown, and ends with its last state.
        population: Whose histories are shown.
    """

    def __init__(self, verbose: str | int, population: Record) -> None:
        """Nothing is shown yet."""
        self.on, self.population = verbose not in (0, "0"), population
        self.began, self.length = time.monotonic(), 0
        self.live = verbose != 2 and hasattr(sys.stdout, "isatty") and sys.stdout.isatty()
        self.fits = 0.0

    def show(self, last: bool = False) -> None:
        """Write the line over the one before; where that cannot be, write it once at the end."""
        if not self.on or not (self.live or last):
            return
        text = self.line()
        padding = " " * max(0, self.length - len(text))
        self.length = len(text)
        start = "\r" if self.live else ""
        sys.stdout.write(f"{start}{text}{padding}" + ("\n" if last else ""))
        sys.stdout.flush()

    def line(self) -> str:
        """The line."""
        population = self.population
        total = len(population.members)
        done, epochs = int(population.finished.sum()), float(population.epochs.sum())
        share = min(1.0, (epochs + population.saved()) / (total * population.given["epochs"]))
        filled = int(WIDTH * share)
        parts = [f"{done}/{total} members", f"{'━' * filled}{'╌' * (WIDTH - filled)}"]
        name, values = population.present()
        if values.size:
            parts.append(f"{name} best {values.min():.4g}, median {np.median(values):.4g}")
        spent = time.monotonic() - self.began
        if done < total and share > 0:
            parts.append(f"{_time(spent * (1 - share) / share)} left")
        else:
            parts.append(_time(spent))
        return " ".join(parts)


def _time(seconds: float) -> str:
    """Seconds, in words.

    >>> _time(0.25), _time(75)
    ('0.2 s', '1:15')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
