"""The shapes of a layer's inputs and outputs as upgraded scripts ask for them.

A layer that was called on several tensors told a list. In tf.keras 2 an input layer did, too
(`InputLayer` of `keras/engine/input_layer.py` in 2.15, whose input is a list of one).
"""

from __future__ import annotations

from typing import Any

import keras

from onefit.scripts.eras.stand_ins.attributes import get_input_shape_at, get_output_shape_at
from onefit.scripts.eras.stand_ins.attributes import settable_attribute as _attribute


def input_shape_of(layer: Any) -> Any:
    """The shape of a layer's input, or a list of them where there are several."""
    if isinstance(layer, keras.Model):
        return layer.input_shape
    if isinstance(layer, keras.layers.InputLayer):
        return layer.batch_shape
    return keras.tree.map_structure(lambda one: one.shape, layer.input)


def output_shape_of(layer: Any) -> Any:
    """The shape of a layer's output, or a list of them where there are several."""
    if isinstance(layer, keras.Model):
        return layer.output_shape
    return keras.tree.map_structure(lambda one: one.shape, layer.output)


def input_shapes_of(layer: Any) -> Any:
    """The shape of a layer's input, or a list of them: of an input layer, and of several inputs."""
    if isinstance(layer, keras.Model):
        return layer.input_shape
    if isinstance(layer, keras.layers.InputLayer):
        return [layer.batch_shape]
    return keras.tree.map_structure(lambda one: one.shape, layer.input)


def output_shapes_of(layer: Any) -> Any:
    """The shape of a layer's output, or a list of them: of an input layer, and of several ones."""
    if isinstance(layer, keras.Model):
        return layer.output_shape
    if isinstance(layer, keras.layers.InputLayer):
        return [layer.batch_shape]
    return keras.tree.map_structure(lambda one: one.shape, layer.output)


def _listed(layer: Any, shape: Any) -> Any:
    return [shape] if isinstance(layer, keras.layers.InputLayer) else shape


input_shape = _attribute("input_shape", lambda layer: _listed(layer, get_input_shape_at(layer, 0)))
output_shape = _attribute(
    "output_shape", lambda layer: _listed(layer, get_output_shape_at(layer, 0))
)
