"""Where a fit is asked to keep its checkpoints: by an argument, a switch or a callback."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections import defaultdict
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras import callbacks as keras_callbacks
from keras import tree

from onefit.console import tell
from onefit.findings import Finding
from onefit.training.callbacks.hooks import is_plain
from onefit.training.host import switches


@dataclass(frozen=True)
class Request:
    """A wish for checkpoints.

    Args:
        folder: Where.
        stays: Whether what is there stays when the fit has finished, so that a script that is
            run again passes over it. Defaults to `False`.
        polite: Whether the fit trains without where another process has the folder, instead of
            raising. Defaults to `False`.
    """

    folder: Path
    stays: bool = False
    polite: bool = False

    @classmethod
    def of(cls, folder: str | os.PathLike[str]) -> Request:
        """What `fit(checkpoint=folder)` asks for.

        Raises:
            ValueError: If that names no folder.
        """
        if not isinstance(folder, str | os.PathLike) or not os.fspath(folder):
            raise ValueError(
                "Expected `checkpoint` to be the name of a folder, or None. "
                f"Received: {folder!r}. Name a folder for this training alone."
            )
        # A script may go to another folder while it trains.
        return cls(Path(folder).absolute())


_ASKED: ContextVar[Request | None] = ContextVar("onefit_checkpoint", default=None)


@contextlib.contextmanager
def asking(request: Request | None) -> Iterator[None]:
    """Have the fit of this block keep checkpoints."""
    if request is None:
        yield
        return
    before = _ASKED.set(request)
    try:
        yield
    finally:
        _ASKED.reset(before)


def asked(callbacks: Any) -> Request | None:
    """What is asked of the fit that begins now; a fit inside of it is not meant.

    Args:
        callbacks: As they were given to `fit`.
    """
    request = _ASKED.get()
    _ASKED.set(None)
    return request or _of_script() or _backup(callbacks)


def _of_script() -> Request | None:
    """What `onefit run --checkpoint` asks for: a folder for each fit, by its number."""
    folder = switches.CURRENT.checkpoint
    if not folder:
        return None
    return Request(Path(folder) / f"fit-{next(_numbers[folder])}", stays=True)


_numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))


def clear_script(folder: str) -> None:
    """Remove the checkpoints of all fits of a script, which has come to its end."""
    from onefit.training.checkpoints.generations import remove

    for path in Path(folder).glob("fit-*"):
        remove(path)
    with contextlib.suppress(OSError):
        Path(folder).rmdir()


def _backup(callbacks: Any) -> Request | None:
    """What a script's own `BackupAndRestore` asks for, beside what it does itself."""
    if isinstance(callbacks, keras_callbacks.CallbackList):
        callbacks = callbacks.callbacks
    for callback in tree.flatten(callbacks) if callbacks else ():
        if is_plain(callback, keras_callbacks.BackupAndRestore):
            return Request(Path(callback.backup_dir).absolute() / "onefit", polite=True)
    return None


def refuse(request: Request | None, reason: str) -> None:
    """Say that a fit keeps no checkpoint, if one was asked for."""
    if request is not None:
        tell(f"onefit: {Finding('OF404', where='fit', evidence=reason)}")
