"""`tf.compat`: the level of TensorFlow's log, which old scripts set first, and nothing else."""

from __future__ import annotations

import logging as _logging
from typing import Any

from onefit.scripts.tensorflow.missing import names_of, namespace


def _set_verbosity(v: Any) -> None:
    """Taken, and of no effect: TensorFlow's log has nothing to say here."""


logging = namespace(
    "tensorflow.compat.v1.logging",
    set_verbosity=_set_verbosity,
    DEBUG=_logging.DEBUG,
    INFO=_logging.INFO,
    WARN=_logging.WARNING,
    ERROR=_logging.ERROR,
    FATAL=_logging.FATAL,
)
v1 = namespace("tensorflow.compat.v1", logging=logging)


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Text of Python's.

    >>> as_text(b"a")
    'a'
    """
    return bytes_or_text.decode(encoding) if isinstance(bytes_or_text, bytes) else bytes_or_text


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Bytes of Python's."""
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes_or_text


as_str = as_text
ALSO = "v1"
__getattr__ = names_of("tensorflow.compat")
