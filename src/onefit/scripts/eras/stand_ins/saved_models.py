"""What `model.save(folder)` of tf.keras 2 wrote beside the model's config: signatures and classes.

A model whose classes another script does not have was loaded without them, and predicted. Here the
file of `tf.saved_model.save` holds them.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import Any

import keras

_OF_TRAINING = (
    *("train_function", "test_function", "predict_function", "optimizer", "_compile_config"),
    *("_loss_tracker", "_compile_loss", "_compile_metrics"),
)


def write_beside(model: keras.Model, folder: Any, signatures: Any) -> None:
    """Write the functions by which others call a model, and its classes, in its folder.

    Args:
        model: The model.
        folder: Where it is saved.
        signatures: The functions; `None` for how the model is called.
    """
    files = _files()
    path = os.path.join(os.fspath(folder), files.NAME)
    if os.path.isfile(path):  # of a model that was saved there before
        os.remove(path)
    if signatures is not None:
        files.save(model, folder, signatures)
    elif _has_own_classes(model) and importlib.util.find_spec("cloudpickle"):
        try:
            files.save(model, folder)
        except ValueError:  # the model itself is saved, for scripts that have the classes
            return


def model_beside(folder: str) -> keras.Model | None:
    """The model that `write_beside` wrote, with its classes; `None` if it wrote none.

    Args:
        folder: Where it was saved.
    """
    files = _files()
    if not os.path.isfile(os.path.join(folder, files.NAME)):
        return None
    called = vars(files.load(folder)).get("__call__")
    model = getattr(called, "layer", None)
    if not isinstance(model, keras.Model):
        return None
    # The file has the model as it predicts: it is to be compiled again before it is trained.
    vars(model).update(dict.fromkeys(_OF_TRAINING), compiled=False)
    return model


def model_in(folder: str) -> keras.Model:
    """The model in a folder that has no config of Keras's.

    Args:
        folder: The folder.

    Raises:
        OSError: If no model was saved there.
    """
    model = model_beside(folder)
    if model is None:
        _files().load(folder)  # tells that there is nothing, or that TensorFlow wrote it
        raise OSError(
            f"expected a folder in which a Keras model was saved; {folder} has what "
            "tf.saved_model.save wrote of something else: tf.saved_model.load reads it"
        )
    return model


def _has_own_classes(model: keras.Model) -> bool:
    of_others = ("keras.", "onefit.")
    return any(
        not type(layer).__module__.startswith(of_others) for layer in model._flatten_layers()
    )


def _files() -> Any:
    return importlib.import_module("onefit.scripts.tensorflow.saved_model.file")
