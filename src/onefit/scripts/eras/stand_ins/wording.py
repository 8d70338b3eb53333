"""What is printed: `Epoch 00003: early stopping`, `[0.5]`, as it was put then.

Scripts, and people, look for these lines in logs. A proof compares numbers and what a script
prints itself, so it leaves the words of Keras and NumPy as they are today.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Print = Callable[..., None]
_EPOCH = r"(?s)^(?P<line>\n?)Epoch (?P<epoch>\d+): (?P<told>.*)$"
_RESTORED = r"^(Restoring model weights from the end of the best epoch): \d+\.$"
_words = {"are_of_then": True}


def leave() -> None:
    """Let callbacks and NumPy print what they print today."""
    _words["are_of_then"] = False


def are_of_then() -> bool:
    """Whether callbacks and NumPy print what they printed then."""
    return _words["are_of_then"]


def numbers_without_types() -> Callable[[], None]:
    """A list of NumPy's numbers is printed as `[0.5]`, where NumPy 2 says `[np.float32(0.5)]`.

    Returns:
        What takes it back.

    >>> import numpy as np
    >>> undo = numbers_without_types()
    >>> print([np.float32(0.5), np.bool_(True)])
    [0.5, True]
    >>> undo()
    >>> print([np.float32(0.5)])
    [np.float32(0.5)]
    """
    import numpy as np

    before = np.get_printoptions()["legacy"]
    # A script that has chosen a legacy mode itself keeps it.
    if not are_of_then() or before:
        return lambda: None
    # The last one before NumPy 2, which puts types around its numbers.
    np.set_printoptions(legacy="1.25")
    return lambda: np.set_printoptions(legacy=before)


def in_keras1(message: str) -> str:
    r"""A line as Keras 1.2 put it, whose epochs count from 0; a checkpoint is told such a number.

    >>> in_keras1("\nEpoch 2: val_loss did not improve from 0.5"), in_keras1("Epoch 3: finished")
    ('Epoch 00002: val_loss did not improve', '')
    >>> in_keras1("Epoch 3: early stopping")
    'Epoch 00002: early stopping'
    """
    found = re.match(_EPOCH, message)
    if found is None:
        return message
    told = found["told"].removeprefix("ReduceLROnPlateau ")
    line = found["line"] if told.startswith("reducing") else ""
    epoch = int(found["epoch"]) - told.startswith(("reducing", "early"))
    if " did not improve" in told:
        told = told.partition(" from ")[0]
    return f"{line}Epoch {epoch:05d}: {told}" if _is_of_then(told) else ""


def in_keras2(message: str) -> str:
    r"""A line as Keras 2.2 put it.

    >>> in_keras2("Epoch 3: early stopping"), in_keras2("Epoch 1/5")
    ('Epoch 00003: early stopping', 'Epoch 1/5')
    """
    found = re.match(_EPOCH, message)
    if found is None:
        return re.sub(_RESTORED, r"\1", message)
    told = found["told"]
    return f"{found['line']}Epoch {int(found['epoch']):05d}: {told}" if _is_of_then(told) else ""


def in_tf2(message: str) -> str:
    """A line as tf.keras 2.15 put it: as today, but for what is told after a file is written."""
    found = re.match(_EPOCH, message)
    return message if found is None or _is_of_then(found["told"]) else ""


def _is_of_then(told: str) -> bool:
    return not told.startswith("finished")


def printing(put: Callable[[str], str]) -> Callable[[Print], Print]:
    """Makes Keras's `print_msg` from today's.

    Args:
        put: A line as it was put then; an empty one was not printed.
    """

    def replaced(original: Print) -> Print:
        def print_msg(message: Any, *args: Any, **kwargs: Any) -> None:
            told = put(message) if are_of_then() and isinstance(message, str) else message
            # An empty line was asked for; a line that became empty was not printed then.
            if told or not message:
                original(told, *args, **kwargs)

        return print_msg

    return replaced
