"""What classes of a script take from Keras's, and what a script takes from models and layers."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

LAYER = """\
from keras.engine.topology import Layer
from keras import backend as K
class Scale(Layer):
    def build(self, input_shape):
        {build}
        super(Scale, self).build(input_shape)
    def call(self, x, mask=None):
        return x * self.rate
    def get_output_shape_for(self, input_shape):
        return input_shape
"""


@pytest.mark.parametrize(
    ("era", "build"),
    [
        ("keras1", "self.rate = self.add_weight((3,), 'one', '{}_r'.format(self.name))"),
        ("keras1", "self.rate = self.add_weight(input_shape[1:], 'one', 'rate', False)"),
        ("keras2", "self.rate = self.add_weight('rate', (3,), None, 'ones')"),
        ("keras2", "self.rate = self.add_weight((3,), 'rate', initializer='ones')"),
        ("tf2", "self.rate = self.add_weight('rate', [3], 'float32', 'ones')"),
        ("tf2", "self.rate = self.add_weight(name='rate', shape=(3,), initializer='ones')"),
    ],
)
def test_weights_of_own_layers_are_made_in_the_order_of_the_time(era, build):
    found = upgraded(LAYER.format(build=build), era)
    assert not found.remains
    made = {}
    exec(found.after, made)
    layer = made["Scale"]()
    assert np.array_equal(layer(np.ones((2, 3), "float32")), np.ones((2, 3)))
    assert layer.weights[0].trainable == ("False" not in build)
    assert layer.compute_output_shape((2, 3)) == (2, 3)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("self.trainable_weights = [self.W]", "trainable_weights cannot be set"),
        ("self.non_trainable_weights = []", "non_trainable_weights cannot be set"),
        ("self.constraints = {}", "does not read a layer's constraints"),
        ("self.updates = [1]", "does not read a layer's updates"),
        ("self.add_update([1])", "add_update is no more"),
        ("self.W = self.init((3,), name='W')", "an initializer takes no name="),
    ],
)
def test_what_own_layers_cannot_do_any_more_is_listed(line, told):
    source = (
        "from keras.layers import Layer\nfrom keras import initializations\nclass Own(Layer):\n"
        "    def build(self, input_shape):\n"
        f"        self.init = initializations.get('one')\n        {line}\n"
    )
    found = upgraded(source, "keras1")
    assert [one.line for one in found.remains] == [6] and told in found.remains[0].told


@pytest.mark.parametrize(
    ("base", "body", "told"),
    [
        ("callbacks.Callback", "self.validation_data[0]", "no validation_data"),
        ("callbacks.Callback", "self.params['metrics']", "params have no 'metrics'"),
        ("optimizers.Optimizer", "self.x", "Keras 3 does not call get_updates"),
    ],
)
def test_what_keras_no_more_tells_or_calls_is_listed(base, body, told):
    source = f"import keras\nclass Own(keras.{base}):\n    def get_updates(self):\n        {body}\n"
    found = upgraded(source, "keras2")
    assert len(found.remains) == 1 and told in found.remains[0].told


def test_attributes_of_its_own_are_left_alone():
    source = (
        "from keras.layers import Layer\nclass Own(Layer):\n    def build(self, shape):\n"
        "        self.W = self.add_weight(shape=(2,), name='w')\n        self.stateful = 1\n"
        "        print(self.W, self.stateful)\nclass Other:\n"
        "    def get_updates(self):\n        self.trainable_weights = [self.validation_data]\n"
    )
    found = upgraded(source, "keras1")
    assert (found.after, found.remains) == (source, ())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[one.get_output_at(0) for one in model.layers]", "get_output_at is no more"),
        ("[one.stateful for _, one in enumerate(model.layers)]", "stateful is no more"),
        ("something.get_output_at(0)", "get_output_at is no more"),
        ("model.layers[0].reset_states([1])", "reset_states takes no states"),
        ("shapes['dense_1']", "may be an automatic name"),
        ("model.validation_data", "keeps no validation_data"),
    ],
)
def test_what_models_and_layers_cannot_do_any_more_is_listed(line, told):
    source = (
        "from keras.models import Model\nfrom keras.layers import Dense, Input\nx = Input((2,))\n"
        f"hidden = Dense(3)(x)\nmodel = Model(x, Dense(1)(hidden))\nfound = {line}\n"
    )
    found = upgraded(source, "keras2")
    assert [one.line for one in found.remains] == [6] and told in found.remains[0].told


def test_layers_in_comprehensions_are_layers():
    source = "from keras.models import Sequential\nm = Sequential()\n"
    line = "shapes = [one.output_shape for one in m.layers]\n"
    after = upgraded(source + line, "keras2").after
    assert after == source + line.replace("output_shape", "output.shape")


SHARED = """\
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, InputLayer
from keras.optimizers import SGD
shared = SGD(0.5, momentum=0.5)
first = Sequential([InputLayer((1,)), Dense(1, kernel_initializer='ones')])
second = Sequential([InputLayer((1,)), Dense(1, kernel_initializer='ones')])
first.compile(shared, 'mse')
second.compile(loss='mse', optimizer=shared)
for model in (first, second):
    model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
"""


def test_an_optimizer_of_two_models_has_moments_for_each():
    made = {}
    exec(upgraded(SHARED, "keras2").after, made)
    kernels = [float(made[name].get_weights()[0][0, 0]) for name in ("first", "second")]
    assert kernels == [0.0, 0.0]  # 1 - 0.5 * 2 * 1 * 1


IN_FUNCTION = """\
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, InputLayer
from keras.optimizers import SGD
shared = SGD(0.5, momentum=0.5)
def define():
    model = Sequential([InputLayer((1,)), Dense(1, kernel_initializer='ones', use_bias=False)])
    model.compile(shared, 'mse')
    return model
first, second = define(), define()
for model in (first, second):
    model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
"""


@pytest.mark.parametrize(
    "calls",
    [
        "first, second = define(), define()",
        "first, second = [define() for _ in 'ab']",
        "first, second = (define() for _ in 'ab')",
        "first, second = {define() for _ in 'ab'}",
        "first, second = {n: define() for n in 'ab'}.values()",
    ],
)
def test_a_function_gives_each_model_moments_of_its_own(calls):
    made = {}
    source = IN_FUNCTION.replace("first, second = define(), define()", calls)
    exec(upgraded(source, "keras2").after, made)
    kernels = [float(made[name].get_weights()[0][0, 0]) for name in ("first", "second")]
    assert kernels == [0.0, 0.0]  # 1 - 0.5 * 2 * 1 * 1


def test_an_optimizer_of_one_model_stays_as_it_is():
    source = IN_FUNCTION.replace("first, second = define(), define()", "first = second = define()")
    assert "optimizer_anew" not in upgraded(source, "keras2").after


DECAY = """\
import numpy as np
from keras.callbacks import LearningRateScheduler
from keras.layers import Dense, InputLayer
from keras.models import Sequential
from keras.optimizers import SGD
model = Sequential([InputLayer((1,)), Dense(1, kernel_initializer='ones', use_bias=False)])
model.compile(SGD(lr=0.1, decay=0.5), 'mse')
rates = LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))
model.fit(np.ones((2, 1)), np.zeros((2, 1)), batch_size=1, epochs=2, callbacks=[rates], verbose=0)
"""


def test_a_rate_falls_also_where_a_callback_sets_it():
    found = upgraded(DECAY, "keras2")
    made = {}
    exec(found.after, made)
    kernel = 1.0
    for step, rate in enumerate((0.1, 0.1, 0.05, 0.05)):
        kernel -= rate / (1 + 0.5 * step) * 2 * kernel  # keras/optimizers.py of Keras 2.2.4
    assert made["model"].get_weights()[0][0, 0] == pytest.approx(kernel, rel=1e-6)
    assert found.remains == ()


READ = """\
import numpy as np
from keras import backend as K
from keras.layers import InputLayer, Dense
from keras.models import Sequential
from keras.optimizers import SGD
model = Sequential([InputLayer((1,)), Dense(1, kernel_initializer='ones', use_bias=False)])
model.compile(SGD(lr=0.1, decay=0.5), 'mse')
model.fit(np.ones((4, 1)), np.zeros((4, 1)), batch_size=1, verbose=0)
told = K.get_value(model.optimizer.lr)
"""


def test_a_rate_that_a_script_reads_is_the_one_before_the_decay():
    """`K.get_value(optimizer.lr)` is 0.1 after any steps in Keras 1.2.2 and 2.2.4."""
    found = upgraded(READ, "keras2")
    made = {}
    exec(found.after, made)
    assert float(made["told"]) == pytest.approx(0.1)
    assert found.remains == ()


@pytest.mark.parametrize("line", ["told = args.lr", "config.learning_rate"])
def test_decay_is_a_schedule_where_the_rate_is_read_of_something_else(line):
    source = READ.replace("told = K.get_value(model.optimizer.lr)", line)
    assert "InverseTimeDecay" in upgraded(source, "keras2").after


NESTED = """\
from keras.models import Model, Sequential
from keras.layers import Dense
inner = Sequential([Dense(3, input_dim=5), Dense(2)])
outer = Sequential([inner, Dense(1)])
other = Model(inner.input, Dense(4)(inner.output))
alone = Sequential([Dense(3, input_dim=5)])
rest = Model(alone.input, alone.output)
"""


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_a_sequential_has_its_own_input():
    after = upgraded(NESTED, "keras2").after
    made = {}
    exec(after, made)
    # Keras 2.2.4: an input layer, the two layers of `inner`, and the new one
    assert [type(one).__name__ for one in made["other"].layers] == ["InputLayer", *["Dense"] * 3]
    assert made["rest"].input_shape == (None, 5)


STATEFUL = """\
import numpy as np
from keras.models import Sequential
from keras.layers import LSTM
def build(stateful):
    model = Sequential()
    model.add(LSTM(3, batch_input_shape=(2, 4, 1), return_sequences=True, stateful=stateful))
    return model
model = build(True)
rows = np.sin(np.arange(16.0)).reshape(4, 4, 1)
found = model.predict(rows, batch_size=2)
"""


def test_states_go_on_from_batch_to_batch():
    """The second batch goes on where the first one ended, as one sequence of both would."""
    made = {}
    exec(upgraded(STATEFUL, "keras2").after, made)
    whole = made["build"](False)
    whole.set_weights(made["model"].get_weights())
    first, second = np.split(made["rows"], 2)
    layer = whole.layers[0]
    expected = np.asarray(layer(np.concatenate([first, second], axis=1)))
    np.testing.assert_allclose(made["found"][:2], expected[:, :4], atol=1e-6)
    np.testing.assert_allclose(made["found"][2:], expected[:, 4:], atol=1e-6)


WORDS = """\
from keras.layers import Embedding
layer = Embedding(50, 4, init='one', dropout=0.5)
"""


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_words_are_left_out_as_whole_words_of_a_batch():
    made = {}
    found = upgraded(WORDS, "keras1")
    assert not found.remains
    exec(found.after, made)
    rows = np.tile(np.arange(50), (3, 1))
    given = np.asarray(made["layer"](rows, training=True))
    assert np.array_equal(given[0], given[1]) and np.array_equal(given[0], given[2])
    assert set(np.unique(given)) == {0.0, 2.0}  # 1 / (1 - 0.5)
    assert np.array_equal(given, given[..., :1] * np.ones(4))
    assert np.array_equal(made["layer"](rows), np.ones((3, 50, 4)))
    assert made["layer"].get_config()["dropout"] == 0.5


UNBUILT = """\
import tensorflow as tf
from tensorflow.keras import layers
def make():
    return tf.keras.Sequential([layers.Dense(3{shape}), layers.LeakyReLU(alpha=0.1)])
net = make()
net.compile('sgd', 'mse')
net.fit(x, y)
net.save_weights('weights')
net = make()
{line}
net.load_weights('weights')
net.evaluate(x, y)
"""


@pytest.mark.parametrize(
    ("shape", "line", "told"),
    [
        ("", "", ["Keras 3 loads no weights into a model that is not built: call it with a batch"]),
        ("", "net.predict(x)", []),
        ("", "net(x)", []),
        (", input_shape=(2,)", "", []),
    ],
)
def test_weights_of_a_model_that_is_not_built_are_listed(shape, line, told):
    found = upgraded(UNBUILT.format(shape=shape, line=line))
    assert [one.told.partition(" before")[0] for one in found.remains] == told


@pytest.mark.parametrize(
    ("line", "count"), [("", 1), ("net.build((None, 2))", 0), ("net.build(input_shape=(4, 2))", 0)]
)
def test_so_they_are_where_only_another_model_is_built(line, count):
    before = UNBUILT.replace("net = make()", "net = tf.keras.Sequential([layers.Dense(2)])", 1)
    before = before.replace("net = make()", "net = tf.keras.Sequential([layers.Dense(3)])")
    before = before.replace("net.compile", "net.build(input_shape=(None, 2))\nnet.compile")
    found = upgraded(before.format(shape="", line=line))
    assert len([one for one in found.remains if "not built" in one.told]) == count


def test_a_model_like_one_that_was_built_is_built_before_it_loads_weights(tmp_path, monkeypatch):
    """Keras of the time loaded them once the model was built, by its first batch."""
    monkeypatch.chdir(tmp_path)
    source = (
        "import numpy as np\nfrom tensorflow.keras import layers, Sequential\n"
        "net = Sequential([layers.Dense(3), layers.Dense(1)])\nnet.build(input_shape=(None, 2))\n"
        "x = np.ones((4, 2))\nfirst = net.predict(x)\nnet.save_weights('weights')\n"
        "net = Sequential([layers.Dense({units}), layers.Dense(1)])\n"
        "net.load_weights('weights')\nsecond = net.predict(x)\n"
    )
    found = upgraded(source.format(units=3), "tf2")
    names = {}
    exec(found.after, names)
    assert np.array_equal(names["first"], names["second"])
    assert not found.remains
    other = upgraded(source.format(units=4), "tf2")
    assert any("not built" in one.told for one in other.remains)


OWN = """\
from tensorflow import keras
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    {method}
    def call(self, x):
        return self.dense(x)
model = {made}
model.build({shape})
"""
BUILDS = "def build(self, shape): self.dense.build(shape)"


@pytest.mark.parametrize("shape", ["(None, 3)", "input_shape=(None, 3)", "(4, 3)"])
def test_build_makes_the_weights_of_a_model_of_an_own_class(shape):
    found = upgraded(OWN.format(method="", made="Net()", shape=shape), "tf2")
    made = {}
    exec(found.after, made)
    assert [one.shape for one in made["model"].weights] == [(3, 2), (2,)]


@pytest.mark.parametrize(
    ("method", "made"),
    [(BUILDS, "Net()"), ("", "keras.Sequential([keras.layers.Dense(2)])"), ("", "unknown()")],
)
def test_build_stays_where_it_makes_weights_itself(method, made):
    found = upgraded(OWN.format(method=method, made=made, shape="(None, 3)"), "tf2")
    assert "model.build((None, 3))" in found.after


@pytest.mark.parametrize(
    ("between", "is_listed"), [("", True), ("model(x)", False), ("model.build((None, 3))", False)]
)
def test_weights_of_an_own_class_that_is_not_built_are_listed(between, is_listed):
    source = OWN.format(method="", made="Net()", shape="(None, 3)").replace("model.build", "print")
    source += f"x = keras.Input((3,))\n{between}\nmodel.save_weights('file')\n"
    source += "def step(model, x):\n    model.load_weights('file')\n    return model(x)\n"
    told = [one.told for one in upgraded(source, "tf2").remains]
    # Of a parameter nothing is known, and another function's is no matter here.
    assert not any("loads no weights" in one for one in told)
    assert any("saves no weights of a model that is not built" in one for one in told) == is_listed


TRAINED = """\
from tensorflow import keras
class Pair(keras.Model):
    def __init__(self, first):
        super().__init__()
        self.first = first
    def train_step(self, data):
        {step}
        return {{}}
{call}
model = Pair(keras.Sequential([keras.layers.Dense(1, input_shape=(2,))]))
model.compile('sgd')
model.fit(x)
model.save_weights('file')
"""
CALL = "    def call(self, x):\n        return self.first(x)"


@pytest.mark.parametrize(
    ("step", "call", "told"),
    [
        ("self.first(data)", "", ["saves no weights of a model without a call"]),
        ("self.first(data)", CALL, ["saves no weights of a model that is not built"]),
        ("self(data)", CALL, []),
    ],
)
def test_weights_of_a_model_whose_step_does_not_call_it_are_listed(step, call, told):
    """A fit builds what it calls. Keras 3: "You are saving a model that has not yet been built"."""
    found = upgraded(TRAINED.format(step=step, call=call), "tf2").remains
    shown = [one.told for one in found if "saves no weights" in one.told]
    assert len(shown) == len(told) and all(word in one for word, one in zip(told, shown))


def test_weights_of_own_metrics_too():
    source = (
        "import tensorflow as tf\n"
        "class Own(tf.keras.metrics.Metric):\n"
        "    def __init__(self):\n"
        "        super().__init__(name='own')\n"
        "        by = tf.VariableAggregation.SUM\n"
        "        self.t = self.add_weight('t', (2,), by, initializer='ones')\n"
    )
    assert "self.add_weight(name='t', shape=(2,), initializer='ones')" in upgraded(source).after
