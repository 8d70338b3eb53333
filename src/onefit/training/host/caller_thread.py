"""A batch of predictions, run in the thread that asks for it.

JAX hands a CPU's programs to a thread of its own, unless they are tiny or
`jax_cpu_enable_async_dispatch` was switched off before JAX began. Waking that thread takes 50 to
90 us, four times as long as a small network needs for a row. So programs that are waited for
anyway belong to a second client of XLA, one that runs them at once, in the same way and with the
same bits. It reads the weights where they lie.
"""

from __future__ import annotations

import operator
import threading
import weakref
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.training.host.jax_private import xla_client

if TYPE_CHECKING:
    from keras import Model

_MAKING = threading.Lock()
_made: list[jax.Device | None] = []


def device() -> jax.Device | None:
    """The second client's device; `None` where JAX does not run on one CPU alone.

    >>> device() in jax.devices()
    False
    """
    if not _made:
        with _MAKING:
            _make()
    return _made[0]


def _make() -> None:
    """Make the second client, unless another thread has."""
    if not _made:
        alone = jax.default_backend() == "cpu" and jax.device_count() == 1
        client = xla_client.make_cpu_client(asynchronous=False) if alone else None
        _made.append(client.local_devices()[0] if client else None)


class Views:
    """Arrays of JAX's own client as arrays of the second one, in the same memory."""

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self._seen: tuple[list[Any], list[Any]] = ([], [])

    def of(self, values: list[Any]) -> list[Any]:
        """The views of these values; those of values seen the last time are at hand."""
        if device() is None:
            return values
        before, views = self._seen
        if len(values) == len(before) and all(map(operator.is_, values, before)):
            return views
        known = dict(zip(map(id, before), views))
        views = [known[id(v)] if id(v) in known else _view(v) for v in values]
        self._seen = (list(values), views)
        return views

    def let_go(self) -> None:
        """Forget the values: a program can take over the memory of what nobody else looks at."""
        self._seen = ([], [])


def views(model: Model) -> tuple[Views, Views]:
    """The views of a model's trainable and of its other values."""
    return _VIEWS.setdefault(model, (Views(), Views()))


def let_go(model: Model) -> None:
    """Forget a model's values, before a fit that takes over their memory."""
    for seen in _VIEWS.get(model, ()):
        seen.let_go()


def brought_back(value: Any) -> Any:
    """An array of the second client as one of JAX's own."""
    return value if device() is None else jax.device_put(np.asarray(value))


def _view(value: Any) -> Any:
    """One array for the second client."""
    value.block_until_ready()
    # The array would keep what `np.asarray` gives, and no program could take over its memory again.
    plain = value.dtype.kind != "V"  # bfloat16 and the like, which NumPy's DLPack does not know
    return jax.device_put(np.from_dlpack(value) if plain else np.asarray(value), device())


_VIEWS: weakref.WeakKeyDictionary[Any, tuple[Views, Views]] = weakref.WeakKeyDictionary()
