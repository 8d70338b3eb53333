"""Training goes on after `load_model` as it did at the time (record_resumed.py)."""

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
_spec = importlib.util.spec_from_file_location("record_resumed", HERE / "record_resumed.py")
record_resumed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_resumed)
CASES = [
    (era, name)
    for era in ("keras1", "keras2", "tf2", "tf215")
    for name in record_resumed.OPTIMIZERS
]


@pytest.fixture
def in_force(request):
    activation.activate(named(request.node.callspec.params["era"].replace("215", "2")))
    yield
    activation.deactivate()


@pytest.mark.parametrize(("era", "name"), CASES)
def test_the_moments_of_the_optimizer_are_in_the_file(in_force, era, name):
    expected = json.loads((HERE / "resumed" / f"{era}.json").read_text())[name]
    model = keras.models.load_model(str(HERE / "resumed" / f"{era}_{name}.h5"))
    # TensorFlow 1 may update a kernel before the gradient behind it has read it
    tolerance = 1e-5 if era.startswith("tf2") else 3e-4
    np.testing.assert_allclose(record_resumed.losses(model, 3), expected, rtol=tolerance)
