"""Every example prints the same under plain Keras on JAX and under onefit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# What plain Keras can run without TensorFlow.
PLAIN = sorted(path.name for path in EXAMPLES.glob("*.py") if path.name != "tensorflow_style.py")


# The tutorial sets no seed: both ways get the same one.
SEEDED = (
    "import runpy, keras; keras.utils.set_random_seed(0); runpy.run_path({!r}, run_name='__main__')"
)


def call(*words):
    return subprocess.run(
        [sys.executable, *words],
        cwd=EXAMPLES,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )


def test_the_examples_are_there():
    assert len(PLAIN) >= 7


@pytest.mark.parametrize("example", PLAIN)
def test_same_output_as_plain_keras(example):
    words = ["-c", SEEDED.format(example)]
    plain = call(*words)
    ours = call("-m", "onefit", "run", *words)
    assert plain.returncode == ours.returncode == 0, plain.stderr + ours.stderr
    assert ours.stdout == plain.stdout
    assert ours.stderr.startswith("onefit: fit, ")
    assert "step by step" not in ours.stderr


def test_a_script_that_knows_only_tensorflow():
    assert "No module named 'tensorflow'" in call("tensorflow_style.py").stderr
    ours = call("-m", "onefit", "run", "tensorflow_style.py")
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout.startswith("GPUs: 0\nloss 0.")
    assert ours.stderr.startswith("onefit: fit, ")
