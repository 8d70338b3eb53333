"""A folder with the last two generations of a checkpoint, each whole or not there.

A generation is an `.npz` file: arrays, and one entry of JSON. It is written under another name,
brought to the disk, and then renamed: who is killed while writing leaves the generations before.
The last 64 bytes of the file, a comment in terms of zip, are the SHA-256 of all the others.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import weakref
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from onefit.training.checkpoints.values import unpacked

try:
    import fcntl
except ImportError:  # Windows: nobody is kept out there
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
KEPT = 2
PARTIAL = "generation.part"
_BLANK = b"0" * 64
_NAME = re.compile(r"generation-(\d+)\.npz")


class Busy(OSError):
    """Another process, or another thread, trains with this folder."""


class Generations:
    """A folder of generations; nobody else can use it until it is closed.

    Args:
        path: The folder; it is made if there is none.

    Raises:
        Busy: If somebody else uses it.
        OSError: If it cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        """Lock the folder."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(path / "lock")
        self.number = max(self._numbers(), default=0)

    def _numbers(self) -> list[int]:
        """The numbers of the generations, the newest first."""
        found = map(_NAME.fullmatch, os.listdir(self.path))
        return sorted((int(match[1]) for match in found if match), reverse=True)

    def _file(self, number: int) -> Path:
        return self.path / f"generation-{number}.npz"

    def found(self) -> bool:
        """Whether there is any generation, damaged or not."""
        return bool(self._numbers())

    def read(self) -> Iterator[tuple[Path, Any]]:
        """Each generation's file and what it holds, the newest first; `None` for a damaged one."""
        for number in self._numbers():
            yield self._file(number), content_of(self._file(number))

    def write(self, about: dict[str, Any], told: Any, arrays: list[Any]) -> None:
        """Write a generation, and remove those before the last two.

        Args:
            about: What there is to know of the content, in terms of JSON.
            told: What `packed` has made of the content.
            arrays: The arrays that it has put aside.

        Raises:
            OSError: If the disk is full, say; the generations before are as they were.
        """
        partial = self.path / PARTIAL
        try:
            with open(partial, "wb") as file:
                _write({**about, "content": told}, arrays, file)
                # Before the new name is: after a power cut it could stand for a file without
                # content.
                os.fsync(file.fileno())
            os.replace(partial, self._file(self.number + 1))
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        self.number += 1
        _to_disk(self.path)
        for old in self._numbers()[KEPT:]:
            self._file(old).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what is there of ours, and the folder if it is empty then."""
        remove(self.path)

    def close(self) -> None:
        """Let others use the folder."""
        self._lock.close()


def remove(path: Path) -> None:
    """Remove a folder's generations and its lock, and the folder if it is empty then.

    Args:
        path: The folder; there need not be one.
    """
    with contextlib.suppress(OSError):
        for name in os.listdir(path):
            if _NAME.fullmatch(name) or name in ("lock", PARTIAL):
                (path / name).unlink(missing_ok=True)
        path.rmdir()


def _locked(path: Path) -> BinaryIO:
    """A file that is locked for as long as it is open; a killed process has it no more."""
    while True:
        file = open(path, "a+b")  # noqa: SIM115
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            told = file.read().decode(errors="replace")
            file.close()
            raise Busy(told) from error
        except OSError:  # a file system without locks
            return file
        with contextlib.suppress(FileNotFoundError):
            # `remove` deletes the lock as well, and a lock on a file that has lost its name keeps
            # nobody out.
            if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                file.truncate(0)
                file.write(str(os.getpid()).encode())
                file.flush()
                _LOCKS.add(file)
                return file
        file.close()  # who had it before has removed it meanwhile


_LOCKS: weakref.WeakSet[BinaryIO] = weakref.WeakSet()


def _let_go() -> None:
    """In the child of a fork: the lock is the parent's, and must go with it."""
    for file in list(_LOCKS):
        file.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _to_disk(folder: Path) -> None:
    """Have the disk know the folder's names."""
    with contextlib.suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Digested(io.RawIOBase):
    """A file that is written from its begin to its end, and digested on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self.file.write(data)


def _write(told: dict[str, Any], arrays: list[Any], file: BinaryIO) -> None:
    """Write a content as a zip of `.npy` files that ends with its digest."""
    target = _Digested(file)
    with zipfile.ZipFile(target, "w") as zipped:
        # The digest cannot be in what it is made of: its place is digested as zeros, and filled at
        # the end.
        zipped.comment = _BLANK
        zipped.writestr("about.json", json.dumps({"format": FORMAT, **told}))
        for place, array in enumerate(arrays):
            # zip wants to know beforehand whether an entry can have more than 2 GiB.
            with zipped.open(f"{place}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
    file.flush()
    file.seek(-len(_BLANK), os.SEEK_END)
    file.write(target.digest.hexdigest().encode())
    file.flush()


def content_of(path: Path) -> Any:
    """What was written into a generation's file; `None` where it is damaged, or of another kind.

    Args:
        path: The file.

    Returns:
        A dict of what there is to know, with the values as `content`.
    """
    try:
        if not _whole(path):
            return None
        with zipfile.ZipFile(path) as zipped:
            told = json.loads(zipped.read("about.json"))
            if told["format"] != FORMAT:
                return None
            arrays = []
            for place in range(len(zipped.namelist()) - 1):
                with zipped.open(f"{place}.npy") as entry:
                    arrays.append(np.lib.format.read_array(entry, allow_pickle=False))
        return {**told, "content": unpacked(told["content"], arrays)}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


def _whole(path: Path) -> bool:
    """Whether a file ends with the digest of what stands before."""
    digest, left = hashlib.sha256(), path.stat().st_size - len(_BLANK)
    with open(path, "rb") as file:
        while left > 0 and (part := file.read(min(left, 2**22))):
            digest.update(part)
            left -= len(part)
        digest.update(_BLANK)
        return left == 0 and file.read() == digest.hexdigest().encode()
