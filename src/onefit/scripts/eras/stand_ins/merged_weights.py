"""Files of weights have the layers of models that are merged beside the others, as in Keras 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.stand_ins.merging import Merge, flat


class _Flattened:
    """What a file of weights asks of a model, with the layers of merged models one by one."""

    def __init__(self, model: Any) -> None:
        """Take its layers."""
        self.layers = flat(model)
        self.weights: list[Any] = []
        self._trainable_variables: list[Any] = []
        self._non_trainable_variables: list[Any] = []


def flattened(original: Callable[..., Any]) -> Callable[..., Any]:
    """A file of weights has the layers of merged models beside the others, as Keras 1 wrote it."""

    def weights_of_hdf5_group(group: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        is_merged = any(isinstance(layer, Merge) for layer in model.layers)
        return original(group, _Flattened(model) if is_merged else model, *args, **kwargs)

    return weights_of_hdf5_group
