"""The examples print what the pages on populations say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    "restarts.py": "restarts.md",
    "cross_validation.py": "cross-validation.md",
    "ensemble.py": "ensemble.md",
}


@pytest.mark.parametrize("example", PAGES)
def test_page(example):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "populations" / example)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert done.returncode == 0, done.stderr
    page = (ROOT / "docs" / "populations" / PAGES[example]).read_text()
    for line in done.stdout.splitlines():
        shape = line.split(":")[0].split(" ")[0]
        assert shape and shape in page
