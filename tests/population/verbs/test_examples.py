"""The tutorial's tables are what its script counts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_tutorial_tells_what_was_counted():
    """Fewer starts than the page's 1,000, so each share may be off by four standard errors."""
    starts = 120
    script = ROOT / "examples" / "populations" / "xor.py"
    done = subprocess.run(
        [sys.executable, str(script), str(starts)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert done.returncode == 0, done.stderr
    told = _shares((ROOT / "docs" / "tutorial.md").read_text())
    found = _shares(done.stdout)
    assert len(found) == 14 and found.keys() <= told.keys()
    for name, (*_, share) in found.items():
        page = told[name][-1]
        count = starts * told[name][0] / 100 if len(told[name]) > 1 else starts
        if name.startswith("the best of 8"):
            count = starts / 8
        spread = 100 * (max(page / 100 * (1 - page / 100), 0.01) / max(count, 1)) ** 0.5
        assert abs(share - page) <= 4 * spread, f"{name}: {share} %, and {page} % on the page"


def _shares(text):
    """For each row of a table with percentages, its numbers."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if " %" in line]
    return {
        name: [float(one.removesuffix(" %")) for one in cells if one != "–"]
        for name, *cells in rows
        if cells
    }
