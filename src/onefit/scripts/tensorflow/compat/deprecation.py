"""`tensorflow.python.util.deprecation`, whose warnings scripts switch off: none are given here."""

from __future__ import annotations

import contextlib

from onefit.scripts.tensorflow.missing import names_of


def silence() -> contextlib.AbstractContextManager[None]:
    """A block of no effect."""
    return contextlib.nullcontext()


ALSO = ""
__getattr__ = names_of("tensorflow.python")
