"""Run the same code with stock Keras and with onefit from the same seeds, and compare all of it.

A case is a function of a `Way`: it makes its model and data, and calls `way.fit(model, ...)`,
`way.evaluate` and `way.predict` as often as it likes. `differences(case)` runs it with Keras's own
methods and with onefit's, and says what is not the same, down to the bit.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import warnings
from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np

import onefit
from onefit.training.host import stock

SEED = 7
STOCK = {"fit": stock.FIT, "evaluate": stock.EVALUATE, "predict": stock.PREDICT}
ONEFIT = {"fit": onefit.fit, "evaluate": onefit.evaluate, "predict": onefit.predict}
EPOCH_HOOKS = (
    "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end",
    "on_test_begin", "on_test_end",
)  # fmt: skip


class Recorder(keras.callbacks.Callback):
    """Writes down each call of a hook with its logs, and the model's state at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Any] = []

    def note(self, hook: str, *arguments: Any) -> None:
        self.calls.append((hook, arguments_of(arguments), weights_of(self.model)))


def _hook(name: str) -> Callable[..., None]:
    if name.startswith("on_epoch"):
        return lambda self, epoch, logs=None: self.note(name, epoch, logs)
    return lambda self, logs=None: self.note(name, logs)


for _name in EPOCH_HOOKS:
    setattr(Recorder, _name, _hook(_name))


class Way:
    """One way to train, and the log of all that came of it.

    Args:
        verbs: The functions to call.
        recording: Whether each fit gets a `Recorder`, which puts it between epochs on the host.
    """

    def __init__(self, verbs: dict[str, Callable[..., Any]], recording: bool = False) -> None:
        self.verbs, self.recording = verbs, recording
        self.log: list[dict[str, Any]] = []
        self.warned: set[str] = set()

    def fit(self, model: Any, *args: Any, **given: Any) -> Any:
        given.setdefault("verbose", 0)
        callbacks = given.get("callbacks")
        listed = jax.tree.leaves(callbacks)
        recorder = Recorder()
        if self.recording and not isinstance(callbacks, keras.callbacks.CallbackList):
            given["callbacks"] = [*listed, recorder]
        result = self._call("fit", model, args, given)
        found = self.log[-1]
        found["calls"] = recorder.calls
        found["callbacks"] = [attributes_of(c) for c in listed]
        found["history"] = result and (list(result.history.items()), result.epoch, result.params)
        return result

    def evaluate(self, model: Any, *args: Any, **given: Any) -> Any:
        given.setdefault("verbose", 0)
        result = self._call("evaluate", model, args, given)
        self.log[-1]["result"] = arguments_of(result)
        return result

    def predict(self, model: Any, *args: Any, **given: Any) -> Any:
        given.setdefault("verbose", 0)
        result = self._call("predict", model, args, given)
        self.log[-1]["result"] = arguments_of(result)
        return result

    def note(self, **values: Any) -> None:
        """Compare these values too."""
        self.log.append({"verb": "note"} | {k: arguments_of(v) for k, v in values.items()})

    def _call(self, verb: str, model: Any, args: Any, given: Any) -> Any:
        out, error, result = io.StringIO(), None, None
        with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(out):
            warnings.simplefilter("always")
            try:
                result = self.verbs[verb](model, *args, **given)
            except Exception as raised:
                error = (type(raised).__name__, str(raised))
                self.raised = raised
        self.log.append(
            {
                "verb": verb,
                "error": error,
                "warnings": self._new(warned),
                "stdout": settled(out.getvalue()),
                "weights": weights_of(model),
                "stop_training": getattr(model, "stop_training", None),
                "numpy": np.random.get_state()[1:],
                "random": random.getstate(),
            }
        )
        return result

    def _new(self, warned: Any) -> list[str]:
        """The warnings that have not been given before, as Python would show them."""
        texts = {
            f"{w.category.__name__}: {w.message}"
            for w in warned
            if w.category is not DeprecationWarning  # meant for Keras's authors
        } - self.warned
        self.warned |= texts
        return sorted(texts)


def weights_of(model: Any) -> dict[str, Any]:
    """Every variable of a model by its place and path, as NumPy arrays."""
    optimizer = getattr(model, "optimizer", None)
    groups = {
        "trainable": model.trainable_variables,
        "non_trainable": model.non_trainable_variables,
        "optimizer": optimizer.variables if optimizer is not None else [],
        "metrics": model.metrics_variables,
    }
    found = {}
    for kind, group in groups.items():
        for number, variable in enumerate(group):
            value = variable._value
            found[f"{kind}[{number}] {variable.path}"] = (
                "deleted" if getattr(value, "is_deleted", bool)() else np.array(value)
            )
    return found


def arguments_of(value: Any) -> Any:
    """Logs and results, copied, with the types that matter."""
    return jax.tree.map(lambda v: np.array(v) if hasattr(v, "dtype") else v, value)


def attributes_of(callback: Any) -> dict[str, Any]:
    """What a callback holds after a training: numbers, words and arrays."""
    kept: dict[str, Any] = {}
    for name, value in sorted(getattr(callback, "__dict__", {}).items()):
        if isinstance(value, (bool, int, float, str, np.ndarray, np.generic, type(None))) or (
            isinstance(value, list) and all(isinstance(v, np.ndarray) for v in value)
        ):
            kept[name] = value
    return {"class": type(callback).__name__} | kept


_BAR = re.compile(r"\s*\d+/(\d+|Unknown) ")
_TIMES = re.compile(r"\d+:\d\d(:\d\d)?|\d+(\.\d+)?(us|ms|s)(/(step|epoch))?")


def settled(text: str) -> list[str]:
    """Printed text without timings, without colours, and without the bar's states on the way."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\x08", "").replace("\r", "\n")
    kept: list[str] = []
    for line in filter(None, (line.rstrip() for line in text.split("\n"))):
        if kept and _BAR.match(line) and _BAR.match(kept[-1]):
            kept.pop()  # a later state of the same bar
        kept.append(re.sub("━+", "━", _TIMES.sub("T", line)))
    return kept


def run(case: Callable[[Way], Any], way: Way) -> list[dict[str, Any]]:
    """Run a case one way from fixed seeds; what came of it."""
    keras.utils.clear_session(free_memory=False)  # a search for garbage takes longer than a case
    keras.utils.set_random_seed(SEED)
    case(way)
    return way.log


def differences(case: Callable[[Way], Any], *, recording: bool = True) -> list[str]:
    """What is not the same between Keras and onefit; empty if all is.

    Args:
        case: What to run.
        recording: Also run it with a callback that looks at the model at every epoch's begin and
            end, and compare what it saw.
    """
    expected = run(case, Way(STOCK, recording=True))
    received = run(case, Way(ONEFIT))
    found = [
        f"program: {line}" for line in compare(without_calls(expected), without_calls(received))
    ]
    if recording:
        received = run(case, Way(ONEFIT, recording=True))
        found += [f"epochs: {line}" for line in compare(expected, received)]
    return found


def without_calls(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A log without what a `Recorder` wrote."""
    return [{k: v for k, v in entry.items() if k != "calls"} for entry in log]


def compare(expected: Any, received: Any, at: str = "") -> list[str]:
    """Where two nests of values are not the same in structure, type, and every bit."""
    if isinstance(expected, dict) and isinstance(received, dict):
        if list(expected) != list(received):
            return [f"{at}: keys {list(expected)} != {list(received)}"]
        pairs = [(f"{at}.{k}", expected[k], received[k]) for k in expected]
        return [line for where, a, b in pairs for line in compare(a, b, where)]
    if isinstance(expected, (list, tuple)) and isinstance(received, (list, tuple)):
        if len(expected) != len(received) or type(expected) is not type(received):
            return [f"{at}: {expected!r:.300} != {received!r:.300}"]
        return [
            line
            for i, (a, b) in enumerate(zip(expected, received))
            for line in compare(a, b, f"{at}[{i}]")
        ]
    if isinstance(expected, np.ndarray) and isinstance(received, np.ndarray):
        return compare_arrays(expected, received, at)
    same = type(expected) is type(received) and (
        expected == received or (expected != expected and received != received)
    )
    return [] if same else [f"{at}: {expected!r:.300} != {received!r:.300}"]


def compare_arrays(expected: np.ndarray, received: np.ndarray, at: str) -> list[str]:
    """Where two arrays differ, and by how much."""
    if expected.dtype != received.dtype or expected.shape != received.shape:
        return [f"{at}: {expected.dtype}{expected.shape} != {received.dtype}{received.shape}"]
    if expected.tobytes() == received.tobytes():
        return []
    try:
        if np.array_equal(expected, received, equal_nan=True):
            return []
        a, b = (np.asarray(v, np.float64) for v in (expected, received))
        scale = np.nanmax(np.abs(a))
        return [f"{at}: differs by {np.nanmax(np.abs(a - b)):.3g} of {scale:.3g}"]
    except TypeError:
        return [f"{at}: differs"]
