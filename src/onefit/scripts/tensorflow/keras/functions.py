"""`tf.keras.losses` and `tf.keras.metrics`: functions under all the names that they had.

Keras ships these modules for `tf.keras` with short names only: `mse`, not `mean_squared_error`.
"""

from __future__ import annotations

import keras
from keras._tf_keras import keras as _shipped

from onefit.scripts.patches import Patches

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


def give_functions(patches: Patches) -> None:
    """Give the modules of `tf.keras` the functions that they lack.

    Args:
        patches: Where what is replaced is noted.

    >>> patches = Patches()
    >>> give_functions(patches)
    >>> _shipped.metrics.mean_absolute_error is keras.losses.mean_absolute_error
    True
    >>> patches.undo()
    """
    long = OF_BOTH.split()
    short = {**SHORT, **{name.upper(): full for name, full in SHORT.items() if len(name) < 5}}
    for module, names in (
        (_shipped.losses, long),
        (_shipped.metrics, [*long, *OF_METRICS.split()]),
    ):
        for name, full in {**dict(zip(names, names)), **short}.items():
            function = getattr(keras.losses, full, None) or getattr(keras.metrics, full, None)
            if function is not None and not hasattr(module, name):
                patches.put(module, name, function)
