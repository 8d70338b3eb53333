"""`TensorBoard` in scripts for plain Keras that show nothing old, where TensorFlow is missing.

Keras's own writes by TensorFlow alone, whose absence ends the first `fit`. In scripts of an old era
and in those that import `tensorflow` it is replaced with all the rest.
"""

from __future__ import annotations

import sys
from typing import Any

from onefit.imports import after_import, forget
from onefit.scripts import naming
from onefit.scripts.patches import Patches


def provide() -> None:
    """Have `keras.callbacks.TensorBoard` write without TensorFlow once Keras is imported.

    >>> provide()
    >>> withdraw()
    """
    _waiting.append(after_import("keras", _replace))


def withdraw() -> None:
    """Undo `provide`. Idempotent."""
    while _waiting:
        forget("keras", _waiting.pop())
    _patches.undo()


_waiting: list[Any] = []
_patches = Patches()


def _replace() -> None:
    if naming.is_provided():
        from onefit.scripts.tensorboard import TensorBoard

        _patches.put(sys.modules["keras"].callbacks, "TensorBoard", TensorBoard)
