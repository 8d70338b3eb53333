"""The tests find what was recorded with the cases that they share with the recorders."""

import sys
from pathlib import Path

import pytest

from onefit.scripts.tensorflow.data import seeds

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def no_global_seed():
    """Records begin in a process that has set none."""
    seeds.set_global(None)
