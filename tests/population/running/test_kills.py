"""Populations that are killed while they train, by SIGKILL, at moments that nobody has chosen."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PROGRAM = Path(__file__).with_name("killed.py")
KINDS = (
    *("restarts, exact", "folds", "bootstraps", "rates that are swept", "structures"),
    *("callbacks", "a schedule", "weights of classes", "a search", "starts of a fit"),
)
KILLS, LONGEST = 10, 0.4  # for each kind; seconds after the first checkpoint


@pytest.fixture(scope="module")
def parent():
    words, pipe = [sys.executable, str(PROGRAM)], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.stdin.close()


def life(parent: Any, kind: str, folder: Any, seconds: float, result: Path) -> Any:
    """What a process comes to: a result, or nothing where it was killed before."""
    print(kind, folder, f"{seconds:.4f}", result, sep="\t", file=parent.stdin, flush=True)
    code = int(parent.stdout.readline())
    if code == -signal.SIGKILL:
        return None
    assert code == 0
    found = pickle.loads(result.read_bytes())
    result.unlink()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_population_that_is_killed_ten_times(parent, kind, tmp_path):
    result, kept = tmp_path / "result", tmp_path / "kept"
    whole = life(parent, kind, "-", -1, result)
    rng = np.random.default_rng(KINDS.index(kind))
    died = ended = 0
    while died < KILLS or not ended:
        seconds = rng.uniform(0, LONGEST) if died < KILLS else -1
        found = life(parent, kind, kept, seconds, result)
        if found is None:
            died, ended = died + 1, False
            continue
        np.testing.assert_equal(found, whole)
        ended = True
    assert died == KILLS and not kept.exists()
