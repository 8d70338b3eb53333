"""Names of the script's own in a file or config, where `custom_objects` does not have them.

Keras 3 says what it could not read, and not always which name that was.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.configs import custom_objects_of

Function = Callable[..., Any]
_HOMES = (
    *(keras.layers, keras.models, keras.initializers, keras.regularizers, keras.constraints),
    *(keras.activations, keras.losses, keras.metrics, keras.optimizers, keras.dtype_policies),
)


def unknown(kind: str, name: str, of_training: bool = False) -> ValueError:
    """The error that names what the file has, and says what to write.

    Args:
        kind: What it is, `"loss function"`.
        name: Its name in the file.
        of_training: Whether only a compiled model needs it. Defaults to no.

    >>> print(unknown("layer", "Own"))
    Unknown layer: Own. The file names it, and it is not one of Keras's. Write \
custom_objects={'Own': Own} in the call that reads it. (onefit findings OF208)
    """
    more = ", or compile=False if the model is not trained any more" if of_training else ""
    return ValueError(
        f"Unknown {kind}: {name}. The file names it, and it is not one of Keras's. Write "
        f"custom_objects={{{name!r}: {name}}} in the call that reads it{more}. "
        "(onefit findings OF208)"
    )


def named_in_errors(original: Function) -> Function:
    """What makes a model of a config says which of its names nobody knows.

    Args:
        original: A function `(config, custom_objects)`, which may be given JSON.
    """

    @functools.wraps(original)
    def read(config: Any, custom_objects: Any = None) -> Any:
        try:
            return original(config, custom_objects)
        except (TypeError, ValueError) as error:
            told = json.loads(config) if isinstance(config, str) else config
            own = custom_objects_of(custom_objects)
            for kind, name in _names(told):
                if name not in own:
                    raise unknown(kind, name) from error
            raise

    return read


def is_of_keras(name: str) -> bool:
    """Whether a name in a file is one of Keras's.

    >>> is_of_keras("Dense"), is_of_keras("relu"), is_of_keras("Attend")
    (True, True, False)
    """
    return any(callable(getattr(home, name, None)) for home in _HOMES)


def _names(config: Any, kind: str = "layer") -> Iterator[tuple[str, str]]:
    """The names of classes and functions in a config that are not Keras's.

    >>> list(_names({"class_name": "Own", "config": {"activation": "steep", "units": 2}}))
    [('layer', 'Own'), ('activation', 'steep')]
    """
    if isinstance(config, list):
        for one in config:
            yield from _names(one, kind)
    if not isinstance(config, dict):
        return
    name, inner = config.get("class_name"), config.get("config")
    is_of_package = str(config.get("module")).startswith("keras")
    if name == "function" and isinstance(inner, str) and not is_of_package:
        yield kind, inner
        return
    if isinstance(name, str) and ">" not in name and not is_of_package and not is_of_keras(name):
        yield kind, name
    for key, value in config.items():
        what = key.rpartition("_")[2]
        if what == "activation" and isinstance(value, str) and not is_of_keras(value):
            yield what, value
        is_part = what in ("activation", "initializer", "regularizer", "constraint")
        yield from _names(value, what if is_part else "layer")
