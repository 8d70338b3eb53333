"""Compiled programs on disk: the second process on a machine does not wait for XLA.

JAX has a cache of compiled programs; by default it is off, and leaves out what compiles in less
than a second, which is most of what a small network needs. Here it is turned on with a folder of
onefit's own, unless the user has chosen one. Entries are keyed by JAX with the program, its options
and the versions; the folder's name adds the processor, because an entry made for another one may
not run, and how entries are packed, because one Python may not unpack what another has. Whoever can
write the folder can run code: it is private.

`ONEFIT_CACHE` moves the folder or turns the cache off, `ONEFIT_CACHE_SIZE` bounds it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import platform
import re
import stat
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import Any

from onefit import environment
from onefit.runs import journal
from onefit.training.host.disk_files import FileCache

MAX_BYTES = 2 * 2**30
OFF = ("off", "0", "no", "false")
ON = ("", "on", "1", "yes", "true")
HEAD_START = 0.02  # seconds: serializing stops Python, so the program had better be in XLA by then
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def folder() -> Path | None:
    """Where programs are kept: below `$ONEFIT_CACHE`, or `onefit` in the user's cache folder.

    Returns:
        An absolute path; `None` if the cache is turned off, or no folder for it is known.

    >>> folder().name.startswith("xla-")
    True
    """
    told = os.environ.get("ONEFIT_CACHE", "").strip()
    if told.lower() in OFF:
        return None
    named = environment.absolute(told)
    root = _usual() if told.lower() in ON else Path(named) if named else None
    versions = "-".join(metadata.version(name) for name in ("jax", "jaxlib"))
    return root and root / f"xla-{versions}-{processor()}-{packing()}"


def _usual() -> Path | None:
    """`onefit` in the user's cache folder; a relative one does not count (XDG says)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
    return Path(base) / "onefit" if os.path.isabs(base) else None


def max_bytes() -> int:
    """How much the files may hold together: `$ONEFIT_CACHE_SIZE`, such as `500M`, or 2 GiB.

    >>> max_bytes() == MAX_BYTES
    True
    """
    told = os.environ.get("ONEFIT_CACHE_SIZE", "").strip()
    if not told:
        return MAX_BYTES
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", told.lower())
    if found is None:
        journal.remark(
            "expected ONEFIT_CACHE_SIZE as a number of bytes, such as 500M or 2G; received "
            f"{told!r}; the bound is 2G"
        )
        return MAX_BYTES
    return int(float(found[1]) * _UNITS[found[2]])


def processor() -> str:
    """A short name of this machine's kind of processor, its instruction sets included.

    >>> len(processor())
    12
    """
    told = [platform.machine(), platform.processor(), sys.platform]
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(errors="replace").splitlines()
        told += sorted({line for line in lines if line.startswith(("flags", "model name"))})
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def packing() -> str:
    """How JAX packs entries: by Zstandard where Python 3.14 or a package has it, else by zlib.

    Its keys do not say which, and to read an entry that is packed the other way is a warning of
    JAX's for each program.

    >>> packing() in ("zstd", "zlib")
    True
    """
    found = any(importlib.util.find_spec(name) for name in ("_zstd", "zstandard"))
    return "zstd" if found else "zlib"


def private(path: Path) -> bool:
    """Make a folder that this user alone can enter, or see whether it is one.

    Args:
        path: The folder. A link in its place is not followed: what it leads to is not ours.

    Returns:
        Whether its entries can be trusted: neither it nor the folder around it is another user's.

    Raises:
        OSError: If it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = path.lstat()
    if not stat.S_ISDIR(about.st_mode):
        return False
    if hasattr(os, "geteuid"):
        me = os.geteuid()
        if about.st_uid != me or path.parent.stat().st_uid not in (me, 0):
            return False
    if stat.S_IMODE(about.st_mode) & 0o077:
        os.chmod(path, 0o700)
    return True


def turn_on() -> None:
    """Let JAX keep compiled programs, unless the user has set its cache or turned this one off.

    JAX is told itself, not by its variables in the environment: those would be read by every Python
    that this process starts, and its own store knows no bound.
    """
    import jax

    theirs = "JAX_COMPILATION_CACHE_DIR" in os.environ or jax.config.jax_compilation_cache_dir
    path = folder()
    if theirs or path is None or not max_bytes():
        return
    try:
        trusted = private(path)
    except OSError:  # a home that cannot be written: programs are compiled each time, as by JAX
        return
    if not trusted:
        journal.remark(
            f"programs are not kept on disk: {path} is a link, or belongs to another user; set "
            "ONEFIT_CACHE to a folder of your own"
        )
        return
    settings = {
        "jax_compilation_cache_dir": str(path),
        "jax_persistent_cache_min_compile_time_secs": 0,
        # With 0, its default, JAX puts a bound of its own in the place.
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        # JAX reads these variables when it is imported: what the user has set there stays.
        if name.upper() not in os.environ:
            jax.config.update(name, value)


def write_behind() -> None:
    """Use a `FileCache`, and let entries be written while the program they hold runs already.

    Serializing and packing one takes 15 to 80 ms. The end of a process waits for it. If JAX has no
    longer the two functions that are replaced here, its own store is used as it is.
    """
    import jax

    from onefit.training.host.jax_private import compilation_cache as entries

    put, store = "put_executable_and_time", "get_file_cache"
    ours = jax.config.jax_compilation_cache_dir == str(folder())
    if ours and hasattr(entries, store) and hasattr(entries, put):
        setattr(entries, store, lambda path: (FileCache(Path(path), max_bytes()), path))
        # `install` may come here again, and an entry is written behind once.
        if not hasattr(getattr(entries, put), "__wrapped__"):
            setattr(entries, put, in_background(getattr(entries, put)))


def in_background(put: Callable[..., None]) -> Callable[..., Any]:
    """The same function, run by a thread; what goes wrong there is logged.

    >>> in_background(lambda key: None)("key").join()
    """

    @wraps(put)
    def later(*entry: Any) -> threading.Thread:
        def write() -> None:
            time.sleep(HEAD_START)
            try:
                put(*entry)
            except Exception as problem:
                # a full disk, or a sort, which XLA cannot serialize: it is compiled again next time
                logging.getLogger(__name__).info("a program is not kept on disk: %s", problem)

        thread = threading.Thread(target=write, name="onefit-cache")
        try:
            thread.start()
        except RuntimeError:  # Python is about to end and starts no more threads
            write()
        return thread

    return later
