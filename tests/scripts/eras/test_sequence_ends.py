"""A `Sequence` is told that an epoch has ended when it was told then.

Labels are the number of ends so far, so that losses tell when they came. The losses and the orders
of calls are those of Keras 2.2.4 and of tf.keras 2.15. Where 2.2.4's threads took batches in
between, only what each sequence saw is compared, up to the end that came after the last batch or
did not.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from .results import printed

SCRIPT = """
    import json
    import numpy as np
    {imports}

    log = []

    class Batches(keras.utils.Sequence):
        def __init__(self, name):
            self.name, self.ends = name, 0
        def __len__(self):
            return 3
        def __getitem__(self, number):
            log.append(self.name + str(number))
            return np.ones((2, 3)) * number, np.ones((2, 1)) * self.ends
        def on_epoch_end(self):
            self.ends += 1
            log.append(self.name + "end")

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    def said(history=None):
        print(json.dumps([history and history.history, " ".join(log)]))
        log[:] = []

    model = keras.models.Sequential([keras.layers.Dense(1, input_dim=3)])
    model.set_weights([np.ones((3, 1)), np.zeros(1)])
    model.compile(keras.optimizers.SGD({rate}=0.01), "mse")
    settings = dict(verbose=0, workers={workers})
    said(model.fit{of}(Batches("t"), epochs=3, shuffle=False, validation_data=Batches("v"),
                       **settings))
    model.evaluate{of}(Batches("e"), **settings)
    model.predict{of}(Batches("p"), **settings)
    said()
    said(model.fit{of}(Batches("t"), epochs=4, shuffle=False, callbacks=[Stop()], **settings))
"""
KERAS2 = {"imports": "import keras, keras.layers.core", "of": "_generator", "rate": "lr"}
TF2 = {"imports": "from tensorflow import keras", "of": "", "rate": "learning_rate"}
ENDS = {
    "loss": [13.378799438476562, 3.817061424255371, 2.3205957412719727],
    "val_loss": [6.998462677001953, 2.242800235748291, 2.0644562244415283],
}


def found(tmp_path, era, workers):
    words = {**(TF2 if era == "tf2" else KERAS2), "workers": workers}
    return printed(textwrap.dedent(SCRIPT).format(**words), era, tmp_path)


def of(name, log):
    """What one sequence saw."""
    return [one.removeprefix(name) for one in log.split() if one.startswith(name)]


@pytest.mark.parametrize("workers", [1, 2])
def test_keras_2_told_it_before_the_next_round(workers, tmp_path):
    (history, log), (_, passes), (_, stopped) = found(tmp_path, "keras2", workers)
    for name, losses in ENDS.items():
        np.testing.assert_allclose(history[name], losses, rtol=1e-5)
    assert of("t", log) == of("v", log) == [*"012", "end", *"012", "end", *"012"]
    assert passes == "e0 e1 e2 p0 p1 p2"
    assert stopped == "t0 t1 t2 tend t0 t1 t2"


def test_keras_2_never_told_it_without_workers(tmp_path):
    (_, log), (_, passes), (_, stopped) = found(tmp_path, "keras2", 0)
    assert of("t", log) == of("v", log) == [*"012"] * 3
    assert passes == "e0 e1 e2 p0 p1 p2"
    assert stopped == "t0 t1 t2 t0 t1 t2"


@pytest.mark.parametrize("workers", [0, 1])
def test_tf_keras_looked_once_and_told_it_after_the_validation(workers, tmp_path):
    (history, log), (_, passes), (_, stopped) = found(tmp_path, "tf2", workers)
    for name, losses in ENDS.items():
        np.testing.assert_allclose(history[name], losses, rtol=1e-5)
    epoch = "t0 t1 t2 v0 v1 v2 vend tend "
    assert log == ("t0 t0 t1 t2 v0 v0 v1 v2 vend tend " + 2 * epoch).strip()
    assert passes == "e0 e0 e1 e2 eend p0 p0 p1 p2 pend"
    assert stopped == "t0 t0 t1 t2 tend t0 t1 t2"
