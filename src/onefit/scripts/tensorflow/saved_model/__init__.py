"""`tf.saved_model`: an object with variables and traced functions in a folder, and back.

`signatures.py` has the functions by which others call it, `restored.py` what `load` gives,
`tracking.py` what of an object is kept, `file.py` how it is written. docs/design/0114 says why the
format is one of onefit's.
"""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.saved_model.file import (
    contains_saved_model as contains_saved_model,
)
from onefit.scripts.tensorflow.saved_model.file import load as load
from onefit.scripts.tensorflow.saved_model.file import save as save

ALSO = """
DEFAULT_SERVING_SIGNATURE_DEF_KEY GPU PREDICT_INPUTS PREDICT_METHOD_NAME PREDICT_OUTPUTS SERVING
TPU TRAINING
"""
DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"
PREDICT_METHOD_NAME = "tensorflow/serving/predict"
PREDICT_INPUTS, PREDICT_OUTPUTS = "inputs", "outputs"
SERVING, TRAINING, GPU, TPU = "serve", "train", "gpu", "tpu"

__getattr__ = names_of("tensorflow.saved_model")


class SaveOptions:
    """How to write: taken, and of no effect.

    Args:
        **settings: Taken, and of no effect.
    """

    def __init__(self, **settings: Any) -> None:
        """Take TensorFlow's arguments."""


class LoadOptions(SaveOptions):
    """How to read: taken, and of no effect."""
