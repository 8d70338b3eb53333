"""Files read, written and found by patterns: `tf.io.read_file`, `tf.io.gfile`."""

from __future__ import annotations

import glob as _glob
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    NotFoundError,
)
from onefit.scripts.tensorflow.missing import namespace, refuse
from onefit.scripts.tensorflow.mode import unknown_length

Tensor = Any
REMOTE = ("gs://", "s3://", "hdfs://", "http://", "https://")


def path_of(name: Any) -> str:
    """The path that a script handed over: text, a tensor of text, or a `pathlib.Path`.

    >>> path_of(b"a/b")
    'a/b'
    """
    if isinstance(name, os.PathLike):
        return os.fspath(name)
    values = array(name)
    text = values[()] if isinstance(values, np.ndarray) and not values.shape else values
    if not isinstance(text, bytes):
        raise TypeError(f"Expected the name of a file. Received: {name!r}.")
    path = os.fsdecode(text)
    if path.startswith(REMOTE):
        refuse(f"a file at {path.split('//')[0]}//", "gfile")
    return path


def contents(name: Any) -> bytes:
    """The bytes of a file.

    Raises:
        NotFoundError: If there is none.
    """
    path = path_of(name)
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"{path}; No such file or directory") from None
    except IsADirectoryError:
        raise FailedPreconditionError(f"{path}; Is a directory") from None


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """The bytes of a file, as text."""
    return tensor(np.array(b"" if unknown_length() else contents(filename), object))


def write_file(filename: Any, contents: TensorLike, name: str | None = None) -> None:
    """Write bytes to a file; folders are made."""
    path = Path(path_of(filename))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(array(contents)[()]))


def matched(pattern: Any) -> list[str]:
    """The files that a pattern or several ones name, in the order of their names.

    Patterns without a folder get `./` in front, in TensorFlow, too.
    """
    patterns = array(pattern if not isinstance(pattern, os.PathLike) else os.fspath(pattern))
    names = [path_of(one) for one in np.ravel(patterns).tolist()]
    names = [
        os.path.join(".", name) if _glob.has_magic(name) and os.sep not in name else name
        for name in names
    ]
    # A `*` of TensorFlow's also means names that begin with a point.
    return sorted(path for name in names for path in _glob.glob(name, include_hidden=True))


def matching_files(pattern: TensorLike, name: str | None = None) -> Tensor:
    """The names of the files that patterns name, in their order."""
    found = matched(pattern)
    made = np.empty(len(found), object)
    made[:] = [os.fsencode(path) for path in found]
    return tensor(made)


class GFile:
    """A file, as Python's `open` gives it, with TensorFlow's `size`, `read` and `seekable`.

    Args:
        name: Its name.
        mode: Python's mode. Defaults to `"r"`.
    """

    # Of the class, since `__del__` asks for it also where a name was refused.
    _opened: Any = None

    def __init__(self, name: Any, mode: str = "r") -> None:
        """Open nothing yet, as TensorFlow has it."""
        self._path, self._mode = path_of(name), mode

    def _file(self) -> Any:
        if self._opened is None:
            # TensorFlow changes no ends of lines: \r\n stays what it is, also on Windows.
            text = {} if "b" in self._mode else {"encoding": "utf-8", "newline": "\n"}
            try:
                self._opened = open(self._path, self._mode, **text)  # type: ignore[call-overload]  # noqa: SIM115
            except FileNotFoundError:
                raise NotFoundError(f"{self._path}; No such file or directory") from None
        return self._opened

    @property
    def name(self) -> str:
        """Its name."""
        return self._path

    @property
    def mode(self) -> str:
        """How it is opened."""
        return self._mode

    def size(self) -> int:
        """How many bytes it has."""
        # What was written may still be in Python's buffer.
        self.flush()
        return os.stat(self._path).st_size

    def read(self, n: int = -1) -> Any:
        """So much of it; all by default."""
        return self._file().read(n)

    def readline(self) -> Any:
        """The next line."""
        return self._file().readline()

    def readlines(self) -> list[Any]:
        """All lines."""
        return self._file().readlines()

    def write(self, file_content: Any) -> None:
        """Add to it."""
        self._file().write(file_content)

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Go on at another place."""
        self._file().seek(position if offset is None else offset, whence)

    def tell(self) -> int:
        """The place at which it goes on."""
        return self._file().tell()

    def flush(self) -> None:
        """Let others see what was written."""
        if self._opened is not None and not self._opened.closed:
            self._opened.flush()

    def close(self) -> None:
        """Close it."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __del__(self) -> None:
        """Close it: scripts seldom do."""
        self.close()

    def __iter__(self) -> Iterator[Any]:
        """Line after line."""
        return iter(self._file())

    def __enter__(self) -> GFile:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _exists(path: Any) -> bool:
    """Whether there is a file or a folder."""
    return os.path.exists(path_of(path))


def _isdir(path: Any) -> bool:
    """Whether it is a folder."""
    return os.path.isdir(path_of(path))


def _listdir(path: Any) -> list[str]:
    """The names in a folder."""
    if not _isdir(path):
        raise NotFoundError(f"Could not find directory {path_of(path)}")
    return os.listdir(path_of(path))


def _glob_of(pattern: Any) -> list[str]:
    """The files that a pattern or several ones name."""
    return matched(pattern)


def _mkdir(path: Any) -> None:
    """Make a folder."""
    try:
        os.mkdir(path_of(path))
    except FileExistsError:
        raise AlreadyExistsError(f"{path_of(path)}; File exists") from None
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(path)}; No such file or directory") from None


def _makedirs(path: Any) -> None:
    """Make a folder and those above it."""
    os.makedirs(path_of(path), exist_ok=True)


def _remove(path: Any) -> None:
    """Delete a file."""
    try:
        os.remove(path_of(path))
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(path)}; No such file or directory") from None


def _rmtree(path: Any) -> None:
    """Delete a folder and what is in it."""
    try:
        shutil.rmtree(path_of(path))
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(path)}; No such file or directory") from None


def _copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file."""
    _free(dst, overwrite)
    try:
        shutil.copyfile(path_of(src), path_of(dst))
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(src)}; No such file or directory") from None


def _rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Give a file or a folder another name."""
    _free(dst, overwrite)
    try:
        os.replace(path_of(src), path_of(dst))
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(src)}; No such file or directory") from None


def _free(path: Any, overwrite: bool) -> None:
    if not overwrite and _exists(path):
        raise AlreadyExistsError(f"file already exists: {path_of(path)}")


def _walk(
    top: Any, topdown: bool = True, onerror: Any = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Folder after folder, with the names of the folders and files in it."""
    return os.walk(path_of(top), topdown, onerror)


def _join(path: Any, *paths: Any) -> Any:
    """Parts of a path as one."""
    return os.path.join(path, *paths)


def _stat(path: Any) -> Any:
    """The size of a file and the time of its last change."""
    try:
        found = os.stat(path_of(path))
    except FileNotFoundError:
        raise NotFoundError(f"{path_of(path)}; No such file or directory") from None
    return namespace(
        "tensorflow.io.gfile.stat",
        length=found.st_size,
        mtime_nsec=found.st_mtime_ns,
        is_directory=_isdir(path),
    )


gfile = namespace(
    "tensorflow.io.gfile",
    GFile=GFile,
    copy=_copy,
    exists=_exists,
    glob=_glob_of,
    isdir=_isdir,
    join=_join,
    listdir=_listdir,
    makedirs=_makedirs,
    mkdir=_mkdir,
    remove=_remove,
    rename=_rename,
    rmtree=_rmtree,
    stat=_stat,
    walk=_walk,
)
