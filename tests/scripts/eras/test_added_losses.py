"""Which mean of batches a loss by `add_loss` has, as Keras 2.2.4 and tf.keras 2.15 gave it.

Of 20 rows, 16 have the mean 1.1144 and four 9.6089. The numbers are those that both printed.
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
    from {keras} import backend as K
    from {keras}.layers import Dense, Input
    from {keras}.models import Model

    x = np.arange(20.0).reshape(20, 1) ** 2 / 100
    for loss in (None, "mse"):
        inputs = Input((1,))
        outputs = Dense(1, kernel_initializer="ones")(inputs)
        model = Model(inputs, outputs)
        model.add_loss(K.mean(K.square(outputs)))
        model.compile(keras.optimizers.SGD({rate}=0.0), loss=loss)
        y = x if loss else None
        told = model.fit(x, y, batch_size=16, shuffle=False, verbose=0, validation_split=0.1)
        print(json.dumps([
            float(model.evaluate(x, y, batch_size=16, verbose=0)),
            told.history["loss"][0],
            told.history["val_loss"][0],
            float(model.train_on_batch(x[16:], None if y is None else y[16:])),
        ]))
"""
KERAS2 = {"imports": "import keras, keras.layers.core", "keras": "keras", "rate": "lr"}
TF2 = {
    "imports": "from tensorflow import keras",
    "keras": "tensorflow.keras",
    "rate": "learning_rate",
}
BY_ROWS = [2.813330078125, 1.8187166849772136, 11.764848709106445, 9.6088505]
BY_BATCHES = [5.361650466918945, 4.2836503982543945, 11.764848709106445, 9.608850479125977]


@pytest.mark.parametrize(
    ("era", "words", "alone"), [("keras2", KERAS2, BY_ROWS), ("tf2", TF2, BY_BATCHES)]
)
def test_batches_count_as_they_did(era, words, alone, tmp_path):
    found = printed(textwrap.dedent(SCRIPT).format(**words), era, tmp_path)
    np.testing.assert_allclose(found, [alone, BY_ROWS], rtol=1e-6)


LIST = """
    import json
    import numpy as np
    {imports}
    from {keras} import backend as K
    from {keras}.layers import Dense, Input
    from {keras}.models import Model

    inputs = Input((1,))
    outputs = Dense(1, kernel_initializer="ones")(inputs)
    model = Model(inputs, outputs)
    model.add_loss([K.mean(K.square(outputs)), K.mean(K.abs(outputs))])
    model.compile("sgd", None)
    x = np.arange(1.0, 5.0).reshape(4, 1)
    print(json.dumps([float(model.train_on_batch(x, None)) for _ in range(3)]))
"""


@pytest.mark.parametrize(("era", "words"), [("keras2", KERAS2), ("tf2", TF2)])
def test_losses_in_a_list_add_up(era, words, tmp_path):
    found = printed(textwrap.dedent(LIST).format(**words), era, tmp_path)
    np.testing.assert_allclose(found, [[10.0, 6.863287448883057, 4.6867828369140625]], rtol=1e-5)


SUMMARY = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.layers import Dense, Input
    from keras.models import Model

    x = Input((4,))
    model = Model(x, Dense(4, activation="sigmoid", name="b")(Dense(2, name="a")(x)))
    for _ in range(2):
        model.add_loss(K.mean(K.binary_crossentropy(x, model.output)))
    model.compile("rmsprop")
    told = []
    model.summary(print_fn=told.append)
    lines = "\\n".join(told).splitlines()
    print(json.dumps([line.split()[1] for line in lines if line.startswith("│")]))
    print(json.dumps(any("Total params: 22" in line for line in lines)))
    model.fit(np.ones((2, 4)), epochs=1, verbose=0)
"""


def test_a_summary_lists_no_losses(tmp_path):
    """Keras 2.2.4 listed the three layers, and 22 parameters."""
    rows, is_total = printed(textwrap.dedent(SUMMARY), "keras2", tmp_path)
    assert rows[1:] == ["a", "b"] and is_total
