"""Executables of XLA, known by what their programs compute, and how long they are kept.

A living model's programs hold their executables. So that the next model of a loop finds those of
the model before, which may be gone, the last few are held here, too. `keras.utils.clear_session()`
lets go of those that its session has not used: a loop that clears the session before each model
finds the executables of the model before, and a second call in a row lets go of all.

What JAX keeps of programs (jaxprs, and the executables of operations run one by one, of stock
Keras's too) takes several times as much. It goes with the session once so many programs were new
that tracing a few functions of others again does not matter beside them.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import jax

from onefit.training.host import session
from onefit.training.host.jax_private import trace_state_clean

LAST = 32  # executables held for models to come; one of a small network takes 0.6 MiB
NEW = 12  # new executables after which JAX's caches go with the session: some four models'


class Executables:
    """Executables by what they were compiled from.

    >>> class Made: pass
    >>> found = Executables()
    >>> made = found.get("a") or found.keep("a", Made())
    >>> found.get("a") is made
    True
    >>> del made
    >>> found.end_session(); found.get("a") is None
    False
    >>> found.end_session(); found.end_session(); found.get("a") is None
    True
    """

    def __init__(self) -> None:
        """There are none yet."""
        self._living: weakref.WeakValueDictionary[Hashable, Any] = weakref.WeakValueDictionary()
        self._last: OrderedDict[Hashable, Any] = OrderedDict()
        self._used: set[Hashable] = set()
        self._new = 0
        self._lock = threading.RLock()  # a session may end while its own thread holds it

    def get(self, key: Hashable) -> Any:
        """The executable of this key, or `None`."""
        found = self._living.get(key)
        return found if found is None else self._held(key, found)

    def keep(self, key: Hashable, made: Any) -> Any:
        """Keep a new one, and give it back."""
        self._living[key] = made
        self._new += 1
        return self._held(key, made)

    def end_session(self) -> None:
        """Let go of what was not used since the last time, and of what JAX keeps of the rest."""
        with self._lock:
            for key in self._last.keys() - self._used:
                del self._last[key]
            self._used.clear()
        if self._new >= NEW and trace_state_clean():
            self._new = 0
            jax.clear_caches()

    def forget(self) -> None:
        """Find none again, as in a new process."""
        with self._lock:
            self._living.clear()
            self._last.clear()
            self._used.clear()

    def _held(self, key: Hashable, executable: Any) -> Any:
        """Hold one as the last, and let go of the first if there are too many."""
        with self._lock:
            self._used.add(key)
            self._last[key] = executable
            self._last.move_to_end(key)
            while len(self._last) > LAST:
                gone, _ = self._last.popitem(last=False)
                self._used.discard(gone)
        return executable


executables = Executables()
session.at_end(executables.end_session)
