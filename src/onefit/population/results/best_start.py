"""The best of many starts, put into the script's own model, History and callbacks."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from keras import Model
from keras import callbacks as keras_callbacks
from keras import optimizers as optimizers_module

from onefit.population.results.population import Population
from onefit.population.results.ranking import ranked, values_of
from onefit.runs import journal
from onefit.training.host.variables import write


def given_back(model: Model, population: Population) -> Any:
    """Leave model and callbacks as Keras leaves them after training the best start alone.

    Returns:
        The model's `History`.
    """
    number = ranked(population, None, "auto")[0]
    job, place = population.homes[number]
    state, own, epochs = job.outcome(place)
    sizes, callbacks = job.group.sizes[0], jax.tree.leaves(population.given["callbacks"])
    listed = keras_callbacks.CallbackList(
        callbacks,
        add_history=True,
        model=model,
        verbose=population.given["verbose"],
        epochs=job.last,
        steps=sizes.full + bool(sizes.partial),
    )
    model.stop_training = False
    # First, because it resets what the rules leave in the callbacks below.
    listed.on_train_begin()
    write(model, population.on_device(state))
    history = model.history
    history.epoch = list(range(epochs))
    history.history = _logs(population, number, epochs)
    for callback, rule, left in zip(callbacks, job.rules, own):
        rule.adopt(callback)
        rule.finish(left, epochs)
        if rule.ended(history.history):
            model.stop_training = True
    # In Keras's order: the averages become the weights before a callback restores others.
    if isinstance(model.optimizer, optimizers_module.Optimizer):
        model.optimizer.finalize_variable_values(model.trainable_weights)
    listed.on_train_end(logs=_last(history.history))
    journal.remark(told(population, number))
    return history


def _logs(population: Population, number: int, epochs: int) -> dict[str, list[Any]]:
    """A member's History: the names in Keras's order, validation where there was one."""
    found = {}
    rates = ("learning_rate", "lr")  # a callback adds it to logs that are sorted
    for name in sorted(population.history, key=lambda name: (name in rates, name)):
        values = population.history[name][number, :epochs]
        found[name] = [
            # As Keras leaves a metric with several values in its History.
            float(v) if v.ndim == 0 else v.astype(np.float32)
            for epoch, v in enumerate(values)
            if not name.startswith("val_") or population.jobs[0].validates(epoch)
        ]
    return found


def _last(logs: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: values[-1] for name, values in logs.items() if values}


def told(population: Population, number: int) -> str:
    """How many of the starts reached what."""
    count = len(population)
    judged = "val_loss" if "val_loss" in population.history else "loss"
    prefix = "val_" if judged == "val_loss" else ""
    names = [
        name
        for name, values in population.history.items()
        if name.startswith(prefix) and values.ndim == 2 and population.rises(name, "auto")
    ]
    name = names[0] if names else judged
    _, values = values_of(population, name)  # of all starts: they have all finished
    value = values[number]
    # Of a loss below 0, too, a tenth more is the worse.
    reached = int((values >= value if names else values <= value + 0.1 * abs(value)).sum())
    loss = values_of(population, judged)[1][number]
    within = "" if names else " within a tenth"
    return (
        f"{reached} of {count} starts reached {name} {value:.4g}{within}; "
        f"start {number} has the best {judged}, {loss:.4g}"
    )
