"""Hooks of callbacks that hand on to what does nothing, and those that only look as if they did."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import callbacks

import onefit
from onefit.training.callbacks.hooks import BATCH_HOOKS, EPOCH_HOOKS, overridden

from .both import Way, differences
from .data import BINARY, X
from .test_callbacks import net


class Tuner:
    """Like KerasTuner's: hooks that are there to be overridden."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def on_batch_begin(self, trial: Any, model: Any, batch: int, logs: Any) -> None:
        """Called at the beginning of a batch."""
        pass

    def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
        """Called at the end of a batch."""

    def on_epoch_begin(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        return None

    def on_epoch_end(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        pass


class Ends(Tuner):
    def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
        self.calls.append((trial, batch, logs, int(model.optimizer.iterations)))


class Begins(Tuner):
    def on_batch_begin(self, trial: Any, model: Any, batch: int, logs: Any) -> None:
        self.calls.append((trial, batch, logs))


class Epochs(Tuner):
    def on_epoch_end(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        self.calls.append((trial, epoch, logs))


class Inherited(Ends):
    def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
        super().on_batch_end(trial, model, batch, logs)


class TunerCallback(callbacks.Callback):
    """Like KerasTuner's."""

    def __init__(self, tuner: Any, trial: Any) -> None:
        super().__init__()
        self.tuner = tuner
        self.trial = trial

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.tuner.on_epoch_begin(self.trial, self.model, epoch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.tuner.on_batch_begin(self.trial, self.model, batch, logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        self.tuner.on_batch_end(self.trial, self.model, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.tuner.on_epoch_end(self.trial, self.model, epoch, logs=logs)


class Replaced(Tuner):
    def __init__(self) -> None:
        super().__init__()
        self.on_batch_end = lambda trial, model, batch, logs=None: self.calls.append(batch)  # type: ignore[method-assign]


@pytest.mark.parametrize("make", [Tuner, Ends, Begins, Epochs, Inherited, Replaced])
def test_a_tuner_is_called_as_by_keras(make: Any) -> None:
    """The same calls in the same order, whatever the tuner overrides; logs and numbers too."""

    def case(way: Way) -> None:
        tuner = make()
        given = {"epochs": 3, "batch_size": 8, "validation_split": 0.3}
        way.fit(net(), X, BINARY, callbacks=[TunerCallback(tuner, "trial")], **given)
        way.note(calls=tuner.calls)

    assert differences(case, recording=False) == []


class Reaching(callbacks.Callback):
    """Hooks with conditions, of which some can change during a fit."""

    def __init__(self, sink: Any = None, freq: Any = "epoch") -> None:
        super().__init__()
        self.sink, self.freq, self.woken = sink, freq, False
        self.seen: list[Any] = []

    def note(self, batch: int) -> None:
        self.seen.append(batch)


class ByEpoch(Reaching):
    """Like W&B's checkpoint: its own hook asks a method whether it is one for batches."""

    def due(self, batch: int) -> bool:
        if self.freq == "epoch":
            return False
        return batch % self.freq == 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.due(batch):
            self.note(batch)


class Sinking(Reaching):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.sink is not None and batch % 2 == 0:
            self.sink.append(batch)


class Polite(Reaching):
    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        super().on_train_batch_begin(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        step = batch
        return None if not self.freq else step  # type: ignore[return-value]


class Counting(Reaching):
    """Like W&B's logger of metrics: it counts batches even if it logs at epochs' ends only."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.count = getattr(self, "count", 0) + 1


class Waking(Reaching):
    """It takes notice of batches from the second epoch on."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.woken = epoch > 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.woken:
            self.note(batch)


class Raising(Reaching):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.missing  # noqa: B018


class Yielding(Reaching):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> Any:
        if (yield batch):
            self.note(batch)


class Other(Reaching):
    """Another callback wakes it."""

    heard = False

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.heard:
            self.note(batch)


def woken_by_another() -> list[Any]:
    other = Other()
    wake = callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: setattr(other, "heard", True)
    )
    return [other, wake]


IDLE = {
    "tuner": (lambda: [TunerCallback(Tuner(), 1)], "one program"),
    "by epoch": (lambda: [ByEpoch()], "one program"),
    "no sink": (lambda: [Sinking()], "one program"),
    "super": (lambda: [Polite()], "one program"),
    "checkpoint": (lambda: [callbacks.BackupAndRestore("unused")], "epoch by epoch"),
}
ACTIVE = {
    "by batches": lambda: [ByEpoch(freq=2)],
    "sink": lambda: [Sinking(sink=[])],
    "counting": lambda: [Counting()],
    "waking": lambda: [Waking()],
    "waking another": woken_by_another,
    "raising": lambda: [Raising()],
    "yielding": lambda: [Yielding()],
    "checkpoint": lambda: [callbacks.BackupAndRestore("unused", save_freq=2)],
}


@pytest.mark.parametrize("name", IDLE)
def test_what_does_nothing_stays_in_a_program(name: str) -> None:
    make, way = IDLE[name]
    assert onefit.explain(net(), X, BINARY, callbacks=make()).way == way


@pytest.mark.parametrize("name", ACTIVE)
def test_what_does_something_is_called_at_every_step(name: str) -> None:
    plan = onefit.explain(net(), X, BINARY, callbacks=ACTIVE[name]())
    assert "OF103" in {finding.code for finding in plan.findings}


@pytest.mark.parametrize("name", ["by batches", "waking", "waking another", "by epoch", "super"])
def test_callbacks_with_conditions_do_what_they_do_with_keras(name: str) -> None:
    make = ACTIVE[name] if name in ACTIVE else IDLE[name][0]

    def case(way: Way) -> None:
        used = make()
        way.fit(net(), X, BINARY, callbacks=used, epochs=3, batch_size=8, validation_split=0.3)
        way.note(seen=[getattr(c, "seen", None) for c in used])
        way.note(sinks=[getattr(c, "sink", None) for c in used])

    assert differences(case, recording=False) == []


def test_keras_tuner_itself(tmp_path: Any) -> None:
    """Where KerasTuner is installed: its callback is idle, and is called if a tuner overrides."""
    kt = pytest.importorskip("keras_tuner")
    from keras_tuner.src.engine.tuner_utils import TunerCallback as Real

    def build(hp: Any) -> Any:
        return keras.Sequential([keras.layers.Dense(1)])

    class Own(kt.RandomSearch):  # type: ignore[misc, name-defined]
        def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
            print(batch)

    for cls, hooks in ((kt.RandomSearch, []), (Own, ["on_batch_end"])):
        tuner = cls(build, objective="val_loss", directory=tmp_path, project_name=cls.__name__)
        assert overridden(Real(tuner, None), BATCH_HOOKS + EPOCH_HOOKS) == hooks


def test_the_checkpoint_of_weights_and_biases_itself(tmp_path: Any) -> None:
    """Where W&B and TensorFlow are installed."""
    pytest.importorskip("tensorflow")
    wandb = pytest.importorskip("wandb")
    from wandb.integration.keras import WandbMetricsLogger, WandbModelCheckpoint

    wandb.init(mode="disabled", dir=tmp_path)
    path = str(tmp_path / "best.keras")
    assert overridden(WandbModelCheckpoint(path), BATCH_HOOKS) == []
    assert overridden(WandbModelCheckpoint(path, save_freq=3), BATCH_HOOKS)
    assert overridden(WandbMetricsLogger(), BATCH_HOOKS)  # it counts the steps


def test_the_callback_of_optuna_itself() -> None:
    """Where Optuna's integration is installed."""
    optuna = pytest.importorskip("optuna_integration")
    pruning = optuna.KerasPruningCallback(None, "val_loss")
    assert overridden(pruning, BATCH_HOOKS + EPOCH_HOOKS) == ["on_epoch_end"]
