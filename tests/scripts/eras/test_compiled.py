"""Models that were saved with loss and metrics train as at the time (record_compiled.py)."""

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
FOLDER = HERE / "compiled"
_spec = importlib.util.spec_from_file_location("record_compiled", HERE / "record_compiled.py")
record_compiled = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_compiled)
ERAS = {"keras1": "keras1", "keras2": "keras2", "tf215": "tf2"}
CASES = [(era, name) for era in ERAS for name in json.loads((FOLDER / f"{era}.json").read_text())]


def check(found, era, name):
    expected = json.loads((FOLDER / f"{era}.json").read_text())[name]
    assert found.keys() == expected.keys()
    # TensorFlow 1 may read the number of steps, which decay counts, after it was raised
    tolerance = 1e-5 if era == "tf215" else 1e-2
    for log, values in expected.items():
        np.testing.assert_allclose(found[log], values, rtol=tolerance, err_msg=log)


@pytest.fixture
def in_force(request):
    activation.activate(named(ERAS[request.node.callspec.params["era"]]))
    yield
    activation.deactivate()


@pytest.mark.parametrize(("era", "name"), CASES)
def test_training_goes_on(in_force, era, name):
    model = keras.models.load_model(str(FOLDER / f"{era}_{name}"))
    check(record_compiled.trained(model, 3), era, name)
