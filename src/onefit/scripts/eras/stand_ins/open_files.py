"""Models and weights in HDF5 files that are open already, and in groups of them.

Sources: `save_model`, `load_model` and `*_weights_*_hdf5_group` in `keras/engine/saving.py` of
Keras 2.2.4, and `load_weights_from_hdf5_group` of a model in Keras 1.2.2.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import h5py
from keras.src.legacy.saving import legacy_h5_format as hdf5

Function = Callable[..., Any]


def save(original: Function) -> Function:
    """A model goes into an open file, or into a group."""

    def save(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        if not isinstance(filepath, h5py.Group):
            return original(model, filepath, overwrite=overwrite, **kwargs)
        with _as_file(filepath) as file:
            hdf5.save_model_to_hdf5(model, file, overwrite, kwargs.get("include_optimizer", True))
            if file is not filepath:
                _copy(file, filepath)
        return None

    return save


def load(original: Function) -> Function:
    """A model comes from an open file, or from a group."""

    def load_model(filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(filepath, h5py.Group):
            return original(filepath, *args, **kwargs)
        with _as_file(filepath) as file:
            if file is not filepath:
                _copy(filepath, file)
            return hdf5.load_model_from_hdf5(file, *args, **kwargs)

    return load_model


@contextlib.contextmanager
def _as_file(group: h5py.Group) -> Iterator[h5py.File]:
    """The file itself, or one in memory for a group."""
    if isinstance(group, h5py.File):
        yield group
    else:
        # Keras writes and reads whole files only, so a group is copied to or from one.
        with h5py.File(io.BytesIO(), "w") as file:
            yield file


def _copy(source: h5py.Group, target: h5py.Group) -> None:
    for name in source:
        source.copy(name, target)
    target.attrs.update(source.attrs)


class Layers:
    """What a file of weights asks of a model, for some layers.

    Args:
        layers: The layers.
    """

    def __init__(self, layers: Any) -> None:
        """Keep those, and no weights beside them."""
        self.layers = list(layers)
        self.weights: list[Any] = []
        self._trainable_variables: list[Any] = []
        self._non_trainable_variables: list[Any] = []


def save_weights_to_hdf5_group(f: h5py.Group, layers: Any) -> None:
    """Write the weights of layers into a file or a group."""
    hdf5.save_weights_to_hdf5_group(f, Layers(layers))


def load_weights_from_hdf5_group(f: h5py.Group, layers: Any, reshape: bool = False) -> None:
    """Give layers the weights of a file or a group, in their order."""
    hdf5.load_weights_from_hdf5_group(f, Layers(layers))


def load_weights_from_hdf5_group_by_name(
    f: h5py.Group, layers: Any, skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """Give layers the weights of a file or a group that have their names."""
    hdf5.load_weights_from_hdf5_group_by_name(f, Layers(layers), skip_mismatch)


def load_weights_of_model(self: Any, f: h5py.Group) -> None:
    """A model's `load_weights_from_hdf5_group` of Keras 1."""
    load_weights_from_hdf5_group(f, self.layers)


def load_weights_of_model_by_name(self: Any, f: h5py.Group) -> None:
    """A model's `load_weights_from_hdf5_group_by_name` of Keras 1."""
    load_weights_from_hdf5_group_by_name(f, self.layers)


def save_weights_of_model(self: Any, f: h5py.Group) -> None:
    """A model's `save_weights_to_hdf5_group` of Keras 1."""
    save_weights_to_hdf5_group(f, self.layers)
