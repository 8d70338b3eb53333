"""A bounded folder of entries, which a process can lose its life in without harm.

JAX's own store takes a lock for each read (a reader that finds it taken sleeps 50 ms), reads a
file for every entry before it writes one, and keeps what a killed process left half written. Here
a file is complete or not there, and what is damaged is not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size


class Folder:
    """A store in the form that JAX's cache of compiled programs takes (its `CacheInterface`).

    Args:
        path: The folder; it must exist.
        most: How many bytes its files may have together; those used least recently are removed.

    >>> with tempfile.TemporaryDirectory() as path:
    ...     folder = Folder(Path(path), 1000)
    ...     folder.put("key", b"value")
    ...     folder.get("key"), folder.get("other")
    (b'value', None)
    """

    def __init__(self, path: Path, most: int) -> None:
        """Keep where it is."""
        self._path, self.most = path, most
        self.written = most  # look how full the folder is before the first entry is written

    def get(self, key: str) -> bytes | None:
        """The entry's value, or `None` if it is missing or damaged."""
        file = self._path / key
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        digest, value = content[:_DIGEST], content[_DIGEST:]
        return value if hashlib.sha256(value).digest() == digest else None

    def put(self, key: str, value: bytes) -> None:
        """Write an entry, as a whole or not at all."""
        content = hashlib.sha256(value).digest() + value
        handle, name = tempfile.mkstemp(dir=self._path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(self._path / key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self.written += len(content)
        if self.written > self.most // 16:
            self.written = 0
            self.prune()

    def prune(self) -> None:
        """Remove the files that were not used for longest, until the rest is within the bound."""
        found = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process removed it
                    about = entry.stat()
                    found.append((about.st_mtime_ns, about.st_size, entry.path))
        over = sum(size for _, size, _ in found) - self.most
        for _, size, path in sorted(found):
            if over <= 0:
                break
            Path(path).unlink(missing_ok=True)
            over -= size
