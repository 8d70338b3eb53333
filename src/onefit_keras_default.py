"""Lets a plain `import keras` find JAX where Keras's own default, TensorFlow, is not installed.

Python reads `onefit_keras_default.pth` when it starts and imports this module, so it is small and
imports nothing that Python has not loaded already. It acts once, at the import of `keras`, and only
where that import would end in "No module named 'tensorflow'": nobody has chosen a backend, and
TensorFlow is not there. docs/design/0041 says why it is here.
"""

import os
import sys


class _WhenKerasIsImported:
    """Not a finder of anything: the last moment at which the backend can be chosen."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Choose JAX where the import of `keras` could not go on otherwise."""
        if name == "keras":
            sys.meta_path.remove(self)
            if not os.environ.get("KERAS_BACKEND") and _needs_tensorflow():
                os.environ["KERAS_BACKEND"] = "jax"


def _needs_tensorflow() -> bool:
    """Whether Keras would ask for a TensorFlow that is not there."""
    from importlib.machinery import PathFinder

    return _in_kerass_file() == "tensorflow" and PathFinder.find_spec("tensorflow") is None


def _in_kerass_file() -> str:
    """The backend in Keras's own file, into which Keras writes its default."""
    import json

    home = os.environ.get("KERAS_HOME") or os.path.expanduser(os.path.join("~", ".keras"))
    try:
        with open(os.path.join(home, "keras.json")) as file:
            return str(json.load(file).get("backend", "tensorflow"))
    except (OSError, ValueError, AttributeError):
        return "tensorflow"


sys.meta_path.insert(0, _WhenKerasIsImported())
