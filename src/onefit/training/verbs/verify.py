"""`verify`: train both ways, on the user's own model and data, and report the first difference."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.console import tell
from onefit.runs import journal
from onefit.training.core.state import State
from onefit.training.host import fork
from onefit.training.host.stock import FIT
from onefit.training.host.variables import read, variables, write
from onefit.training.plan.decision import decide
from onefit.training.plan.fallbacks import own_steps
from onefit.training.plan.inputs import inputs_of
from onefit.training.verbs import fit as ways
from onefit.training.verbs.explain import all_arguments


@dataclass(frozen=True)
class Verdict:
    """What came of training both ways.

    Args:
        same: Whether every number is the same, to the bit.
        compared: How many numbers were compared.
        difference: The first difference, in words; `""` if there is none.
        largest: The largest absolute difference of a weight.
    """

    same: bool
    compared: int
    difference: str = ""
    largest: float = 0.0

    def __str__(self) -> str:
        """The verdict in one line."""
        if self.same:
            return f"verify: the same to the bit, {self.compared:,} numbers compared"
        return f"verify: {self.difference} (largest difference of a weight: {self.largest:.3g})"


def verify(model: Model, x: Any = None, y: Any = None, **arguments: Any) -> Verdict:
    """Train a model with stock Keras and with onefit from the same start, and compare.

    The model, `np.random` and the History come out as onefit's training leaves them.

    Args:
        model: A compiled `keras.Model`.
        x: As for `fit`. A generator can be read only once, so it cannot be verified.
        y: As for `fit`. Defaults to `None`.
        **arguments: Every other argument of `fit`; no `checkpoint` is kept.

    Returns:
        A `Verdict`.

    Raises:
        TypeError: If `x` is a generator or an iterator.

    >>> import keras, numpy as np, onefit
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> print(onefit.verify(model, np.ones((40, 2)), np.ones(40), epochs=3, verbose=0))
    verify: the same to the bit, 641 numbers compared
    """
    _, verdict = both_ways(model, all_arguments(model, x, y, **arguments))
    return verdict


def told(model: Model, given: dict[str, Any]) -> Any:
    """Train both ways, and tell the verdict on standard error: the switch `verify`.

    Args:
        model: A compiled `keras.Model`.
        given: The arguments of `fit`, all of them.

    Returns:
        The `keras.callbacks.History`.
    """
    history, verdict = both_ways(model, given)
    tell(verdict)
    if not verdict.same:
        journal.differ(str(verdict))
    return history


def both_ways(model: Model, given: dict[str, Any]) -> tuple[Any, Verdict]:
    """Train with stock Keras, go back to the start, train with onefit; History and verdict."""
    if hasattr(given["x"], "__next__"):
        raise TypeError(
            "Expected `x` to be data that can be read twice. Received: "
            f"{type(given['x']).__name__}. Give arrays, or a PyDataset, or a function's result "
            "for each training."
        )
    fork.check("verify")
    start = _Start(model, given)
    expected = _outcome(model, lambda: FIT(model, **{**given, "verbose": 0, **start.callbacks()}))
    start.again()
    received = _outcome(model, lambda: ways.train(model, given))
    return model.history, compare(expected, received)


class _Start:
    """Where both trainings begin: the model's values, NumPy's generator, the callbacks."""

    def __init__(self, model: Model, given: dict[str, Any]) -> None:
        fit_nothing = {**given, "epochs": 0, "callbacks": None, "verbose": 0}
        self.given, self.model = given, model
        FIT(model, **fit_nothing)  # builds the model, as the first fit would
        if own_steps(model, "fit"):  # a second optimizer has its state once the steps are traced
            decide(inputs_of(model, given))
        self.random = np.random.get_state(), random.getstate()
        self.state = _copied(read(model))

    def callbacks(self) -> dict[str, Any]:
        """Copies of the user's callbacks for stock Keras; the originals are for onefit."""
        return {"callbacks": copy.deepcopy(self.given.get("callbacks"))}

    def again(self) -> None:
        np.random.set_state(self.random[0])
        random.setstate(self.random[1])  # PyDataset shuffles with it
        write(self.model, State(*([keras.ops.array(v) for v in g] for g in self.state)))


def _copied(state: State) -> State:
    return State(*([np.array(value) for value in group] for group in state))


def _outcome(model: Model, train: Callable[[], Any]) -> dict[str, Any]:
    """Train, and write down every number that came out."""
    history = train()
    found = {f"history[{name!r}]": np.asarray(values) for name, values in history.history.items()}
    groups: State = variables(model)
    for kind, group in zip(State._fields, groups):
        for number, variable in enumerate(group):
            found[f"{kind}[{number}] {variable.path}"] = np.array(variable.value)
    _, key, place, *_ = np.random.get_state(legacy=True)
    found |= {"np.random": np.asarray(key), "np.random position": np.asarray(place)}
    return found


def compare(expected: dict[str, Any], received: dict[str, Any]) -> Verdict:
    """Compare what came out of the two trainings.

    >>> compare({"a": np.ones(2)}, {"a": np.ones(2)}).same
    True
    >>> compare({"history['loss']": np.ones(2)}, {"history['loss']": np.zeros(2)}).difference
    "history['loss'] differs: 1.0 by Keras, 0.0 by onefit in epoch 1"
    """
    compared, first, largest = 0, "", 0.0
    for name in {**expected, **received}:
        one, other = expected.get(name), received.get(name)
        if one is None or other is None or one.shape != other.shape:
            who = (
                "Keras" if other is None else "onefit" if one is None else "each, of another shape"
            )
            first = first or f"{name} is given by {who} only"
            continue
        compared += one.size
        # A NaN on both sides is the same number.
        same = (one == other) | ((one != one) & (other != other))
        if not np.all(same):
            at = tuple(int(i) for i in np.argwhere(~np.atleast_1d(same))[0])
            a, b = np.atleast_1d(one)[at], np.atleast_1d(other)[at]
            first = first or f"{name} differs: {a} by Keras, {b} by onefit{_place(name, at)}"
            if name.startswith(("trainable", "non_trainable")):
                largest = max(largest, float(np.max(np.abs(one - other))))
    return Verdict(not first, compared, first, largest)


def _place(name: str, at: tuple[int, ...]) -> str:
    """Where in what is compared two numbers differ: an epoch of History, an index of weights."""
    if name.startswith("history["):
        return f" in epoch {at[0] + 1:,}"
    return f" at {at[0] if len(at) == 1 else at}"
