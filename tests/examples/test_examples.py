"""Every example prints the same under plain Keras on JAX and under onefit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# What plain Keras can run without TensorFlow.
PLAIN = sorted(path.name for path in EXAMPLES.glob("*.py") if path.name != "tensorflow_style.py")


# Plain Keras is imported once, and each example runs in a process that is forked from there, before
# JAX has started.
PLAINLY = """
import os, runpy, sys
import keras, sklearn.datasets, sklearn.model_selection
for example in sys.argv[1:]:
    print(chr(0), end="", flush=True)
    if not os.fork():
        keras.utils.set_random_seed(0)
        runpy.run_path(example, run_name="__main__")
        sys.stdout.flush()
        os._exit(0)
    assert os.wait()[1] == 0, example
"""
# The tutorial sets no seed: both ways get the same one.
SEEDED = (
    "import runpy, keras; keras.utils.set_random_seed(0); runpy.run_path({!r}, run_name='__main__')"
)


def shortened(code):
    """A script with a tenth of its epochs, of which 30 stay: plain Keras takes long for all."""
    return re.sub(r"epochs=(\d+)", lambda found: f"epochs={fewer(int(found[1]))}", code)


def fewer(epochs):
    return min(epochs, max(30, epochs // 10))


@pytest.fixture(scope="module", params=["shortened", pytest.param("whole", marks=pytest.mark.slow)])
def examples(request, tmp_path_factory):
    """A folder with the examples, as they are or shortened."""
    folder = tmp_path_factory.mktemp("examples")
    for path in EXAMPLES.glob("*.py"):
        shutil.copy(path, folder)
        if request.param == "shortened":
            (folder / path.name).write_text(shortened(path.read_text()))
    return folder


def call(folder, *words):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )


@pytest.fixture(scope="module")
def printed(examples):
    """What each example prints under plain Keras."""
    plain = call(examples, "-c", PLAINLY, *PLAIN)
    assert plain.returncode == 0, plain.stderr
    return dict(zip(PLAIN, plain.stdout.split(chr(0))[1:], strict=True))


def test_the_examples_are_there():
    assert len(PLAIN) >= 7


@pytest.mark.parametrize("example", PLAIN)
def test_same_output_as_plain_keras(example, examples, printed):
    ours = call(examples, "-m", "onefit", "run", "-c", SEEDED.format(example))
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout and ours.stdout == printed[example]
    assert ours.stderr.startswith("onefit: fit, ")
    assert "step by step" not in ours.stderr


def test_a_script_that_knows_only_tensorflow():
    assert "No module named 'tensorflow'" in call(EXAMPLES, "tensorflow_style.py").stderr
    ours = call(EXAMPLES, "-m", "onefit", "run", "tensorflow_style.py")
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout.startswith("GPUs: 0\nloss 0.")
    assert ours.stderr.startswith("onefit: fit, ")
