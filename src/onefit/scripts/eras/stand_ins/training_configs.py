"""How a model was compiled, as an HDF5 file tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras.src import metrics

from onefit.scripts.eras.stand_ins.configs import custom_objects_of

Function = Callable[..., Any]


def words_of_metrics(original: Function) -> Function:
    """A metric that a file names by a word goes to `compile` as this word, so that logs have it.

    Keras 3 makes it a function, and the logs of a model that was compiled with `"mae"` have
    `mean_absolute_error` when it is loaded. Source: `load_model` of Keras 2.15.
    """

    def _deserialize_metric(config: Any) -> Any:
        is_word = isinstance(config, str) and config in metrics.ALL_OBJECTS_DICT
        return config if is_word and config not in custom_objects_of(None) else original(config)

    return _deserialize_metric


def keeping_the_optimizer(original: Function) -> Function:
    """A model that was saved in an HDF5 file is saved with its optimizer in a `.keras` file, too.

    Keras 3 takes the optimizer out of what `compile` was given while it writes HDF5.
    """

    def model_metadata(model: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        given = getattr(getattr(model, "_compile_config", None), "config", {})
        before = dict(given)
        found: dict[str, Any] = original(model, *args, **kwargs)
        given.update(before)
        return found

    return model_metadata
