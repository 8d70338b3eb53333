"""Words that look like names, keywords first of all, are not taken for what has that name."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

BEFORE = """\
import numpy as np
import keras
from keras.layers import Dense, Input
from keras.models import Model
x = Input((2,))
model = Model(x, Dense(1, init="one")(x))
{lines}
found = model.evaluate(np.ones((4, 2)), np.zeros((4, 1)), verbose=0)
"""


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ("loss = keras.objectives.mse\nmodel.compile('sgd', loss=loss)", "loss="),
        (
            "loss = keras.objectives.mse\nwords = dict(loss=loss)\nmodel.compile('sgd', **words)",
            "dict(loss=",
        ),
        (
            "mean = keras.backend.mean\n"
            "def loss(y, p):\n    return mean(keras.backend.square(x=y - p), axis=-1)\n"
            "given = dict(mean=3)\nmodel.compile('sgd', loss)",
            "dict(mean=3)",
        ),
        (
            "def choose():\n    global loss\n    loss = keras.objectives.mse\n"
            "choose()\nmodel.compile('sgd', loss)",
            "global loss\n",
        ),
        (
            "class Told:\n    value = 3\n"
            "value = keras.objectives.mse\n"
            "match Told():\n    case Told(value=3):\n        model.compile('sgd', 'mse')",
            "Told(value=3)",
        ),
        (
            "match keras.objectives.mse:\n    case loss:\n        model.compile('sgd', loss)\n"
            "def other():\n    loss = keras.objectives.mae",
            "case loss:",
        ),
        (
            "(loss := keras.objectives.mse)\nmodel.compile('sgd', loss)\n"
            "def other():\n    loss = keras.objectives.mae",
            "compile('sgd', loss)",
        ),
    ],
)
def test_a_word_is_no_name(lines, kept):
    found = upgraded(BEFORE.format(lines=lines), "keras1")
    assert kept in found.after
    names = {}
    exec(found.after, names)
    assert np.isclose(names["found"], 4.0)


def test_weights_are_handed_on_beside_a_keyword_of_their_name():
    lines = (
        "model.compile('sgd', 'mse')\nbest = model.get_weights()\ngiven = dict(best=3)\n"
        "model.set_weights(best)"
    )
    assert not upgraded(BEFORE.format(lines=lines), "keras1").remains


def test_a_tensor_of_the_graph_may_be_given_by_its_own_name():
    before = """\
import numpy as np
from keras import backend as K
from keras.layers import Dense, Input, Layer
from keras.models import Model
x = Input((3,))
z_mean = Dense(2, kernel_initializer="ones")(x)
def kl(inputs, z_mean):
    return K.sum(inputs) + K.sum(z_mean)
class Losses(Layer):
    def call(self, inputs):
        shared = [z_mean for z_mean in (inputs, inputs)]
        return inputs + kl(shared[0], z_mean=z_mean)
model = Model(x, Losses()(x))
found = model.predict(np.ones((1, 3)))
"""
    found = upgraded(before, "keras2")
    assert "z_mean=self.z_mean)" in found.after
    assert not found.remains
    names = {}
    exec(found.after, names)
    assert np.array_equal(names["found"], [[10.0, 10.0, 10.0]])


def test_each_argument_that_is_left_is_listed():
    source = "from keras.layers import Dense\nDense(4, border_mode=3, mode=2)\n"
    told = [one.told for one in upgraded(source, "keras1").remains]
    assert told == [
        "Dense takes no border_mode= in Keras 3",
        "Dense takes no mode= in Keras 3",
    ]


OF_TWO_HISTORIES = """\
import numpy as np
from keras.callbacks import Callback, ReduceLROnPlateau
from keras.layers import Dense, Input
from keras.models import Model
class Losses(Callback):
    def on_train_begin(self, logs={}):
        self.history = {"lr": 1}
x = Input((2,))
model = Model(x, Dense(1)(x))
model.compile("sgd", "mse")
def trained():
    told = model.fit(
        np.ones((4, 2)), np.zeros((4, 1)), nb_epoch=1, verbose=0,
        callbacks=[ReduceLROnPlateau("loss")],
    )
    return told.history["lr"]
def kept():
    told = Losses()
    told.on_train_begin()
    return told.history["lr"]
found = trained(), kept()
"""


def test_a_history_in_a_function_is_that_of_the_name_there():
    after = upgraded(OF_TWO_HISTORIES, "keras1").after
    names = {}
    exec(after, names)
    assert len(names["found"][0]) == names["found"][1] == 1
