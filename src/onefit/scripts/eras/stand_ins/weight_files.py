"""Files of weights as scripts read them with h5py: their groups, their names, and bytes.

Which layer and which array is which is told by names: `dense_1`, `dense_1/kernel:0`. Keras reads
files by their order, so those with the names of then are files of Keras 3, too. Sources:
`save_weights_to_hdf5_group` in `keras/engine/topology.py` of 1.2.2 and `saving.py` of 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format as hdf5

from onefit.scripts.eras.stand_ins.layer_names import name_then

Function = Callable[..., Any]
_OWN = "top_level_model_weights"


def as_bytes(original: Function) -> Function:
    """What was written as bytes is read as bytes, which scripts decode; from h5py 3 on as text."""

    def __getitem__(self: Any, name: str) -> Any:
        found = original(self, name)
        is_text = isinstance(found, str)
        if not (is_text or (isinstance(found, np.ndarray) and found.dtype.kind == "O")):
            return found
        # h5py writes `bytes` with the character set ASCII and `str` with UTF-8, so the file still
        # tells which of the two it was given.
        kind = self.get_id(name).get_type()
        if kind.get_class() != h5py.h5t.STRING or kind.get_cset() != h5py.h5t.CSET_ASCII:
            return found
        return found.encode() if is_text else np.array([_bytes(one) for one in found.flat])

    return __getitem__


def _bytes(text: Any) -> Any:
    return text.encode() if isinstance(text, str) else text


def under_names_of_then(original: Function) -> Function:
    """A group for each layer by its name of then, and none for what is no layer's."""

    def save_weights_to_hdf5_group(group: Any, model: Any) -> None:
        original(group, model)
        # Keras 3 writes this group also where a model has no variables of its own.
        if _OWN in group and not len(group[_OWN].attrs["weight_names"]):
            del group[_OWN]
        names = {layer.name: name_then(layer) for layer in model.layers}
        if len(set(names.values())) < len(names):  # a name of the script's own is one of then
            return
        hdf5.save_attributes_to_hdf5_group(
            group, "layer_names", [names[layer.name].encode() for layer in model.layers]
        )
        for name in names:
            # In two steps: `dense_1` is the first layer then, and may be the second one's name
            # today.
            group.move(name, f"{name} moves")
        for name, then in names.items():
            group.move(f"{name} moves", then)

    return save_weights_to_hdf5_group


def found_by_both(original: Function) -> Function:
    """`load_weights(path, by_name=True)` finds a layer by its name of then, too."""

    def load_weights_from_hdf5_group_by_name(
        group: Any, model: Any, skip_mismatch: bool = False
    ) -> None:
        known = set(hdf5.load_attributes_from_hdf5_group(group, "layer_names"))
        layers = [_Named(one, known) for one in model.layers]
        original(group, _Model(model, layers), skip_mismatch)

    return load_weights_from_hdf5_group_by_name


class _Named:
    """A layer under the name that a file has for it.

    Args:
        layer: The layer.
        known: The names in the file.
    """

    def __init__(self, layer: keras.layers.Layer, known: set[str]) -> None:
        self._layer = layer
        then = name_then(layer)
        self.name = then if then in known else layer.name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


class _Model:
    """A model with other layers.

    Args:
        model: The model.
        layers: The layers.
    """

    def __init__(self, model: Any, layers: list[_Named]) -> None:
        self._model = model
        self.layers = layers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def by_names_of_then(original: Function) -> Function:
    """An array of a layer has the name that scripts read of its variable: `dense/kernel:0`."""

    def save_subset_weights_to_hdf5_group(group: Any, weights: Any) -> None:
        names = [getattr(one, "_name_of_the_time", one.path) for one in weights]
        # Two arrays of one name would overwrite each other in the group.
        is_told = len(set(names)) == len(names)
        original(
            group, [_Array(one, name) for one, name in zip(weights, names)] if is_told else weights
        )

    return save_subset_weights_to_hdf5_group


class _Array:
    """What a file asks of a variable, under another path.

    Args:
        variable: The variable.
        path: The path.
    """

    def __init__(self, variable: keras.Variable, path: str) -> None:
        self._variable = variable
        self.path = path

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(keras.ops.convert_to_numpy(self._variable), dtype)
