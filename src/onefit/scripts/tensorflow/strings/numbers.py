"""Numbers read from text, and written as text."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.strings.element import SPACES, each
from onefit.scripts.tensorflow.strings.patterns import decoded, encoded


def to_number(input: TensorLike, out_type: DTypeLike = "float32", name: str | None = None) -> Any:
    """The numbers that are written.

    Raises:
        InvalidArgumentError: If a text is no number.

    >>> to_number(["1.5", " 2"]).numpy().tolist()
    [1.5, 2.0]
    """
    dtype = np.dtype(as_dtype(out_type).as_numpy_dtype)
    if unknown_length():
        return each(lambda text: 0, input, dtype)
    pattern = _INTEGER if dtype.kind == "i" else _FLOAT

    def number(text: bytes) -> Any:
        word = text.strip(SPACES)
        if not pattern.fullmatch(word):
            raise InvalidArgumentError(
                f"StringToNumberOp could not correctly convert string: {decoded(text)}"
            )
        if dtype.kind != "i":
            return _fraction(decoded(word), dtype)
        limits = np.iinfo(dtype)
        if not limits.min <= int(word) <= limits.max:
            raise InvalidArgumentError(
                f"StringToNumberOp could not correctly convert string: {decoded(text)}"
            )
        return int(word)

    return each(number, input, dtype)


def _fraction(word: str, dtype: np.dtype) -> Any:
    """A number that is written, rounded once: by way of 64 bits float32 would be rounded twice."""
    if word.lower().lstrip("+-").startswith("nan"):
        return dtype.type(math.nan)
    wide = float.fromhex(word) if "x" in word.lower() else float(word)
    with np.errstate(over="ignore"):  # what is too large for float32 is infinite
        found = dtype.type(wide)
    if dtype != np.float32 or not math.isfinite(wide) or "x" in word.lower():
        return found
    ends = [np.nextafter(found, dtype.type(way)) for way in (-math.inf, math.inf)]
    for other in ends:
        pair = [_FIRST_BEYOND if np.isinf(one) else abs(float(one)) for one in (found, other)]
        # Only what 64 bits hold for the middle of two numbers can have been rounded to it.
        if sum(pair) == 2 * abs(wide) and (exact := abs(Fraction(word))) != abs(Fraction(wide)):
            chosen = max if exact > abs(Fraction(wide)) else min
            return chosen(found, other, key=abs)
    return found


_FIRST_BEYOND = 2.0**128
_INTEGER = re.compile(rb"[-+]?[0-9]+")
_FLOAT = re.compile(
    rb"[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    rb"|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][-+]?[0-9]+)?|inf(?:inity)?|nan(?:\([a-z0-9_]*\))?)",
    re.IGNORECASE,
)


def as_string(
    input: TensorLike,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Any:
    """Numbers as text.

    Args:
        input: Numbers or booleans of any shape; text stays as it is.
        precision: The digits behind the point. Defaults to `-1`: six.
        scientific: Whether to write an exponent. Defaults to `False`.
        shortest: Whether to write an exponent where that is shorter. Defaults to `False`.
        width: The least number of characters. Defaults to `-1`.
        fill: What stands in front then: `"0"`, `"-"`, `"+"` or a space.
        name: Taken, and of no effect.

    >>> as_string([1, 20]).numpy().tolist()
    [b'1', b'20']
    """
    if isinstance(input, RaggedTensor):
        flat = as_string(input.flat(), precision, scientific, shortest, width, fill)
        return input.with_flat_values(flat)
    values = np.asarray(array(input))
    _check_format(values.dtype.kind, precision, scientific, shortest, fill)
    kind = "e" if scientific else "g" if shortest else "f"
    flag, least = fill, max(width, 0)
    digits = f".{precision}" if precision >= 0 else ""

    # As C's `printf` writes it, whose flags `%` of Python's has and `format` has not.
    def written(value: Any) -> str:
        if isinstance(value, bool):  # the only ones without a width
            return str(value).lower()
        if isinstance(value, complex):
            return _pair(value, f"%{flag}{least or ''}{digits}{kind}")
        if isinstance(value, bytes):
            text = decoded(value)
            return text.ljust(least) if flag == "-" else text.rjust(least)
        if isinstance(value, int):
            return f"%{flag}{least or ''}d" % value
        # C fills up what is no number with spaces only.
        own = flag if math.isfinite(value) or flag != "0" else ""
        return f"%{own}{least or ''}{digits}{kind}" % value

    made = np.empty(values.shape, object)
    for place, value in zip(np.ndindex(values.shape), values.reshape(-1).tolist()):
        made[place] = encoded(written(value))
    return tensor(made)


def _pair(value: complex, template: str) -> str:
    return f"({template % value.real},{template % value.imag})"


def _check_format(kind: str, precision: int, scientific: bool, shortest: bool, fill: str) -> None:
    """Refuse a format that numbers of such a kind do not have."""
    if scientific and shortest:
        raise InvalidArgumentError("Cannot select both scientific and shortest notation")
    if kind in "biu" and (precision >= 0 or scientific or shortest):
        raise InvalidArgumentError(
            "precision, scientific and shortest format not supported for what has no fractions"
        )
    if fill not in ("", " ", "0", "-", "+"):
        raise InvalidArgumentError(f'Fill argument not supported: "{fill}"')
