"""A script's layer with layers in it is called when the graph is made, which builds them.

Keras 3 asks a layer that has a `compute_output_shape` for its shape alone. The layers in it would
have no weights until the model is trained, so that `get_weights`, `load_weights` and `count_params`
would miss them.

Source: `Layer.__call__` in `keras/engine/base_layer.py` of 2.2.4 and
`Layer._functional_construction_call` in `keras/src/engine/base_layer.py` of 2.15.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import keras
from keras.src import backend

from onefit.scripts.eras.stand_ins.construction import is_plain

Method = Callable[..., Any]


def by_call(original: Method) -> Method:
    """`compute_output_spec` that calls a layer whose layers have no weights yet."""

    def compute_output_spec(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._layers and _is_unbuilt(self):
            with contextlib.suppress(Exception):  # what it cannot be called on, training shows
                backend.compute_output_spec(self.call, *args, **kwargs)
        return original(self, *args, **kwargs)

    return compute_output_spec


def _is_unbuilt(layer: Any) -> bool:
    if isinstance(layer, keras.Model) or not is_plain(type(layer)):
        return False
    return any(not one.built for one in layer._flatten_layers(include_self=False))
