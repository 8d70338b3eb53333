"""`stateful=True` goes on from batch to batch as it did at the time (record_states.py)."""

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
_spec = importlib.util.spec_from_file_location("record_states", HERE / "record_states.py")
record_states = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_states)
ERAS = ("keras1", "keras2", "tf2")
TRAINED = ("losses", "trained", "weights", "after")


def recorded(era):
    return json.loads((HERE / "states" / f"{era}.json").read_text())


@pytest.fixture
def in_force(request):
    activation.activate(named(request.node.callspec.params["era"]))
    yield
    activation.deactivate()


@pytest.mark.parametrize("kind", record_states.KINDS)
@pytest.mark.parametrize("era", ERAS)
def test_states_are_carried_from_batch_to_batch_and_reset(in_force, era, kind):
    expected = recorded(era)[kind]
    if era == "keras1" and kind != "SimpleRNN":  # see record_states.py
        expected |= {name: recorded("keras2")[kind][name] for name in TRAINED}
    epochs = "nb_epoch" if era == "keras1" else "epochs"
    ours = record_states.plain(record_states.result(keras, kind, epochs))
    assert ours.keys() == expected.keys()
    for name, then in expected.items():
        now = ours[name]
        flat = zip(then, now) if name == "weights" else [(then, now)]
        for one, other in flat:
            np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-5, err_msg=name)
