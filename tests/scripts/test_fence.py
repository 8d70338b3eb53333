"""A part of onefit that fails costs nobody a script: stock Keras runs it, and one line says so."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from onefit.training.host import faults

SCRIPT = """
    import keras, numpy as np
    keras.utils.set_random_seed(1)
    x = np.arange(12.0).reshape(6, 2)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    {broken}
    history = model.fit(x, x[:, :1], epochs=2, verbose=0)
    print(history.history["loss"], np.random.random(), keras.Model.fit.__module__)
"""
FIT = "onefit.training.verbs.fit"
BREAKS = """
    import onefit.training.verbs.fit as inner
    inner.decide = inner.before_data  # which takes other arguments: an error in code of ours
"""


def _call(tmp_path, *words, broken="", missing=""):
    (tmp_path / "script.py").write_text(
        textwrap.dedent(SCRIPT).format(broken=textwrap.dedent(broken).strip())
    )
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{missing}")
    return subprocess.run(
        [sys.executable, *words, "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(tmp_path)},
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return _call(tmp_path_factory.mktemp("plain")).stdout


def test_a_name_that_a_version_does_not_have(tmp_path, plain):
    missing = "sys.modules['onefit.training.verbs.fit'] = None"
    ours = _call(tmp_path, "-m", "onefit", "run", missing=missing)
    assert (ours.returncode, ours.stdout) == (0, plain), ours.stderr
    first = ours.stderr.splitlines()[0]
    assert "OF190" in first and "keras 3." in first and "report" in first
    assert "Traceback" not in ours.stderr
    strict = _call(tmp_path, "-m", "onefit", "run", "--strict", "--quiet", missing=missing)
    assert strict.returncode == 3 and strict.stdout == ""


def test_a_name_that_only_a_prediction_needs(tmp_path, plain):
    """Keras predicts, with a line that says so; the training is a program all the same."""
    missing = "sys.modules['onefit.training.verbs.predict'] = None"
    predicts = "print(model.predict(x, verbose=0).tolist())"
    ours = _call(tmp_path, "-m", "onefit", "run", broken=predicts, missing=missing)
    stock = _call(tmp_path, broken=predicts)
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout == stock.stdout.replace("keras.src.backend.jax.trainer", FIT)
    assert "OF190" in ours.stderr.splitlines()[0] and "Traceback" not in ours.stderr
    strict = _call(tmp_path, "-m", "onefit", "run", "--strict", broken=predicts, missing=missing)
    assert strict.returncode == 3 and strict.stdout == ""


def test_the_files_whose_errors_are_not_ours_are_there():
    assert all(map(os.path.isfile, (faults.STOCK_RAN, *faults.READS)))


def test_a_fault_of_ours_before_anything_is_trained(tmp_path, plain):
    ours = _call(tmp_path, "-m", "onefit", "run", broken=BREAKS)
    numbers = plain.rsplit(" ", 1)[0]
    assert ours.returncode == 0 and ours.stdout.startswith(numbers), ours.stderr
    assert "OF190 a part of onefit failed" in ours.stderr.splitlines()[0]
    strict = _call(tmp_path, "-m", "onefit", "run", "--strict", "--quiet", broken=BREAKS)
    assert strict.returncode == 3 and strict.stdout == ""


def test_a_mistake_of_the_user_is_no_fault_of_ours(tmp_path, plain):
    wrong = "model.fit(x, x[:, :1], epochs='2', verbose=0)"
    told = [_call(tmp_path, *words, broken=wrong) for words in ([], ["-m", "onefit", "run"])]
    assert "OF190" not in told[1].stderr
    assert told[0].stderr.splitlines()[-1] in told[1].stderr.splitlines()
