"""Writers of event files, which of them is meant, at which step, and whether to write at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.event_files import EventFile


class SummaryWriter:
    """Writes into a folder, while it is the default.

    Args:
        file: The file, or `None` to write nothing.
    """

    def __init__(self, file: EventFile | None) -> None:
        """Keep the file."""
        self.file = file

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[SummaryWriter]:
        """A block in which this writes what is summarised.

        Args:
            step: The step of what says none itself. Defaults to the one that was set before.
        """
        before = _now["step"]
        if step is not None:
            _now["step"] = step
        _defaults.append(self)
        try:
            yield self
        finally:
            _defaults.pop()
            self.flush()
            _now["step"] = before

    def set_as_default(self, step: Any = None) -> None:
        """Write what is summarised from now on."""
        _defaults[:] = [self]
        if step is not None:
            _now["step"] = step

    def init(self) -> None:
        """It has begun."""

    def flush(self) -> None:
        """Write what waits."""
        if self.file is not None:
            self.file.flush()

    def close(self) -> None:
        """End the file."""
        if self.file is not None:
            self.file.close()
            self.file = None


def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer of an event file.

    Args:
        logdir: The folder; it is made.
        max_queue: Taken, and of no effect: the end of a block writes what waits.
        flush_millis: Taken, and of no effect.
        filename_suffix: What the file's name ends in. Defaults to `".v2"`.
        name: Taken, and of no effect.
        experimental_trackable: Taken, and of no effect.
        experimental_mesh: Taken, and of no effect.

    Raises:
        NeedsTensorFlowName: If tensorboardX is not installed.
    """
    folder = os.fspath(logdir.numpy().decode() if hasattr(logdir, "numpy") else logdir)
    return SummaryWriter(EventFile(folder, filename_suffix or ".v2"))


def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing."""
    return SummaryWriter(None)


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Write what waits in a writer, by default in the one that is meant."""
    chosen = default() if writer is None else writer
    if chosen is not None:
        chosen.flush()


def default() -> SummaryWriter | None:
    """The writer that is meant."""
    return _defaults[-1] if _defaults else None


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A block in which summaries are written only if the condition holds.

    Args:
        condition: A boolean, or a function that gives one.
    """
    _conditions.append(condition)
    try:
        yield
    finally:
        _conditions.pop()


def should_record_summaries() -> bool:
    """Whether a summary would be written now."""
    return default() is not None and records()


def records() -> bool:
    """Whether the innermost condition holds."""
    if not _conditions:
        return True
    condition: bool | Callable[[], Any] = _conditions[-1]
    return bool(condition() if callable(condition) else condition)


def set_step(step: Any) -> None:
    """Set the step of what says none itself."""
    _now["step"] = step


def get_step() -> Any:
    """The step of what says none itself, or `None`."""
    return _now["step"]


def number_of(step: Any) -> int:
    """A step, a tensor or a variable too, as a number."""
    return int(np.asarray(step.numpy() if hasattr(step, "numpy") else step))


_defaults: list[SummaryWriter] = []
_conditions: list[Any] = []
_now: dict[str, Any] = {"step": None}
