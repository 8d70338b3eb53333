"""Callbacks see, do and leave behind what they do with stock Keras, to the bit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import callbacks, layers

from onefit.scripts.eras.stand_ins.callbacks import counting_reductions

from .both import Way, differences
from .data import BINARY, X

BROKEN = X.copy()
BROKEN[9] = np.nan


def net(optimizer: Any = None) -> Any:
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(4, activation="tanh"),
            layers.Dropout(0.1),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        optimizer or keras.optimizers.SGD(0.9, momentum=0.9),
        "binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


def same(make: Callable[[], Any], x: Any = X, recording: bool = False, **given: Any) -> None:
    def case(way: Way) -> None:
        fit = {"epochs": 10, "batch_size": 8, "validation_split": 0.3} | given
        way.fit(net(), x, BINARY, callbacks=make(), **fit)

    assert differences(case, recording=recording) == []


class OwnStopping(callbacks.EarlyStopping):
    """Another class with another hook: it has no place in the program."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        super().on_epoch_end(epoch, logs)


Stop, Plateau = callbacks.EarlyStopping, callbacks.ReduceLROnPlateau
Schedule, NaN = callbacks.LearningRateScheduler, callbacks.TerminateOnNaN

IN_PROGRAM: dict[str, Callable[[], Any]] = {
    "stop": lambda: Stop(patience=1),
    "stop at once": lambda: [Stop(patience=0, verbose=1)],
    "stop, restore": lambda: [Stop(patience=2, restore_best_weights=True, verbose=1)],
    "stop never, restore": lambda: [Stop(patience=50, restore_best_weights=True)],
    "stop, baseline": lambda: [Stop(patience=2, baseline=0.1, restore_best_weights=True)],
    "stop, margin": lambda: [Stop("loss", patience=2, min_delta=0.05)],
    "stop, later": lambda: [Stop(patience=1, start_from_epoch=4, restore_best_weights=True)],
    "stop, accuracy": lambda: [Stop("val_accuracy", mode="max", patience=2)],
    "stop twice": lambda: [Stop(patience=3), Stop("accuracy", patience=1)],
    "plateau": lambda: [Plateau(patience=1, factor=0.3, cooldown=2, min_lr=0.01, verbose=1)],
    "plateau at once": lambda: [Plateau("accuracy", patience=0, min_delta=0.0)],
    "plateau and stop": lambda: [Plateau(patience=1), Stop(patience=4, restore_best_weights=True)],
    "stop and plateau": lambda: [Stop(patience=4, restore_best_weights=True), Plateau(patience=1)],
    "schedule": lambda: [Schedule(lambda epoch, rate: rate * 0.9, verbose=1)],
    "old schedule": lambda: [Schedule(lambda epoch: 0.5 / (epoch + 1))],
    "schedule and stop": lambda: [Schedule(lambda epoch, rate: rate * 0.9), Stop(patience=1)],
    "not a number, never": lambda: [NaN()],
}
ON_HOST: dict[str, Callable[[], Any]] = {
    "schedule and plateau": lambda: [Schedule(lambda epoch, rate: rate), Plateau(patience=1)],
    "two plateaus": lambda: [Plateau(patience=1), Plateau("loss", patience=2)],
    "a schedule by chance": lambda: [Schedule(lambda e, r: float(np.random.rand()) * 0.1)],
    "an own class": lambda: [OwnStopping(patience=1)],
    "a second History": lambda: [callbacks.History(), callbacks.LambdaCallback()],
    "a tuple": lambda: (Stop(patience=1), callbacks.LambdaCallback()),
}


@pytest.mark.parametrize("name", IN_PROGRAM)
def test_in_the_program(name):
    verbose = 2 if name in ("stop at once", "plateau", "schedule") else 0
    same(IN_PROGRAM[name], recording=name in ("plateau and stop", "schedule"), verbose=verbose)


@pytest.mark.parametrize("name", ON_HOST)
def test_on_the_host(name):
    same(ON_HOST[name])


def test_the_same_callbacks_in_a_second_fit():
    def case(way: Way) -> None:
        model = net()
        used = [Stop(patience=2, restore_best_weights=True), Plateau(patience=1)]
        for _ in range(2):
            way.fit(model, X, BINARY, epochs=6, batch_size=8, validation_split=0.3, callbacks=used)

    assert differences(case, recording=False) == []


def test_a_plateau_of_keras_1(monkeypatch):
    counting = counting_reductions(Plateau.on_epoch_end)
    counting.counts_reductions = True  # the mark that its rule gives it
    monkeypatch.setattr(Plateau, "on_epoch_end", counting)
    for cooldown in (0, 2):
        same(lambda: [Plateau(patience=3, min_delta=9.0, cooldown=cooldown)])  # noqa: B023


@pytest.mark.parametrize("frequency", [2, [3, 5]], ids=str)
def test_a_monitor_without_a_value_in_some_epochs(frequency):
    same(lambda: [Stop(patience=1)], validation_freq=frequency)


@pytest.mark.parametrize("monitor", [Stop, Plateau])
def test_a_monitor_of_a_validation_that_is_not_there(monitor):
    same(lambda: [monitor("val_loss", patience=1)], validation_split=0.0, epochs=2)


@pytest.mark.parametrize("verbose", [0, 1, 2])
def test_not_a_number(verbose):
    same(lambda: [NaN()], BROKEN, verbose=verbose, epochs=3)


def test_not_a_number_is_an_error_if_asked():
    same(lambda: [NaN(raise_error=True)], BROKEN, epochs=3)


def test_not_a_number_with_others():
    same(lambda: [NaN(), Stop(patience=1), Plateau(patience=1)], BROKEN, epochs=3)
    same(lambda: [NaN(), callbacks.LambdaCallback(on_epoch_end=lambda e, logs: None)], BROKEN)


def test_labels_that_are_not_numbers_are_trained_on():
    same(lambda: [Stop(patience=2, restore_best_weights=True), Plateau(patience=1)], BROKEN)


def test_a_schedule_that_fails():
    same(lambda: [Schedule(lambda epoch, rate: 1)], epochs=3)
    same(lambda: [Schedule(lambda epoch, rate: 0.1 if epoch < 2 else 1 / 0)], epochs=4)


HOOKS = (
    "on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_train_batch_end",
    "on_test_begin", "on_test_batch_end", "on_test_end", "on_epoch_end", "on_train_end",
)  # fmt: skip


def own(hook: str, does: Callable[[Any], Any]) -> Any:
    """A callback that does something in one hook."""
    return type("Own", (callbacks.Callback,), {hook: lambda self, *_: does(self.model) and None})()


def change(model: Any) -> None:
    model.layers[0].kernel.assign(model.layers[0].kernel * 0.9)
    model.optimizer.learning_rate = float(model.optimizer.learning_rate) * 0.9


@pytest.mark.parametrize("hook", HOOKS)
def test_own_callbacks_change_the_model_and_stop(hook):
    same(lambda: [own(hook, change)], epochs=3)
    same(lambda: [own(hook, lambda model: setattr(model, "stop_training", True))], epochs=3)


def test_own_callbacks_that_raise():
    for hook in ("on_epoch_begin", "on_epoch_end"):
        same(lambda hook=hook: [own(hook, lambda model: 1 / 0)], epochs=3)


class Looks(callbacks.Callback):
    """Reads all that a callback can read, and adds to the logs."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = ""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        optimizer = self.model.optimizer
        self.seen += f"{int(optimizer.iterations)} {float(optimizer.learning_rate)} {self.params}"
        self.seen += str(self.model.evaluate(X, BINARY, verbose=0))
        self.seen += str(self.model.predict(X[:3], verbose=0).sum())
        logs["own"] = epoch * 2.0
        if epoch == 1:
            self.model.train_on_batch(X[:4], BINARY[:4])


def test_own_callbacks_read_and_evaluate():
    same(lambda: [Looks(), Stop("own", mode="max", patience=2)], epochs=3)


def test_callbacks_that_print():
    printing = dict.fromkeys(("on_train_begin", "on_train_end"), print) | dict.fromkeys(
        ("on_epoch_begin", "on_epoch_end"), lambda epoch, logs: print(epoch, sorted(logs or {}))
    )
    same(lambda: [callbacks.LambdaCallback(**printing)], epochs=2, verbose=2)


def test_files(tmp_path):
    """Checkpoints, logs and backups: the same files with the same weights."""

    def case(way: Way) -> None:
        folder = tmp_path / "files"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        model = net("adam")
        used = [
            callbacks.ModelCheckpoint(str(folder / "e{epoch}-{val_loss:.3f}.keras")),
            callbacks.ModelCheckpoint(
                str(folder / "best.weights.h5"), save_best_only=True, save_weights_only=True,
                verbose=1,
            ),
            callbacks.CSVLogger(str(folder / "log.csv")),
        ]  # fmt: skip
        way.fit(
            model, X, BINARY, epochs=3, batch_size=8, validation_split=0.3, callbacks=used,
            verbose=2,
        )  # fmt: skip
        names = sorted(os.listdir(folder))
        way.note(names=names, log=(folder / "log.csv").read_text())
        for name in names:
            if name.endswith(".keras"):
                saved = keras.models.load_model(folder / name)
                way.note(saved=[np.array(v.value) for v in saved.variables])
        model.load_weights(folder / "best.weights.h5")
        way.note(best=[np.array(v.value) for v in model.weights])

    assert differences(case, recording=False) == []


def test_a_backup_is_resumed_from(tmp_path):
    def case(way: Way) -> None:
        folder = tmp_path / str(len(os.listdir(tmp_path)))
        given = {"epochs": 4, "batch_size": 8, "validation_split": 0.3}
        failing = own("on_epoch_begin", lambda model: int(model.optimizer.iterations) > 3 and 1 / 0)
        for used in ([failing], []):
            backup = callbacks.BackupAndRestore(str(folder))
            keras.utils.set_random_seed(3)
            way.fit(net("adam"), X, BINARY, callbacks=[backup, *used], **given)
            way.log[-1].pop("callbacks")  # they hold the folder's name

    assert differences(case, recording=False) == []


@pytest.mark.parametrize("each_epoch", [False, True])
def test_averaged_weights(each_epoch):
    def case(way: Way) -> None:
        model = net(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9))
        swap = callbacks.SwapEMAWeights(swap_on_epoch=each_epoch)
        way.fit(model, X, BINARY, epochs=3, batch_size=8, validation_split=0.3, callbacks=[swap])

    assert differences(case, recording=False) == []


def test_a_list_of_callbacks_of_keras():
    def case(way: Way) -> None:
        model = net()
        used = callbacks.CallbackList([Stop(patience=1)], add_history=True, model=model)
        way.fit(model, X, BINARY, epochs=4, batch_size=8, validation_split=0.3, callbacks=used)
        way.log[-1].pop("callbacks")

    assert differences(case, recording=False) == []


def test_a_history_is_that_of_the_training_that_ends_last():
    """A callback trains the same model before the first epoch."""

    def case(way):
        class Warm(callbacks.Callback):
            def on_train_begin(self, logs=None):
                way.fit(self.model, X[:9], BINARY[:9], epochs=2)

        way.fit(net(), X, BINARY, epochs=3, callbacks=[Warm()], validation_split=0.2)

    assert not differences(case, recording=False)


@pytest.mark.parametrize("executed", [1, 3])
def test_a_prediction_that_is_ended_before_it_begins(executed):
    class Ends(callbacks.Callback):
        def on_predict_begin(self, logs=None):
            self.model.stop_predicting = True

    def case(way):
        model = net()
        model.compile(steps_per_execution=executed)
        way.predict(model, X, batch_size=4, callbacks=[Ends()])
        way.predict(model, X, batch_size=4)

    assert not differences(case, recording=False)
