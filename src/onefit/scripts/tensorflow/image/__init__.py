"""`tf.image`: pictures as arrays of shape (height, width, channels), or several of them.

A file here is a concept: sizes (`resizing.py`), positions (`geometry.py`), values (`colours.py`),
random changes (`draws.py`), comparisons (`quality.py`), files (`coding.py`, `pixels.py`), boxes
(`boxes.py`, `suppression.py`), parts that are cut out (`crops.py`).
docs/design/0062 says what is the same to the bit.
"""

from __future__ import annotations

import importlib
from typing import Any

from onefit.scripts.tensorflow.image import boxes as _boxes
from onefit.scripts.tensorflow.image import coding as _coding
from onefit.scripts.tensorflow.image import colours as _colours
from onefit.scripts.tensorflow.image import crops as _crops
from onefit.scripts.tensorflow.image import draws as _draws
from onefit.scripts.tensorflow.image import geometry as _geometry
from onefit.scripts.tensorflow.image import quality as _quality
from onefit.scripts.tensorflow.image import resizing as _resizing
from onefit.scripts.tensorflow.image import suppression as _suppression
from onefit.scripts.tensorflow.missing import names_of

_INNER = ("batch_of", "overlap", "saturated")
for _home in (
    *(_boxes, _coding, _colours, _crops, _draws),
    *(_geometry, _quality, _resizing, _suppression),
):
    for _name, _part in list(vars(_home).items()):
        # What a file imports for itself is no name of `tf.image`.
        _is_its_own = callable(_part) and _part.__module__ == _home.__name__
        if _is_its_own and _name[0] != "_" and _name not in _INNER:
            globals()[_name] = _part

_missing = names_of("tensorflow.image")


def __getattr__(name: str) -> Any:
    """A name of TensorFlow 1, or the error for what is not there."""
    from onefit.scripts.tensorflow.compat.old_names import OF_IMAGE

    if name not in OF_IMAGE:
        return _missing(name)
    return getattr(importlib.import_module("onefit.scripts.tensorflow.compat.image"), name)
