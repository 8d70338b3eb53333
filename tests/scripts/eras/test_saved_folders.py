"""Folders that `model.save` of tf.keras 2 wrote, read by a script that has none of the classes.

What tf.keras 2.15.1 printed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "saved_folders"


def run(name: str, folder: Path) -> str:
    command = [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "tf2"]
    done = subprocess.run(
        [*command, str(HERE / name)], capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_models_predict_without_their_classes(tmp_path):
    pytest.importorskip("cloudpickle")
    run("save.py", tmp_path)
    assert run("load.py", tmp_path) == (HERE / "load.txt").read_text()
