"""Processes that are killed while they train, by SIGKILL, at moments that nobody has chosen."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onefit.training.host.stock import FIT

from .kinds import KINDS, outcome, start

PROGRAM = Path(__file__).with_name("killed.py")
KILLS = 10  # for each of eleven kinds
EPOCHS = dict.fromkeys(KINDS, 1200) | {"keras's callbacks": 120}  # which has long ones


@pytest.fixture(scope="module")
def parent():
    words, pipe = [sys.executable, str(PROGRAM)], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.stdin.close()


def life(parent: Any, kind: str, folder: Path, epochs: int, seconds: float) -> Any:
    """What a process comes to: a result, or nothing where it was killed before."""
    result = folder / "result"
    words = [kind, str(epochs), str(folder / "checkpoint"), f"{seconds:.4f}", str(result)]
    print(*words, sep="\t", file=parent.stdin, flush=True)
    code = int(parent.stdout.readline())
    if code == -signal.SIGKILL:
        return None
    assert code == 0
    found = pickle.loads(result.read_bytes())
    result.unlink()
    return found


def killed_often(
    parent: Any, kind: str, folder: Path, epochs: int, kills: int, longest: float
) -> int:
    """Kill a training again and again; each that ends, ends as the one of stock Keras."""
    model, given = start(kind)
    stock = outcome(model, given, FIT(model, **given, epochs=epochs))
    rng = np.random.default_rng(list(KINDS).index(kind))
    died = ended = 0
    while died < kills or not ended:
        seconds = rng.uniform(0, longest) if died < kills else -1
        found = life(parent, kind, folder, epochs, seconds)
        if found is None:
            died, ended = died + 1, False
            continue
        np.testing.assert_equal(found, stock)
        ended = True
    return died


def test_a_killed_training_ends_as_one_of_stock_keras(parent, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert killed_often(parent, "callback of its own", tmp_path, 250, 1, 0.1) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("kind", KINDS)
def test_a_training_that_is_killed_ten_times(parent, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert killed_often(parent, kind, tmp_path, EPOCHS[kind], KILLS, 0.4) == KILLS
