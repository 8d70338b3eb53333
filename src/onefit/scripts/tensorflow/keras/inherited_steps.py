"""The steps that a model's class inherits: `return super().train_step(data)`.

In Keras 2 they are given the data alone, and change variables, as a script's own steps do; Keras
on JAX gives them a state, too, and takes another one back.

Source: `Model.train_step`, `test_step` and `predict_step` in `keras/engine/training.py` of 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras.src.backend.jax.trainer import JAXTrainer

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.boundary import arrays_of
from onefit.scripts.tensorflow.conversion import converted
from onefit.scripts.tensorflow.operation import wrapped
from onefit.scripts.tensorflow.tape import GradientTape
from onefit.training.plan.fallbacks import takes_data_alone

Step = Callable[..., Any]
State = tuple[list[Any], ...]
NOTES = "__onefit_notes_the_loss__"
"""A mark of a `compute_loss` that notes the metric `loss` itself, as that of Keras 2 did."""


def give_keras_steps(patches: Patches, element: Callable[[Any], Any]) -> None:
    """Let the steps of Keras's own class be given the data alone.

    Args:
        patches: Where what is replaced is noted.
        element: What a step is given of the data of a batch.
    """
    for name, of_data in _STEPS.items():
        # what is the same in an old era stands in `keras.Model` itself
        owner = keras.Model if name in vars(keras.Model) else JAXTrainer
        patches.put(owner, name, _with_data_alone(getattr(owner, name), of_data))
    make = JAXTrainer.make_predict_function
    patches.put(JAXTrainer, "make_predict_function", _making(make, element))


def _with_data_alone(plain: Step, of_data: Step) -> Step:
    @wraps(plain)
    def step(self: Any, *given: Any, **named: Any) -> Any:
        if len(given) + len(named) == 1:
            return of_data(self, *given, **named)
        return plain(self, *given, **named)

    return step


def _train(self: Any, data: Any) -> dict[str, Any]:
    x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
    with GradientTape() as tape:
        answers = self(x, training=True)
        loss = self.compute_loss(x=x, y=y, y_pred=answers, sample_weight=weights)
    # After the call, which builds layers that have no variables yet.
    trained = self.trainable_variables
    self.optimizer.apply_gradients(zip(tape.gradient(loss, trained), trained))
    return _noted(self, loss, x, y, answers, weights)


def _test(self: Any, data: Any) -> dict[str, Any]:
    x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
    answers = self(x, training=False)
    loss = self.compute_loss(x=x, y=y, y_pred=answers, sample_weight=weights)
    return _noted(self, loss, x, y, answers, weights)


def _predict(self: Any, data: Any) -> Any:
    x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
    return self(x, training=False)


def _noted(self: Any, loss: Any, x: Any, y: Any, answers: Any, weights: Any) -> dict[str, Any]:
    if not hasattr(keras.Model.compute_loss, NOTES):
        # Weighed by its rows, as in Keras: a smaller last batch counts for less in the epoch's
        # mean.
        rows = keras.ops.shape(arrays_of(keras.tree.flatten(x)[0]))[0]
        self._loss_tracker.update_state(loss, sample_weight=rows)
    logs: dict[str, Any] = self.compute_metrics(x, y, answers, weights)
    return logs


_STEPS = {"train_step": _train, "test_step": _test, "predict_step": _predict}


def _making(plain: Step, element: Callable[[Any], Any]) -> Step:
    """Before anything predicts, a class's own `predict_step(self, data)` learns to take a state."""

    @wraps(plain)
    def make_predict_function(self: Any, force: bool = False) -> Any:
        if takes_data_alone(self, "predict_step"):
            kind: Any = next(one for one in type(self).__mro__ if "predict_step" in vars(one))
            kind.predict_step = _with_state(kind.predict_step, element)
        return plain(self, force)

    return make_predict_function


def _with_state(own: Step, element: Callable[[Any], Any]) -> Step:
    step = converted(own)

    @wraps(own)
    def of_state(self: Any, *given: Any) -> Any:
        if len(given) == 1:
            return own(self, *given)
        (trained, others), data = given
        places = [
            *zip(self.trainable_variables, trained),
            *zip(self.non_trainable_variables, others),
        ]
        with keras.StatelessScope(state_mapping=places) as scope:
            outputs = arrays_of(step(self, wrapped(element(data))))
        kept = [scope.get_current_value(one) for one in self.non_trainable_variables]
        return outputs, [old if new is None else new for old, new in zip(others, kept)]

    # Whoever asks again finds one that takes the state, as Keras's own does.
    vars(of_state).pop("__wrapped__")
    return of_state
