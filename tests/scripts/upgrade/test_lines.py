"""Each line of the time, upgraded, gives under plain Keras 3 what it gave, or is listed as left.

The lines and what they gave are those of `tests/scripts/eras` (record_calls.py).
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onefit.scripts.upgrade import upgraded

from ..eras.results import same

HERE = Path(__file__).parents[1] / "eras"
IMPORTS = {
    "keras1": "from keras import backend as K\n",
    "keras2": "from keras import backend as K\n",
    "tf2": "import tensorflow as tf\nfrom tensorflow import keras\n"
    "from tensorflow.keras import backend as K\n",
}
PLAIN = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {here!r})
import numpy as np
from record_calls import ARRAYS, plain
found = {{}}
for line, source in json.load(sys.stdin).items():
    names = dict(ARRAYS, np=np)
    try:
        exec(compile(source, "line", "exec"), names)
        found[line] = plain(names["RESULT"])
    except Exception as error:
        found[line] = f"{{type(error).__name__}}: {{error}}"
    sys.stdout = sys.__stdout__  # a line that fails may have put it elsewhere
print("RESULTS", json.dumps(found))
"""
KNOWN = {
    "s.getvalue()": "the lines that callbacks print are put as Keras 3 puts them",
    "hasattr(K, 'lesser')": "the line asks whether there is the old name",
    "K.any, K.all": "Keras 3 on JAX takes no variable in ops.any",
    "m.metrics_names": "the names are there after the first batch, and Keras 3 says so",
    "m.input_names[0]": "Keras 3 takes no dictionary for one input without a name, and says so",
    "np.int64(1)": "Keras 3 takes no number of NumPy's as an index of a tensor, and says so",
    "sample_weight=np.array([3.0, 1.0])": "Keras 3 wants a weight for each step, and says so",
    "get_custom_objects()": "Keras 3 looks for no word among custom objects, and says so",
    "([a, b, c])": "Keras 3 takes no states among the inputs, and says so",
    "RNN(C())": "Keras 3 takes no cell that is no layer, and says so",
    "sample_weight={'q'": "Keras 3 wants weights for all outputs, and says so",
    "model_from_json(m.to_json())": "Keras 3 reads no Lambda unless it is told to, and says so",
    "{'p': 'mse'}": "Keras 3 wants a loss for each output, and says so",
    "inbound_layers": "Keras 3 has other attributes of nodes, and says so",
    "type('H', (Callback,)": "a class that a call makes is not read",
    "merged.h5": "the line counts a file's layers, and what merges models is one layer today",
    "class_weight={'main'": "Keras 3 takes class weights for one output, and says so",
    "name='critic'": "that two outputs are of one layer is not seen in a source",
    "m.evaluate(z, z[:, 0]": "how many axes labels have is not seen in a source",
    "f.__name__ = 'f'; m = ": "likewise",
    "K.squeeze(t, -1)": "likewise",
    "type('R', (_Merge,)": "a class that a call makes is not read",
    "m.build(input_shape=(None, 8))": "Keras 3 builds a model once, and says so",
    "CSVLogger('log.csv')": "the line lists all names in the logs: lr is learning_rate there",
    "glob.glob('from-*.hdf5')": "the line looks for files by the suffix of then",
    "save_best_only=True).best": "the best value is there when it trains, and Keras 3 says so",
    "constants=[c, d]": "Keras 3 gives a cell no constants, and says so",
    "h5py.File(": "Keras 3 wants the path of a file, and says so",
    "as_numpy_dtype": "types are words in Keras 3, and it says so",
    "metrics=tf.keras.metrics.Bin": "Keras 3 wants a list of metrics, and says so",
    ".numpy()": "what a layer gives is an array of JAX's, and says so",
    ".trainable = False": "which model of what is not trainable when is not seen in a source",
    "list(m.": "Keras 3 sorts the names of a History and of results",
    "if one.startswith(('class_name'": "the config of a model is another one today",
    "for m in ms": "which of what a list holds are models is not seen in a source",
    "weights=[np.full(s": "Keras 3 wants the arrays of today, and says so",
    "d.extend(c.validation_data)": "callbacks are told no data in Keras 3, and it says so",
    "LearningRateScheduler(lambda e: 0.1)]).history": "Keras 3 logs the rate, Keras 1 did not",
    "{'a': 'mse', 'b': 'mae'}, loss_weights=": "Keras 3 wants all outputs there, and says so",
    "Scale = type('Scale', (Layer,)": "a class that a call makes is not read",
    "i = Input((1, ": "Keras 3 wants the number of axes that the inner model has, and says so",
    "'words': ['a', 'b']": "Keras 3 takes no texts beside the inputs, and says so",
    "get_initial_state(K.variable": "Keras 3 asks for the size of a batch, and says so",
    "r.append(np.random.randint(1000)": "Keras 1 drew seeds of layers from NumPy's state",
    "LocallyConnected1D(3, 2, strides=2, data_format": "Keras 2 did not look at the format",
    "to_categorical([[1, 2], [2": "how many axes labels have is not seen in a source",
    "n.get_weights()": "which model is part of another is not seen in a source",
}
"""Parts of lines that are not the same and not listed, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_upgraded_lines_give_what_they_gave_or_are_listed(era, tmp_path):
    then = json.loads((HERE / "calls" / f"{era}.json").read_text())
    upgrades = {line: upgraded(as_script(line, era), era) for line in then}
    ran = subprocess.run(
        [sys.executable, "-c", PLAIN.format(here=str(HERE))],
        input=json.dumps({line: one.after for line, one in upgrades.items()}),
        cwd=tmp_path,
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "XLA_FLAGS": "--xla_backend_optimization_level=0",  # compiles sooner
        },
        capture_output=True,
        text=True,
    )
    assert "RESULTS" in ran.stdout, ran.stderr
    now = json.loads(ran.stdout.rpartition("RESULTS ")[2])
    untold = {
        line: (then[line], now[line], one.after)
        for line, one in upgrades.items()
        if not (same(then[line], now[line]) or one.remains or any(part in line for part in KNOWN))
    }
    assert not untold


def as_script(line, era):
    """A script of the line's statements, which keeps what the last one gives."""
    texts = [ast.get_source_segment(line, one) for one in ast.parse(line).body]
    return "\n".join([IMPORTS[era], *texts[:-1], f"RESULT = ({texts[-1]})", ""])


def test_a_table_of_a_history_has_the_rate_by_its_name_of_today():
    import keras
    import numpy as np
    import pandas

    source = (
        "import pandas as pd\nfrom keras.callbacks import ReduceLROnPlateau\n"
        "def shown(model, x, y):\n    told = model.fit(x, y, nb_epoch=2, verbose=0,\n"
        "        callbacks=[ReduceLROnPlateau(monitor='loss')])\n"
        "    table = pd.DataFrame(told.history)\n"
        "    return table[['loss', 'lr']], table['lr'], pd.DataFrame(told.history)['lr']\n"
    )
    found = upgraded(source, "keras1")
    names: dict[str, object] = {}
    exec(found.after, names)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    table, column, other = names["shown"](model, np.ones((4, 2)), np.ones((4, 1)))
    assert isinstance(table, pandas.DataFrame) and len(table.columns) == 2
    assert np.allclose(column, 0.01) and np.allclose(other, 0.01)


@pytest.mark.parametrize(
    ("weights", "count"),
    [
        ("class_weight={'a': {0: 1.0, 1: 2.0}}, sample_weight={'b': w}", 1),
        ("class_weight={'a': {0: 1.0, 1: 2.0}}", 1),
        ("class_weight=[{0: 1.0, 1: 2.0}, None]", 1),
        ("class_weight={0: 1.0, 1: 2.0}, sample_weight=w", 1),
        ("class_weight={0: 1.0, 1: 2.0}", 0),
        ("class_weight='auto', sample_weight=w", 0),
        ("class_weight=None, sample_weight=w", 0),
    ],
)
def test_weights_of_classes_that_keras_3_refuses_are_listed(weights, count):
    source = (
        "from keras.models import load_model\nmodel = load_model('m.keras')\n"
        f"model.fit(x, y, nb_epoch=2, {weights})\n"
    )
    told = [one for one in upgraded(source, "keras1").remains if "weight" in one.told]
    assert len(told) == count
