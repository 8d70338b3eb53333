"""Graphs that Keras 1 and 2 and tf.keras saved (record_graphs.py) predict the same."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins import merging

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record_graphs", HERE / "record_graphs.py")
record_graphs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_graphs)
CASES = [
    *((era, name) for era in ("keras1", "keras2", "tf2") for name in ("graph", "stack")),
    *(("keras1", name) for name in record_graphs.ONLY_KERAS_1),
]


@pytest.fixture(autouse=True)
def in_force(request, monkeypatch):
    # scripts with our definitions in them, which other tests run, register classes of these names
    for kind in (merging.Merge, merging.Cosine):
        monkeypatch.setitem(keras.saving.get_custom_objects(), f"keras1>{kind.__name__}", kind)
    activation.activate(named(request.node.callspec.params.get("era", "keras2")))
    yield
    activation.deactivate()


def check(model, record):
    given = record_graphs.inputs(len(model.inputs))
    found = model.predict(given, verbose=0)
    found = found if isinstance(found, list) else [found]
    for ours, theirs in zip(found, record["predicted"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("error:The structure of `inputs`")
@pytest.mark.parametrize(("era", "name"), CASES)
def test_whole_models_and_configs_with_weights(era, name, tmp_path):
    path = HERE / "models" / f"{era}_{name}"
    record = json.loads(Path(f"{path}.json").read_text())
    model = keras.models.load_model(f"{path}.h5")
    check(model, record)
    again = keras.models.model_from_json(record["config"])
    again.load_weights(f"{path}.h5")
    check(again, record)
    # what is saved from here on is read again, too
    model.save(str(tmp_path / "again.h5"))
    check(keras.models.load_model(str(tmp_path / "again.h5")), record)
