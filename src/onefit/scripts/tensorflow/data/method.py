"""What the methods of a dataset begin with: its stage."""

from __future__ import annotations

from typing import Self

from onefit.scripts.tensorflow.data.stage import Stage


class Methods:
    """A group of methods of `tf.data.Dataset`; a file of stages has the methods that add them.

    Args:
        stage: The last stage of the pipeline.
    """

    def __init__(self, stage: Stage) -> None:
        """Keep the stage."""
        self.stage = stage

    @classmethod
    def of(cls, stage: Stage) -> Self:
        """A dataset whose last stage is this."""
        return cls(stage)
