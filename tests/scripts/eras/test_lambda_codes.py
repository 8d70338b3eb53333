"""Functions in files that another Python wrote are told by their layer, and can be given."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts.advice import advice
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins import lambda_codes

HERE = Path(__file__).parent
CODES = json.loads((HERE / "lambda_codes.json").read_text())
HERE_AND_NOW = ".".join(map(str, sys.version_info[:2]))
WROTE = {
    "2.7": "Python 2",
    **dict.fromkeys(["3.6", "3.7"], "Python 3.0 to 3.7"),
    **dict.fromkeys(["3.8", "3.10"], "Python 3.8 to 3.10"),
    **dict.fromkeys(["3.11", "3.12", "3.13"], "another Python from 3.11 on"),
}
# These have instructions alone that both Pythons know, with the same room behind them.
SAME = {("3.11", "3.12"), ("3.12", "3.11")}


@pytest.fixture
def in_force():
    activation.activate(named("keras2"))
    yield
    activation.deactivate()


@pytest.mark.parametrize("version", CODES)
def test_the_python_that_wrote_a_code(version):
    found = [lambda_codes.writer(code) for code in CODES[version]]
    if version == HERE_AND_NOW:
        assert found == [""] * 6
    elif (version, HERE_AND_NOW) in SAME:
        assert found == ["", *[WROTE[version]] * 4, ""]
    else:
        assert found == [WROTE[version]] * 6


def record(era):
    path = HERE / "models" / f"{era}_function"
    return path, json.loads(Path(f"{path}.json").read_text())


def check(model, found):
    x = np.sin(np.arange(24)).astype("float32").reshape((6, 4))
    np.testing.assert_allclose(model.predict(x, verbose=0), found["predicted"][0], rtol=1e-5)


TOLD = r"function= of the Lambda layer 'doubled', whose code Python 3.0 to 3.7 wrote.*doubled"


def test_a_layer_of_another_python_is_named_and_its_function_may_be_given(in_force):
    path, found = record("keras2")  # Python 3.7
    for load in (
        lambda **given: keras.models.load_model(f"{path}.h5", **given),
        lambda **given: keras.models.model_from_json(found["config"], **given),
    ):
        with pytest.raises(ValueError, match=TOLD) as raised:
            load()
        assert f"Expected code that Python {HERE_AND_NOW} wrote" in str(raised.value)
        model = load(custom_objects={"doubled": lambda x: x * 2})
        model.load_weights(f"{path}.h5")
        check(model, found)


def test_a_layer_of_this_python_is_read(in_force):
    path, found = record("tf2")  # Python 3.11
    if HERE_AND_NOW == "3.11":
        check(keras.models.load_model(f"{path}.h5"), found)


def test_without_an_era_the_error_is_explained():
    path, _ = record("keras2")
    with pytest.raises(Exception) as raised:
        keras.models.load_model(f"{path}.h5", safe_mode=False)
    assert "a Lambda layer whose code another Python wrote" in advice(raised.value)
