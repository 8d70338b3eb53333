"""Places, counts, times and errors, as a person reads them."""

from __future__ import annotations

import os
import re
import unicodedata

from onefit.runs.networks import Networks
from onefit.runs.record import Evaluation, Fit, Prediction

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def place(fit: Fit | Evaluation | Prediction | Networks) -> str:
    """Where `fit`, `evaluate` or another verb was called, with the file's own name only.

    >>> place(Fit(file="/work/xor.py", line=9)), place(Fit(file="cell 3", line=1))
    ('xor.py:9', 'cell 3')
    """
    if not fit.file or fit.file.startswith("cell "):
        return fit.file or "a call"
    return f"{os.path.basename(fit.file)}:{fit.line}"


def printable(text: str) -> str:
    """A text in one line without characters that a terminal would act on.

    Names of metrics, layers and scripts are the user's, or somebody else's.

    >>> printable("loss\\x1b[31m of\\na net")
    'loss?[31m of?a net'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "epoch"), counted(1000, "epoch")
    ('1 epoch', '1,000 epochs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def seconds(value: float) -> str:
    """A time as a person reads it.

    >>> seconds(0.005), seconds(1.234), seconds(75), seconds(7265)
    ('5.0 ms', '1.2 s', '1 min 15 s', '2 h 1 min')
    """
    if value < 0.1:
        return f"{1000 * value:.1f} ms"
    if value < 60:
        return f"{value:.2f} s" if value < 1 else f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def in_short(error: BaseException) -> str:
    """An error in one line: its type, and what it says.

    Keras puts a line in front that says only in which call a layer failed, and makes the next bold.

    >>> framed = "Exception encountered when calling Dense.call().\\n\\n\\x1b[1mNo axis\\x1b[0m"
    >>> in_short(ValueError(framed))
    'ValueError: No axis'
    >>> in_short(KeyError()), in_short(OSError("full\\nor not"))
    ('KeyError: ', 'OSError: full')
    """
    told = [line for line in COLOUR.sub("", str(error)).splitlines() if line.strip()]
    if len(told) > 1 and told[0].startswith("Exception encountered when calling"):
        told = told[1:]
    return f"{type(error).__name__}: {told[0] if told else ''}"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two.

    >>> columns("xor.py"), columns("网络.py")
    (6, 7)
    """
    # A combining mark, such as an accent of its own, takes no column.
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def padded(text: str, width: int) -> str:
    """A text with blanks behind it, so that it takes `width` columns of a terminal.

    >>> padded("网络.py", 9) + "|"
    '网络.py  |'
    """
    return text + " " * max(0, width - columns(text))
