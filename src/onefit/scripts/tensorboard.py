"""`TensorBoard` where TensorFlow is missing: Keras's callback, whose files tensorboardX writes."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import Any

import keras
from keras.src.callbacks.tensorboard import TensorBoard as _OfKeras

from onefit.runs import journal


class _Writing(_OfKeras):
    """Keras's callback: numbers, histograms, pictures, and the network as TensorBoard draws it.

    Args:
        log_dir: Where to write. Defaults to `"logs"`.
        **settings: The other arguments of `keras.callbacks.TensorBoard`.
    """

    @property
    def summary(self) -> Any:
        """What Keras takes from `tensorflow.summary`."""
        from onefit.scripts.tensorflow import summary

        return summary

    def _write_keras_model_summary(self) -> None:
        model = self.model
        with self._train_writer.as_default() as writer:
            if type(model).__name__ in ("Functional", "Sequential") and writer.file is not None:
                text = model.to_json()
                writer.file.tensor("keras", text, 0, "graph_keras_model", b"1")

    def _configure_embeddings(self) -> None:
        """Tell TensorBoard's projector which weights are words: Keras asks TensorBoard to."""
        if find_spec("tensorboard"):
            super()._configure_embeddings()
            return
        told = self.embeddings_metadata
        names = [one.name for one in self.model.layers if isinstance(one, keras.layers.Embedding)]
        paths = dict.fromkeys(names, told) if isinstance(told, str) else dict(told or {})
        unknown = sorted(set(paths).difference(names))
        if unknown:
            raise ValueError(f"expected names of Embedding layers, {names}; received {unknown}")
        with open(os.path.join(self._log_write_dir, "projector_config.pbtxt"), "w") as file:
            for name in names:
                lines = [f"tensor_name: {json.dumps(_WORDS)}"]
                lines += [f"metadata_path: {json.dumps(paths[name])}"] if paths.get(name) else []
                file.write("".join(["embeddings {\n", *(f"  {one}\n" for one in lines), "}\n"]))


_WORDS = "layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE"
"""The weights of the first layer in a checkpoint, as Keras names them."""


class _Silent(keras.callbacks.Callback):
    """Takes the arguments of Keras's callback and writes nothing, where tensorboardX is missing.

    Args:
        log_dir: Where it would write. Defaults to `"logs"`.
        **settings: The other arguments of `keras.callbacks.TensorBoard`.
    """

    def __init__(self, log_dir: str = "logs", *_: Any, **settings: Any) -> None:
        """Say that nothing will be written."""
        super().__init__()
        self.log_dir = log_dir
        told = 'TensorBoard wrote nothing: it needs pip install "onefit[tensorboard]"'
        if told not in journal.total().remarks:
            journal.remark(told)


TensorBoard: type[keras.callbacks.Callback] = _Writing if find_spec("tensorboardX") else _Silent
TensorBoard.__name__ = TensorBoard.__qualname__ = "TensorBoard"
