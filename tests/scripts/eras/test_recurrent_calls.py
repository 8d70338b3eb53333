"""Recurrent layers of the script's own, whose `call` has the arguments of Keras 2.

The numbers are those that Keras 2.2.4 and tf.keras 2.15.1 printed.
"""

from __future__ import annotations

import pytest

SCRIPT = """
    import numpy as np
    from {package}.models import Sequential
    from {package}.layers import LSTM, RNN, Bidirectional, ConvLSTM2D, Dense, SimpleRNN
    from {package}.layers import SimpleRNNCell

    class Gates(LSTM):
        def call(self, inputs, mask=None, training=None, initial_state=None):
            given = dict(mask=mask, training=training, initial_state=initial_state)
            return super(Gates, self).call(inputs, **given)

    class Steps(RNN):
        def call(self, inputs, mask=None, training=None, initial_state=None, constants=None):
            given = dict(mask=mask, initial_state=initial_state, constants=constants)
            return super(Steps, self).call(inputs, training=training, **given)

    class Both(Bidirectional):
        def call(self, x, mask=None, training=None, initial_state=None):
            return super(Both, self).call(x, mask=mask, training=training)

    class Pictures(ConvLSTM2D):
        def call(self, inputs, mask=None, training=None, initial_state=None):
            return super(Pictures, self).call(inputs, mask=mask, training=training)

    ones = dict(kernel_initializer="ones", recurrent_initializer="ones")
    x = np.sin(np.arange(24)).reshape(2, 4, 3).astype("float32")
    firsts = (
        Gates(2, input_shape=(4, 3), recurrent_activation="sigmoid", **ones),
        Steps(SimpleRNNCell(2, **ones), input_shape=(4, 3)),
        Both(SimpleRNN(2, **ones), input_shape=(4, 3)),
    )
    for first in firsts:
        model = Sequential([first, Dense(1, kernel_initializer="ones")])
        model.compile("sgd", "mse")
        before = model.predict(x).ravel()
        loss = model.train_on_batch(x, np.ones((2, 1)))
        print([round(float(one), 4) for one in [*before, loss]], model.output_shape)
    x = np.sin(np.arange(27)).reshape(1, 3, 3, 3, 1)
    model = Sequential([Pictures(1, (2, 2), input_shape=(3, 3, 3, 1), **ones)])
    print([round(float(one), 3) for one in model.predict(x).ravel()], model.output_shape)
"""
PRINTED = """\
[0.8194, 1.1079, 0.0221] (None, 1)
[1.318, 1.9014, 0.4568] (None, 1)
[0.9476, 3.171, 2.3581] (None, 1)
[0.055, 0.039, -0.031, -0.026] (None, 2, 2, 1)
"""


@pytest.mark.parametrize(("era", "package"), [("keras2", "keras"), ("tf2", "tensorflow.keras")])
def test_a_call_with_the_arguments_of_keras_2(era, package, printed_in):
    lines = printed_in(era, SCRIPT.format(package=package)).splitlines()
    assert [one for one in lines if one[0] == "["] == PRINTED.splitlines()


STATES = """
    import numpy as np
    from {package}.layers import GRU, LSTM, Bidirectional, Dense, Input
    from {package}.models import Model

    x = Input((3, 2))
    found = LSTM(4, return_state=True)(x)
    states = found[1:]
    second = LSTM(4, return_sequences=True, return_state=True)(x, initial_state=states)
    both = Bidirectional(GRU(2, return_state=True))(x)
    model = Model(x, [second[0]] + states + both[1:])
    told = model.predict_on_batch(np.zeros((1, 3, 2)))
    print([type(one).__name__ for one in (found, states, second, both, told)], len(told))
"""


@pytest.mark.parametrize(("era", "package"), [("keras2", "keras"), ("tf2", "tensorflow.keras")])
def test_an_output_and_its_states_are_a_list(era, package, printed_in):
    told = printed_in(era, STATES.format(package=package))
    assert told == "['list', 'list', 'list', 'list', 'list'] 5\n"
