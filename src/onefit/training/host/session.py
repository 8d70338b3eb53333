"""The end of a session of Keras: `clear_session` has been called, by whatever name."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from onefit.training.host.keras_private import global_state


def at_end(act: Callable[[], None]) -> None:
    """Have something done at each `keras.utils.clear_session()` from now on.

    `clear_session` puts a new object in the place of Keras's global state. The end of the old one
    is what is waited for: a function that scripts have imported long ago need not be replaced.

    Args:
        act: What is done; an error in it does not reach the script.

    >>> import keras
    >>> from functools import partial
    >>> ends = []
    >>> at_end(partial(ends.append, "over"))
    >>> keras.utils.clear_session()
    >>> keras.backend.clear_session()
    >>> ends
    ['over', 'over']
    """

    def over() -> None:
        # For the session that has just begun, and before `act`, which may raise.
        at_end(act)
        act()

    # When the process ends, nothing has to be let go of.
    weakref.finalize(global_state.GLOBAL_STATE_TRACKER, over).atexit = False
