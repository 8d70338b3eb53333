"""`tf.keras.losses` and `tf.keras.metrics`: functions under all the names that they had.

Keras ships these modules for `tf.keras` with short names only: `mse`, not `mean_squared_error`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

import keras
from keras._tf_keras import keras as _shipped

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.tensor import Tensor

OF_BOTH = """
binary_crossentropy binary_focal_crossentropy categorical_crossentropy
categorical_focal_crossentropy categorical_hinge cosine_similarity hinge huber kl_divergence
log_cosh mean_absolute_error mean_absolute_percentage_error mean_squared_error
mean_squared_logarithmic_error poisson sparse_categorical_crossentropy squared_hinge
"""
OF_METRICS = """
binary_accuracy categorical_accuracy sparse_categorical_accuracy
sparse_top_k_categorical_accuracy top_k_categorical_accuracy
"""
SHORT = {
    **{"mse": "mean_squared_error", "mae": "mean_absolute_error"},
    **{"mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error"},
    **{"kld": "kl_divergence", "kullback_leibler_divergence": "kl_divergence"},
    **{"logcosh": "log_cosh", "bce": "binary_crossentropy"},
}


def _with_floats(init: Callable[..., None]) -> Callable[..., None]:
    """`LearningRateScheduler.__init__` for schedules that give tensors, as Keras 2 has it."""

    @wraps(init)
    def of_tensors(self: Any, schedule: Any, *args: Any, **kwargs: Any) -> None:
        @wraps(schedule)
        def rate(*given: Any) -> Any:
            found = schedule(*given)
            return float(found) if isinstance(found, Tensor) else found

        init(self, rate if _computes_with_tensors(schedule) else schedule, *args, **kwargs)

    return of_tensors


def _computes_with_tensors(function: Any) -> bool:
    """Whether a function of the script's asks for a name of `tensorflow` or of Keras's backend."""
    code, names = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    asked = [names.get(name) for name in getattr(code, "co_names", ())]
    asked += [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    modules = [one.__name__ for one in asked if isinstance(one, ModuleType)]
    return any("tensorflow" in name or "backend" in name for name in modules)


def give_functions(patches: Patches) -> None:
    """Give the modules of `tf.keras` the functions that they lack, schedules tensors.

    Args:
        patches: Where what is replaced is noted.

    >>> patches = Patches()
    >>> give_functions(patches)
    >>> _shipped.metrics.mean_absolute_error.__name__
    'mean_absolute_error'
    >>> patches.undo()
    """
    scheduler = keras.callbacks.LearningRateScheduler
    patches.put(scheduler, "__init__", _with_floats(scheduler.__init__))
    long = OF_BOTH.split()
    # Only the short ones had capitals, too: `MSE`, but no `LOGCOSH`.
    short = {**SHORT, **{name.upper(): full for name, full in SHORT.items() if len(name) < 5}}
    for module, names in (
        (_shipped.losses, long),
        (_shipped.metrics, [*long, *OF_METRICS.split()]),
    ):
        for name, full in {**dict(zip(names, names)), **short}.items():
            function = getattr(keras.losses, full, None) or getattr(keras.metrics, full, None)
            if function is not None and not hasattr(module, name):
                patches.put(module, name, function)
