"""How much memory this process may still take, and populations that would take more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import jax

from onefit.errors import PopulationError

UNKNOWN = 4 * 2**30  # what is assumed where the machine does not tell
MEMBER = 2048  # bytes of Python objects a member takes at least, its History apart; measured


def check_members(count: int, each: int, free: int | None = None) -> None:
    """Refuse more members than fit in memory.

    Args:
        count: How many there are.
        each: How many bytes of each stay until the end.
        free: How many bytes there are. Defaults to `None`: what this process may still take.

    Raises:
        PopulationError: If they do not fit.

    >>> check_members(10**9, MEMBER, free=2**30)
    Traceback (most recent call last):
    ...
    onefit.errors.PopulationError: Expected the trained members to fit in memory. Received: \
1,000,000,000 of about 2.0 KiB each, and 1,024 MiB are free. Train fewer, or train them in several \
calls with another `seed` for each.
    """
    free = available() if free is None else free
    if count * each > free:
        size = f"{each / 2**20:,.1f} MiB" if each >= 2**20 else f"{each / 2**10:,.1f} KiB"
        raise PopulationError(
            f"Expected the trained members to fit in memory. Received: {count:,} of about {size} "
            f"each, and {free / 2**20:,.0f} MiB are free. Train fewer, or train them in several "
            "calls with another `seed` for each."
        )


def check_parts(name: str, count: int, rows: int) -> None:
    """Refuse more folds or replicas than the numbers of their rows fit in memory.

    Args:
        name: The argument that asks for them.
        count: How many there are.
        rows: How many rows there are.

    Raises:
        PopulationError: If they do not fit.
    """
    each, free = 8 * rows, available()
    if count * each > free:
        raise PopulationError(
            f"Expected the row numbers of all `{name}` to fit in memory. Received: {count:,} of "
            f"{rows:,} rows, {count * each / 2**20:,.0f} MiB, and {free / 2**20:,.0f} MiB are "
            f"free. Use fewer `{name}`."
        )


def free_bytes() -> int:
    """What is free on the device, or in the machine where that is the device."""
    stats = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" in stats:
        return int(stats["bytes_limit"] - stats.get("bytes_in_use", 0))
    return available()


def available(root: Path = Path("/")) -> int:
    """Bytes that this process may still take: the machine's, or what its control group leaves it.

    Pages of files that are only cached count as free, since they make room for anything else.

    Args:
        root: Where the machine's file system begins. Defaults to `/`.

    >>> available() > 0
    True
    """
    known = [*_of_the_machine(root), *_of_groups(root)]
    if known:
        return max(0, min(known))
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not Linux
        return UNKNOWN


def _of_the_machine(root: Path) -> Iterator[int]:
    """Linux's own estimate."""
    for line in _lines(root / "proc/meminfo"):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) * 1024


def _of_groups(root: Path) -> Iterator[int]:
    """What the control groups of this process leave, from its own up to the root's."""
    for line in _lines(root / "proc/self/cgroup"):
        kinds, path = line.split(":", 2)[1:]
        # Version 2 of control groups has one tree for everything; version 1 one for each resource.
        if kinds == "":
            names = ("memory.max", "memory.current", "inactive_file")
            top = root / "sys/fs/cgroup"
        elif "memory" in kinds.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            top = root / "sys/fs/cgroup/memory"
        else:
            continue
        parts = [part for part in path.split("/") if part not in ("", "..")]
        # A group is bound by its own limit and by those of all groups around it.
        for depth in range(len(parts), -1, -1):
            yield from _of_group(top.joinpath(*parts[:depth]), *names)


def _of_group(folder: Path, limit: str, usage: str, cached: str) -> Iterator[int]:
    most, used = (" ".join(_lines(folder / name)) for name in (limit, usage))
    if most.isdigit() and used.isdigit():
        told = dict(line.split() for line in _lines(folder / "memory.stat"))
        yield int(most) - int(used) + int(told.get(cached, 0))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
