"""Calls of one class or another take in plain Keras 3 what calls by name take, or are listed."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

HEAD = """\
from functools import partial
from {keras}.layers import SimpleRNN, LSTM, GRU, Dense, MaxPooling2D, AveragePooling2D, Conv2D
from {keras}.optimizers import SGD, Adam
from {keras} import layers
made = []
"""
DENSE = "output_dim=3, init='uniform', bias=False"
POOL = "(2, 2), border_mode='same'"
SHARED = {
    "a loop": ("keras1", f"for Pool in [{{0}}, {{1}}]:\n    made.append(Pool({POOL}))\n", POOL),
    "a loop over pairs": (
        "keras1",
        f"for name, Pool in [('a', {{0}}), ('b', {{1}})]:\n    made.append(Pool({POOL}))\n",
        POOL,
    ),
    "a table": (
        "keras1",
        f"table = {{{{'a': {{0}}, 'b': {{1}}}}}}\n"
        f"made += [table['a']({POOL}), table.get('b', {{0}})({POOL})]\n",
        POOL,
    ),
    "the items of a table": (
        "keras1",
        f"table = {{{{'a': {{0}}, 'b': {{1}}}}}}\n"
        f"for name, Pool in table.items():\n    made.append(Pool({POOL}))\n",
        POOL,
    ),
    "a choice": (
        "keras1",
        f"for one in (True, False):\n    made.append(({{0}} if one else {{1}})({POOL}))\n",
        POOL,
    ),
    "an argument": (
        "keras1",
        f"def build(Pool={{0}}):\n    return Pool({POOL})\nmade += [build(), build({{1}})]\n",
        POOL,
    ),
    "a part": (
        "keras1",
        f"made += [partial({{0}}, {POOL})(), partial({{1}}, {POOL})()]\n",
        POOL,
    ),
}


def run(source, era):
    found = upgraded(source, era)
    names = {}
    exec(found.after, names)
    return found, [{**one.get_config(), "name": ""} for one in names["made"]]


@pytest.mark.parametrize("name", SHARED)
def test_what_all_take_alike_is_rewritten(name):
    era, lines, arguments = SHARED[name]
    pools = "MaxPooling2D", "AveragePooling2D"
    head = HEAD.format(keras="keras").replace("Conv2D", "Convolution2D as Conv2D")
    found, made = run(head + lines.format(*pools), era)
    assert not found.remains
    plain = "".join(f"made.append({one}({arguments}))\n" for one in pools)
    assert made == run(head + plain, era)[1]


def test_what_one_alone_took_is_listed_and_the_rest_is_rewritten():
    head = HEAD.format(keras="keras")
    loop = head + "for Cell in [SimpleRNN, LSTM]:\n    made.append(Cell(3, dropout=0.5))\n"
    found, _ = run(loop, "keras2")
    assert [one.told for one in found.remains] == [
        "LSTM had another default then, which not all of these know: recurrent_activation"
    ]
    alone = head + "for Cell in [LSTM, LSTM]:\n    made.append(Cell(3, dropout=0.5))\n"
    found, made = run(alone, "keras2")
    direct = run(head + "made.append(LSTM(3, dropout=0.5))\n", "keras2")[1]
    assert made == direct * 2 and not found.remains


@pytest.mark.parametrize(
    "lines",
    [
        "for Cell in [LSTM, Dense]:\n    made.append(Cell(3, inner_activation='tanh'))\n",
        "def build(Cell):\n    return Cell(3, init='one')\n",
        "made.append(getattr(layers, 'De' + 'nse')(output_dim=3))\n",
        "made.append(REGISTRY['Dense'](output_dim=3))\n",
    ],
)
def test_what_cannot_be_told_is_listed_and_left(lines):
    source = HEAD.format(keras="keras") + lines
    found = upgraded(source, "keras1")
    assert lines in found.after
    assert [one.code for one in found.remains] == ["OF203"]


@pytest.mark.parametrize(
    "lines",
    [
        "def build(make):\n    return make(lr=3)\ndef own(lr):\n    return lr\n",
        "for word in [str, repr]:\n    made.append(word(3))\n",
        "def own(output_dim):\n    return output_dim\nown(output_dim=3)\n",
    ],
)
def test_what_is_not_of_keras_is_left_alone(lines):
    source = HEAD.format(keras="keras") + lines
    found = upgraded(source, "keras2")
    assert lines in found.after


def test_a_choice_among_values():
    """Both are rewritten, so that the logs have the names of then."""
    source = (
        "import numpy as np\nfrom keras.models import Sequential\nfrom keras.layers import Dense\n"
        "names = []\nfor many in (True, False):\n"
        "    model = Sequential([Dense(1, input_dim=2)])\n"
        "    model.compile('sgd', 'mse', metrics=['accuracy', 'mae'] if many else ['accuracy'])\n"
        "    fitted = model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)\n"
        "    names.append(sorted(fitted.history))\n"
    )
    found = upgraded(source.replace("input_dim=2", "name='a'"), "keras2")
    names = {}
    exec(found.after, names)
    # What Keras 2.2.4 had.
    assert names["names"] == [["acc", "loss", "mean_absolute_error"], ["acc", "loss"]]
    assert not found.remains


HELD = {
    "a loop": "for make in (LSTM, SimpleRNN):\n    pass\n",
    "a table": "make = {'a': SimpleRNN, 'b': LSTM}['a']\n",
    "a choice": "make = SimpleRNN if made == [] else LSTM\n",
    "a list that grows": "made.append(SimpleRNN)\nmade.append(LSTM)\nmake = made[0]\n",
    "pairs of two lists": "for n, make in zip((1, 2), (LSTM, SimpleRNN)):\n    pass\n",
    "what a function gives": "def pick():\n    return SimpleRNN or LSTM\nmake = pick()\n",
    "a class": "class Kept:\n    kind = SimpleRNN\nmake = Kept.kind\n",
    "a part": "make = partial(SimpleRNN, stateful=False)\n",
}


@pytest.fixture(scope="module")
def sequence():
    """Two steps of a sequence, what a layer gives for it as a whole, and the layer's weights."""
    import keras
    import numpy as np

    x = np.arange(6, dtype="float32").reshape(2, 1, 3)
    layer = keras.layers.SimpleRNN(2, return_sequences=True)
    whole = np.asarray(layer(x.reshape(1, 2, 3)))
    return x, whole[0], layer.get_weights()


@pytest.mark.parametrize("held", HELD)
def test_states_are_carried_however_a_class_is_held(held, sequence):
    import keras
    import numpy as np

    source = f"{HEAD.format(keras='keras')}{HELD[held]}layer = make(2, stateful=True)\n"
    found = upgraded(source, "keras2")
    names: dict[str, object] = {}
    exec(found.after, names)
    if held == "a part":  # whose arguments stand in two places
        assert [one.code for one in found.remains] == ["OF206"]
        return
    assert {one.code for one in found.remains} <= {"OF205"}  # LSTM's default of then
    x, whole, weights = sequence
    model = keras.Sequential([keras.Input(batch_shape=(1, 1, 3)), names["layer"]])
    model.set_weights(weights)
    assert np.allclose(model.predict(x, batch_size=1, verbose=0), whole, atol=1e-6)


@pytest.mark.parametrize(
    "lines",
    [
        "LSTM(3, **{'stateful': True})",
        "kind = dict(stateful=True)\nLSTM(3, **kind)",
        "def make(*args, **kwargs):\n    return LSTM(*args, **kwargs)",
        "class Own(SimpleRNN):\n    pass\nOwn(3, stateful=True)",
        "class Own(SimpleRNN):\n    def __init__(self):\n"
        "        super().__init__(3, stateful=True)",
        "for Layer in (layers.LSTM, layers.GRU):\n    Layer(3, stateful=True)",
        "unknown['lstm'](3, stateful=True)",
    ],
)
def test_states_that_are_not_carried_are_listed(lines):
    assert upgraded(f"{HEAD.format(keras='keras')}{lines}\n", "keras2").remains


@pytest.mark.parametrize(
    "lines",
    [
        "def build(stateful):\n    return Dense(3)\nbuild(stateful=True)",
        "kind = dict(activation='relu')\nDense(3, **kind)",
        "def make(**kwargs):\n    return Dense(3, **kwargs)",
        "given[0](3, stateful=False)",
    ],
)
def test_what_has_no_states_is_not_listed(lines):
    assert not upgraded(f"{HEAD.format(keras='keras')}{lines}\n", "keras2").remains
