"""`model.export` and `ExportArchive`, which Keras has with TensorFlow, without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras._tf_keras import keras as _shipped

from onefit.errors import NeedsTensorFlowName
from onefit.scripts.patches import Patches


def give_export(patches: Patches) -> None:
    """Let Keras's models be exported in a folder of onefit's.

    Args:
        patches: Where what is replaced is noted.
    """
    patches.put(keras.Model, "export", _exporting(keras.Model.export))
    for export in (keras.export, _shipped.export):
        patches.put(export, "ExportArchive", ExportArchive)


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
        from onefit.scripts.tensorflow.saved_model.file import export

        export(self, filepath, input_signature)
        if verbose is None or verbose:
            print(
                f"Saved artifact at '{filepath}'. The following endpoints are available:\n\n"
                "* Endpoint 'serve'"
            )
        return None

    return export


class ExportArchive:
    """What only TensorFlow has.

    Raises:
        NeedsTensorFlowName: Always.
    """

    def __init__(self) -> None:
        """Tell what to use."""
        raise NeedsTensorFlowName(
            "keras.export.ExportArchive needs TensorFlow, which is not installed. Use "
            "model.export(folder), or tf.saved_model.save(model, folder, signatures={...}).",
            name="ExportArchive",
        )
