"""`model.export` where TensorFlow, with which Keras does it, is not installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.patches import Patches


def give_export(patches: Patches) -> None:
    """Let Keras's models be exported in a folder of onefit's.

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
        from onefit.scripts.tensorflow.saved_model.file import export

        export(self, filepath, input_signature)
        if verbose is None or verbose:
            print(
                f"Saved artifact at '{filepath}'. The following endpoints are available:\n\n"
                "* Endpoint 'serve'"
            )
        return None

    return export
