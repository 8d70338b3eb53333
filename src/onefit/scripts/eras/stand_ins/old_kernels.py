"""Kernels in files of Keras 1, whose axes were others.

Source: `preprocess_weights_for_loading` in `keras/engine/saving.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Function = Callable[..., Any]


class _OfKeras1(list[Any]):
    """Arrays that Keras 1 has written."""


def noted(original: Function) -> Function:
    """Arrays of a layer in a file of Keras 1 are known as such."""

    def load_subset_weights_from_hdf5_group(group: Any) -> list[Any]:
        found: list[Any] = original(group)
        # The first releases of Keras 1 wrote no version.
        version = group.parent.attrs.get("keras_version", "1")
        text = version.decode() if isinstance(version, bytes) else str(version)
        return _OfKeras1(found) if text.split(".")[0] == "1" else found

    return load_subset_weights_from_hdf5_group


def turned(original: Function) -> Function:
    """A kernel has the axes of today when a layer takes it."""

    def _set_weights(layer: Any, symbolic: Any, values: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(values, _OfKeras1) and values:
            # a wrapper and a model have layers of their own
            inner: Iterable[Any] = getattr(layer, "_flatten_layers", list)()
            owners = {id(one.kernel): one for one in inner if hasattr(one, "kernel")}
            pairs = zip(symbolic, values, strict=True) if len(symbolic) == len(values) else ()
            values = [
                _kernel(owners[id(variable)], value) if id(variable) in owners else value
                for variable, value in pairs
            ] or values
        return original(layer, symbolic, values, *args, **kwargs)

    return _set_weights


def _kernel(layer: Any, kernel: Any) -> Any:
    """The first array of a layer, with the axes of today."""
    kind, first = type(layer).__name__, getattr(layer, "data_format", "") == "channels_first"
    if kind == "Conv1D" and kernel.ndim == 4:
        if kernel.shape[1] != 1 or kernel.shape[3] != layer.filters:  # before Keras 1.2
            kernel = np.transpose(kernel, (2, 3, 1, 0))
        return kernel[:, 0]
    if kind == "Conv2DTranspose":
        return np.transpose(kernel, (2, 3, 0, 1) if first else (0, 1, 3, 2))
    if kind == "Conv2D" and first:
        return np.transpose(kernel, (2, 3, 1, 0))
    if kind == "Conv3D" and first:
        return np.transpose(kernel, (2, 3, 4, 1, 0))
    return kernel
