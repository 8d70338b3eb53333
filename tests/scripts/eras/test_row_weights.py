"""Labels and weights in every form that Keras 2.2.4 took, as it trained and evaluated them."""

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
OF_VERBS = """
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model
x = np.arange(60, dtype="float32").reshape(20, 3) / 60
y = (np.arange(20) % 2).astype("float32")[:, None]
w = np.arange(20, dtype="float32") + 1

def model_of(count):
    inputs = [Input((3,)) for _ in range(count)]
    outputs = [Dense(1, name=n, kernel_initializer="ones")(one) for n, one in zip("op", inputs)]
    model = Model(inputs, outputs)
    model.compile("sgd", "mse")
    return model

def told(losses):
    return " ".join("%.1f" % one for one in np.atleast_1d(losses))

def batches(*parts):
    while True:
        yield parts

once = dict(batch_size=20, epochs=1, shuffle=False, verbose=0)
for xs, labels, weights in (
    (x, (y, [y], {"o": y}), (w, [w], {"o": w})),
    ([x, -x], ([y, 1 - y], {"p": 1 - y, "o": y}), ([w, w[::-1]], {"p": w[::-1], "o": w})),
    ([x, -x], ([y, 1 - y], {"p": 1 - y, "o": y}), ([w, None], {"o": w})),
):
    for ys in labels:
        for rows in weights:
            new = lambda: model_of(len(xs) if isinstance(xs, list) else 1)
            trained = new().fit(xs, ys, sample_weight=rows, **once).history["loss"]
            found = [trained, new().evaluate(xs, ys, sample_weight=rows, verbose=0)]
            found += [new().train_on_batch(xs, ys, sample_weight=rows)]
            found += [new().test_on_batch(xs, ys, sample_weight=rows)]
            validated = new().fit(xs, ys, validation_data=(xs, ys, rows), **once)
            found += [validated.history["val_loss"]]
            if not isinstance(rows, list) or rows[-1] is not None:
                trained = new().fit_generator(batches(xs, ys, rows), 1, 1, verbose=0)
                found += [trained.history["loss"]]
                found += [new().evaluate_generator(batches(xs, ys, rows), 1)]
            print(" | ".join(map(told, found)))
"""
ONE = "28.9 | 28.9 | 28.9 | 28.9 | 27.4 | 28.9 | 28.9"
BOTH = "60.8 | 60.8 28.9 31.9 | 60.8 28.9 31.9 | 60.8 28.9 31.9 | 57.1 | 60.8 | 60.8 28.9 31.9"
FIRST = "33.7 | 33.7 28.9 4.8 | 33.7 28.9 4.8 | 33.7 28.9 4.8 | 31.9"
FIRST_BY_NAME = f"{FIRST} | 33.7 | 33.7 28.9 4.8"
"""What Keras 2.2.4 printed, for each form of the labels the same."""


def _printed(script, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(script)
    words = [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras2", str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_labels_and_weights_may_have_different_forms(tmp_path):
    # With a fourth of the rows held out, and with none.
    recorded = itertools.cycle(["loss 10.573 val_loss 19.961", "loss 12.920"])
    assert _printed(SCRIPT, tmp_path) == list(itertools.islice(recorded, 24))


def test_the_same_of_several_outputs_evaluations_and_generators(tmp_path):
    assert _printed(OF_VERBS, tmp_path) == [ONE] * 9 + [BOTH] * 4 + [FIRST, FIRST_BY_NAME] * 2
