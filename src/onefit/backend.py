"""Which backend Keras runs on: chosen by an environment variable that Keras reads when imported.

No import of Keras: it would be the moment after which nothing can be chosen.
"""

from __future__ import annotations

import os
import sys


def prefer_jax() -> None:
    """Make JAX the backend of Keras unless another one was asked for, or Keras is imported already.

    >>> prefer_jax()
    """
    if "keras" not in sys.modules:
        forget_failed_import()
        os.environ.setdefault("KERAS_BACKEND", "jax")


def forget_failed_import() -> None:
    """Take away what is left of an import of Keras that failed, for instance without TensorFlow.

    Python keeps the modules that came before the one that failed, and one of them remembers the
    backend: the next import would fail as the first one did.

    >>> forget_failed_import()
    """
    if "keras" not in sys.modules:
        for name in [name for name in sys.modules if name.startswith("keras.")]:
            del sys.modules[name]
