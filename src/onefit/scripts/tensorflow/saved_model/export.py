"""`model.export`: a Keras model in a folder for others, which is one of onefit's here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.saved_model.file import write
from onefit.scripts.tensorflow.saved_model.restored import UserObject
from onefit.scripts.tensorflow.saved_model.signatures import (
    DEFAULT,
    Signature,
    SignatureMap,
    called_with_tensors,
    inputs_of,
)
from onefit.scripts.tensorflow.saved_model.tracking import weights_of


def give_export(patches: Patches) -> None:
    """Let Keras's models be exported where TensorFlow, with which Keras does it, is not installed.

    Args:
        patches: Where what is replaced is noted.
    """
    patches.put(keras.Model, "export", _exporting(keras.Model.export))


def _exporting(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def export(
        self: keras.Model,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: Any = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> Any:
        if format != "tf_saved_model":
            return original(self, filepath, format, verbose, input_signature, **kwargs)
        if not self.built:
            raise ValueError(
                "The layer provided has not yet been built. It must be built before export."
            )
        taken = keras.tree.flatten(input_signature) if input_signature else inputs_of(self)
        called = called_with_tensors(self, len(taken))
        inputs = {one.name or f"args_{place}": one for place, one in enumerate(taken)}
        signatures = {"serve": Signature(called, inputs), DEFAULT: Signature(called, inputs)}
        held = {"serve": called, "signatures": SignatureMap(signatures), **weights_of(self)}
        write(UserObject(held), filepath)
        if verbose is None or verbose:
            print(
                f"Saved artifact at '{filepath}'. The following endpoints are available:\n\n"
                "* Endpoint 'serve'"
            )
        return None

    return export
