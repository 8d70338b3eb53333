"""Callbacks that know their model by a name of the script's, and not by `self.model`.

The numbers are those that Keras 2.2.4 and tf.keras 2.15.1 printed. The first one called
`on_batch_end(batch, logs)` by the places of the arguments, whatever their names.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

SCRIPT = """
    import numpy as np
    {imports}
    from {keras} import backend as K
    from {keras}.callbacks import Callback, LambdaCallback
    from {keras}.layers import Dense
    from {keras}.models import Sequential

    x, y = np.arange(8.0).reshape(4, 2) / 8, np.zeros((4, 1))

    class Weights(Callback):
        def {hook}(self, step, {logs}=None):
            print(step, np.round(model.get_weights()[0].ravel(), 4).tolist())

    def rate(batch, logs):
        K.set_value(model.optimizer.lr, 0.1 * batch)

    def loss(batch, logs):
        print("loss", round(float(logs["loss"]), 4), round(float(model.predict(x[:1])[0, 0]), 4))

    for callback in (Weights(), LambdaCallback(on_batch_begin=rate, on_batch_end=loss)):
        model = Sequential([Dense(1, input_shape=(2,), kernel_initializer="ones")])
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0, callbacks=[callback])
"""
WEIGHTS = [[0.9984, 0.9975], [0.9808, 0.9764], [0.9793, 0.9741], [0.9624, 0.9540]]
KERAS2 = {"imports": "import keras.layers.core", "keras": "keras", "logs": "l"}
TF2 = {"imports": "import tensorflow", "keras": "tensorflow.keras", "logs": "logs"}


@pytest.mark.parametrize(
    ("era", "words", "losses"),
    [
        ("keras2", KERAS2, [0.2031, 1.9531, 0.0411, 0.7282]),
        ("tf2", TF2, [0.2031, 1.0781, 0.0411, 0.3846]),
    ],
)
def test_they_find_and_set_what_it_has_now(era, words, losses, printed_in):
    source = textwrap.dedent(SCRIPT).format(hook="on_batch_end", **words)
    found = printed_in(era, source.replace("x[:1])", "x[:1], verbose=0)")).splitlines()
    told = [eval(one[2:]) for one in found[:4]]
    np.testing.assert_allclose(told, WEIGHTS, atol=6e-5)
    answers = [0.125, -0.1766, -0.1766, -0.3586]
    numbers = [[float(word) for word in one.split()[1:]] for one in found[4:]]
    np.testing.assert_allclose(numbers, list(zip(losses, answers)), atol=2e-4)
