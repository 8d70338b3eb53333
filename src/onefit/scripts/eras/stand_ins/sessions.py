"""The session of Keras: `K.get_session()`, which TensorFlow 1 had."""

from __future__ import annotations

from typing import Any

import keras

from onefit.scripts.tensorflow.compat.session import Session


class OfKeras(Session):
    """The session that nobody handed over: it gives the values of arrays too."""

    def _computed(self, fetch: Any) -> Any:
        if keras.ops.is_tensor(fetch):
            return keras.ops.convert_to_numpy(fetch)[()]
        return super()._computed(fetch)


_held: list[Any] = []


def get_session() -> Any:
    """The session that was handed over last, or one of Keras's own.

    >>> float(get_session().run(keras.ops.ones(())))
    1.0
    """
    if not _held:
        _held.append(OfKeras())
    return _held[-1]


def set_session(session: Any) -> None:
    """Keep a session; `None` forgets it.

    Args:
        session: What `get_session` gives from now on.
    """
    _held[:] = [] if session is None else [session]
