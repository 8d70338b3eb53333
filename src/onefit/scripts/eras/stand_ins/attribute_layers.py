"""Layers that are attributes of a script's layer, and parts of the graph by themselves.

A tied layer keeps the layer whose kernel it shares. In Keras 1 and 2 its own weights were those
that it had made; Keras 3 counts those of the other layer in, so that a model saves them twice.

Source: `Layer.weights` in `keras/engine/base_layer.py` of 2.2.4. (Layers that a layer makes for
itself were not counted before Keras 2.3, and are since then.)
"""

from __future__ import annotations

from typing import Any

import keras

from onefit.scripts.eras.stand_ins.construction import is_of_script

_AROUND_LAYERS = (keras.layers.Wrapper, keras.layers.RNN)
"""Keras's layers that list the weights of what they are around as theirs."""


def of_its_own(original: property) -> property:
    """`weights` without those of layers that were called in the graph, which has them already.

    Args:
        original: Keras's `weights` of a layer.
    """

    def weights(self: Any) -> list[keras.Variable]:
        found: list[keras.Variable] = original.fget(self)  # type: ignore[misc]
        if not self._layers or isinstance(self, _AROUND_LAYERS) or not is_of_script(type(self)):
            return found
        mine = {id(one) for one in (*self._trainable_variables, *self._non_trainable_variables)}
        shared = {
            id(one) for layer in self._layers if layer._inbound_nodes for one in layer.variables
        }
        return [one for one in found if id(one) in mine or id(one) not in shared]

    return property(weights, doc=original.__doc__)
