"""Processes that a script starts with multiprocessing train as the script does.

A forked child has everything already. A spawned one imports the script anew, as `__mp_main__`; what
is added here to its preparation activates onefit in it, when it is unpickled, just before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.activation import activate


class Activation:
    """Pickled, it is a call of `activate`.

    Args:
        switches: What to give to `activate`.
    """

    def __init__(self, **switches: int) -> None:
        """Keep the switches."""
        self.switches = switches

    def __reduce__(self) -> tuple[Callable[..., None], tuple[dict[str, int]]]:
        """The call."""
        return _activate, (self.switches,)


def share(**switches: int) -> None:
    """Activate onefit in the processes that this one spawns from now on.

    Args:
        switches: What to give to `activate` there.
    """
    from multiprocessing import spawn

    prepare: Callable[[str], dict[str, Any]] = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        return prepare(name) | {"onefit": Activation(**switches)}

    spawn.get_preparation_data = get_preparation_data


def _activate(switches: dict[str, int]) -> None:
    activate(**switches)  # type: ignore[arg-type]
    share(**switches)
