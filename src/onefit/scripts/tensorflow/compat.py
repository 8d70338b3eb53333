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

ALSO = "v1"
__getattr__ = names_of("tensorflow.compat")
