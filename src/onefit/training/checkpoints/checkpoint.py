"""The checkpoint of one fit: when it is written, and whether the fit goes on from it.

A run hands over its values at a border. They are packed there, which takes a copy of what will
change, and a thread writes them while the training goes on. The next border that is written lies
`INTERVAL` later, or as much later as keeps the cost at `SHARE` of the time.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from onefit.console import tell
from onefit.errors import CheckpointError
from onefit.findings import Finding
from onefit.training.checkpoints.generations import Busy, Generations
from onefit.training.checkpoints.identity import Parts, changed
from onefit.training.checkpoints.request import Request
from onefit.training.checkpoints.values import packed

INTERVAL = 1.5  # seconds; a border comes at most 0.2 s later, so no more than 2 s are lost
SHARE = 0.02  # of the time that checkpoints may take
# Drawn, because the number of a process is given again, and is always the same in a container.
PROCESS = os.urandom(16).hex()


class Identified(Protocol):
    """A training, by what decides about its numbers."""

    @property
    def parts(self) -> Parts:
        """Each part as short text."""


class Checkpoint:
    """A training and the folder of its checkpoint.

    Args:
        identity: The training, before its callbacks have been called.
        request: What is asked for.
        generations: The folder, locked.
    """

    def __init__(self, identity: Identified, request: Request, generations: Generations) -> None:
        """Nothing is written yet."""
        self.request, self.generations = request, generations
        self.identity = identity
        self.thread: threading.Thread | None = None
        self.began = time.perf_counter()
        self.next = self.began + INTERVAL
        self.failed = self.resumed = self.interrupted = False

    def saved(self, way: str) -> dict[str, Any] | None:
        """The values from which the fit goes on; `None` where it begins anew.

        Args:
            way: How the fit runs, as `write` is told it.
        """
        try:
            return self._saved(way)
        except Exception as error:  # of a model that does not let itself be looked at
            self.fail(error)
            return None

    def _saved(self, way: str) -> dict[str, Any] | None:
        for path, found in self.generations.read():
            if found is None:
                say(Finding("OF402", where=str(path)))
                continue
            if self.request.polite and found["process"] == PROCESS:
                return None  # what Keras's own callback does within one process stays its own
            differing = changed(found["identity"], self.identity.parts)
            if not differing and found["way"] != way:
                differing.append("the plan")
            if differing:
                evidence = f"{', '.join(differing)} changed"
                say(Finding("OF401", where=str(self.request.folder), evidence=evidence))
                return None
            content: dict[str, Any] = found["content"]
            where = content.get("where") or f"in epoch {content['epoch'] + 1}"
            done = "has finished" if content["ended"] else f"goes on {where}"
            tell(f"onefit: the training {done}, from the checkpoint {path}")
            self.resumed = True
            return content
        return None

    @property
    def due(self) -> bool:
        """Whether the border that has been reached is to be written."""
        idle = self.thread is None or not self.thread.is_alive()
        return idle and time.perf_counter() >= self.next

    def write(self, way: str, run: Callable[[], dict[str, Any]]) -> None:
        """Begin to write a border.

        Args:
            way: How the fit runs.
            run: Gives the values from which it can go on.
        """
        began, arrays = time.perf_counter(), list[Any]()
        try:
            told = packed(run(), arrays)
        except Exception as error:  # no checkpoint is worth a training
            self.fail(error)
            # What cannot be packed now cannot be at the next border either.
            self.next = float("inf")
            return
        spent = time.perf_counter() - began
        self.thread = threading.Thread(
            target=self._write, args=(way, told, arrays, spent), name="onefit-checkpoint"
        )
        self.thread.start()

    def _write(self, way: str, told: Any, arrays: list[Any], spent: float) -> None:
        """In a thread: write a generation, and say when the next one is due."""
        try:
            about = {"way": way, "process": PROCESS, "identity": self.identity.parts}
            looked = time.thread_time()  # at the data, once
            self.generations.write(about, told, arrays)
            # What the thread computes: while it waits for the disk, the training runs.
            spent += time.thread_time() - looked
        except Exception as error:
            self.fail(error)
        self.next = time.perf_counter() + max(INTERVAL, spent / SHARE)

    def fail(self, error: Exception) -> None:
        """Say once that nothing is written."""
        if not self.failed:
            told = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            say(Finding("OF403", where=str(self.request.folder), evidence=str(told)))
        self.failed = True

    def finish(self, way: str, run: Callable[[], dict[str, Any]]) -> None:
        """Write the end of a fit that the script, run again, is to pass over.

        A short fit is not worth it.
        """
        self.wait()
        if self.request.stays and time.perf_counter() - self.began >= INTERVAL:
            self.write(way, run)

    def wait(self) -> None:
        """Wait until nothing is being written."""
        if self.thread is not None:
            self.thread.join()

    def close(self, finished: bool) -> None:
        """The fit has ended; what it has written is removed if it is not needed any more.

        Args:
            finished: Whether it came to its end.
        """
        self.wait()
        if finished and not self.request.stays:
            self.generations.clear()
        self.generations.close()


@contextlib.contextmanager
def checkpoint_of(
    request: Request | None, identify: Callable[[], Identified]
) -> Iterator[Checkpoint | None]:
    """The checkpoint of a training while it runs; none where none is asked for, or possible.

    Args:
        request: What is asked for.
        identify: Looks at the training.

    Raises:
        CheckpointError: If another process trains with the folder.
    """
    opened = None if request is None else _opened(identify, request)
    if opened is None:
        yield None
        return
    finished = False
    try:
        yield opened
        finished = not opened.interrupted
    finally:
        opened.close(finished)


def _opened(identify: Callable[[], Identified], request: Request) -> Checkpoint | None:
    folder = request.folder
    try:
        return Checkpoint(identify(), request, Generations(folder))
    except Busy as busy:
        if request.polite:
            say(Finding("OF405", where=str(folder), evidence=f"process {busy}"))
            return None
        raise CheckpointError(
            f"Expected a folder for checkpoints that no other training uses. Received: {folder}, "
            f"which process {busy} uses. Wait for it, or give each training a folder of its own."
        ) from None
    except OSError as error:
        say(Finding("OF403", where=str(folder), evidence=error.strerror or str(error)))
        return None


def say(finding: Finding) -> None:
    """Tell a finding about a checkpoint, in a line on standard error."""
    tell(f"onefit: {finding}")
