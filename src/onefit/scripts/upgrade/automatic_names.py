"""Names that Keras gave layers by itself, where a script knows them: `"conv2d_1"`, `"input_1"`."""

from __future__ import annotations

import functools
import inspect

import keras
import libcst as cst
from keras.src.utils.naming import to_snake_case

from onefit.scripts.eras.stand_ins import layer_names
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.script import Script

CODE = "OF207"


def check(script: Script, node: cst.SimpleString) -> None:
    """Tell of such a name, unless the script gives it to a layer itself."""
    word = read(node)
    if not isinstance(word, str) or not layer_names.is_automatic(word):
        return
    stem = word.rpartition("_")[0]
    if stem in _stems(script.era.name) and word not in script.given_names:
        script.left(CODE, node, layer_names.told(word))


@functools.cache
def _stems(era: str) -> frozenset[str]:
    """What automatic names began with, of layers that are called otherwise today."""
    # Its layers are `dense` and `dense_1` as in Keras 3; inputs alone were counted from 1.
    if era == "tf2":
        return frozenset({"input"})
    word = layer_names.word_of_keras1 if era == "keras1" else to_snake_case
    layers = (name for name, one in vars(keras.layers).items() if inspect.isclass(one))
    return frozenset({"input", *map(word, layers)})
