"""No observation may cost anybody a training: what goes wrong in one is told at the end."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import Any

from onefit.runs.recorder import RECORDER


def safely(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call, and keep what goes wrong for the end: no observation may cost anybody a training.

    Args:
        call: What is called.
        *arguments: Its arguments.

    Returns:
        What it returns; `None` where it fails.
    """
    try:
        return call(*arguments)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        file = os.path.basename(place.filename)
        where = f"{type(error).__name__}: {error} ({file}:{place.lineno})"
        RECORDER.failure = RECORDER.failure or f"part of this run could not be recorded: {where}"
        return None
