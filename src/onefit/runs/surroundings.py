"""Where a run happens: the script and its commit, the versions of packages, the machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path

from onefit.runs.record import Json

PACKAGES = ("keras", "jax", "numpy")


def script() -> str:
    """The script that python was started with, or the notebook; `""` in a plain shell.

    >>> isinstance(script(), str)
    True
    """
    notebook = os.environ.get("JPY_SESSION_NAME", "")  # Jupyter names the notebook so
    if notebook:
        return notebook
    path = getattr(sys.modules.get("__main__"), "__file__", "") or ""
    return os.path.abspath(path) if path else ""


def folder() -> str:
    """The working folder; `""` if it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def text_hash(path: str) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits; `""` where there is no such file.

    >>> text_hash("no such file")
    ''
    """
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""
    except (OSError, ValueError):
        return ""


def commit(path: str, folder: str) -> str:
    """The git commit that is checked out where a script lies, read from git's own files.

    Asking git itself would start a process, at several times the cost of everything else here.

    Args:
        path: The script; `""` for the working folder.
        folder: The working folder.

    Returns:
        Forty hexadecimal digits, or `""` outside of a repository.
    """
    place = Path(path).parent if path and os.path.exists(path) else Path(folder or "/")
    with contextlib.suppress(OSError, ValueError):
        for above in (place.absolute(), *place.absolute().parents):
            if (above / ".git").exists():
                return _head(above / ".git")
    return ""


def _head(git: Path) -> str:
    if git.is_file():  # a worktree: the file names the folder
        git = git.parent / git.read_text().removeprefix("gitdir:").strip()
    common = git / (git / "commondir").read_text().strip() if (git / "commondir").exists() else git
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    for file in (git / name, common / name):
        if file.exists():
            return file.read_text().strip()
    # `git gc` moves branches out of files of their own into this one.
    packed = (common / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")


def versions() -> dict[str, str]:
    """The versions of Python, onefit and of the packages that are loaded.

    >>> versions()["python"] == sys.version.split()[0]
    True
    """
    from onefit import __version__

    found = {"python": sys.version.split()[0], "onefit": __version__}
    for name in PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", "")
        if version:
            found[name] = str(version)
    return found


def machine() -> dict[str, Json]:
    """System, processor and cores, and the devices that JAX uses if it is loaded.

    >>> machine()["system"] == sys.platform
    True
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found: dict[str, Json] = {"system": sys.platform, "cores": cores}
    if hasattr(os, "uname"):
        found["processor"] = os.uname().machine
    jax = sys.modules.get("jax")
    bridge = sys.modules.get("jax._src.xla_bridge")
    if jax is not None and getattr(bridge, "_backends", None):  # asking would start the devices
        found["devices"] = [device.device_kind for device in jax.devices()]
    return found
