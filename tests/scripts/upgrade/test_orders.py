"""What shows an order that Keras 3 has not is listed, and what does not is not."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

HISTORY = """\
import json
from keras.models import Sequential
from keras.layers import Dense
from keras.callbacks import EarlyStopping
model = Sequential([Dense(1, input_dim=2)])
model.compile("sgd", "mse", metrics=["acc"])
fitted = model.fit(x, y, validation_split=0.5, epochs=2)
kept = fitted.history
"""


def told(source, era):
    return [one.told for one in upgraded(source, era).remains]


def test_keras_3_sorts_the_names_of_a_history():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["acc"])
    x, y = np.ones((4, 2)), np.ones((4, 1))
    names = list(model.fit(x, y, validation_split=0.5, verbose=0).history)
    assert names == ["acc", "loss", "val_acc", "val_loss"]


@pytest.mark.parametrize(
    "line",
    [
        "for name in fitted.history:\n    print(name)",
        "for name, values in kept.items():\n    print(name)",
        "print(fitted.history.keys())",
        "print(kept)",
        "table = pd.DataFrame(fitted.history)",
        "names = list(model.history.history)",
        "text = json.dumps(kept)",
        "lines = [one[0] for one in fitted.history.values()]",
    ],
)
@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_a_line_that_shows_the_order_of_a_history_is_listed(line, era):
    found = told(HISTORY + line + "\n", era)
    assert ["a History's names stood as" in one for one in found] == [True]


CALLBACK = HISTORY.replace(
    "model =",
    "class Told(Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        {line}\nmodel =",
    1,
)


@pytest.mark.parametrize("line", ["print(logs)", "print(list(logs.values())[0])"])
def test_a_line_of_a_callback_that_shows_the_order_of_its_logs_is_listed(line):
    (found,) = told(CALLBACK.format(line=line), "keras2")
    assert found.startswith("the names in logs stood as val_loss, val_acc, loss, acc")


@pytest.mark.parametrize("line", ["print(logs['loss'])", "print(sorted(logs))", "print(epoch)"])
def test_a_line_of_a_callback_that_shows_none_is_not(line):
    assert not told(CALLBACK.format(line=line), "keras2")


@pytest.mark.parametrize(
    "line",
    [
        "print(fitted.history['loss'])",
        "for name in sorted(fitted.history):\n    print(name)",
        "print(sorted(kept.keys()))",
        "print('val_loss' in kept.keys(), len(kept))",
        "print({}.items(), {'a': 1}.keys())",
    ],
)
def test_a_line_that_shows_none_is_not(line):
    assert not told(HISTORY + line + "\n", "keras2")


def test_an_order_that_is_that_of_then_is_not_listed():
    alone = HISTORY.replace('["acc"]', '["mae"]') + "print(kept)\n"
    assert told(alone, "keras2") and not told(alone, "tf2")
    assert not told(alone.replace("validation_split=0.5, ", ""), "keras2")


RATES = HISTORY.replace("EarlyStopping", "ReduceLROnPlateau").replace("validation_split=0.5, ", "")


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [
        ("for name in sorted(fitted.history):\n    print(name)", True),
        ("print(sorted(kept.keys()))", True),
        ("print(fitted.history)", True),
        ("print(fitted.history['loss'])", False),
    ],
)
def test_a_line_that_shows_the_name_of_the_rate_is_listed(line, is_listed):
    """`ReduceLROnPlateau` logs `lr` in Keras 2.2.4, and `learning_rate` in Keras 3."""
    source = RATES.replace('["acc"]', '["mae"]')
    used = "reduce = ReduceLROnPlateau()\n"
    found = told(source + used + line + "\n", "keras2")
    assert any("this line shows that name" in one for one in found) == is_listed
    assert not any("shows that name" in one for one in told(source + line + "\n", "keras2"))


def test_keras_3_logs_the_rate_as_learning_rate():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    rates = keras.callbacks.ReduceLROnPlateau(monitor="loss")
    fitted = model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0, callbacks=[rates])
    assert "learning_rate" in fitted.history and "lr" not in fitted.history


NESTED = """\
from keras.models import Sequential
from keras.layers import Dense, BatchNormalization
inner = Sequential([Dense(2, input_dim=3), BatchNormalization(), Dense(4)])
model = Sequential()
model.add({part})
model.add(Dense(5))
"""


def test_keras_3_has_the_weights_of_a_part_where_its_layers_are():
    """Keras 2.2.4 had them as (3, 2), (2,), (2,), (2,), (2, 4), (4,), (2,), (2,), (4, 5), (5,)."""
    names = {}
    exec(NESTED.format(part="inner").replace("input_dim=3", "name='a'"), names)
    names["model"].build((None, 3))
    shapes = [one.shape for one in names["model"].get_weights()]
    assert shapes[4:8] == [(2,), (2,), (2, 4), (4,)]


@pytest.mark.parametrize(
    ("part", "line", "era", "is_left"),
    [
        ("inner", "print(model.get_weights()[3])", "keras2", True),
        ("inner", "model.set_weights(arrays)", "keras2", True),
        ("inner", "model.set_weights(other.get_weights())", "keras2", False),
        ("inner", "print(model.get_weights()[3])", "keras1", False),
        ("inner", "print(model.get_weights()[3])", "tf2", False),
        ("Dense(2)", "print(model.get_weights()[3])", "keras2", False),
    ],
)
def test_weights_of_models_in_models_are_listed(part, line, era, is_left):
    """Keras 1.2.2 had (4,), (2,), (2,) at the end where a model is called, as 2.2.4 had."""
    found = told(NESTED.format(part=part) + line + "\n", era)
    assert ["in a model that is part of another" in one for one in found] == [True] * is_left


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_weights_of_models_that_are_called_are_listed(era):
    lines = "answer = inner(Input((3,)))\nprint(model.get_weights()[3])\n"
    source = NESTED.format(part="Dense(3)").replace("Dense, B", "Dense, Input, B") + lines
    assert ["in a model that is part of another" in one for one in told(source, era)] == [True]


ARRAYS = """\
{imported}
from keras.models import Sequential
model = Sequential()
{used}
print(model.get_weights()[0])
"""


@pytest.mark.parametrize(
    ("imported", "used", "is_left"),
    [
        ("from keras.layers import Dense, LSTM", "model.add(Dense(3))", False),
        ("from keras.layers import Dense, LSTM as R", "model.add(Dense(3))", False),
        ("from keras.layers import LSTM as R", "model.add(R(3))", True),
        ("import keras.layers as L", "model.add(L.LSTM(3))", True),
        ("from keras.layers import *", "model.add(LSTM(3))", True),
        ("from keras import layers", "model.add(getattr(layers, 'LSTM')(3))", True),
        ("from keras.layers import LSTM as R", "table = {1: R}\nmodel.add(table[1](3))", True),
        ("from keras.layers import LSTM, GRU", "for R in [LSTM, GRU]:\n    model.add(R(3))", True),
        ("from keras.layers import LSTM", "make = partial(LSTM, 3)\nmodel.add(make())", True),
        ("from keras.layers import LSTM as R", "class Own(R):\n    pass", True),
        ("from keras.layers import LSTM", "def f(m):\n    m.set_weights([LSTM])", True),
    ],
)
def test_arrays_of_layers_that_a_script_uses_are_listed(imported, used, is_left):
    """Keras 1.2.2 gave twelve arrays of an LSTM, Keras 3 gives three."""
    layer = keras.layers.LSTM(3)
    layer.build((1, 2, 3))
    assert len(layer.get_weights()) == 3
    source = ARRAYS.format(imported=imported, used=used)
    if "set_weights" in used:
        source = source.replace("print(model.get_weights()[0])", "")
    found = told(source, "keras1")
    assert any(one.startswith("the arrays of LSTM were others") for one in found) == is_left


CONFIG = """\
from keras.optimizers import SGD
optimizer = SGD(lr=0.5{more})
config = optimizer.get_config()
rate = {line}
"""


@pytest.mark.parametrize(
    "line",
    [
        "optimizer.get_config()['lr']",
        "config['lr']",
        "config.get('lr')",
    ],
)
def test_the_rate_of_an_optimizers_config(line):
    found = upgraded(CONFIG.format(more="", line=line), "keras2")
    names = {}
    exec(found.after, names)
    assert names["rate"] == 0.5 and not found.remains


@pytest.mark.parametrize("line", ["config['decay']", "config.get('decay')", "config['lr']"])
def test_what_an_optimizers_config_has_no_more_is_listed(line):
    found = told(CONFIG.format(more=", decay=0.1", line=line), "keras2")
    assert len(found) == 1 and "config" in found[0]
