"""The options of a stage: its own, and those of the stages that it begins with."""

from __future__ import annotations

import copy
from typing import Any

from onefit.scripts.tensorflow.data.options import Options
from onefit.scripts.tensorflow.data.stage import Stage
from onefit.scripts.tensorflow.data.structure import flatten

INPUTS = ("choices", "source", "sources", "first", "second")
"""The attributes in which stages keep those that they begin with, in their order."""


def options_of(stage: Stage) -> Options:
    """What is set for a stage; what comes later goes before.

    Args:
        stage: The last stage of a pipeline.
    """
    made = Options()
    for name in INPUTS:
        for one in _stages(vars(stage).get(name)):
            made = made.merge(options_of(one))
    return made.merge(stage.options) if stage.options else made


def with_options(stage: Stage, options: Options) -> Stage:
    """The same stage with other options; what it keeps it has in common with the first."""
    made = copy.copy(stage)
    made.options = stage.options.merge(options) if stage.options else options
    return made


def _stages(held: Any) -> list[Stage]:
    return [one for one in flatten(held) if isinstance(one, Stage)] if held is not None else []
