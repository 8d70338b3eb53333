"""One progress bar over the whole population, from the first model that is built to the end."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType

import numpy as np

from onefit.population.running.histories import Record

_title: ContextVar[str] = ContextVar("the part of a larger whole that is run", default="")


@contextlib.contextmanager
def titled(title: str) -> Iterator[None]:
    """A block whose bars say which part of a larger whole they are, such as `"turn 2 of 8"`."""
    token = _title.set(title)
    try:
        yield
    finally:
        _title.reset(token)


WIDTH = 20
LIVE = 0.25  # seconds between two states of a line on a terminal
LOGGED = 60.0  # seconds between two lines in a file
FIRST = 1.0  # seconds until the first of them: what is shorter has one line


class Bar:
    """A line that says what is being done, how far the members are, and how good they are.

    It goes to standard error, as that of tqdm does, so that what a script prints can be piped on.
    On a terminal the line is written over and over. Anywhere else (a file, a pipe) there is one
    after the first second, one a minute, and one at the end. A thread of its own writes it, because
    the main thread may be busy for many seconds with tracing a model or waiting for XLA.

    Args:
        verbose: `0` for no bar; else it is shown, and ends with its last state.
        total: How many members there are.
    """

    def __init__(self, verbose: str | int, total: int) -> None:
        """Nothing is shown yet."""
        self.on, self.total = verbose not in (0, "0"), total
        self.record: Record | None = None
        self.title = f"{_title.get()}: " if _title.get() else ""
        self.doing = ""
        self.began, self.length = time.monotonic(), 0
        self.live = verbose != 2 and _is_terminal()
        # As if a line had been written long ago, so that the first one is due after `FIRST`.
        self.shown = 0.0 if self.live else self.began - LOGGED + min(FIRST, LOGGED)
        self.lock, self.over = threading.Lock(), threading.Event()

    def __enter__(self) -> Bar:
        """Begin to show it."""
        if self.on:
            self.show()
            threading.Thread(target=self._keep_showing, name="onefit-bar", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType
    ) -> None:
        """Write the last state, or take the line away if nothing has run."""
        self.over.set()
        with self.lock:
            if self.on and self.record is not None:
                self.doing = ""
                self._write(self.line(), "\n")
            elif self.on and self.live:
                self._write("", "\r")

    def _keep_showing(self) -> None:
        while not self.over.wait(LIVE):
            self.show()

    def watch(self, record: Record) -> None:
        """Show the members of this record from now on."""
        self.record = record

    def stage(self, doing: str) -> None:
        """Say what is being done, such as `"compiling 2 of 6 programs"`; `""`: members run."""
        self.doing = doing

    def show(self) -> None:
        """Write the line, if it is time."""
        with self.lock:
            now = time.monotonic()
            if self.on and not self.over.is_set() and now - self.shown >= self._pause:
                self.shown = now
                self._write(self.line(), "" if self.live else "\n")

    @property
    def _pause(self) -> float:
        return LIVE / 2 if self.live else LOGGED

    def _write(self, text: str, end: str) -> None:
        """Write a line over the one before; a new one where that cannot be."""
        padding = " " * max(0, self.length - len(text))
        self.length = len(text)
        start = "\r" if self.live else ""
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):  # it may be closed
                sys.stderr.write(f"{start}{text}{padding if self.live else ''}{end}")
                sys.stderr.flush()

    def line(self) -> str:
        """The line."""
        record, spent = self.record, time.monotonic() - self.began
        if record is None:
            doing = self.doing or "reading the data"
            return f"{self.title}{self.total} members, {doing}, {_time(spent)}"
        counted = record.counted
        done, share = int(record.finished[counted].sum()), record.share()
        filled = int(WIDTH * share)
        parts = [
            f"{self.title}{done}/{len(counted)} members",
            f"{'━' * filled}{'╌' * (WIDTH - filled)}",
        ]
        name, values = record.present()
        if values.size:
            parts.append(f"{name} best {values.min():.4g}, median {np.median(values):.4g}")
        if self.doing:
            parts.append(f"{self.doing}, {_time(spent)}")
        elif done < len(counted) and share > 0 and not self.over.is_set():
            parts.append(f"{_time(spent * (1 - share) / share)} left")
        else:
            parts.append(_time(spent))
        return " ".join(parts)


def _is_terminal() -> bool:
    """Whether standard error is a terminal: there may be none, or it may be closed."""
    try:
        return bool(sys.stderr.isatty())
    except (AttributeError, ValueError):
        return False


def _time(seconds: float) -> str:
    """Seconds, in words.

    >>> _time(0.25), _time(75)
    ('0.2 s', '1:15')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
