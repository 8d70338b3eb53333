"""How a model was compiled, as an HDF5 file tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras.src import metrics

from onefit.scripts.eras.stand_ins.configs import custom_objects_of
from onefit.scripts.eras.stand_ins.unknown_names import is_of_keras, unknown

Function = Callable[..., Any]


def words_of_metrics(original: Function) -> Function:
    """A metric that a file names by a word goes to `compile` as this word, so that logs have it.

    Keras 3 makes it a function, and the logs of a model that was compiled with `"mae"` have
    `mean_absolute_error` when it is loaded. Source: `load_model` of Keras 2.15.
    """

    def _deserialize_metric(config: Any) -> Any:
        is_function = isinstance(config, dict) and config.get("class_name") == "function"
        name = config["config"] if is_function else config
        if isinstance(name, str) and not _is_known(name):
            raise unknown("metric function", name, of_training=True)
        is_word = isinstance(config, str) and config in metrics.ALL_OBJECTS_DICT
        return config if is_word and config not in custom_objects_of(None) else original(config)

    return _deserialize_metric


def _is_known(name: str) -> bool:
    is_word = name in metrics.ALL_OBJECTS_DICT or name in ("acc", "accuracy", "ce", "crossentropy")
    return is_word or is_of_keras(name) or name in custom_objects_of(None)


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
