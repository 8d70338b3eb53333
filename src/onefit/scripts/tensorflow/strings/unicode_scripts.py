"""To which script a character belongs: Latin, Greek, Han and so on.

`unicode_scripts.txt` has it for all characters, as TensorFlow 2.21 gave it; Python's `unicodedata`
does not know. `tests/scripts/text/record_unicode_scripts.py` writes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor as given
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor

LAST = 0x10FFFF
NONE = -1


def unicode_script(input: TensorLike, name: str | None = None) -> Any:
    """The number of the script of each character, as the library ICU counts them.

    Args:
        input: Code points of characters, of int32.
        name: Taken, and of no effect. Defaults to `None`.

    Returns:
        int32 of the same shape; -1 for what is no code point.

    Raises:
        InvalidArgumentError: For tensors of another dtype.

    >>> unicode_script([ord("a"), ord("я"), ord(" ")]).numpy().tolist()
    [25, 8, 0]
    """
    if isinstance(input, RaggedTensor):
        return input.with_flat_values(unicode_script(input.flat()))
    points = array(given(input, None if hasattr(input, "dtype") else "int32"))
    if points.dtype != np.int32:
        raise InvalidArgumentError(
            "cannot compute UnicodeScript as input #0(zero-based) was expected to be a int32 "
            f"tensor but is a {points.dtype} tensor [Op:UnicodeScript]"
        )
    starts, scripts = _table()
    found = scripts[np.searchsorted(starts, points, side="right") - 1]
    return tensor(np.where((points < 0) | (points > LAST), NONE, found).astype(np.int32))


@cache
def _table() -> tuple[np.ndarray, np.ndarray]:
    """Where each run of characters begins, and its script."""
    words = Path(__file__).with_suffix(".txt").read_text(encoding="ascii").split()
    pairs = [word.split(".") for word in words]
    starts = np.cumsum([int(step, 16) for step, _ in pairs])
    return starts, np.array([int(script) for _, script in pairs])
