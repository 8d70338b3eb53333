"""Run one script for a proof, and record what Keras was asked and what it answered.

This file is a program: `python trial.py SCRIPT RECORD ERA LOSSES EPOCHS STEPS FILES KIND`.
An upgraded script runs without anything of onefit in its process (ERA is `-`), an old one with the
translation of its era. Both train by stock Keras, step by step, so that only they can differ.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import importlib.util
import inspect
import json
import os
import runpy
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras import Model

VERBS = (
    "fit evaluate predict train_on_batch test_on_batch predict_on_batch".split()  # noqa: SIM905
)
SEED = 0
PARTS = "tensorflow_parts.py"


def main(
    script: str,
    record: str,
    era: str,
    losses: str,
    epochs: str,
    steps: str,
    files: str,
    kind: str = "script",
) -> None:
    """Run a script as `__main__`, in the folder in which this process is.

    Args:
        script: The script's path.
        record: The file for what was recorded, as JSON.
        era: The era whose translation is in force; `-` for none.
        losses: `"clipped"` for the cross-entropies of Keras on JAX; `"own"` for those of the era.
        epochs: The most epochs of each `fit`; `0` for as many as the script says.
        steps: The most steps of each epoch and of each evaluation; `0` for as many as the script
            says.
        files: A folder that both runs share, for what stands in for data that cannot be downloaded.
        kind: `"notebook"` where the script was one, whose code has names from Jupyter. Defaults to
            `"script"`.
    """
    # Keras and JAX are some 300,000 objects that stay: to look for garbage among them takes a third
    # of the time of their import.
    gc.disable()
    import keras

    gc.freeze()
    gc.enable()
    events: list[dict[str, Any]] = []
    for verb in VERBS:
        _watch(keras.Model, verb, events, int(epochs), int(steps))
    _with_seeds_last(keras)
    _without_drawings(keras)
    _without_downloads(keras, files, events)
    with open(script, encoding="utf-8") as file:
        source = file.read()
    # Python has put the folder of this file there, whose modules (`files.py`, `values.py`) would
    # hide those of the script.
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    if losses == "clipped":
        from onefit.scripts.eras.stand_ins import logits

        logits.leave()
    if era != "-":
        _translate(source, era, script)
    else:
        _stand_in(source, os.path.dirname(os.path.abspath(script)))
    given = _shell_names(source, kind)
    sys.argv = [script]
    # Behind everything that may have drawn a number: from here on both runs draw the same ones.
    keras.utils.set_random_seed(SEED)
    try:
        names = runpy.run_path(script, given, run_name="__main__")
        events.extend(_models(keras, names))
    finally:
        sys.stdout.flush()
        # After an error, too: a script that fails as it is is compared as far as it comes.
        with open(record, "w", encoding="utf-8") as file:
            json.dump(events, file)


def _without_downloads(keras: Any, folder: str, events: list[dict[str, Any]]) -> None:
    """`keras.datasets` are random numbers where they cannot be had, the same ones in both runs."""

    def replaced(name: str) -> None:
        events.append({"verb": "file", "name": name})

    # by its file: the package's name would bring onefit into the process
    path = os.path.join(os.path.dirname(__file__), "random_datasets.py")
    runpy.run_path(path)["answer_downloads"](keras, folder, replaced)


def _translate(source: str, era: str, script: str) -> None:
    from onefit.scripts import eras, naming, preprocessing, timeseries
    from onefit.scripts.eras import syntax
    from onefit.scripts.eras.era import Era
    from onefit.scripts.eras.rules.modules import MODULES
    from onefit.scripts.eras.stand_ins import (
        initial_weights,
        log_order,
        row_orders,
        sequences,
        wording,
    )

    # Draws, orders and words of the time, which plain Keras 3 has not: with them the runs would
    # differ, and tell nothing of the rewriting.
    for one in (initial_weights, log_order, row_orders, sequences, wording):
        one.leave()
    for path in MODULES:  # Keras is loaded, and has some of them under the same name
        if path.startswith("preprocessing."):
            sys.modules.pop(f"keras.{path}", None)
    naming.provide()
    name, _, accuracy = era.partition(":")
    if accuracy:
        eras.continue_in(Era(name, accuracy), source)
    else:
        eras.begin(source, name)
    preprocessing.provide()
    timeseries.provide()
    adapted = syntax.text(source)
    if adapted != source:  # the script is a copy
        with open(script, "w", encoding="utf-8") as file:
            file.write(adapted)


def _stand_in(source: str, folder: str) -> None:
    """Answer for TensorFlow and IPython where they are not installed, as in the other run."""
    # by its file: the package's name would bring onefit into the process
    home = os.path.dirname(os.path.dirname(__file__))
    texts = runpy.run_path(os.path.join(home, "eras", "texts.py"))["texts"]
    is_named = runpy.run_path(os.path.join(os.path.dirname(__file__), PARTS))["is_named"]
    is_missing = importlib.util.find_spec("tensorflow") is None
    sources = list(texts(source, folder))
    if any("tensorflow" in one or (is_missing and is_named(one)) for one in sources):
        from onefit.scripts import naming, preprocessing, timeseries
        from onefit.scripts.eras.stand_ins import logits

        logits.leave()
        naming.provide()
        if is_missing:
            preprocessing.provide()
            timeseries.provide()
    if "IPython" in source or "get_ipython" in source:
        from onefit.scripts.eras.surroundings import restore

        restore("IPython")


def _shell_names(source: str, kind: str) -> dict[str, Any]:
    """What Jupyter gives code without an import, as `onefit run` gives it."""
    names = ("get_ipython", "display") if kind == "notebook" else ("get_ipython",)
    asked = [name for name in names if name in source]
    if not asked:  # onefit stays out of a process that has no need of it
        return {}
    from onefit.scripts import shell

    return {name: shell.NAMES[name] for name in asked}


def _models(keras: Any, names: dict[str, Any]) -> list[dict[str, Any]]:
    """The models that a script leaves, by their names there, with their weights."""
    return [
        {"verb": "model", "name": name, "weights": [_digest(one.numpy()) for one in model.weights]}
        for name, model in names.items()
        # A model that was never built has no weights to compare.
        if isinstance(model, keras.Model) and model.built
    ]


def _watch(owner: type, verb: str, events: list[dict[str, Any]], epochs: int, steps: int) -> None:
    """Record the calls of a method that come from outside of Keras."""
    home = next(one for one in owner.__mro__ if verb in vars(one))
    original = vars(home)[verb]
    signature = inspect.signature(original)

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        # `fit` calls `evaluate` for its validation, for example.
        if _inside:
            return original(self, *args, **kwargs)
        if verb in ("fit", "evaluate") and (epochs or steps):
            bound = signature.bind(self, *args, **kwargs)
            bound.apply_defaults()
            if verb == "fit" and epochs:
                # Keras's `epochs` is the number of the last epoch, and not how many there are.
                most = (bound.arguments.get("initial_epoch") or 0) + epochs
                bound.arguments["epochs"] = min(bound.arguments["epochs"], most)
            if steps:
                _shorten(bound.arguments, steps)
            args, kwargs = bound.args[1:], bound.kwargs
        _inside.append(verb)
        try:
            found = original(self, *args, **kwargs)
        finally:
            _inside.pop()
        events.append(_event(self, verb, found))
        return found

    setattr(home, verb, method)


_inside: list[str] = []


def _shorten(arguments: dict[str, Any], steps: int) -> None:
    """Cut the data of a fit or an evaluation to so many steps: arrays by rows."""
    # Without a size Keras itself makes batches of 32 rows.
    rows = steps * (arguments["batch_size"] or 32)
    if _has_rows(arguments["x"]):
        for name in ("x", "y", "sample_weight"):
            arguments[name] = _first(arguments[name], rows)
    else:
        name = "steps_per_epoch" if "epochs" in arguments else "steps"
        arguments[name] = min(arguments[name] or _length(arguments["x"]), steps)
    others = arguments.get("validation_data")
    if isinstance(others, tuple | list) and _has_rows(others[0]):
        arguments["validation_data"] = tuple(_first(one, rows) for one in others)
    elif others is not None:
        given = arguments["validation_steps"] or _length(others)
        arguments["validation_steps"] = min(given, steps)


def _has_rows(data: Any) -> bool:
    """Whether data are arrays, tables, or some of them."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        return bool(data) and all(_has_rows(one) for one in data)
    return hasattr(data, "shape") and bool(data.shape)


def _first(data: Any, rows: int) -> Any:
    """The first rows of arrays or tables."""
    if isinstance(data, dict):
        return {name: _first(one, rows) for name, one in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(_first(one, rows) for one in data)
    # By place: `[:rows]` of a table may go by the labels of its index.
    if hasattr(data, "iloc"):
        return data.iloc[:rows]
    return data[:rows] if hasattr(data, "shape") and data.shape else data


def _length(data: Any) -> float:
    """How many batches there are, where that is known."""
    try:
        return len(data)
    except TypeError:
        return float("inf")


def _event(model: Model, verb: str, found: Any) -> dict[str, Any]:
    event: dict[str, Any] = {"verb": verb}
    if verb == "fit":
        event["history"] = {name: _plain(values) for name, values in found.history.items()}
    else:
        event["result"] = _plain(found)
    if verb in ("fit", "train_on_batch"):
        event["weights"] = [_digest(one.numpy()) for one in model.weights]
    return event


def _plain(value: Any) -> Any:
    """Numbers to the last bit, arrays by their digest."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "shape") and value.shape:
        return _digest(value)
    if value is None or isinstance(value, str):
        return value
    return float(value).hex()


def _digest(array: Any) -> str:
    import numpy as np

    array = np.asarray(array)
    found = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return f"{array.dtype}{list(array.shape)} {found[:16]}"


def _with_seeds_last(keras: Any) -> None:
    """Let two cells of Keras draw the seed of their dropout behind those of their initializers.

    They are the only ones that draw it before, and an upgraded script may write an initializer out,
    `recurrent_initializer=Orthogonal(gain=1.1)`, which draws its seed before the layer is made.
    """
    from keras.src.layers.rnn.conv_lstm import ConvLSTMCell

    def later(original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            is_drawn = kwargs.get("seed") is None
            original(self, *args, **{**kwargs, "seed": 0} if is_drawn else kwargs)
            if is_drawn:
                self.seed = None
                self.seed_generator.state.assign(keras.random.SeedGenerator().state)

        # Keras reads the names of a layer's arguments there, for its config.
        vars(__init__)["__signature__"] = inspect.signature(original)
        return __init__

    for cell in (keras.layers.SimpleRNNCell, ConvLSTMCell):
        cell.__init__ = later(cell.__init__)


def _without_drawings(keras: Any) -> None:
    """What only draws or logs does nothing where its library is missing, in both runs."""

    def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except (ImportError, OSError):
                return None

        return call

    keras.utils.plot_model = quiet(keras.utils.plot_model)
    if shutil.which("dot") is None:
        keras.utils.model_to_dot = _Drawing
    if importlib.util.find_spec("tensorflow") is None:
        keras.callbacks.TensorBoard = _Silent.of(keras)


class _Drawing:
    """A drawing without Graphviz: every way of writing it gives nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.shown = b"<svg/>"

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: self.shown


class _Silent:
    """Makes a callback that takes any arguments and does nothing."""

    @staticmethod
    def of(keras: Any) -> type:
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            keras.callbacks.Callback.__init__(self)

        return type("TensorBoard", (keras.callbacks.Callback,), {"__init__": __init__})


if __name__ == "__main__":
    main(*sys.argv[1:])
