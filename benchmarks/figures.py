"""The figures of the report, as SVG. Matplotlib is needed here and nowhere else in the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams |= {
    "svg.fonttype": "none",
    "svg.hashsalt": "onefit",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.axis import Axis  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import NullFormatter  # noqa: E402
from results import Case, digits  # noqa: E402

COLOURS = {
    "onefit": "#d1495b",
    "jax-scan": "#222222",
    "keras-jax": "#2e86ab",
    "keras-jax-steps": "#7fb7d1",
    "tensorflow": "#f0a202",
    "torch": "#7b2d8b",
    "torch-compile": "#bb86c9",
    "sklearn": "#3a7d44",
    "numpy": "#8a8a8a",
}


def draw(found: dict[str, Case], folder: Path, prefix: str) -> dict[str, str]:
    """Draw what there are results for: from the case's name to the file's."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name, function in _FIGURES.items():
        if name in found:
            drawn[name] = f"{prefix}-{name}.svg"
            figure = function(found[name])
            figure.savefig(folder / drawn[name], metadata={"Date": None})
            plt.close(figure)
    return drawn


def _whole(case: Case) -> Figure:
    bars = []
    for peer in case.peers:
        for process in dict.fromkeys(r["process"] for r in case.found["runs"] if r["peer"] == peer):
            seconds = case.median(peer, "wall_s", process=process)
            if seconds:
                bars.append((seconds, peer, process))
    bars.sort(reverse=True)
    figure, axes = plt.subplots(figsize=(6.5, 0.6 + 0.28 * len(bars)))
    for row, (seconds, peer, process) in enumerate(bars):
        axes.barh(row, seconds, color=COLOURS[peer], alpha=0.55 if process == "cold" else 1)
        axes.text(seconds * 1.05, row, f"{digits(seconds)} s", va="center")
    axes.set_yticks(
        range(len(bars)), [f"{peer}, cold" if p == "cold" else peer for _, peer, p in bars]
    )
    axes.set(xscale="log", xlabel="whole process, s (log scale)")
    axes.set_xlim(bars[-1][0] / 2, bars[0][0] * 2)
    _plain(axes.xaxis)
    return figure


def _dense(case: Case) -> Figure:
    sizes = sorted({fit["batch_size"] for fit in case.fits})
    figure, panels = plt.subplots(
        1, len(sizes), figsize=(3.2 * len(sizes), 3.2), squeeze=False, sharey=True
    )
    for axes, batch_size in zip(panels[0], sizes):
        chosen = [fit for fit in case.fits if fit["batch_size"] == batch_size]
        _lines(axes, case, chosen, lambda fit: float(fit["name"].split("/")[0]), "weights")
        axes.set(title=f"batch {batch_size}", xscale="log", yscale="log")
    panels[0][0].set_ylabel("us a row")
    panels[0][-1].legend(frameon=False, fontsize=7)
    return figure


def _scaling(case: Case) -> Figure:
    axes_names = list(dict.fromkeys(fit["axis"] for fit in case.fits))
    figure, panels = plt.subplots(2, 2, figsize=(7, 5.4))
    for axes, axis in zip(panels.flat, axes_names):
        chosen = [fit for fit in case.fits if fit["axis"] == axis]
        _lines(axes, case, chosen, lambda fit: fit["value"], axis, per_row=False)
        axes.set(xscale="log", yscale="log", ylabel="fit, s")
        axes.set_xticks([fit["value"] for fit in chosen], [f"{fit['value']}" for fit in chosen])
        axes.xaxis.set_minor_formatter(NullFormatter())
        _plain(axes.yaxis)
    panels.flat[0].legend(frameon=False, fontsize=7)
    return figure


def _plain(axis: Axis) -> None:
    axis.set_major_formatter(lambda value, _: digits(value))
    axis.set_minor_formatter(NullFormatter())


def _lines(
    axes: Axes,
    case: Case,
    fits: list[dict],
    position: Callable[[dict], float],
    label: str,
    per_row: bool = True,
) -> None:
    for peer in (peer for peer in case.peers if peer in COLOURS):
        points = []
        for fit in fits:
            seconds = case.median(peer, "run_s", fit["name"])
            scale = 1e6 / fit["rows"] / fit["epochs"][-1] if per_row else 1
            if seconds:
                points.append((position(fit), seconds * scale))
        if points:
            axes.plot(*zip(*points), "o-", ms=3, lw=1.2, color=COLOURS[peer], label=peer)
    axes.set_xlabel(label)


def _many(case: Case) -> Figure:
    figure, axes = plt.subplots(figsize=(5, 3))
    for peer in case.peers:
        values = [(m, case.median(peer, "memory_mb", "many", model=m)) for m in range(0, 501, 10)]
        points = [(m + 1, memory) for m, memory in values if memory]
        if points:
            axes.plot(*zip(*points), color=COLOURS[peer], label=peer)
    axes.set(xlabel="models trained", ylabel="resident memory, MB", ylim=(0, None))
    axes.legend(frameon=False)
    return figure


_FIGURES: dict[str, Callable[[Case], Figure]] = {
    "tutorial": _whole,
    "dense_table": _dense,
    "dense_fashion": _dense,
    "scaling": _scaling,
    "many": _many,
}
