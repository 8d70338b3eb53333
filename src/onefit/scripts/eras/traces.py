"""What an older Keras printed, where a script or a notebook has kept it.

Authors paste the lines of a training into a comment, and a notebook keeps what its cells printed
and the Python that ran them. All names may be those of today, and the defaults those of then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

KEPT = "# kept: "
"""What stands before each line of `kept`."""

UPGRADED = "# Upgraded to Keras 3: what older Kerases printed says nothing of this code."
"""The last line of an upgraded source that has such traces."""

# Keras 3 draws its bars and tables with other characters, tells the time of a step before the loss,
# counts epochs without noughts, and says none of the sentences: where it named the backend, it was
# without a full stop.
_BACKEND = r"\bUsing (?:TensorFlow|Theano|CNTK) backend\."
_SAMPLES = r"\bTrain on \d+ samples\b"
_BAR = r"\d+/\d+ \[=*>?\.*\] ?- "
_LINE = r"- \d+s - loss: "
_EPOCH = r"\bEpoch \d{5}: "
_SUMMARY = r"\bLayer \(type\) +Output Shape +Param #"
_PRINTED = {
    _BACKEND: "the backend as older Kerases named it",
    _SAMPLES: "the samples that an older Keras counted",
    _BAR: "the bar of an older Keras",
    _LINE: "the line of an epoch of an older Keras",
    _EPOCH: "the epoch as older Kerases counted it",
    _SUMMARY: "the summary of an older Keras",
}
PATTERN = "|".join([*_PRINTED, KEPT])
"""Finds any trace in a text."""

# Of the package `keras`: since 2.4 it was `tf.keras`, which gave its first model no number.
_UNTIL_2_3 = f"{_BACKEND}|{_SAMPLES}"
_SINCE_2_4 = r'\bModel: "(?:sequential|model)"'
_ACCURACY = r"- loss: .*?- (?:val_)?(acc|accuracy): "
_PYTHON = rf"{KEPT}Python (\d+)\.(\d+)"
_OF_NOTEBOOK = "the notebook's Python"
_MOST_LINES = 200


class Trace(NamedTuple):
    """What shows that an older Keras has run a script.

    Args:
        what: The trace, with its line.
        is_late: Whether the package `keras` was `tf.keras` then. Defaults to `False`.
        accuracy: What the accuracy is called in it. Defaults to `""`.
    """

    what: str
    is_late: bool = False
    accuracy: str = ""


def of(text: str) -> Iterator[Trace]:
    """The traces of an older Keras in a text, one of each kind.

    Args:
        text: The text of a script, with its comments.

    >>> list(of("# Train on 60000 samples, validate on 10000 samples"))
    [Trace(what='line 1: the samples that an older Keras counted', is_late=False, accuracy='')]
    >>> next(of("# 60/60 [==========] - 5s - loss: 0.1 - acc: 0.9")).accuracy
    'acc'
    >>> list(of("# ┃ Layer (type)   ┃ Output Shape   ┃"))
    []
    """
    if not re.search(PATTERN, text) or re.search(f"(?m)^{UPGRADED}", text):
        return
    is_late = bool(re.search(_SINCE_2_4, text)) and not re.search(_UNTIL_2_3, text)
    accuracy = re.search(_ACCURACY, text)
    is_printed = False
    for pattern, what in _PRINTED.items():
        if found := re.search(pattern, text):
            is_printed = True
            line = text.count("\n", 0, found.start()) + 1
            yield Trace(f"line {line}: {what}", is_late, accuracy[1] if accuracy else "")
    for major, minor in re.findall(_PYTHON, text):
        # Keras 3 began with Python 3.9, and Keras 2.3 had gone by then.
        is_old = (int(major), int(minor)) < (3, 9)
        if is_old or is_printed:
            yield Trace(f"{_OF_NOTEBOOK} {major}.{minor}", is_late or not is_old)


def has_any(evidence: Iterable[str]) -> bool:
    """Whether there is a trace in what speaks for an era.

    >>> has_any(["line 3: lr=", "the notebook's Python 3.6"]), has_any(["line 3: lr="])
    (True, False)
    """
    return any(one.endswith((*_PRINTED.values(),)) or _OF_NOTEBOOK in one for one in evidence)


def kept(content: bytes) -> str:
    r"""What a notebook keeps of its runs, as comments: its Python, and what its cells printed.

    Args:
        content: The notebook's file.

    >>> print(kept(b'''{"metadata": {"language_info": {"version": "3.6.8"}}, "cells": [
    ...     {"outputs": [{"text": ["Using TensorFlow backend.\\n"]}]}]}'''), end="")
    # kept: Python 3.6.8
    # kept: Using TensorFlow backend.
    """
    import json

    notebook = json.loads(content)
    about = notebook.get("metadata") or {}
    is_python_2 = (about.get("kernelspec") or {}).get("name") == "python2"
    version = (about.get("language_info") or {}).get("version") or ("2.7" if is_python_2 else "")
    cells = [one for sheet in notebook.get("worksheets") or [notebook] for one in sheet["cells"]]
    printed = "\n".join(_text(one) for cell in cells for one in cell.get("outputs") or ())
    told = "|".join([*_PRINTED, _SINCE_2_4])
    # A bar is drawn again and again in one line.
    lines = [one for one in re.split(r"[\r\n\b]+", printed) if re.search(told, one)][:_MOST_LINES]
    found = [f"Python {version}", *lines] if version else lines
    return "".join(f"{KEPT}{one}\n" for one in dict.fromkeys(found))


def _text(output: dict[str, Any]) -> str:
    """What an output of a cell shows as text."""
    text = output.get("text") or (output.get("data") or {}).get("text/plain") or ""
    return text if isinstance(text, str) else "".join(text)
