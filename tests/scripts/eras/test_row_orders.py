"""Scripts of Keras 1 and 2 that begin with `np.random.seed` train as they did then.

What Keras 1.2.2 (TensorFlow 1.4) and 2.2.4 (TensorFlow 1.14) printed for this script is recorded:
losses of each epoch and, after each fit, the next number of `np.random`.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest

SCRIPT = """
    import numpy as np
    np.random.seed(7)  # before Keras is imported, as examples of the time did
    from keras.models import Sequential
    from keras.layers import Dense
    from keras.callbacks import LambdaCallback
    x = np.random.rand(103, 8)
    y = (x.sum(axis=1) > 4).astype(int)
    def net():
        m = Sequential()
        m.add(Dense(12, input_dim=8, activation="relu"))
        m.add(Dense(1, activation="sigmoid"))
        m.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
        return m
    draws = LambdaCallback(on_epoch_begin=lambda epoch, logs: np.random.rand())
    m = net()
    for more in ({}, {}, {"shuffle": "batch"}, {"shuffle": False}, {"validation_split": 0.2},
                 {"callbacks": [draws]}):
        h = m.fit(x, y, epochs=3, batch_size=10, verbose=0, **more)
        print(*h.history["loss"], np.random.rand())
    m = net()
    h = m.fit(x, y, epochs=20, batch_size=10, verbose=0)
    print(h.history["loss"][-1], h.history["acc"][-1], np.random.rand())
"""
RECORDED = {
    "keras1": """
        0.717058 0.705994 0.697295 0.682772
        0.689832 0.685708 0.683387 0.621841
        0.679254 0.677001 0.675146 0.914718
        0.673540 0.672172 0.670934 0.205112
        0.659962 0.657723 0.655907 0.285389
        0.666739 0.665031 0.664008 0.515376
        0.69606 0.5146 0.702530
    """,
    "keras2": """
        0.703935 0.700637 0.697201 0.682772
        0.693659 0.691414 0.689913 0.621841
        0.687530 0.686056 0.684682 0.914718
        0.683413 0.682274 0.681149 0.205112
        0.674613 0.673258 0.672202 0.285389
        0.677420 0.676057 0.675149 0.515376
        0.67999 0.6019 0.702530
    """,
}
STEPS = """
    class Stepwise(Sequential):
        def make_train_function(self, *args, **kwargs):  # its own: stock Keras trains it
            return super().make_train_function(*args, **kwargs)
"""


@pytest.mark.parametrize("runs", ["program", "stock Keras"])
@pytest.mark.parametrize("era", list(RECORDED))
def test_losses_after_a_seed_are_those_of_then(tmp_path, era, runs):
    text = textwrap.dedent(SCRIPT)
    if era == "keras1":
        text = text.replace("epochs=", "nb_epoch=")
    if runs == "stock Keras":
        text = text.replace("def net", f"{textwrap.dedent(STEPS)}\ndef net")
        text = text.replace("m = Sequential()", "m = Stepwise()")
    path = tmp_path / "script.py"
    path.write_text(text)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ("step by step" in ran.stderr) == (runs == "stock Keras"), ran.stderr
    found = [list(map(float, line.split())) for line in ran.stdout.splitlines()[:7]]
    recorded = [list(map(float, line.split())) for line in RECORDED[era].strip().splitlines()]
    assert len(found) == len(recorded), ran.stderr
    for line, then in zip(found, recorded):
        np.testing.assert_allclose(line, then, atol=5e-5 if len(then) == 3 else 3e-6)
