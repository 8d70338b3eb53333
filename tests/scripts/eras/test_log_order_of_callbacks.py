"""The order of the names that own callbacks are told, as Keras 1.2.2, 2.2.4 and 2.15 printed them.

Recorded with the script below under each of them (`init=` and `nb_epoch=` for 1.2.2).
"""

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
