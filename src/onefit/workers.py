"""The worker processes of multiprocessing, joblib and loky train as the process that starts them.

A forked worker has everything already. A spawned one is told how to prepare itself before it gets
its work; what is added to that here makes the same calls in it that were made here, as soon as it
is unpickled, and before anything of the script is imported.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any

from onefit import environment
from onefit.imports import around_import

SPAWNS = (
    "multiprocessing.spawn",
    "joblib.externals.loky.backend.spawn",
    "loky.backend.spawn",
)
_calls: dict[Callable[..., None], dict[str, Any]] = {}
_BEGIN = """
import pickle, sys
sys.path[:] = path
try:
    from onefit.workers import begin
except ImportError:  # a Python without onefit: the work may not need it
    pass
else:
    begin(pickle.loads(calls), folder)
"""


class Preparation:
    """Pickled, it is code that makes the calls; it needs nothing to be unpickled.

    Args:
        calls: Functions with their arguments.

    >>> pickle.loads(pickle.dumps(Preparation({})))
    """

    def __init__(self, calls: dict[Callable[..., None], dict[str, Any]]) -> None:
        """Keep what is shared now."""
        self.calls = dict(calls)

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str, dict[str, Any]]]:
        """The call of `exec`."""
        told = {"calls": pickle.dumps(self.calls), "folder": environment.start()}
        return exec, (_BEGIN, {"path": list(sys.path), **told})


def share(function: Callable[..., None], **arguments: Any) -> None:
    """Call a function in the worker processes that this one starts from now on.

    Args:
        function: A function of a module.
        arguments: What to give to it there.
    """
    _calls[function] = arguments
    for name in SPAWNS:
        if name in sys.modules:
            _extend(name)
        else:
            around_import(name, _EXTENDED[name])


def keep(function: Callable[..., None]) -> None:
    """Undo `share`. Idempotent."""
    _calls.pop(function, None)


def begin(calls: dict[Callable[..., None], dict[str, Any]], folder: str) -> None:
    """In a worker: make the calls; they share themselves with its own workers.

    Args:
        calls: Functions with their arguments.
        folder: The folder in which the first process began.
    """
    environment.begin_in(folder)
    for function, arguments in calls.items():
        function(**arguments)


@contextlib.contextmanager
def _extended(name: str) -> Iterator[None]:
    yield
    _extend(name)


_EXTENDED = {name: partial(_extended, name) for name in SPAWNS}


def _extend(name: str) -> None:
    """Add the calls to what a module tells the processes that it starts."""
    module = sys.modules[name]
    prepare: Callable[..., dict[str, Any]] | None = getattr(module, "get_preparation_data", None)
    if prepare is None or hasattr(prepare, "__wrapped__"):
        return

    @wraps(prepare)
    def get_preparation_data(*args: Any, **kwargs: Any) -> dict[str, Any]:
        told = prepare(*args, **kwargs)
        return told | {"onefit": Preparation(_calls)} if _calls else told

    module.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]
