"""`keras.utils.timeseries_dataset_from_array` where TensorFlow is not installed.

A script that imports Keras alone calls it, too; the stand-in is loaded at the first such call.
"""

from __future__ import annotations

from typing import Any

from onefit.scripts import naming

_keras_own: list[Any] = []


def provide() -> None:
    """Let Keras's function make the stand-in's datasets. Idempotent."""
    from keras.src.utils import timeseries_dataset_utils as room

    if not _keras_own and hasattr(room, "_timeseries_dataset_tf"):  # not in Keras before 3.15
        _keras_own.append(room._timeseries_dataset_tf)
        room._timeseries_dataset_tf = _made


def withdraw() -> None:
    """Give Keras its own back. Idempotent."""
    if _keras_own:
        from keras.src.utils import timeseries_dataset_utils as room

        room._timeseries_dataset_tf = _keras_own.pop()


def _made(**given: Any) -> Any:
    if not naming.is_provided():
        return _keras_own[0](**given)
    from onefit.scripts.tensorflow.data.sequences import timeseries
    from onefit.scripts.tensorflow.installation import install_datasets

    install_datasets()
    return timeseries(**given)
