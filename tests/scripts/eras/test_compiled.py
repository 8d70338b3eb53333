"""Models that were saved with loss and metrics train as at the time (record_compiled.py).

They do so in scripts of their era, and in those that show nothing old.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation, model_files
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


SCRIPT = """
    import importlib, json
    from keras.models import load_model
    # not by a statement: what it says of older Keras would tell the script's era
    record_compiled = importlib.import_module("record_compiled")

    model = load_model({path!r})
    print(json.dumps(record_compiled.trained(model, 3)))
"""


def run(source, folder):
    script = folder / "script.py"
    script.write_text(f"import sys\nsys.path.append({str(HERE)!r})\n{textwrap.dedent(source)}")
    ran = subprocess.run(
        [sys.executable, "-m", "onefit", "run", str(script)],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, ran.stderr


@pytest.mark.process
@pytest.mark.parametrize("name", ["keras1_decay.h5", "keras2_rmsprop.h5", "tf215_decay.h5"])
def test_a_script_that_only_loads(name, tmp_path):
    path = tmp_path / name
    path.write_bytes((FOLDER / name).read_bytes())
    out, told = run(SCRIPT.format(path=str(path)), tmp_path)
    era, _, file = name.partition("_")
    check(json.loads(out), era, file)
    assert f"a model that an older Keras saved: {name}, by Keras " in told


@pytest.fixture
def watched():
    def begin(source):
        model_files.watch(source, None)

    plain = keras.models.load_model
    yield begin
    activation.deactivate()  # first: it puts back the function that it found, which may be ours
    model_files.watch_no_more()
    assert keras.models.load_model is plain


@pytest.mark.parametrize(("era", "name"), CASES)
def test_the_file_tells_its_keras(era, name):
    told = {"keras1": "1.2.2", "keras2": "2.2.4", "tf215": "2.15.0"}[era]
    assert model_files.version(FOLDER / f"{era}_{name}") == told
    assert model_files.is_compiled(FOLDER / f"{era}_{name}")


def test_files_of_today_are_left_alone(watched, tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        assert model_files.version(tmp_path / name) == keras.__version__
        watched("import keras")
        assert keras.models.load_model(tmp_path / name).count_params() == 3
        assert not activation.is_active()


def test_what_is_not_compiled_leaves_the_script_as_it_is(watched):
    """Its own `hard_sigmoid` is that of Keras 2, in the file only."""
    watched("import keras")
    models = HERE / "models"
    record = json.loads((models / "keras2_recurrent.json").read_text())
    model = keras.models.load_model(str(models / "keras2_recurrent.h5"), compile=False)
    assert not activation.is_active()
    assert keras.layers.LSTM(2).recurrent_activation.__name__ == "sigmoid"
    x = np.arange(15).reshape(3, 5) % 7
    np.testing.assert_allclose(model.predict(x, verbose=0), record["predicted"], atol=1e-5)


def test_a_script_for_keras_3_stays_one(watched):
    watched("import keras\nkeras.ops.add(1, 2)")
    model = keras.models.load_model(str(FOLDER / "keras2_decay.h5"))
    assert not activation.is_active()
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1)
    assert keras.models.load_model.__wrapped__ is not None  # the next file is looked at, too


def test_an_era_that_is_put_in_force_afterwards_reads_the_file(watched):
    """As in a worker process, which takes the era over from the script."""
    watched("import keras")
    mine = keras.models.load_model
    activation.activate(named("keras2"))
    for load_model in (mine, keras.models.load_model):
        model = load_model(str(FOLDER / "keras2_decay.h5"))
        assert model.optimizer.get_config()["decay"] == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_a_damaged_file_is_keras_s_to_complain_of(watched, name, tmp_path):
    """Keras's error comes out, and none of the look at the file."""
    path = tmp_path / name
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert model_files.version(path) == ""
    with pytest.raises((OSError, ValueError)) as caught:
        keras.models.load_model(path)
    assert f"{os.sep}onefit{os.sep}scripts" not in str(caught.traceback[-1].path)
