"""JSON of old Kerases in scripts that show nothing old predicts as it did (record_models.py)."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.runs import journal
from onefit.scripts.eras import activation, model_files

from . import record_models

MODELS = Path(__file__).parent / "models"
CASES = [(era, name) for era in ("keras1", "keras2", "tf2") for name in ("sequential", "recurrent")]


@pytest.fixture(autouse=True)
def watched():
    plain = (keras.models.load_model, keras.models.model_from_json, keras.Model.load_weights)
    model_files._told.clear()
    model_files.watch("import keras", None)
    yield
    activation.deactivate()
    model_files.watch_no_more()
    now = (keras.models.load_model, keras.models.model_from_json, keras.Model.load_weights)
    assert now == plain


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(("era", "name"), CASES)
def test_a_model_and_its_weights_are_read_as_then(era, name):
    record = json.loads((MODELS / f"{era}_{name}.json").read_text())
    for by_name in (False, True):
        model = keras.models.model_from_json(json.dumps(record["config"]))
        model.load_weights(str(MODELS / f"{era}_{name}_weights.h5"), by_name=by_name)
        found = model.predict(record_models.inputs(name), verbose=0)
        np.testing.assert_allclose(found, record["predicted"], rtol=1e-5, atol=1e-6)
    assert not activation.is_active()
    assert keras.layers.LSTM(2).recurrent_activation.__name__ == "sigmoid"
    told = [one.where for one in journal.total().findings if one.code == "OF216"]
    assert any("the JSON of a model, by Keras" in one for one in told)


def test_what_keras_3_wrote_is_its_own():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    again = keras.models.model_from_json(model.to_json())
    assert again.count_params() == 3 and again not in model_files._read


def test_what_is_no_text_of_a_model_is_keras_s_to_complain_of():
    with pytest.raises(ValueError):
        keras.models.model_from_json("no JSON")
