"""The order of the names that own callbacks are told, as Keras 1.2.2, 2.2.4 and 2.15 printed them.

Recorded with the script below under each of them (`init=` and `nb_epoch=` for 1.2.2).
"""

import re
import subprocess
import sys
import textwrap

import pytest

SCRIPT = """
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
from keras.callbacks import Callback, LambdaCallback
class Told(Callback):
    def on_batch_end(self, batch, logs=None):
        print("batch", list(logs))
    def on_epoch_end(self, epoch, logs=None):
        print("epoch", list(logs))
m = Sequential([Dense(1, input_shape=(3,), activation="sigmoid")])
m.compile("sgd", "binary_crossentropy", metrics=["accuracy", "mse"])
m.fit(np.ones((20, 3)), np.ones((20, 1)), epochs=1, verbose=0, validation_split=0.2, batch_size=16,
      callbacks=[Told(), LambdaCallback(on_epoch_end=lambda epoch, logs: print("lambda", *logs))])
"""
OLD = [
    "batch ['batch', 'size', 'loss', 'acc', 'mean_squared_error']",
    "epoch ['val_loss', 'val_acc', 'val_mean_squared_error', 'loss', 'acc', 'mean_squared_error']",
    "lambda val_loss val_acc val_mean_squared_error loss acc mean_squared_error",
]
RECORDED = {
    "keras1": OLD,
    "keras2": OLD,
    "tf2": [
        "batch ['loss', 'accuracy', 'mse']",
        "epoch ['loss', 'accuracy', 'mse', 'val_loss', 'val_accuracy', 'val_mse']",
        "lambda loss accuracy mse val_loss val_accuracy val_mse",
    ],
}


@pytest.mark.parametrize("era", list(RECORDED))
def test_own_callbacks_are_told_in_the_order_of_then(tmp_path, era):
    path = tmp_path / "script.py"
    text = textwrap.dedent(SCRIPT)
    path.write_text(text.replace("epochs=1", "nb_epoch=1") if era == "keras1" else text)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ran.stdout.splitlines()[:3] == RECORDED[era], ran.stderr


SHOWN = """
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
m = Sequential([Dense(1, input_shape=(3,), activation="sigmoid")])
m.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
x, y = np.ones((20, 3)), np.ones((20, 1))
for how in (1, 2):
    m.fit(x, y, epochs=2, verbose=how, validation_split=0.2)
m.fit(((x, y) for _ in range(2)), steps_per_epoch=2, verbose=1, validation_data=(x, y))
m.evaluate(x, y, verbose=1)
m.summary()
"""
NAMES = {"keras2": ["loss", "acc"], "tf2": ["loss", "accuracy"]}
"""In the order of the bars of Keras 2.2.4 and of tf.keras 2.15, which then has those of `val_`."""


@pytest.mark.parametrize("era", list(NAMES))
def test_bars_and_summaries_are_as_they_were(tmp_path, era):
    path = tmp_path / "script.py"
    path.write_text(SHOWN)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    lines = [re.findall(r"- (\w+): ", line) for line in re.split("[\\r\\n]", ran.stdout)]
    whole = NAMES[era] + [f"val_{name}" for name in NAMES[era]]
    assert [one for one in lines if len(one) == 4] == 5 * [whole], ran.stderr
    assert [one for one in lines if len(one) == 2][-1] == NAMES[era]
    # Keras 2.2.4: "Total params: 4", after a training too
    assert re.search(r"Total params: 4 ", ran.stdout) and "Optimizer" not in ran.stdout


STEPS = """
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
class Watched(Sequential):
    looks = 0
    def _symbolic_build(self, *args, **kwargs):  # its own: stock Keras trains it, step by step
        return super()._symbolic_build(*args, **kwargs)
    def jax_state_sync(self):
        type(self).looks += self._jax_state is not None and not self._jax_state_synced
        return super().jax_state_sync()
m = Watched([Dense(1, input_shape=(3,), activation="sigmoid")])
m.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
m.fit(np.ones((64, 3)), np.ones((64, 1)), epochs=1, batch_size=1)
print("looks", m.looks)
"""


@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_what_shows_the_bar_leaves_the_values_to_the_step_under_way(tmp_path, era):
    # Keras shows it in a thread; a look from there takes the values that the next step uses up.
    path = tmp_path / "script.py"
    path.write_text(STEPS)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert "looks 1\n" in ran.stdout, ran.stdout + ran.stderr  # at the end of the epoch


OWN = """
import numpy as np, tensorflow as tf
from tensorflow import keras
class Told(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None): print("batch", *logs)
    def on_test_batch_end(self, batch, logs=None): print("tested", *logs)
    def on_epoch_end(self, epoch, logs=None): print("epoch", *logs)
    def on_test_end(self, logs=None): print("tested all", *logs)
    def on_train_end(self, logs=None): print("trained", *logs)
class Own(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mean = keras.metrics.Mean(name="z")
        self.other = keras.metrics.Mean(name="b")
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.mean.update_state(loss)
        self.other.update_state(loss * 2)
        return {"zeta": self.mean.result(), "loss": self.other.result(), "alpha": loss}
    def test_step(self, data):
        x, y = data
        loss = tf.reduce_mean(tf.square(y - self(x, training=False)))
        return {"q": 0.0 * loss + 3.0, "beta": 0.0 * loss + 1.0, "loss": 0.0 * loss + 2.0}
x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
i = keras.Input((3,))
m = Own(i, keras.layers.Dense(1, kernel_initializer="zeros")(i))
m.compile("sgd", EAGERLY)
h = m.fit(x, y, epochs=1, verbose=0, validation_data=(x, y), callbacks=[Told()])
print(*h.history)
h = m.fit(x, y, epochs=2, verbose=2, validation_data=(x, y))
print(*h.history)
print(*m.metrics_names, m.evaluate(x, y, verbose=0))
print(*m.evaluate(x, y, verbose=0, return_dict=True))
print(*m.train_on_batch(x, y, return_dict=True), *m.test_on_batch(x, y, return_dict=True))
"""
STEP, TEST = "zeta loss alpha", "q beta loss"
WHOLE = f"{STEP} val_q val_beta val_loss"
OF_215 = [
    *(f"batch {STEP}", f"tested {TEST}", f"tested all {TEST}", f"epoch {WHOLE}"),
    *(f"trained {WHOLE}", WHOLE, WHOLE, WHOLE, WHOLE),  # two of them in the lines of the bar
    *("z b [1.0, 2.0, 3.0]", TEST, f"{STEP} {TEST}"),
]


@pytest.mark.parametrize("eagerly", ["", "run_eagerly=True"], ids=["in a program", "eagerly"])
def test_logs_of_own_steps_are_in_the_order_in_which_they_give_them(eagerly, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(OWN.replace("EAGERLY", eagerly))
    words = [sys.executable, "-m", "onefit", "run", "--era", "tf2", "--quiet", str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    lines = [one for one in ran.stdout.splitlines() if not one.startswith("Epoch")]
    shown = [" ".join(re.findall(r"- (\w+): ", one)) if "/" in one else one for one in lines]
    assert shown == OF_215, ran.stderr
