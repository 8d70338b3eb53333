"""A fit that was interrupted goes on, and ends with the bits of one that was not."""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np
import pytest

import onefit
from onefit.training.checkpoints.checkpoint import Checkpoint
from onefit.training.checkpoints.generations import Generations
from onefit.training.host.stock import FIT

from .kinds import KINDS, Noted, outcome, start

EPOCHS = 12


class Killed(BaseException):
    """What ends a fit without its having a say."""


def dies_after(monkeypatch: Any, writes: int) -> None:
    """Every border is written, and the fit ends after so many."""
    left = [writes]
    write = Checkpoint.write

    def written(self: Checkpoint, *given: Any) -> None:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        write(self, *given)
        self.wait()
        self.next = 0.0

    monkeypatch.setattr(Checkpoint, "write", written)
    monkeypatch.setattr("onefit.training.checkpoints.checkpoint.INTERVAL", -1e9)
    monkeypatch.setattr("onefit.training.programs.compilation.FIRST_STEPS", 3)
    monkeypatch.setattr("onefit.training.programs.compilation.CALL_SECONDS", 1e-3)


def fitted(kind: str, fit: Any = onefit.fit, **given: Any) -> dict[str, Any]:
    model, arguments = start(kind)
    try:
        return outcome(model, arguments, fit(model, **arguments, epochs=EPOCHS, **given))
    finally:  # a killed process closes its files
        for callback in arguments.get("callbacks", ()):
            if isinstance(callback, keras.callbacks.CSVLogger):
                callback.csv_file.close()


OFTEN = ("early stopping", "schedule", "cut epochs", "callback of its own", "keras's callbacks")


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=() if k in OFTEN else pytest.mark.slow) for k in KINDS]
)
def test_an_interrupted_fit_ends_as_one_of_stock_keras(kind, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    folder, rng = tmp_path / "checkpoint", np.random.default_rng(len(kind))
    for _ in range(1 if kind in OFTEN else 2):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            dies_after(patched, int(rng.integers(2, 6)))
            fitted(kind, checkpoint=folder)
    assert any(name.startswith("generation") for name in os.listdir(folder))
    resumed = fitted(kind, checkpoint=folder)
    assert "goes on in epoch" in capfd.readouterr().err
    assert not folder.exists()
    np.testing.assert_equal(resumed, fitted(kind, FIT))


def interrupted(monkeypatch: Any, folder: Any, writes: int = 3, kind: str = "schedule") -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        dies_after(patched, writes)
        fitted(kind, checkpoint=folder)


def changed_data(model: Any, given: dict[str, Any]) -> None:
    given["x"] = given["x"].copy()
    given["x"][200, 3] += 1e-3


def changed_rate(model: Any, given: dict[str, Any]) -> None:
    model.optimizer.learning_rate = 0.02


def changed_size(model: Any, given: dict[str, Any]) -> None:
    given["batch_size"] = 8


def changed_model(model: Any, given: dict[str, Any]) -> None:
    model.layers[0].kernel_regularizer = "l2"
    model.layers[0].use_bias = True
    model.layers[0].activation = keras.activations.relu


CHANGES = {
    "the data": changed_data,
    "compile()": changed_rate,
    "the arguments of fit": changed_size,
    "the model": changed_model,
}


def test_a_changed_training_begins_anew(tmp_path, monkeypatch, capfd):
    interrupted(monkeypatch, tmp_path)
    kept = sorted(os.listdir(tmp_path))
    for name, change in CHANGES.items():
        model, given = start("schedule")
        change(model, given)
        with monkeypatch.context() as patched, pytest.raises(Killed):
            dies_after(patched, 0)
            onefit.fit(model, **given, epochs=EPOCHS, checkpoint=tmp_path)
        told = capfd.readouterr().err
        assert "OF401" in told and f"({name} changed)" in told
        assert sorted(os.listdir(tmp_path)) == kept
    resumed = fitted("schedule", checkpoint=tmp_path)
    assert "goes on" in capfd.readouterr().err
    np.testing.assert_equal(resumed, fitted("schedule", FIT))


def test_a_damaged_checkpoint_is_told_and_the_one_before_is_used(tmp_path, monkeypatch, capfd):
    interrupted(monkeypatch, tmp_path)
    newest = max(tmp_path.glob("generation-*.npz"))
    newest.write_bytes(newest.read_bytes()[:-1000])
    resumed = fitted("schedule", checkpoint=tmp_path)
    told = capfd.readouterr().err
    assert f"OF402 a checkpoint is damaged: {newest}" in told and "generation-2.npz" in told
    np.testing.assert_equal(resumed, fitted("schedule", FIT))


def test_a_full_disk_and_a_folder_that_cannot_be_cost_no_training(tmp_path, monkeypatch, capfd):
    stock = fitted("schedule", FIT)
    (tmp_path / "file").write_text("")
    np.testing.assert_equal(fitted("schedule", checkpoint=tmp_path / "file" / "folder"), stock)
    assert capfd.readouterr().err.count("OF403") == 1

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        dies_after(patched, 1000)
        patched.setattr(os, "fsync", full)
        np.testing.assert_equal(fitted("schedule", checkpoint=tmp_path / "full"), stock)
    told = capfd.readouterr().err
    assert told.count("OF403") == 1 and "No space left on device" in told


def test_a_second_training_in_the_folder_is_an_error(tmp_path):
    generations = Generations(tmp_path)
    with pytest.raises(onefit.CheckpointError, match=f"process {os.getpid()} uses"):
        fitted("schedule", checkpoint=tmp_path)
    generations.close()
    for wrong in ("", 3):
        with pytest.raises(ValueError, match="Expected `checkpoint`"):
            fitted("schedule", checkpoint=wrong)


class Opens(keras.callbacks.Callback):
    """Holds what cannot be kept."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.file = open(os.devnull)  # noqa: SIM115

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.file.read()

    def on_train_end(self, logs: Any = None) -> None:
        self.file.close()


def stream(given: dict[str, Any]) -> None:
    x, y = given["x"][:64], given.pop("y")[:64]
    given.pop("batch_size")
    given |= {"x": ((x, y) for _ in range(100)), "steps_per_epoch": 2}


@pytest.mark.parametrize(
    "kind, reason",
    [
        ("callback", "Opens.file is of type TextIOWrapper"),
        ("stream", "the data are a stream"),
        ("draws", "a callback may draw between"),
        ("eager", "stock Keras runs it step by step"),
    ],
)
def test_what_cannot_go_on_exactly_is_told(kind, reason, tmp_path, capfd):
    model, given = start("not shuffled")
    if kind == "callback":
        given["callbacks"] = [Opens()]
    if kind == "stream":
        stream(given)
    if kind == "draws":
        given |= {"steps_per_epoch": 2, "shuffle": True, "callbacks": [Noted()]}
    if kind == "eager":
        model.compile("sgd", "mse", run_eagerly=True)
    onefit.fit(model, **given, epochs=1, checkpoint=tmp_path / "folder")
    told = capfd.readouterr().err
    assert told.count("OF404") == 1 and reason in told


def test_a_script_s_own_backup_is_exact_in_a_new_process(tmp_path, monkeypatch, capfd):
    def backed(fit: Any, folder: str, used: list[Any]) -> dict[str, Any]:
        model, given = start("dropout and batch norm")
        backup = keras.callbacks.BackupAndRestore(tmp_path / folder)
        history = fit(model, **given, epochs=6, callbacks=[*used, backup])
        assert not (tmp_path / folder).exists() and model._initial_epoch is None
        return outcome(model, {}, history)

    stock = backed(FIT, "stock", [])
    with monkeypatch.context() as patched, pytest.raises(Killed):
        dies_after(patched, 5)
        backed(onefit.fit, "ours", [])
    assert "onefit" in os.listdir(tmp_path / "ours")
    monkeypatch.setattr("onefit.training.checkpoints.checkpoint.PROCESS", "another")
    np.testing.assert_equal(backed(onefit.fit, "ours", []), stock)
    assert "goes on" in capfd.readouterr().err
