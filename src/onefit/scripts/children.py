"""Processes that a script starts with multiprocessing train as the script does.

A forked child has everything already. A spawned one imports the script anew, as `__mp_main__`; what
is added here to its preparation activates onefit in it, when it is unpickled, just before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.runs.recorder import RECORDER
from onefit.scripts.activation import activate


class Activation:
    """Pickled, it is a call of `activate`.

    Args:
        key: The key of the run that the process will work for.
        switches: What to give to `activate`.
    """

    def __init__(self, key: str, **switches: int) -> None:
        """Keep the key and the switches."""
        self.key, self.switches = key, switches

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str, dict[str, int]]]:
        """The call."""
        return _activate, (self.key, self.switches)


def share(key: str, **switches: int) -> None:
    """Activate onefit in the processes that this one spawns from now on.

    Args:
        key: The key of the run that they work for.
        switches: What to give to `activate` there.
    """
    from multiprocessing import spawn

    prepare: Callable[[str], dict[str, Any]] = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        return prepare(name) | {"onefit": Activation(key, **switches)}

    spawn.get_preparation_data = get_preparation_data


def _activate(key: str, switches: dict[str, int]) -> None:
    RECORDER.belong_to(key)
    activate(**switches)  # type: ignore[arg-type]
    share(key, **switches)
