"""JAX is chosen before any of the tests imports Keras, and each file leaves Keras as it was."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from onefit.training.host.backend import choose_jax

choose_jax()

import keras  # noqa: E402

PLACES = (
    *(keras.backend, keras.callbacks, keras.initializers, keras.layers, keras.losses),
    *(keras.metrics, keras.models, keras.optimizers, keras.saving, keras.utils),
    *(keras.layers.Dense, keras.optimizers.Adam),  # `Model` keeps what stands for TensorFlow
)


@pytest.fixture(scope="module", autouse=True)
def keras_is_left_as_it_was():
    """What an era put into Keras is gone: the tests of other files run in the same process."""
    found = [dict(vars(place)) for place in PLACES]
    yield
    for place, before in zip(PLACES, found, strict=True):
        after = vars(place)
        assert {n: after.get(n) for n in before if after.get(n) is not before[n]} == {}


@pytest.fixture
def printed_in(tmp_path: Path) -> Callable[[str, str], str]:
    """What a script prints under `onefit run` in an era, which it has to come to the end of."""

    def printed(era: str, script: str) -> str:
        (tmp_path / "script.py").write_text(textwrap.dedent(script))
        done = subprocess.run(
            [sys.executable, "-m", "onefit", "run", "--quiet", "--era", era, "script.py"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return printed
