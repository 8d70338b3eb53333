"""`layer.kernel.initializer.run(session=session)`: a variable is given a first value once more.

TensorFlow 1 kept with each variable the operation that had made its value, and scripts run it where
a model is to begin anew: for each fold, and for the upper layers of a network. An initialiser that
draws gives other numbers then, as it did, also where it has a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from onefit.scripts.eras.stand_ins.attributes import OldAttribute

FIRST_DRAW = "_onefit_first_draw"
"""The attribute of a variable that holds what made its first value."""


def noted(original: Callable[..., None]) -> Callable[..., None]:
    """A variable notes what makes its first value."""

    def __init__(self: Any, initializer: Any, *args: Any, **kwargs: Any) -> None:
        original(self, initializer, *args, **kwargs)
        if not callable(initializer) and not isinstance(initializer, str):
            if keras.ops.is_tensor(initializer):  # these never change, and the script's may
                initializer = keras.ops.convert_to_numpy(initializer)
            initializer = np.array(initializer)
        vars(self)[FIRST_DRAW] = initializer

    return __init__


def _of_variable(variable: Any) -> Any:
    # With it all of the name `tensorflow` is loaded, which few scripts need.
    from onefit.scripts.tensorflow.compat.session import FirstValue

    return FirstValue([variable])


initializer = OldAttribute(_of_variable)
