"""`tf.train`: checkpoints, and examples of TFRecord files.

The messages need protobuf, which is loaded when one is asked for.
"""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.io import int64_list
from onefit.scripts.tensorflow.io.example import OF_TRAIN, messages
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.train.average import (
    ExponentialMovingAverage as ExponentialMovingAverage,
)
from onefit.scripts.tensorflow.train.checkpoint import Checkpoint as Checkpoint
from onefit.scripts.tensorflow.train.retention import CheckpointManager as CheckpointManager
from onefit.scripts.tensorflow.train.retention import checkpoints_iterator as checkpoints_iterator
from onefit.scripts.tensorflow.train.retention import get_checkpoint_state as get_checkpoint_state
from onefit.scripts.tensorflow.train.retention import latest_checkpoint as latest_checkpoint
from onefit.scripts.tensorflow.train.retention import list_variables as list_variables
from onefit.scripts.tensorflow.train.retention import load_checkpoint as load_checkpoint
from onefit.scripts.tensorflow.train.retention import load_variable as load_variable

_missing = names_of("tensorflow.train")


class CheckpointOptions:
    """How to write: taken, and of no effect.

    Args:
        **settings: Taken, and of no effect.
    """

    def __init__(self, **settings: Any) -> None:
        """Take TensorFlow's arguments."""


def __getattr__(name: str) -> Any:
    if name == "Int64List":
        messages()  # without protobuf the error is the same as of the other messages
        return int64_list.Int64List
    return messages()[name] if name in OF_TRAIN else _missing(name)
