"""After `set_floatx("float64")` a script computes with 64 bits, as it did in TensorFlow.

The numbers are those that TensorFlow 2.15.1 gave for this script, with SGD; those of 32 bits differ
from them by some 1e-8.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np

from onefit.scripts.upgrade import upgraded

SCRIPT = """
import json
import numpy as np
import tensorflow as tf
tf.keras.backend.set_floatx("float64")
L = tf.keras.layers
numbers = np.random.RandomState(0)
def trained(x, y, *layers):
    model = tf.keras.Sequential(layers)
    model.build((None, *x.shape[1:]))
    model.set_weights([numbers.rand(*one.shape) * 0.3 for one in model.get_weights()])
    model.compile("sgd", "mse")
    losses = model.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0).history["loss"]
    predicted = model.predict(x[:2], verbose=0)
    kinds = {str(one.dtype) for one in (*model.get_weights(), predicted)}
    return [losses, predicted[:, 0].tolist(), sorted(kinds)], model
x, y = numbers.rand(10, 6), numbers.rand(10, 1)
told = [trained(x, y, L.Dense(4, activation="tanh"), L.BatchNormalization(), L.Dense(1))[0]]
told.append(trained(numbers.rand(10, 5, 3), y, L.LSTM(3), L.Dense(1))[0])
pictures = numbers.rand(10, 8, 8, 2)
layers = L.Conv2D(3, 3, activation="elu"), L.MaxPooling2D(), L.Flatten(), L.Dense(1)
told.append(trained(pictures, y, *layers)[0])
found, model = trained(x, y, L.Dense(4, activation="tanh"), L.Dense(1))
batch = tf.constant(x)
@tf.function
def step():
    with tf.GradientTape() as tape:
        tape.watch(batch)
        out = tf.reduce_sum(model(batch) ** 2)
    return tape.gradient(out, batch)
told.append([step()[0].numpy().tolist(), [], [step().dtype.name]])
print(json.dumps(told))
"""
THEIRS = [
    (
        [0.08078093137177192, 0.08043229546470301],
        [0.5222604889042936, 0.539041912509495],
    ),
    (
        [0.08022743840972894, 0.07938529622054147],
        [0.2905066581379685, 0.33741813468229814],
    ),
    (
        [17.927212430067343, 0.39091170066834685],
        [-0.05470038770638369, -0.08758531837728961],
    ),
    (
        [
            0.03390909462807365,
            0.026024803090009443,
            0.023841386481285275,
            0.04266970565008054,
            0.06033077753302153,
            0.06342531957488944,
        ],
        [],
    ),
]


def test_numbers_of_64_bits_are_those_of_tensorflow(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout.splitlines()[-1])
    for (losses, predicted, kinds), (wanted, others) in zip(ours, THEIRS, strict=True):
        assert kinds == ["float64"]
        np.testing.assert_allclose(losses, wanted, rtol=1e-9)
        np.testing.assert_allclose(predicted, others, rtol=1e-8)


def test_an_upgraded_script_is_told_that_it_would_have_32_bits():
    source = "from keras import backend as K\nfrom keras.utils import np_utils\nK.set_floatx({})\n"
    (told,) = upgraded(source.format("'float64'"), "keras2").remains
    assert told.code == "OF206" and "Received: set_floatx('float64')" in told.told
    assert not upgraded(source.format("'float32'"), "keras2").remains
