"""Methods of models that Keras 3 has no more."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

rows_of_generator: dict[str, int] = {}
"""What callbacks are told of the next training with a generator."""


def fit_generator(
    self: Any,
    generator: Any,
    steps_per_epoch: Any = None,
    epochs: int = 1,
    verbose: int = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    validation_steps: Any = None,
    class_weight: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    shuffle: bool = True,
    initial_epoch: int = 0,
    validation_freq: int = 1,
    **keras1: Any,
) -> Any:
    """Train on a generator's batches: Keras 3's `fit` with Keras 1's and 2's arguments."""
    epochs = keras1.pop("nb_epoch", epochs)
    generator, validation_data = as_generator(generator), as_generator(validation_data)
    samples = keras1.pop("samples_per_epoch", None)
    if samples is not None:
        shuffle = False  # Keras 1 took batches as they came
        steps_per_epoch, generator = in_batches(samples, generator)
        rows_of_generator["nb_sample"] = int(samples)
    if "nb_val_samples" in keras1:
        validation_steps, validation_data = in_batches(
            keras1.pop("nb_val_samples"), validation_data
        )
    return self.fit(
        generator,
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        verbose=verbose,
        callbacks=callbacks,
        validation_data=validation_data,
        validation_steps=validation_steps,
        # Any string, `"auto"` most often, meant nothing.
        class_weight=None if isinstance(class_weight, str) else class_weight,
        shuffle=shuffle and hasattr(generator, "__getitem__"),  # the order of batches
        initial_epoch=initial_epoch,
        validation_freq=validation_freq,
        workers=workers,
    )


def fit_generator_by_rows(
    self: Any,
    generator: Any,
    samples_per_epoch: int | None = None,
    nb_epoch: int = 1,
    verbose: int = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    nb_val_samples: int | None = None,
    class_weight: Any = None,
    max_q_size: int = 10,
    nb_worker: int = 1,
    pickle_safe: bool = False,
    initial_epoch: int = 0,
    **keras2: Any,
) -> Any:
    """Train on a generator's batches, of which Keras 1 was told how many rows are an epoch."""
    rows: dict[str, Any] = {"samples_per_epoch": samples_per_epoch}
    rows["nb_val_samples"] = nb_val_samples
    return fit_generator(
        self,
        generator,
        epochs=keras2.pop("epochs", nb_epoch),
        verbose=verbose,
        callbacks=callbacks,
        validation_data=validation_data,
        class_weight=class_weight,
        initial_epoch=initial_epoch,
        **{name: one for name, one in rows.items() if one is not None},
        **keras2,
    )


def evaluate_generator_by_rows(
    self: Any, generator: Any, val_samples: int | None = None, *_: Any, **keras2: Any
) -> Any:
    """The losses on so many rows of a generator's batches."""
    rows: dict[str, Any] = {} if val_samples is None else {"val_samples": val_samples}
    return evaluate_generator(self, generator, **rows, **keras2)


def predict_generator_by_rows(
    self: Any, generator: Any, val_samples: int | None = None, *_: Any, **keras2: Any
) -> Any:
    """The predictions on so many rows of a generator's batches."""
    rows: dict[str, Any] = {} if val_samples is None else {"val_samples": val_samples}
    return predict_generator(self, generator, **rows, **keras2)


def as_generator(data: Any) -> Any:
    """An iterator of any class as a generator; everything else as it is."""
    is_iterator = hasattr(data, "__next__") and not hasattr(data, "__getitem__")
    return (one for one in data) if is_iterator else data


def in_batches(samples: int, generator: Any) -> tuple[int, Any]:
    """How many batches hold so many samples; the first batch is looked at and put back."""
    # Keras 1 counted rows as the batches came. Batches are counted today, so their size has to be
    # known beforehand.
    size = getattr(generator, "batch_size", None)
    if size is None and hasattr(generator, "__next__"):
        first = next(generator)
        size = len(_first_array(first))
        generator = _behind(first, generator)
    return -(-int(samples) // int(size or 1)), generator


def _behind(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    """A batch that was looked at, and the others, as a generator: Keras takes no other iterator."""
    yield first
    yield from others


def _first_array(batch: Any) -> Any:
    while isinstance(batch, list | tuple | dict):
        batch = next(iter(batch.values())) if isinstance(batch, dict) else batch[0]
    return batch


def evaluate_generator(
    self: Any,
    generator: Any,
    steps: Any = None,
    *_: Any,
    verbose: int = 0,
    workers: int = 1,
    **keras1: Any,
) -> Any:
    """The losses on a generator's batches."""
    generator = as_generator(generator)
    if "val_samples" in keras1:
        steps, generator = in_batches(keras1.pop("val_samples"), generator)
    return self.evaluate(generator, steps=steps, verbose=verbose, workers=workers)


def predict_generator(
    self: Any,
    generator: Any,
    steps: Any = None,
    *_: Any,
    verbose: int = 0,
    workers: int = 1,
    **keras1: Any,
) -> Any:
    """The predictions on a generator's batches."""
    if "val_samples" in keras1:
        steps, generator = in_batches(keras1.pop("val_samples"), generator)
    if steps is not None and hasattr(generator, "__next__"):
        generator = _inputs(generator)
    return self.predict(generator, steps=steps, verbose=verbose, workers=workers)


def _inputs(generator: Iterator[Any]) -> Iterator[Any]:
    """A generator's batches as tuples, as Keras 3 wants them."""
    for batch in generator:
        yield batch if isinstance(batch, tuple) else (batch,)


def predict_proba(self: Any, x: Any, batch_size: int | None = 32, verbose: int = 0) -> Any:
    """`predict`, as for scikit-learn."""
    return self.predict(x, batch_size=batch_size, verbose=verbose)


def predict_classes(self: Any, x: Any, batch_size: int | None = 32, verbose: int = 0) -> Any:
    """The most probable class of each row; of one output, whether it is above a half."""
    found = self.predict(x, batch_size=batch_size, verbose=verbose)
    if found.shape[-1] > 1:
        return found.argmax(axis=-1)
    return np.asarray(found > 0.5, "int32")


def to_yaml(self: Any, **_: Any) -> str:
    """The model's config; without PyYAML it is JSON, which is YAML too."""
    config = json.loads(self.to_json())
    try:
        import yaml
    except ImportError:
        return json.dumps(config, indent=2)
    return str(yaml.safe_dump(config))


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """A model from its config; files of Keras 2 need PyYAML."""
    try:
        config = json.loads(yaml_string)
    except ValueError:
        import yaml

        config = yaml.load(yaml_string, Loader=yaml.FullLoader)  # it reads tuples
    return keras.models.model_from_json(json.dumps(config), custom_objects)


def model_from_config(config: Any, custom_objects: Any = None) -> Any:
    """A model from its config."""
    return keras.models.model_from_json(json.dumps(config), custom_objects)


def reset_states(self: Any) -> None:
    """Forget the states of stateful layers."""
    for layer in self._flatten_layers(include_self=False):
        if hasattr(layer, "reset_states") and getattr(layer, "stateful", False):
            layer.reset_states()
        elif hasattr(layer, "reset_state") and getattr(layer, "stateful", False):
            layer.reset_state()


def multi_gpu_model(model: Any, gpus: Any = None, **_: Any) -> Any:
    """The model itself: one program runs on one device."""
    warnings.warn(
        f"multi_gpu_model(gpus={gpus}) gives the model itself, which trains on one device: batches "
        "are not divided; model.layers[-2] is a layer of it, and no model inside",
        stacklevel=2,
    )
    return model


_DROPPING = (
    keras.layers.AlphaDropout,
    keras.layers.BatchNormalization,
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
)


def trains_otherwise(layer: Any) -> bool:
    """Whether a layer itself does something else in training; parts of it are asked on their own.

    Those of Keras 3 take `training` more often, as a `Dense` that may be quantized.
    """
    if isinstance(layer, _DROPPING):
        return getattr(layer, "rate", 1) != 0
    if type(layer).__module__.startswith("keras."):
        return bool(getattr(layer, "dropout", 0) or getattr(layer, "recurrent_dropout", 0))
    return layer._call_has_training_arg and not isinstance(layer, keras.Model)


uses_learning_phase = property(
    lambda self: any(map(trains_otherwise, self._flatten_layers(False))),
    doc="Whether a layer does something else in training.",
)


def make_predict_function(self: Any) -> None:
    """Make what predicts, as scripts did before threads shared a model."""
    self.make_predict_function()


def make_train_function(self: Any) -> None:
    """Make what trains.

    Raises:
        RuntimeError: For a model that is not compiled.
    """
    _demand_compiled(self)
    self.make_train_function()


def make_test_function(self: Any) -> None:
    """Make what evaluates.

    Raises:
        RuntimeError: For a model that is not compiled.
    """
    _demand_compiled(self)
    self.make_test_function()


def _demand_compiled(model: Any) -> None:
    if not model.compiled:
        raise RuntimeError("You must compile your model before using it.")
