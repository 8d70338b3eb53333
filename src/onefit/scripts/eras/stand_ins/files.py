"""Files of models and weights by their content, not by their suffix.

Keras 1 and 2 wrote HDF5 under any name; `tf.keras` wrote a folder where a name had no suffix. Each
function makes the function of then from Keras 3's.
"""

from __future__ import annotations

import errno
import importlib
import inspect
import os
from collections.abc import Callable
from typing import Any

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format as hdf5
from keras.src.ops.operation import Operation
from keras.src.saving import serialization_lib

from onefit.scripts.eras.stand_ins import saved_models
from onefit.scripts.eras.stand_ins.configs import custom_objects_of
from onefit.scripts.eras.stand_ins.unknown_names import unknown

Function = Callable[..., Any]
IN_FOLDER = "model.keras"
"""The file in a folder that stands for what TensorFlow calls a SavedModel."""
_SUFFIXES = (".h5", ".hdf5", ".keras")


def save_as_hdf5(original: Function) -> Function:
    """A name that has none of Keras 3's suffixes is one of an HDF5 file."""

    def save(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        with_optimizer = kwargs.pop("include_optimizer", True)
        if str(filepath).endswith(".keras"):
            return original(model, filepath, overwrite=overwrite, **kwargs)
        hdf5.save_model_to_hdf5(model, str(filepath), overwrite, with_optimizer)

    return save


def operations_as_today(original: Function) -> Function:
    """An operation of a graph, that of a mask for example, is written with its module.

    Keras 3 writes it into an HDF5 file as a layer, of which it then knows no class.
    """

    def serialize_keras_object(instance: Any) -> Any:
        if isinstance(instance, Operation) and not isinstance(instance, keras.Layer):
            return serialization_lib.serialize_keras_object(instance)
        return original(instance)

    return serialize_keras_object


def save_as_folder(original: Function) -> Function:
    """A name that has none of Keras 3's suffixes is one of a folder, with a file of Keras 3's."""

    def save(
        model: Any,
        filepath: Any,
        overwrite: bool = True,
        signatures: Any = None,
        options: Any = None,
        **kwargs: Any,
    ) -> None:
        if str(filepath).endswith(_SUFFIXES):
            return original(model, filepath, overwrite=overwrite, **kwargs)
        kwargs.pop("include_optimizer", None)
        os.makedirs(filepath, exist_ok=True)
        original(model, os.path.join(filepath, IN_FOLDER), overwrite=overwrite, **kwargs)
        saved_models.write_beside(model, filepath, signatures)

    return save


def save_weights(original: Function) -> Function:
    """Weights by layer, as HDF5, under any name."""

    def save_weights(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        # Only Keras 3 has this argument, for weights in several files.
        if kwargs.get("max_shard_size"):
            return original(model, filepath, overwrite=overwrite, **kwargs)
        folder = os.path.dirname(str(filepath))
        if folder:
            os.makedirs(folder, exist_ok=True)
        with h5py.File(str(filepath), "w") as file:
            hdf5.save_weights_to_hdf5_group(file, model)

    return save_weights


def save_checkpoint(original: Function) -> Function:
    """`tf.keras` wrote a checkpoint where a name has no suffix of HDF5, and noted it as the newest.

    It is a checkpoint of onefit's, which takes models of any class, and others before they are
    built.
    """

    def save_weights(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        path = str(filepath)
        if path.endswith(_SUFFIXES) or kwargs.pop("save_format", "tf") != "tf":
            return original(model, filepath, overwrite=overwrite, **kwargs)
        train = _checkpoints()
        train.retention.note_checkpoints(train.checkpoint.of_model(model).write(path), [path])

    return save_weights


def load_checkpoint(original: Function) -> Function:
    """Weights from a checkpoint that `save_weights` wrote, also before the model is built.

    Keras 2 gave what `tf.train.Checkpoint.restore` gives: assertions and `expect_partial`.
    """

    def load_weights(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        path = str(filepath)
        if not os.path.isfile(f"{path}.index"):
            return original(model, filepath, *args, **kwargs)
        return _checkpoints().checkpoint.of_model(model).read(path)

    return load_weights


def _checkpoints() -> Any:
    return importlib.import_module("onefit.scripts.tensorflow.train")


def load_weights(original: Function) -> Function:
    """Weights by layer from an HDF5 file of any name, in order or by the layers' names."""

    def load_weights(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        by_name = bool(kwargs.pop("by_name", False))
        path = _existing(filepath)
        if not (os.path.isfile(path) and h5py.is_hdf5(path)):
            return original(model, filepath, *args, **kwargs)
        with h5py.File(path, "r") as file:
            # A file of a whole model has its weights in a group, one of weights alone at its top.
            group = file.get("model_weights", file)
            if "layer_names" in group.attrs:
                load = hdf5.load_weights_from_hdf5_group
                if by_name:
                    load = hdf5.load_weights_from_hdf5_group_by_name
                return load(group, model, kwargs.get("skip_mismatch", False))
        return original(model, filepath, *args, **kwargs)

    return load_weights


def _existing(filepath: Any) -> str:
    """The path of a file or folder to load.

    Scripts begin anew where there is none, by `except OSError`; Keras 3 looks at the suffix first,
    and has a ValueError for most.
    """
    path = str(filepath)
    is_here = isinstance(filepath, str | os.PathLike) and "://" not in path
    if is_here and not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return path


def only_built(original: Function) -> Function:
    """`tf.keras` read HDF5 into a model that has its weights only, by the layers' names too."""

    def load_weights(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        path = str(filepath)
        if not model.built and os.path.isfile(path) and h5py.is_hdf5(path):
            raise ValueError(
                f"expected a model that is built, for the weights of {path}; received one that "
                "has none yet. Call it with a batch, or model.build(shape), before load_weights"
            )
        return original(model, filepath, *args, **kwargs)

    return load_weights


def whole_gates(original: Function) -> Function:
    """Keras 1 kept a matrix for each gate of a recurrent layer; from Keras 2 on they are one."""

    def load_subset_weights_from_hdf5_group(group: Any) -> list[Any]:
        weights = original(group)
        names = _ORDERS.get(len(weights))
        # The number of arrays alone does not tell: each gate has two matrices and a row.
        if names is None or [one.ndim for one in weights[:3]] != [2, 2, 1]:
            return weights
        half = weights[: len(names) * 3], weights[len(names) * 3 :]
        return [joined for part in half if part for joined in _joined(part, names)]

    return load_subset_weights_from_hdf5_group


def _joined(weights: list[Any], order: tuple[int, ...]) -> list[Any]:
    """Kernel, recurrent kernel and bias from three arrays for each gate."""
    return [np.concatenate([weights[3 * gate + kind] for gate in order], -1) for kind in range(3)]


# Keras 1's gates by the number of arrays: i c f o of an LSTM, z r h of a GRU; twice if it goes both
# ways. Keras 2 has i f c o and z r h.
_ORDERS = {12: (0, 2, 1, 3), 24: (0, 2, 1, 3), 9: (0, 1, 2), 18: (0, 1, 2)}


def load_model(original: Function) -> Function:
    """A model from an HDF5 file of any name, or from a folder that `save` wrote."""

    def load_model(filepath: Any, *args: Any, **kwargs: Any) -> Any:
        path = _existing(filepath)
        if os.path.isfile(os.path.join(path, IN_FOLDER)):
            try:
                return original(os.path.join(path, IN_FOLDER), *args, **kwargs)
            except (TypeError, ValueError):  # a class that is not known here
                model = saved_models.model_beside(path)
                if model is None:
                    raise
                return model
        if os.path.isfile(path) and not path.endswith(_SUFFIXES) and h5py.is_hdf5(path):
            return hdf5.load_model_from_hdf5(path, *args, **kwargs)
        if os.path.isdir(path):
            return saved_models.model_in(path)
        return original(filepath, *args, **kwargs)

    return load_model


def class_of_stand_in(original: Function) -> Function:
    """What Keras 3 has no more, a layer or `K.abs`, is found where its config says that it is."""

    def _retrieve_class_or_fn(
        name: str, registered_name: str, module: str | None, *args: Any, **kwargs: Any
    ) -> Any:
        if module is not None and module.startswith("onefit.scripts."):
            return getattr(importlib.import_module(module), name)
        found = original(name, registered_name, module, *args, **kwargs)
        # A loss of the script's own need not be a `keras.losses.Loss`: it was called with its
        # config. Source: `deserialize_keras_object` in `generic_utils.py` of 2.2.4.
        if inspect.isclass(found) and not hasattr(found, "from_config"):
            setattr(found, "from_config", classmethod(lambda cls, config: cls(**config)))  # noqa: B010
        return found

    return _retrieve_class_or_fn


def known_by_name(original: Function) -> Function:
    """A loss or metric that a file names as a word: `"mse"`, as it was given to `compile`."""
    objects = inspect.getmodule(original).ALL_OBJECTS_DICT  # type: ignore[union-attr]

    def deserialize(config: Any, custom_objects: Any = None) -> Any:
        found = objects.get(config) if isinstance(config, str) else None
        if found is None or config in custom_objects_of(custom_objects):
            return original(config, custom_objects)
        return found() if inspect.isclass(found) else found

    return deserialize


def function_of_metric(original: Function) -> Function:
    """A metric of a function is given the function, of which a file of tf.keras 2 has the name."""

    def __init__(self: Any, fn: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(fn, str):
            homes = (custom_objects_of(None), vars(keras.metrics), vars(keras.losses))
            fn = next((home[fn] for home in homes if fn in home), fn)
        original(self, fn, *args, **kwargs)

    return __init__


def known_function(original: Function) -> Function:
    """A loss or metric of the script's own that nobody has named for a file is asked for."""

    def _resolve_compile_arguments_compat(found: Any, config: Any, module: Any) -> Any:
        is_word = isinstance(config, str) and isinstance(found, str)
        if is_word and found not in module.ALL_OBJECTS_DICT:
            kind = "loss" if module.__name__.endswith("losses") else "metric"
            raise unknown(f"{kind} function", found, of_training=True)
        return original(found, config, module)

    return _resolve_compile_arguments_compat
