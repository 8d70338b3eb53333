"""`Dropout._get_noise_shape`, called by a layer of the script's own or replaced by it."""

from __future__ import annotations

import textwrap

import numpy as np

from .results import printed

SCRIPT = """
    import json
    import numpy as np
    import keras.layers.core
    from keras import backend as K
    from keras.layers import Dropout
    from keras.models import Sequential

    class Steps(Dropout):
        def _get_noise_shape(self, inputs):
            shape = K.shape(inputs)
            return (shape[0], shape[1], 1)

    class Unscaled(Dropout):
        def call(self, inputs, training=None):
            shape = self._get_noise_shape(inputs)
            return K.dropout(inputs, self.rate, shape) * (1 - self.rate)

    shape = (50, 4)
    for layer in Steps(0.5, input_shape=shape), Unscaled(0.5, (None, 1, 1), input_shape=shape):
        model = Sequential([layer])
        model.compile("sgd", "mse")
        found = K.function([model.input, K.learning_phase()], [model.output])
        print(json.dumps(found([np.ones((30, 50, 4)), 1])[0].tolist()))
"""


def test_what_is_dropped_together(tmp_path):
    steps, rows = map(np.array, printed(textwrap.dedent(SCRIPT), "keras2", tmp_path))
    assert set(steps.ravel()) == {0.0, 2.0} and set(rows.ravel()) == {0.0, 1.0}
    assert (steps == steps[:, :, :1]).all() and (rows == rows[:, :1, :1]).all()
    assert 0.4 < (steps == 0).mean() < 0.6
