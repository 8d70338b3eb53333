"""One step of training as the Keras of each era took it: layers, optimizers, losses, initializers.

The numbers are recorded by `record_steps.py` with Keras 1.2.2, Keras 2.2.4 and TensorFlow 2.15.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

HERE = Path(__file__).parent
# Keras 3.15 itself: get_weights
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
_spec = importlib.util.spec_from_file_location("record_steps", HERE / "record_steps.py")
record_steps = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_steps)
RECORDS = {
    era: json.loads((HERE / "steps" / f"{era}.json").read_text())
    for era in ("keras1", "keras2", "tf2")
}
OFTEN = ("'mse'", "'binary_accuracy'", "'cosine_proximity'", "'precision'")
"""Metrics that an era computes or names otherwise; the others are looked at by slow runs."""


def parameters(era, case):
    is_slow = case.startswith("metric") and not case.endswith(OFTEN)
    return pytest.param(era, case, marks=[pytest.mark.slow] * is_slow, id=f"{era} {case}")


CASES = [parameters(era, case) for era, records in RECORDS.items() for case in records]


@pytest.fixture(scope="module", autouse=True)
def eras():
    yield
    activation.deactivate()


_force = {"era": None}


def force(era):
    """Put an era in force, where it is not."""
    if _force["era"] != era:
        activation.deactivate()
        activation.activate(named(era))
        _force["era"] = era


@pytest.mark.parametrize(("era", "case"), CASES)
def test_the_numbers_of_the_time(era, case):
    force(era)
    kind, expression = case.split(" | ")
    keras.utils.set_random_seed(0)
    ours = record_steps.plain(record_steps.result(keras, kind, expression))
    if kind == "initializer":  # draws: their deviation, and how far the largest may be
        assert ours["deviation"] == pytest.approx(RECORDS[era][case]["deviation"], rel=0.02)
        assert ours["largest"] == pytest.approx(RECORDS[era][case]["largest"], rel=0.3)
    else:
        compare(ours, RECORDS[era][case], 1e-5)


def compare(ours, theirs, tolerance):
    assert type(ours) is type(theirs)
    if isinstance(ours, dict):
        assert ours.keys() == theirs.keys()
        for name in ours:
            compare(ours[name], theirs[name], tolerance)
    elif isinstance(ours, list) and ours and isinstance(ours[0], dict):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            compare(one, other, tolerance)
    elif isinstance(ours, list):
        assert np.shape(ours) == np.shape(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    else:
        assert ours == pytest.approx(theirs, rel=tolerance, abs=tolerance)
