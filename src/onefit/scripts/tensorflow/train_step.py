"""A `train_step` of the user's with a tape in it, in `fit`: Keras on JAX wants a pure one.

Keras 2's guides override `train_step(self, data)`. Keras's own JAX trainer calls `train_step` with
the model's state. A model that overrides it in the first way gets a training function that is a
`tf.function` of its step: variables, also of other optimizers, change in it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import keras
from keras.src.backend.jax.trainer import JAXTrainer

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.boundary import of_script
from onefit.scripts.tensorflow.data.adapter import DatasetAdapter
from onefit.scripts.tensorflow.function import Function
from onefit.scripts.tensorflow.keras.inherited_steps import give_keras_steps
from onefit.scripts.tensorflow.operation import nested, wrapped
from onefit.scripts.tensorflow.pure_steps import PureSteps
from onefit.training.host import own_steps
from onefit.training.plan.fallbacks import takes_data_alone

State = tuple[list[Any], ...]
STEPS = {"train_step": "make_train_function", "test_step": "make_test_function"}


def give_steps(patches: Patches) -> None:
    """Let `fit` and `evaluate` take steps as TensorFlow's users write them.

    Args:
        patches: Where what is replaced is noted.
    """
    for step, make in STEPS.items():
        patches.put(JAXTrainer, make, _making(step, getattr(JAXTrainer, make)))
    give_keras_steps(patches, _element)
    patches.put(own_steps, "makers", [*own_steps.makers, _pure])
    patches.put(JAXTrainer, "_symbolic_build", _building(JAXTrainer._symbolic_build))
    results = "_get_metrics_result_or_logs"
    patches.put(JAXTrainer, results, _with_own_loss(getattr(JAXTrainer, results)))
    patches.put(JAXTrainer, "compiled_loss", property(_compiled_loss))
    patches.put(JAXTrainer, "compiled_metrics", property(_CompiledMetrics))


def _making(step: str, plain: Callable[..., None]) -> Callable[..., None]:
    name = f"{step.partition('_')[0]}_function"

    @wraps(plain)
    def make(self: Any, force: bool = False) -> None:
        if not takes_data_alone(self, step):
            plain(self, force)
        elif getattr(self, name) is None or force:
            setattr(self, name, self._make_function(_stateless(self, step)))

    return make


def _pure(model: Any) -> PureSteps:
    return PureSteps(model, _element)


def _building(plain: Callable[..., None]) -> Callable[..., None]:
    """TensorFlow's trainer builds nothing before the first step; Keras's own steps want it.

    A dataset that is looked at for that begins no pass by it.
    """

    @wraps(plain)
    def build(self: Any, iterator: Any = None, data_batch: Any = None) -> None:
        if takes_data_alone(self, "test_step" if _evaluates() else "train_step"):
            return
        adapter: Any = getattr(iterator, "data_adapter", None)
        is_dataset = isinstance(adapter, DatasetAdapter)
        with adapter.looked_at() if is_dataset else contextlib.nullcontext():
            plain(self, iterator, data_batch)

    return build


_VERBS = {"fit": False, "train_on_batch": False, "evaluate": True, "test_on_batch": True}


def _evaluates() -> bool:
    """Whether what is built is to be evaluated: Keras builds for all verbs in the same way."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        frame = frame.f_back
        is_verb = frame.f_globals.get("__name__", "").startswith(("keras.", "onefit."))
        if is_verb and frame.f_code.co_name in _VERBS:
            return _VERBS[frame.f_code.co_name]
    return False


def _with_own_loss(plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A loss that a step gives back counts where the loss of `compile` was never computed.

    Keras 2 had no metric of that loss before it was, so that the History has the last step's.
    """

    @wraps(plain)
    def results(self: Any, logs: Any) -> Any:
        is_own = takes_data_alone(self, "train_step")
        try:
            found = plain(self, logs)
        except ValueError:  # a metric of `compile` that such a step has never updated
            if not is_own:
                raise
            return logs
        tracker: Any = getattr(self, "_loss_tracker", None)
        is_both = found is not logs and "loss" in found and tracker is not None
        if not is_both or not is_own:
            return found
        never = keras.ops.equal(tracker.count, 0)
        return {**found, "loss": keras.ops.where(never, logs["loss"], found["loss"])}

    return results


def _stateless(model: Any, step: str) -> Callable[[State, Any], tuple[Any, State]]:
    """The step as Keras's loop calls it: with the state, which is in the variables here."""

    def plainly(data: Any) -> Any:
        return getattr(model, step)(data)

    called = plainly if model.run_eagerly else Function(plainly)
    with_optimizer = step == "train_step"

    def stepped(state: State, data: Any) -> tuple[Any, State]:
        for variable, value in _pairs(_groups(model, with_optimizer), state):
            variable._value = value
        logs = called(wrapped(_element(data)))
        own_steps.note_names(model, step.removesuffix("_step"), logs)
        groups = _groups(model, with_optimizer)
        return logs, tuple([one._value for one in group] for group in groups)

    if not model.run_eagerly:
        vars(stepped)["lower"] = None  # a mark of functions that are compiled, see `fallbacks.py`
    return stepped


def _groups(model: Any, with_optimizer: bool) -> list[list[Any]]:
    """The variables of Keras's state, in its order."""
    groups = [model.trainable_variables, model.non_trainable_variables]
    if with_optimizer:
        groups.append(model.optimizer.variables)
    return [*groups, model.metrics_variables]


def _pairs(groups: list[list[Any]], state: State) -> Iterator[tuple[Any, Any]]:
    for group, values in zip(groups, state):
        yield from zip(group, values)


def _element(data: Any) -> Any:
    """The data of a step as in TensorFlow: no weights that are none, and inputs alone no tuple."""
    data = nested(lambda one: one, data)
    while isinstance(data, tuple) and len(data) > 1 and data[-1] is None:
        data = data[:-1]  # Keras's `train_on_batch` on JAX gives three
    return data[0] if isinstance(data, tuple) and len(data) == 1 else data


def _compiled_loss(model: Any) -> Callable[..., Any]:
    """Keras 2's `model.compiled_loss`: the loss of `compile`, which is also noted as the metric."""

    @of_script
    def loss(
        y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None
    ) -> Any:
        value = model._compile_loss(y_true, y_pred, sample_weight)
        for one in regularization_losses or ():
            value = value + one
        rows = keras.ops.shape(keras.tree.flatten(y_pred)[0])[0]
        # By its rows, as Keras's own steps weigh the loss of a batch in the mean of an epoch.
        model._loss_tracker.update_state(value, sample_weight=rows)
        return value

    return loss


class _CompiledMetrics:
    """Keras 2's `model.compiled_metrics`: the metrics of `compile`."""

    def __init__(self, model: Any) -> None:
        self._metrics = model._compile_metrics

    @property
    def metrics(self) -> list[Any]:
        """The metrics, one by one."""
        return [] if self._metrics is None else list(self._metrics.metrics)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Note a batch."""
        if self._metrics is not None:
            self._metrics.update_state(y_true, y_pred, sample_weight)

    def reset_state(self) -> None:
        """Begin anew."""
        if self._metrics is not None:
            self._metrics.reset_state()
