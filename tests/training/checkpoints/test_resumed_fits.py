"""A fit that was interrupted goes on, and ends with the bits of one that was not."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import onefit
from onefit.training.checkpoints.checkpoint import Checkpoint
from onefit.training.host.stock import FIT

from .kinds import KINDS, outcome, start

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
    return outcome(model, arguments, fit(model, **arguments, epochs=EPOCHS, **given))


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
