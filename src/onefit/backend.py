"""Which backend Keras runs on: chosen by an environment variable that Keras reads when imported.

No import of Keras: it would be the moment after which nothing can be chosen.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from onefit.imports import around_import, ask_no_more

KERAS_BACKEND = "KERAS_BACKEND"


@contextlib.contextmanager
def jax_chosen() -> Iterator[None]:
    """Tell Keras to run on JAX while it is imported, and leave the environment as it was.

    What stayed in the environment would be read by every Python that this process starts.

    >>> with jax_chosen():
    ...     os.environ["KERAS_BACKEND"]
    'jax'
    """
    before = os.environ.get(KERAS_BACKEND)
    os.environ[KERAS_BACKEND] = "jax"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(KERAS_BACKEND, None)
        else:
            os.environ[KERAS_BACKEND] = before


def jax_preferred() -> contextlib.AbstractContextManager[None]:
    """`jax_chosen`, unless the environment names a backend: Keras's own default is TensorFlow."""
    return contextlib.nullcontext() if KERAS_BACKEND in os.environ else jax_chosen()


def prefer_jax() -> None:
    """Make JAX the backend of Keras unless another one was asked for, or Keras is imported already.

    >>> prefer_jax()
    """
    if "keras" not in sys.modules:
        forget_failed_import()
        around_import("keras", jax_preferred)
        for finder in list(sys.meta_path):  # it does the same, and leaves the variable set
            if type(finder).__module__ == "onefit_keras_default":
                ask_no_more(finder)


def forget_failed_import() -> None:
    """Take away what is left of an import of Keras that failed, for instance without TensorFlow.

    Python keeps the modules that came before the one that failed, and one of them remembers the
    backend: the next import would fail as the first one did.

    >>> forget_failed_import()
    """
    if "keras" not in sys.modules:
        for name in [name for name in sys.modules if name.startswith("keras.")]:
            del sys.modules[name]
