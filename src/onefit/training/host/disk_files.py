"""Entries as files in a bounded folder, which a process may be killed over without harm.

JAX's own store takes a lock for each read (a reader that finds it taken sleeps 50 ms), reads a
file for every entry before it writes one, and keeps what a killed process left half written. Here
a file is complete or not there, and what is damaged, or lies under another entry's name, is not
there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class FileCache:
    """A folder of entries, with the methods that JAX asks of one (its `CacheInterface`).

    Args:
        path: The folder; it must exist.
        max_bytes: How much its files may hold together; those used least recently are removed.

    >>> with tempfile.TemporaryDirectory() as path:
    ...     entries = FileCache(Path(path), 1000)
    ...     entries.put("key", b"value")
    ...     entries.get("key"), entries.get("other")
    (b'value', None)
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        """Keep where it is."""
        self._path = path  # JAX reads `_path`
        self.max_bytes = max_bytes
        self.unchecked = max_bytes  # written since the last look at the folder: look at first put

    def get(self, key: str) -> bytes | None:
        """The entry's value, or `None` if it is missing, damaged or another's."""
        file = self._path / key
        try:
            with open(os.open(file, os.O_RDONLY | _AS_IT_IS), "rb") as opened:
                content = opened.read()
        except OSError:
            return None
        # The time of the last use, by which `prune` goes.
        with contextlib.suppress(OSError):  # removed meanwhile, or on a disk that is only read
            os.utime(file)
        told, value = content[:_DIGEST], content[_DIGEST:]
        return value if digest(key, value) == told else None

    def put(self, key: str, value: bytes) -> None:
        """Write an entry, as a whole or not at all; one that is beyond the bound is not kept."""
        content = digest(key, value) + value
        if len(content) > self.max_bytes:
            return
        # In the folder itself, because a file takes a name at once only within one file system.
        handle, name = tempfile.mkstemp(dir=self._path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(self._path / key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self.unchecked += len(content)
        # A look at the folder asks for each file's size, so the bound may be passed by a sixteenth
        # before.
        if self.unchecked > self.max_bytes // 16:
            self.unchecked = 0
            self.prune()

    def prune(self) -> None:
        """Remove the files that were not used for longest, until the rest is within the bound.

        What is no plain file is not an entry: folders and links stay where they are.
        """
        found = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # another process removed it
                    if entry.is_file(follow_symlinks=False):
                        about = entry.stat(follow_symlinks=False)
                        found.append((about.st_mtime_ns, about.st_size, entry.path))
        over = sum(size for _, size, _ in found) - self.max_bytes
        for _, size, path in sorted(found):
            if over <= 0:
                break
            with contextlib.suppress(OSError):
                Path(path).unlink(missing_ok=True)
                over -= size


def digest(key: str, value: bytes) -> bytes:
    """What an entry begins with: a digest of its name and its value.

    >>> digest("a", b"b") == digest("a", b"b"), digest("a", b"b") == digest("b", b"b")
    (True, False)
    """
    name = key.encode()
    return hashlib.sha256(b"%d:%b:%b" % (len(name), name, value)).digest()
