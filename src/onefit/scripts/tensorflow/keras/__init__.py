"""`tf.keras`: what Keras ships for that name, with a `backend` that needs no TensorFlow."""

from __future__ import annotations

from typing import Any

from keras._tf_keras import keras as _shipped

from onefit.scripts.tensorflow.keras import backend as backend

_names = [_name for _name in vars(_shipped) if _name[0] != "_" and _name != "backend"]
globals().update({_name: getattr(_shipped, _name) for _name in _names})
__version__ = _shipped.__version__
ALSO = f"backend {' '.join(_names)}"


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module 'tensorflow.keras' has no attribute {name!r}")
