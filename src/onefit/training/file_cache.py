"""Entries as files in a bounded folder, which a process may be killed over without harm.

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
        """The entry's value, or `None` if it is missing or damaged."""
        file = self._path / key
        try:
            content = file.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):  # removed meanwhile, or on a disk that is only read
            os.utime(file)
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
        self.unchecked += len(content)
        if self.unchecked > self.max_bytes // 16:
            self.unchecked = 0
            self.prune()

    def prune(self) -> None:
        """Remove the files that were not used for longest, until the rest is within the bound."""
        found = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process removed it
                    about = entry.stat()
                    found.append((about.st_mtime_ns, about.st_size, entry.path))
        over = sum(size for _, size, _ in found) - self.max_bytes
        for _, size, path in sorted(found):
            if over <= 0:
                break
            Path(path).unlink(missing_ok=True)
            over -= size
