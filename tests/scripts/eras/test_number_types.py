"""Types of losses and metrics, and how they are printed, as Keras 1.2.2 and 2.2.4 gave them.

Recorded with the script below under both.
"""

import subprocess
import sys

import pytest

SCRIPT = """
import json
import numpy as np
from keras.models import Sequential, Model
from keras.layers import Dense, Input
from keras.optimizers import SGD
from keras.callbacks import Callback, LearningRateScheduler
def kind(found):
    if isinstance(found, dict):
        return " ".join("%s:%s" % (name, kind(found[name])) for name in found)
    if isinstance(found, list):
        return "[%s]" % ", ".join(map(kind, found))
    return type(found).__name__
class Told(Callback):
    def on_batch_end(self, batch, logs={}):
        print("batch", kind(logs))
    def on_epoch_end(self, epoch, logs={}):
        print("epoch", kind(logs))
    def on_train_end(self, logs={}):
        print("end", kind(logs))
x, y = np.ones((8, 3)), np.ones((8, 1))
def batches():
    while True:
        yield x, y
one = Sequential([Dense(1, input_shape=(3,), kernel_initializer="zero")])
one.compile("sgd", "mse")
print(one.metrics_names, kind(one.evaluate(x, y, verbose=0)))
print(kind(one.train_on_batch(x, y)), kind(one.test_on_batch(x, y)))
print(kind(one.evaluate_generator(batches(), STEPS)))
one.compile("sgd", "mse", metrics=["mae"])
rate = LearningRateScheduler(lambda epoch: 0.5)
h = one.fit(x, y, EPOCHS=1, verbose=0, validation_split=0.5, callbacks=[Told(), rate])
print(kind(h.history))
print(kind([one.evaluate(x, y, verbose=0), one.train_on_batch(x, y), one.test_on_batch(x, y)]))
h = one.fit_generator(batches(), STEPS, EPOCHS=1, verbose=0, validation_data=(x, y))
print(kind(h.history))
i = Input((3,))
two = Model(i, [Dense(1, name="a")(i), Dense(1, name="b")(i)])
two.compile("sgd", "mse")
print(two.metrics_names, kind(two.evaluate(x, [y, y], verbose=0)))
plain = Sequential([Dense(1, input_shape=(3,), kernel_initializer="zero")])
plain.compile(SGD(0.0), "mse", metrics=["mae"])
x, y = x[:1], y[:1]
print(plain.evaluate(x, y / 10, verbose=0), plain.train_on_batch(x, y / 10))
found = plain.fit(x, y / 10, EPOCHS=1, verbose=0).history
print(found)
print("%s" % found["loss"][0], repr(found["loss"][0]), json.dumps(found["loss"]))
"""
OF_KERAS_1 = {"STEPS": "16", "EPOCHS": "nb_epoch", "kernel_initializer": "init"}  # steps are rows
WORDS = {"keras1": OF_KERAS_1, "keras2": {"STEPS": "2", "EPOCHS": "epochs"}}
RECORDED = """
['loss'] float64
float32 float32
float64
batch batch:int size:int loss:float32 mean_absolute_error:float32
epoch val_loss:float64 val_mean_absolute_error:float64 loss:float64 mean_absolute_error:float64
end 
val_loss:[float64] val_mean_absolute_error:[float64] loss:[float64] mean_absolute_error:[float64]
[[float64, float64], [float32, float32], [float32, float32]]
val_loss:[float64] val_mean_absolute_error:[float64] loss:[float64] mean_absolute_error:[float64]
['loss', 'a_loss', 'b_loss'] [float64, float64, float64]
[0.010000000707805157, 0.10000000149011612] [0.010000001, 0.1]
{'loss': [0.010000000707805157], 'mean_absolute_error': [0.10000000149011612]}
0.010000000707805157 0.010000000707805157 [0.010000000707805157]
""".lstrip()


@pytest.mark.parametrize("era", list(WORDS))
def test_numbers_are_numpys_and_printed_as_plain_ones(tmp_path, era):
    script, expected = SCRIPT, RECORDED
    for old, new in WORDS[era].items():
        script = script.replace(old, new)
    if era == "keras2":  # Keras 1 logged no rate of a `LearningRateScheduler`
        first = RECORDED.splitlines()[6]
        expected = RECORDED.replace(first, f"{first} lr:[float32]", 1)
    path = tmp_path / "script.py"
    path.write_text(script)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, "--quiet", str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ran.stdout.splitlines() == expected.splitlines(), ran.stderr
