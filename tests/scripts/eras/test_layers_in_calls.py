"""A layer that a `Lambda` or a `call` makes keeps the weights that it was drawn with.

What Keras 2.2.4 printed.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

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

SHARED = """
    import numpy as np
    from keras.layers import Dense, Input, Lambda, Layer
    from keras.models import Model

    class Own(Layer):
        def call(self, x):
            return Dense(3, kernel_initializer=init)(x)
        def compute_output_shape(self, shape):
            return (shape[0], 3)

    np.random.seed(7)
    rows = np.sin(np.arange(8.0)).reshape(4, 2)
    for init in ("glorot_uniform", "orthogonal", "he_normal"):
        for layer in (Own(), Lambda(lambda x: Dense(3, kernel_initializer=init)(x))):
            a, b = Input((2,)), Input((2,))
            model = Model([a, b], [layer(a), layer(b)])
            model.compile("sgd", "mse")
            first, second = model.predict([rows, rows])
            again = model.predict_on_batch([rows[:2], rows[:2]])
            alone = [Model(a, model.outputs[0]), Model(b, model.outputs[1])]
            print(np.allclose(first, second),
                  np.allclose(again, [first[:2], second[:2]]),
                  np.allclose([one.predict(rows) for one in alone], [first, second]),
                  model.evaluate([rows, rows], [first, second], verbose=0)[0] < 1e-9)
    inner = Model(a, layer(a))
    outer = Model(b, inner(b))
    within = outer.predict(rows)
    print(np.allclose(inner.predict(rows), within), np.allclose(outer.predict(rows), within))
"""
PRINTED_OF_SHARED = 6 * "False True True True\n" + "False True\n"


@pytest.mark.parametrize(
    ("script", "printed"),
    [(SCRIPT, PRINTED), (SHARED, PRINTED_OF_SHARED)],
    ids=["one call", "each call its own"],
)
def test_fit_evaluate_and_predict_have_the_same_weights(script, printed, tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(script))
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras2", "script.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed
