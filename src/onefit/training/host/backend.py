"""Keras on JAX: chosen before Keras is imported, checked when it already is."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from onefit.backend import KERAS_BACKEND, forget_failed_import, jax_chosen
from onefit.errors import BackendError
from onefit.imports import around_import
from onefit.training.host import disk_cache
from onefit.training.host.deferred_imports import lean_imports


def choose_jax() -> None:
    """Make JAX the backend of the Keras that this process imports, or has imported.

    Raises:
        BackendError: If Keras already runs on another backend.

    >>> choose_jax()
    >>> import keras
    >>> keras.backend.backend()
    'jax'
    """
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "config"):
        forget_failed_import()
        around_import("keras", jax_chosen)
        return
    running = keras.config.backend()
    if running != "jax":
        again = "Start python (in a notebook: the kernel) again"
        if os.environ.get(KERAS_BACKEND) == running:
            raise BackendError(
                f"Expected Keras to run on JAX; received: Keras runs on {running}, as the "
                f"environment variable {KERAS_BACKEND} says. {again} without that variable, or "
                "with these lines first:\n    import onefit\n    onefit.install()"
            )
        raise BackendError(
            "Expected Keras to run on JAX; received: Keras was imported before onefit, and runs on "
            f"{running}. {again}, with this line first:\n    import onefit"
        )


def keras_trainer() -> Any:
    """Import Keras's trainer class for JAX, the class whose `fit` onefit replaces."""
    choose_jax()
    first = "keras" not in sys.modules
    with lean_imports() if first else contextlib.nullcontext():
        from onefit.training.host.keras_private import JAXTrainer
    # It was told to run on JAX; whether it does shows only now that it is loaded.
    choose_jax()
    disk_cache.turn_on()
    disk_cache.write_behind()
    return JAXTrainer
