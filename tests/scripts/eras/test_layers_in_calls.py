"""A layer that a `Lambda` or a `call` makes keeps the weights that it was drawn with.

What Keras 2.2.4 printed.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

SCRIPT = """
    import numpy as np
    from keras import backend as K
    from keras.layers import Dense, Input, Lambda, Layer
    from keras.models import Model

    class Own(Layer):
        def build(self, shape):
            self.kept = self.add_weight(name="kept", shape=(2, 2), initializer="glorot_uniform")
            super(Own, self).build(shape)
        def call(self, x):
            x = Dense(2)(Dense(3, activation="tanh")(x))
            return K.dot(x, self.kept)
        def compute_output_shape(self, shape):
            return (shape[0], 2)

    np.random.seed(7)
    x, rows, zeros = Input((2,)), np.sin(np.arange(8.0)).reshape(4, 2), np.zeros((4, 1))
    for layer in (Own(), Lambda(lambda x: Dense(3, activation="tanh")(x))):
        model = Model(x, Dense(1, kernel_initializer="ones")(layer(x)))
        model.compile("sgd", "mse")
        before = model.predict(rows).ravel()
        loss = float((before**2).mean())
        print(np.allclose(model.predict_on_batch(rows[:2]).ravel(), before[:2]), end=" ")
        others = [model.evaluate(rows, zeros, verbose=0), model.train_on_batch(rows, zeros)]
        print(np.allclose(others, loss), len(model.trainable_weights))
"""
PRINTED = """\
True True 3
True True 2
"""


def test_fit_evaluate_and_predict_have_the_same_weights(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras2", "script.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED
