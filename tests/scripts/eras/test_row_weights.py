"""Labels and weights of one output in every form that `fit` took, as Keras 2.2.4 trained them.

Its losses of one epoch, which it gave whatever the form: `10.573` and `val_loss` `19.961` with a
fourth of the rows held out, `12.920` with none.
"""

import itertools
import subprocess
import sys

SCRIPT = """
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model
x = np.arange(60, dtype="float32").reshape(20, 3) / 60
y = (np.arange(20) % 2).astype("float32")[:, None]
w = np.arange(20, dtype="float32") + 1
forms = lambda one: (one, [one], {"main": one})
for labels in forms(y):
    for weights, classes in [*((one, None) for one in forms(w)), (w, {0: 1.0, 1: 3.0})]:
        for split in (0.25, 0.0):
            a = Input((3,))
            model = Model(a, Dense(1, name="main", kernel_initializer="ones")(a))
            model.compile("sgd", "mse")
            told = model.fit(x, labels, batch_size=5, epochs=1, shuffle=False, verbose=0,
                             sample_weight=weights, class_weight=classes, validation_split=split)
            print(*("%s %.3f" % (k, v[0]) for k, v in sorted(told.history.items())))
"""


def test_labels_and_weights_may_have_different_forms(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    words = [sys.executable, "-m", "onefit", "run", "--era", "keras2", str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    recorded = itertools.cycle(["loss 10.573 val_loss 19.961", "loss 12.920"])
    told = ran.stdout.splitlines()[:24]
    assert told == list(itertools.islice(recorded, 24)), ran.stderr
