"""`tf.logging`: what goes to the logger named tensorflow, and how much of it is shown."""

from __future__ import annotations

import logging as _logging
from typing import Any

from onefit.scripts.tensorflow.missing import names_of

_logger = _logging.getLogger("tensorflow")
DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50
ALSO = "DEBUG INFO WARN ERROR FATAL"


def set_verbosity(v: Any) -> None:
    """Show messages of this weight and above.

    >>> set_verbosity(ERROR)
    >>> get_verbosity() == ERROR
    True
    >>> set_verbosity(WARN)
    """
    _logger.setLevel(v)


def get_verbosity() -> int:
    """The weight of messages that are shown."""
    return _logger.getEffectiveLevel()


def debug(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message for those who look for a fault."""
    _logger.debug(msg, *args, **kwargs)


def info(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message about what goes on."""
    _logger.info(msg, *args, **kwargs)


def warning(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message about what may be wrong."""
    _logger.warning(msg, *args, **kwargs)


def error(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message about what is wrong."""
    _logger.error(msg, *args, **kwargs)


def fatal(msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message about what cannot go on; it ends nothing, as it ended nothing then."""
    _logger.fatal(msg, *args, **kwargs)


def log(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message of a weight."""
    _logger.log(level, msg, *args, **kwargs)


warn = warning
__getattr__ = names_of("tensorflow.compat.v1.logging")
