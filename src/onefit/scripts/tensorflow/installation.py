"""What Keras and JAX's arrays get while a script has the name `tensorflow`, and lose with it.

Importing the stand-in changes nothing: a process in which it was used once, and the tests beside
its own, have Keras as it is.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import keras
import numpy as np
from keras._tf_keras import keras as _shipped
from keras.src.utils import module_utils, rng_utils

from onefit.scripts.eras.stand_ins.logits import give_logits
from onefit.scripts.patches import Patches
from onefit.scripts.tensorboard import TensorBoard
from onefit.scripts.tensorflow import random
from onefit.scripts.tensorflow.boundary import give_boundary
from onefit.scripts.tensorflow.data.adapter import give_adapter
from onefit.scripts.tensorflow.keras.exports import give_export
from onefit.scripts.tensorflow.keras.functions import give_functions
from onefit.scripts.tensorflow.keras.iterations import give_iterations
from onefit.scripts.tensorflow.keras.layer_sizes import give_layer_sizes
from onefit.scripts.tensorflow.keras.loss_scaling import give_loss_scaling
from onefit.scripts.tensorflow.keras.numbers import give_checks_of_numbers
from onefit.scripts.tensorflow.keras.output_shapes import give_output_shapes
from onefit.scripts.tensorflow.keras.saved_layers import give_saved_layers
from onefit.scripts.tensorflow.keras.script_calls import give_script_calls
from onefit.scripts.tensorflow.keras.text_models import give_text_models
from onefit.scripts.tensorflow.recorder import reads_are_plain
from onefit.scripts.tensorflow.registry import give_registry
from onefit.scripts.tensorflow.tensor_shape import give_get_shape
from onefit.scripts.tensorflow.train_step import give_steps
from onefit.training.host.jax_private import ArrayImpl

_of_datasets, _of_tensors = Patches(), Patches()


def install() -> None:
    """Tell Keras that this is not TensorFlow, and let it take and give tensors. Idempotent.

    >>> import keras, numpy as np
    >>> install()
    >>> keras.layers.ReLU()(np.array([-1.0, 1.0])).numpy().tolist()
    [0.0, 1.0]
    >>> uninstall()
    >>> hasattr(keras.layers.ReLU()(np.array([-1.0, 1.0])), "numpy")
    False
    """
    install_datasets()
    if _of_tensors.done:
        return
    _of_tensors.put(module_utils.tensorflow, "_available", False)
    _of_tensors.put(ArrayImpl, "numpy", _numpy)
    _of_tensors.put(keras.callbacks, "TensorBoard", TensorBoard)
    _of_tensors.put(_shipped.callbacks, "TensorBoard", TensorBoard)
    for give in (
        *(give_get_shape, give_boundary, give_registry, give_steps, give_functions),
        *(give_text_models, give_loss_scaling, give_script_calls, give_checks_of_numbers),
        *(give_iterations, give_output_shapes, give_logits, give_export),
        *(give_saved_layers, give_layer_sizes),
    ):
        give(_of_tensors)
    # The seed may have been set through Keras before the script imported `tensorflow`.
    seeded = rng_utils.get_random_seed()
    if seeded is not None:
        random.set_seed(seeded)
    # `keras.utils.set_random_seed` sets TensorFlow's seed wherever TensorFlow is
    _of_tensors.put(rng_utils, "tf", SimpleNamespace(available=True, random=random))


def install_datasets() -> None:
    """Let Keras take the stand-in's datasets, and nothing else. Idempotent."""
    if not _of_datasets.done:
        give_adapter(_of_datasets)


def uninstall() -> None:
    """Give Keras and JAX's arrays their own back. Idempotent."""
    reads_are_plain()
    _of_tensors.undo()
    _of_datasets.undo()


def _numpy(array: jax.Array) -> Any:
    """The values as NumPy's: an array that may be written to, or a scalar."""
    return np.array(array)[()]
