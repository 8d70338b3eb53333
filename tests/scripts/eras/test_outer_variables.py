"""Variables of the script: callbacks change those of losses, metrics and layers, few are weights.

What is expected was printed by Keras 1.2.2 and 2.2.4, with the changes of weights held back until
all else of a step is computed, and by tf.keras 2.15.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """\
import numpy as np
from keras import backend as K
from keras.callbacks import LambdaCallback
from keras.layers import Dense, Input, Lambda
from keras.models import Model, Sequential
from keras.optimizers import SGD

draw = np.random.RandomState(0)
data = draw.rand(12, 4).astype("float32")


def drawn(model):
    model.set_weights([draw.rand(*one.shape) - 0.5 for one in model.get_weights()])
    return model


def changing(when, variable, by):
    change = lambda *_, **__: K.set_value(variable, K.get_value(variable) + by)
    return LambdaCallback(**{when: change})


def show(name, found):
    print(name, *("%.5f" % (one + 0.0) for one in np.round(np.ravel(found), 5)))


beta = K.variable(0.0)


def loss(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred), axis=-1) + beta * K.mean(K.square(y_pred), axis=-1)


def strength(y_true, y_pred):
    return beta * K.mean(y_pred)


model = drawn(Sequential([Dense(4, input_shape=(4,))]))
model.compile(SGD(0.1), loss, metrics=[strength])
given = dict(batch_size=4, shuffle=False, verbose=0, validation_data=(data[:4], data[:4]))
for when in ("on_epoch_end", "on_batch_begin"):
    logs = model.fit(data, data, callbacks=[changing(when, beta, 0.5)], EPOCHS=3, **given)
    for name in ("loss", "strength", "val_loss"):
        show(when, logs.history[name])
show("evaluate", model.evaluate(data, data, verbose=0))
for _ in range(3):
    show("batch", model.train_on_batch(data, data)[0])
    K.set_value(beta, 5.0)

first, second = K.variable(1.0), K.variable(0.5)
x = Input((4,))
model = drawn(Model(x, [Dense(4, name="a")(x), Dense(1, name="b")(x)]))
model.compile(SGD(0.1), ["mse", "mse"], loss_weights=[first, second])
change = [changing("on_epoch_end", first, -0.4), changing("on_epoch_end", second, 0.4)]
given = dict(batch_size=4, shuffle=False, verbose=0, callbacks=change)
logs = model.fit(data, [data, data[:, :1]], EPOCHS=3, **given)
show("weights", logs.history["loss"])

scale = K.variable(2.0)
model = Model(x, Lambda(lambda t: t * scale)(x))
show("predict", model.predict(data).sum())
K.set_value(scale, 3.0)
show("predict", model.predict(data).sum())
print(len(model.get_weights()))
"""
THEN = """\
on_epoch_end 1.12057 0.61540 0.34565
on_epoch_end 0.00000 -0.02682 0.12225
on_epoch_end 0.68168 0.35371 0.25727
on_batch_begin 0.32722 0.35222 0.36914
on_batch_begin 0.46061 0.57357 0.56029
on_batch_begin 0.32801 0.35628 0.37390
evaluate 0.36590 0.44029
batch 0.36590
batch 0.35268
batch 0.35022
weights 0.94250 0.37938 0.17551
predict 52.43823
predict 78.65735
0
"""
OWN = """\
import numpy as np
from keras import backend as K
from keras.layers import Dense, Layer
from keras.models import Sequential
from keras.optimizers import SGD

np.random.seed(1)
data = np.random.rand(12, 4).astype("float32")


class Scaled(Layer):
    def build(self, shape):
        self.k, self.w = K.variable(0.5), K.variable(np.ones(4) * 0.5)
        self.z = K.variable(np.ones(4))
        self.name_weights()
        super(Scaled, self).build(shape)

    def call(self, x, mask=None):
        return x * self.k * self.w * self.z

    def name_weights(self):
        pass


class Assigned(Scaled):
    def name_weights(self):
        self.trainable_weights = [self.w]
        self.non_trainable_weights = [self.z]


class Appended(Scaled):
    def name_weights(self):
        self._trainable_weights.append(self.w)


for kind in (Scaled, Assigned, Appended):
    layer = kind()
    model = Sequential([Dense(4, input_shape=(4,)), layer, Dense(4)])
    model.compile(SGD(0.1), "mse")
    logs = model.fit(data, data, EPOCHS=3, batch_size=4, shuffle=False, verbose=0)
    print(kind.__name__, *("%.5f" % one for one in logs.history["loss"]))
    counts = len(model.get_weights()), len(layer.trainable_weights)
    print(K.get_value(layer.k), model.count_params(), *counts)
"""
OWN_OF = {
    "keras1": """\
Scaled 0.34102 0.25258 0.19456
0.5 40 4 0
Assigned 0.26400 0.20092 0.15723
0.5 48 6 1
Appended 0.30651 0.23667 0.18806
0.5 44 5 1
""",
    "keras2": """\
Scaled 0.26894 0.20402 0.16091
0.5 40 4 0
Assigned 0.35797 0.26360 0.20251
0.5 48 6 1
Appended 0.28058 0.21689 0.17178
0.5 44 5 1
""",
}


def printed(tmp_path, script, era):
    path = tmp_path / "script.py"
    script = script.replace("EPOCHS", "nb_epoch" if era == "keras1" else "epochs")
    path.write_text(
        script.replace("from keras", "from tensorflow.keras" if era == "tf2" else "from keras")
    )
    command = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "OF107" not in ran.stderr  # the fits are programs
    return [one.split() for one in ran.stdout.splitlines() if "step" not in one]


def assert_same(found, then):
    expected = [one.split() for one in then.splitlines()]
    assert [one[0] for one in found] == [one[0] for one in expected]
    for line, line_then in zip(found, expected):
        assert [float(one) for one in line[1:]] == pytest.approx(
            [float(one) for one in line_then[1:]], abs=2e-5
        ), line_then


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_a_step_reads_what_a_callback_has_set(tmp_path, era):
    assert_same(printed(tmp_path, SCRIPT, era), THEN)


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_weights_of_a_layer_are_those_that_it_names(tmp_path, era):
    assert_same(printed(tmp_path, OWN, era), OWN_OF[era])
