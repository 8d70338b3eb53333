"""A process whose children train populations and are killed.

A job is a line, `KIND FOLDER SECONDS RESULT`. So many seconds after the first checkpoint that it
sees, a child ends by SIGKILL, without warning; a negative number is never. If it comes to the end
before, what it has trained is written down. Keras is imported once, and JAX starts in each child.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import callbacks, layers

import onefit
from onefit.population.running import lanes, threads
from onefit.population.running.snapshots import Snapshots  # noqa: F401 (imported before the fork)
from onefit.training.checkpoints import checkpoint

Trained = Callable[..., Any]
EPOCHS = 5000


def build(units: int = 6) -> keras.Model:
    hidden = [layers.Dense(units, "relu"), layers.Dropout(0.2), layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((4,)), *hidden])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def many(model: Any = None, **given: Any) -> Trained:
    def train(x: Any, y: Any, **more: Any) -> Any:
        return onefit.fit_many(model or build(), x, y, epochs=EPOCHS, verbose=0, **given, **more)

    return train


def searched(**given: Any) -> Trained:
    space = {"learning_rate": onefit.log_uniform(1e-3, 1e-1)}

    def train(x: Any, y: Any, **more: Any) -> Any:
        known = {"trials": 6, "epochs": EPOCHS, "verbose": 0}
        return onefit.search(build(), x, y, space=space, **known, **given, **more)

    return train


def started(x: Any, y: Any, **more: Any) -> Any:
    """A fit from three starts, in the form of a population of one."""
    keras.utils.set_random_seed(2)
    model = build()
    with onefit.installed(restarts=3):
        history = onefit.fit(model, x, y, epochs=EPOCHS, verbose=0, **more)
    logs = {name: np.asarray(values) for name, values in history.history.items()}
    return logs, [model], np.random.rand()


def stopping() -> list[Any]:
    stop = callbacks.EarlyStopping("loss", patience=1500, restore_best_weights=True)
    return [stop, callbacks.ReduceLROnPlateau("loss", patience=300)]


def falling(epoch: int, rate: float) -> float:
    return rate * 0.999


KINDS: dict[str, Trained] = {
    "restarts, exact": many(restarts=3, exact=True),
    "folds": many(folds=3, restarts=2),
    "bootstraps": many(bootstrap=4, shuffle=False),
    "rates that are swept": many(sweep={"learning_rate": [1e-3, 1e-2, 3e-2]}),
    "structures": many(build, sweep={"units": [3, 5]}, restarts=2),
    "callbacks": many(restarts=4, validation_split=0.2, callbacks=stopping()),
    "a schedule": many(restarts=3, callbacks=[callbacks.LearningRateScheduler(falling)]),
    "weights of classes": many(sweep={"class_weight": [{0: 1.0, 1: 2.0}, {0: 3.0, 1: 1.0}]}),
    "a search": searched(halving=2),
    "starts of a fit": started,
}


def outcome(found: Any) -> Any:
    """What a training has come to, as plain arrays."""
    logs, models, rest = found if isinstance(found, tuple) else (found.history, found, found.epochs)
    weights = [np.asarray(v.value) for m in models for v in (*m.variables, *m.optimizer.variables)]
    return logs, weights, rest


def kill(folder: Path, seconds: float) -> None:
    while not list(folder.glob("**/generation-*")):
        time.sleep(0.005)
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def main(kind: str, folder: str, seconds: str, result: str) -> None:
    checkpoint.INTERVAL, checkpoint.SHARE, threads.LOOKS = 0.02, 0.5, 0.005
    lanes.BORDER_SECONDS = 0.05
    source = np.random.default_rng(0)
    x = source.normal(size=(60, 4)).astype("float32")
    y = (x[:, :1] * x[:, 1:2] > 0).astype("float32")
    if float(seconds) >= 0:
        threading.Thread(target=kill, args=(Path(folder), float(seconds)), daemon=True).start()
    given = {} if folder == "-" else {"checkpoint": folder}
    Path(result).write_bytes(pickle.dumps(outcome(KINDS[kind](x, y, **given))))


def child(job: str) -> int:
    """Fork, train in the child, and wait for what becomes of it: its signal or exit code."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            main(*job.rstrip("\n").split("\t"))
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    _, status = os.waitpid(number, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    for line in sys.stdin:
        print(child(line), flush=True)
