"""`tf.train`: examples of TFRecord files.

The messages need protobuf, which is loaded when one is asked for.
"""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.io.example import OF_TRAIN, messages
from onefit.scripts.tensorflow.missing import names_of

_missing = names_of("tensorflow.train")


def __getattr__(name: str) -> Any:
    return messages()[name] if name in OF_TRAIN else _missing(name)
