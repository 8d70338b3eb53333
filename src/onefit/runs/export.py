"""The curves of runs for other programs: a table, and TensorBoard's event files."""

from __future__ import annotations

import csv as csv_module
import logging
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from onefit.runs.record import Fit, Run
from onefit.runs.store import Store
from onefit.runs.words import place

HEAD = ("run", "started", "script", "fit", "line", "epoch", "name", "value")


class ExportError(Exception):
    """Something that an export needs is missing."""


def csv(store: Store, script: str, most: int, file: str) -> None:
    """Write every logged number of the runs into a table, a row for each.

    Args:
        store: Where the runs are.
        script: Only runs whose script has this in its name; `""` for all.
        most: How many runs at most, the newest; `-1` for all.
        file: The file to write, or `-` for standard output.
    """
    if file == "-":
        _rows(sys.stdout, store, script, most)
    else:
        # The csv module writes the ends of lines itself: without `newline=""` they double on
        # Windows.
        with open(file, "w", newline="", encoding="utf-8") as opened:
            _rows(opened, store, script, most)


def _rows(opened: TextIO, store: Store, script: str, most: int) -> None:
    writer = csv_module.writer(opened)
    writer.writerow(HEAD)
    for run in _runs(store, script, most):
        for at, fit in enumerate(run.fits, start=1):
            for name, values in fit.history.items():
                for epoch, value in enumerate(values, start=fit.first + 1):
                    writer.writerow(
                        (run.number, run.started, run.script, at, place(fit), epoch, name, value)
                    )


def tensorboard(store: Store, script: str, most: int, folder: str) -> str:
    """Write the curves of the runs as TensorBoard's event files, without TensorFlow.

    Args:
        store: Where the runs are.
        script: Only runs whose script has this in its name; `""` for all.
        most: How many runs at most, the newest; `-1` for all.
        folder: The folder to write into: one below it for each fit, as Keras's own callback does.

    Returns:
        How to look at them.

    Raises:
        ExportError: If tensorboardX is not installed.
    """
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise ExportError(
            "expected tensorboardX, which writes TensorBoard's files; it is not installed: "
            'pip install "onefit[tensorboard]"'
        ) from error
    logging.getLogger("tensorboardX.x2num").setLevel(logging.ERROR)  # a line for each NaN
    for run in _runs(store, script, most):
        for at, fit in enumerate(run.fits, start=1):
            _events(SummaryWriter, fit, os.path.join(folder, _folder(run, at)))
    return f"tensorboard --logdir {folder}"


def _folder(run: Run, at: int) -> str:
    several = len(run.fits) + run.fits_left_out > 1
    return f"run-{run.number}" + (f"-fit-{at}" if several else "")


def _events(writer_class: type, fit: Fit, folder: str) -> None:
    """The numbers of a fit under the names of Keras's own TensorBoard callback."""
    for kind in ("train", "validation"):
        validated = kind == "validation"
        names = [name for name in fit.history if name.startswith("val_") == validated]
        if not names:
            continue
        with writer_class(os.path.join(folder, kind)) as writer:
            for name in names:
                # Keras's callback counts epochs from 0.
                for epoch, value in enumerate(fit.history[name], start=fit.first):
                    writer.add_scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)


def _runs(store: Store, script: str, most: int) -> Iterator[Run]:
    for row in store.rows(script, most):
        run = store.get(row.number)
        if run is not None:
            yield run
