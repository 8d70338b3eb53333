"""What a line or a script gave in its time, beside what it gives now."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np


def printed(script, era, folder):
    """What a script prints under `onefit run` in an era, each line read as JSON."""
    (folder / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--era", era, "--quiet", "script.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(then, now):
    """Whether two results are the same, numbers to a thousandth."""
    if then == now:
        return True
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(same, then, now))
    numbers = isinstance(then, int | float) and isinstance(now, int | float)
    return numbers and bool(np.isclose(then, now, atol=1e-3))
