"""Metrics that read tensors of the graph, as those of old autoencoders do, give what they gave."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """\
import numpy as np
from keras import backend as K
from keras.layers import Dense, Input
from keras.models import Model
from keras.optimizers import SGD

x = Input((4,))
z = Dense(2)(x)
a, b = Dense(3, name="a")(z), Dense(1, name="b")(z)

def kl(y_true, y_pred):
    return K.sum(K.square(z), axis=-1)

def whole(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred), axis=-1) + kl(y_true, y_pred)

def scalar(y_true, y_pred):
    return K.mean(whole(y_true, y_pred))

draw = np.random.RandomState(0)
u, v, w = draw.rand(10, 4), draw.rand(10, 3), draw.rand(10, 1)
for outputs, y, metrics in [
    (a, v, [kl, "mse", whole, scalar]),
    ([a, b], [v, w], [kl, whole]),
    ([a, b], [v, w], {"b": [kl, whole]}),
]:
    model = Model(x, outputs)
    model.set_weights([draw.rand(*one.shape) for one in model.get_weights()])
    model.compile(SGD(0.0), "mse", metrics=metrics)
    logs = model.fit(u, y, batch_size=4, shuffle=False, verbose=0, validation_split=0.2).history
    logs = {name.replace("mse", "mean_squared_error"): logs[name][0] for name in logs}
    print(*("%s=%.5f" % (name, logs[name]) for name in sorted(logs)), sep="\\n")
    print(*("%.5f" % one for one in model.evaluate(u, y, batch_size=4, verbose=0)))
    print(*("%.5f" % one for one in model.train_on_batch(u, y)))
"""
THEN = """\
kl=5.20727
loss=2.05179
mean_squared_error=2.05179
scalar=7.25905
val_kl=5.13541
val_loss=2.11037
val_mean_squared_error=2.11037
val_scalar=7.24578
val_whole=7.24578
whole=7.25905
2.06350 5.19290 2.06350 7.25640 7.25640
2.06350 5.19290 2.06350 7.25640 7.25640
a_kl=5.10164
a_loss=6.07377
a_whole=11.17541
b_kl=5.10164
b_loss=7.39324
b_whole=12.49488
loss=13.46702
val_a_kl=5.06137
val_a_loss=6.17070
val_a_whole=11.23207
val_b_kl=5.06137
val_b_loss=9.18012
val_b_whole=14.24149
val_loss=15.35082
13.84378 6.09316 7.75062 5.09359 11.18675 5.09359 12.84421
13.84378 6.09316 7.75062 5.09359 11.18675 5.09359 12.84421
a_loss=3.01237
b_kl=5.66758
b_loss=3.76870
b_whole=9.43629
loss=6.78107
val_a_loss=2.94084
val_b_kl=5.47467
val_b_loss=4.93010
val_b_whole=10.40477
val_loss=7.87094
6.99904 2.99806 4.00098 5.62900 9.62998
6.99905 2.99806 4.00098 5.62900 9.62998
"""
"""What Keras 2.2.4 printed, on TensorFlow 1.15 and Python 3.6."""


def test_metrics_of_the_graph_give_what_they_gave(tmp_path):
    found = _numbers(_printed(SCRIPT, tmp_path))
    then = _numbers(THEN)
    assert found.keys() == then.keys()
    assert found == pytest.approx(then, abs=2e-5)


TRAINED = """\
from keras import backend as K
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model, load_model
x = Input((4,))
z = Dense(2)(x)
model = Model(x, Dense(3)(z))
def kl(y_true, y_pred):
    return K.sum(K.square(z), axis=-1)
u, v = np.random.RandomState(0).rand(2, 12, 4)
model.compile("sgd", "mse", metrics=["mae"])
model.predict(u)
model.compile("sgd", "mse", metrics=[kl])
model.fit(u, v[:, :3], nb_epoch=3, verbose=0)
model.save("saved.h5")
model.load_weights("saved.h5")
print(model.evaluate(u, v[:, :3], verbose=0)[1])
print(np.mean(np.sum(np.square(Model(x, z).predict(u)), axis=-1)))
model.compile("sgd", "mse", metrics=["mae"])
model.fit(u, v[:, :3], nb_epoch=1, verbose=0)
print(model.metrics_names)
"""


def test_a_trained_model_has_them_and_can_be_compiled_without(tmp_path):
    """Keras 1 and 2 had the tensors of one graph everywhere; the formula says what they give."""
    found, expected, names = _printed(TRAINED, tmp_path).splitlines()
    assert float(found) == pytest.approx(float(expected), rel=1e-5)
    assert names == "['loss', 'mean_absolute_error']"


def _printed(source, folder):
    script = folder / "script.py"
    script.write_text(source, "utf-8")
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=folder, timeout=600
    ).stdout


def _numbers(printed):
    """Each number by its place, and by its name where it has one."""
    found = {}
    for line, text in enumerate(printed.splitlines()):
        for place, word in enumerate(text.split()):
            name, _, number = word.rpartition("=")
            found[line, name or place] = float(number)
    return found
