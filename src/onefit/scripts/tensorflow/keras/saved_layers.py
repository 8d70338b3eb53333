"""`keras.layers.TFSMLayer`: what was exported, as a layer, where TensorFlow is not installed."""

from __future__ import annotations

from typing import Any

import keras
from keras._tf_keras import keras as _shipped

from onefit.scripts.patches import Patches


class TFSMLayer(keras.Layer):
    """A layer that calls what `model.export` or `tf.saved_model.save` wrote.

    Args:
        filepath: The folder.
        call_endpoint: The function of it that is called, or a signature. Defaults to "serve".
        call_training_endpoint: The one that is called in training. Defaults to `call_endpoint`.
        trainable: Whether its weights are trained. Defaults to `True`.
        name: The layer's name.
        dtype: The layer's dtype.

    Raises:
        ValueError: If there is no function of that name.
    """

    def __init__(
        self,
        filepath: Any,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        """Read the folder."""
        from onefit.scripts.tensorflow.saved_model.file import load

        super().__init__(trainable=trainable, name=name, dtype=dtype)
        loaded = load(filepath)
        self._settings = {
            "filepath": filepath,
            "call_endpoint": call_endpoint,
            "call_training_endpoint": call_training_endpoint,
        }
        self._endpoint = _endpoint(loaded, call_endpoint)
        self._endpoint_in_training = _endpoint(loaded, call_training_endpoint or call_endpoint)
        self._of_the_file = list(getattr(loaded, "variables", ()))
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Call the function."""
        return (self._endpoint_in_training if training else self._endpoint)(inputs)

    def get_config(self) -> dict[str, Any]:
        """The layer's settings."""
        return {**super().get_config(), **self._settings}


def _endpoint(loaded: Any, name: str) -> Any:
    if callable(found := getattr(loaded, name, None)):
        return found
    if name in loaded.signatures:
        return loaded.signatures[name]
    raise ValueError(
        "Expected the name of a function or a signature of the SavedModel for `call_endpoint`. "
        f"Received: {name!r}. Its signatures are {sorted(loaded.signatures)}."
    )


def give_saved_layers(patches: Patches) -> None:
    """Have `keras.layers.TFSMLayer` read folders of onefit's.

    Args:
        patches: Where what is replaced is noted.
    """
    for layers in (keras.layers, _shipped.layers):
        patches.put(layers, "TFSMLayer", TFSMLayer)
