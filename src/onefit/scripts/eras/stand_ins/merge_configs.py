"""Keras 1's `Merge` in files: its config as that of a layer of Keras 3, or of the models it merges.

Source: `Merge.get_config` in `keras/engine/topology.py` of 1.2.2.
"""

from __future__ import annotations

from typing import Any

import keras
from keras.src.legacy.saving import saving_utils

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins import merging

_MODES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum"}
_MERGE, _COSINE = "keras1>MergeInFile", "keras1>Cosine"  # as ours are registered
Config = dict[str, Any]


def of_today(config: Config) -> Config:
    """The config of a layer that does what a `Merge` of tensors did.

    Args:
        config: That of a layer, with its class and how it is called.

    Raises:
        ValueError: If its mask is computed by a function.

    >>> inner = {"name": "m", "mode": "concat", "concat_axis": 1, "mode_type": "raw"}
    >>> of_today({"class_name": "Merge", "config": inner, "name": "m"})
    {'class_name': 'Concatenate', 'config': {'name': 'm', 'axis': 1}, 'name': 'm'}
    """
    inner = config.get("config")
    if config.get("class_name") != "Merge" or not isinstance(inner, dict):
        return config
    if "layers" in inner:
        return {**config, "class_name": _MERGE, "config": _of_models(inner)}
    if inner.get("output_mask") is not None:
        raise refused(
            ValueError,
            "OF208",
            "a Merge whose mask Keras computes",
            f"the layer {inner.get('name')!r} with output_mask=",
            "Build the model by its code, and load the weights alone: model.load_weights(path).",
        )
    name, made = _layer(inner)
    return {**config, "class_name": name, "config": {"name": inner.get("name"), **made}}


def _of_models(inner: Config) -> Config:
    """The config of a merge of models, whose mode is in a list as no word stays one alone."""
    if inner.get("mode_type", "raw") != "raw":
        raise refused(
            ValueError,
            "OF208",
            "models that are merged by a mode such as 'sum' or 'concat'",
            f"the layer {inner.get('name')!r} with a function",
            "Build the model by its code, and load the weights alone: model.load_weights(path).",
        )
    return {**inner, "mode": [inner["mode"]]}


def _layer(inner: Config) -> tuple[str, Config]:
    """The class of Keras 3 for a mode, and its arguments."""
    mode, kind = inner["mode"], inner.get("mode_type", "raw")
    if kind != "raw":
        settings = {"function": mode, "function_type": kind}
        shape = inner.get("output_shape") if inner.get("output_shape_type") == "raw" else None
        return "Lambda", {**settings, "output_shape": shape, "arguments": inner.get("arguments")}
    if mode == "concat":
        return "Concatenate", {"axis": inner.get("concat_axis", -1)}
    if mode in _MODES:
        return _MODES[mode], {}
    axes = inner.get("dot_axes", -1)
    axes = axes[0] if isinstance(axes, list) and len(axes) == 1 else axes
    if axes in (0, [0, 0]):  # over the rows of the batch
        return _MERGE, {"mode": [mode], "dot_axes": axes}
    return _COSINE if mode == "cos" else "Dot", {"axes": axes}


@keras.saving.register_keras_serializable("keras1")
class MergeInFile(merging.Merge):
    """What a file of Keras 1 has in the place of a `Merge` of models, or of the rows of a batch."""

    @classmethod
    def from_config(cls, config: Config) -> merging.Merge:
        """The layer that has this config."""
        return merging.Merge(
            [saving_utils.model_from_config(one) for one in config.get("layers", ())],
            config["mode"][0],
            config.get("concat_axis", -1),
            config.get("dot_axes", -1),
            name=config.get("name"),
        )
