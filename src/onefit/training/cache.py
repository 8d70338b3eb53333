"""Compiled programs on disk: the second process on a machine does not wait for XLA.

JAX has a cache of compiled programs; by default it is off, and leaves out what compiles in less
than a second, which is most of what a small network needs. Here it is turned on with a folder of
onefit's own, unless the user has chosen one. Entries are keyed by JAX with the program, its options
and the versions; the folder's name adds the processor, because an entry made for another one may
not run. Whoever can write the folder can run code: it is private.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import Any

from onefit.training.file_cache import FileCache

MAX_BYTES = 2 * 2**30
OFF = "off"
HEAD_START = 0.02  # seconds: serializing stops Python, so the program had better be in XLA by then


def folder() -> Path:
    """Where programs are kept: `$ONEFIT_CACHE`, or `onefit` in the user's cache folder.

    >>> folder().name.startswith("xla-")
    True
    """
    root = os.environ.get("ONEFIT_CACHE")
    if not root:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        root = str(Path(base) / "onefit")
    versions = "-".join(metadata.version(name) for name in ("jax", "jaxlib"))
    return Path(root) / f"xla-{versions}-{processor()}"


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


def turn_on() -> None:
    """Let JAX keep compiled programs, unless the user has set its cache or turned this one off.

    `ONEFIT_CACHE=off` turns it off; `ONEFIT_CACHE=FOLDER` moves it.
    """
    if os.environ.get("ONEFIT_CACHE") == OFF or "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return
    jax = sys.modules.get("jax")
    if jax is not None and jax.config.jax_compilation_cache_dir:
        return
    path = folder()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError:  # a home that cannot be written: programs are compiled each time, as by JAX
        return
    settings = {
        "jax_compilation_cache_dir": str(path),
        "jax_persistent_cache_min_compile_time_secs": 0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        if jax is None:
            os.environ.setdefault(name.upper(), str(value))
        else:
            jax.config.update(name, value)


def write_behind() -> None:
    """Use a `FileCache`, and let entries be written while the program they hold runs already.

    Serializing and packing one takes 15 to 80 ms. The end of a process waits for it. If JAX has no
    longer the two functions that are replaced here, its own store is used as it is.
    """
    import jax
    from jax._src import compilation_cache as entries

    put, store = "put_executable_and_time", "get_file_cache"
    ours = jax.config.jax_compilation_cache_dir == str(folder())
    if ours and hasattr(entries, store) and hasattr(entries, put):
        setattr(entries, store, lambda path: (FileCache(Path(path), MAX_BYTES), path))
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
