"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that gets its name when the block has ended, and not if it raises.

    It is written beside the file that is there and then put in its place, so that a full disk or a
    crash leaves the old one. A link stays a link, and what it leads to is replaced; the mode of a
    file that was there is kept. A device or a pipe (`/dev/stdout`) cannot be replaced: it is
    written to as it is.

    Args:
        path: Where the file is to be; its folder must exist.

    Yields:
        The file, open for bytes.

    Raises:
        OSError: If it cannot be written; it names this file, also where the disk is full.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     with contextlib.suppress(ValueError), atomic_file(path) as file:
    ...         raise ValueError("while it is written")
    ...     there = path.exists()
    ...     with atomic_file(path) as file:
    ...         number = file.write(b"whole")
    ...     there, path.read_text()
    (False, 'whole')
    """
    target = Path(os.path.realpath(path))
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as file:  # a folder is refused here
            yield file
        return
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(draft, stat.S_IMODE(mode))
        os.replace(draft, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename in (None, str(draft)):
            raise OSError(error.errno, error.strerror, str(path)) from None  # not of the draft
        raise


def _mode(path: Path) -> int | None:
    """What kind of file there is, with its permissions; `None` if there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
