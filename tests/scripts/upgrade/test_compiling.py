"""What `compile` is given, as Keras 3 takes it: metrics of several outputs, labels as columns."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

OUTPUTS = """\
import numpy as np
from keras.models import Model
from keras.layers import Input, Dense
def build():
    {losses}
    x = Input((3,))
    net = Model(x, [Dense(1, name='a')(x), Dense(1, name='b')(x)])
    net.compile('sgd', loss=losses, metrics=['mae'])
    return net
model = build()
given = np.ones((4, 1))
model.fit(np.ones((4, 3)), [given, given], verbose=0)
"""


def test_keras_3_refuses_a_flat_list_of_metrics_for_two_outputs():
    names = {}
    with pytest.raises(ValueError, match="metrics"):
        exec(OUTPUTS.format(losses="losses = ['mse', 'mae']"), names)


@pytest.mark.parametrize("losses", ["['mse', None]", "{'b': 'mse'}"])
def test_a_loss_of_one_output_is_listed_as_it_is_logged_once(losses):
    found = upgraded(OUTPUTS.format(losses=f"losses = {losses}"), "keras2")
    assert any("Keras 3 logs it as loss alone" in one.told for one in found.remains)


def test_losses_that_a_function_keeps_tell_how_many_outputs_there_are():
    found = upgraded(OUTPUTS.format(losses="losses = ['mse', 'mae']"), "keras2")
    names = {}
    exec(found.after, names)
    assert {"a_mean_absolute_error", "b_mean_absolute_error"} <= set(
        names["model"].get_metrics_result()
    )


def test_results_in_another_order_are_listed_for_losses_that_a_function_keeps():
    source = OUTPUTS.format(losses="losses = ['mse', 'mae']") + "model.evaluate(x, [y, y])\n"
    told = [one.told for one in upgraded(source, "keras2").remains]
    assert any("give the metrics before the losses of each output" in one for one in told)


def test_metrics_that_a_name_holds_are_given_labels_as_columns():
    source = OWN.format(
        lines="def wrong(a, b):\n    return abs(a - b)\nkept = [wrong]", metrics="kept"
    )
    assert "metrics=[of_columns(wrong)]" in upgraded(source, "tf2").after


def test_a_list_with_something_of_keras_stays_under_its_name():
    source = OUTPUTS.format(losses="losses = ['mse', 'mae']\n    kept = [keras.losses.mse]")
    source = source.replace("import numpy", "import keras\nimport numpy").replace(
        "['mae'])", "kept)"
    )
    assert "metrics=kept" in upgraded(source, "keras2").after


@pytest.mark.parametrize("more", ["losses.append('mse')", "losses[0] = 'mse'"])
def test_a_list_that_is_changed_tells_nothing(more):
    found = upgraded(OUTPUTS.format(losses=f"losses = ['mse']\n    {more}"), "keras2")
    assert "loss=losses" in found.after


MANY = """\
import numpy as np
from keras.models import Model
from keras.layers import Input, Dense
def build():
    x = Input((3,))
    {made}
    return Model({given})
net = build()
outputs = None
net.compile(optimizer='sgd', loss='mse', metrics=['mae'])
given = np.ones((4, 1))
told = net.evaluate(np.ones((4, 3)), [given, given], verbose=0)
"""
LOOP = "outputs = []\n    for name in 'ab':\n        outputs.append(Dense(1, name=name)(x))"


@pytest.mark.parametrize(
    ("made", "given"),
    [
        (LOOP, "inputs=x, outputs=outputs"),
        ("outputs = [Dense(1, name=one)(x) for one in 'ab']", "x, outputs"),
        ("pass", "x, [Dense(1, name='a')(x), Dense(1, name='b')(x)]"),
    ],
)
def test_a_list_of_metrics_is_for_each_of_several_outputs(made, given):
    """Keras 2.2.4: loss, a_loss, b_loss, a_mean_absolute_error, b_mean_absolute_error."""
    found = upgraded(MANY.format(made=made, given=given), "keras2")
    names = {}
    exec(found.after, names)
    assert len(names["told"]) == 5
    assert any("give the metrics before the losses" in one.told for one in found.remains)


def test_keras_3_refuses_a_list_of_metrics_for_two_outputs_of_one_loss():
    with pytest.raises(ValueError, match="metrics"):
        exec(MANY.format(made="pass", given="x, [Dense(1)(x), Dense(1)(x)]"), {})


@pytest.mark.parametrize(
    ("made", "given"), [("pass", "x, [Dense(1)(x)]"), ("pass", "x, Dense(1)(x)"), ("pass", "x, y")]
)
def test_one_output_has_one_list(made, given):
    assert "outputs)" not in upgraded(MANY.format(made=made, given=given), "keras2").after


@pytest.mark.parametrize(
    "made",
    [
        "outputs = []\n    for _ in 'ab':\n        out = last(x)\n        outputs.append(out)",
        "outputs = [last(x) for _ in 'ab']",
    ],
)
def test_outputs_of_one_layer_have_names_of_their_own(made):
    """Keras 2.2.4: loss, c_loss, c_mean_absolute_error twice; the losses would be one by name."""
    source = MANY.format(made=f"last = Dense(1, name='c')\n    {made}", given="x, outputs")
    found = upgraded(source.replace("verbose=0", "verbose=0, return_dict=True"), "keras2")
    names = {}
    exec(found.after, names)
    assert sum("loss" in one for one in names["told"]) == 3


OWN = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
class Wrong(keras.metrics.Metric):
    def __init__(self, name='wrong', **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_weight(name='total', initializer='zeros')
    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(keras.backend.sum(keras.backend.abs(y_true - y_pred)))
    def result(self):
        return self.total
    def reset_state(self):
        self.total.assign(0.0)
{lines}
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer='ones')])
model.compile('sgd', 'mse', metrics={metrics})
told = model.evaluate(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]), verbose=0)
"""


@pytest.mark.parametrize(
    ("lines", "metrics"),
    [
        ("", "[Wrong()]"),
        ("wrong = Wrong(name='own')", "[wrong]"),
        ("", "{'dense': [Wrong()]}"),
        (
            "def wrong(y_true, y_pred):\n    return keras.backend.sum(abs(y_true - y_pred))",
            "[wrong]",
        ),
    ],
)
def test_metrics_of_own_classes_are_given_labels_as_columns(lines, metrics):
    """tf.keras 2.15 tells 2: |1 - 1| + |4 - 2|; of a square of numbers it would be 6."""
    found = upgraded(OWN.format(lines=lines, metrics=metrics), "tf2")
    names = {}
    exec(found.after.replace("import tensorflow as tf\n", ""), names)
    assert names["told"][1] == pytest.approx(2.0)


def test_keras_3_gives_such_labels_as_they_are():
    shapes = []

    class Told(keras.metrics.Metric):
        def update_state(self, y_true, y_pred, sample_weight=None):
            shapes.append((len(y_true.shape), len(y_pred.shape)))

        def result(self):
            return 0.0

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Told()])
    model.evaluate(np.ones((2, 1)), np.ones(2), verbose=0)
    assert shapes[-1] == (1, 2)


WEIGHTS = """\
import keras
from keras.models import Model
from keras.layers import Input, Dense
x = Input((3,))
net = Model(x, [Dense(1, name='b')(x), Dense(1, name='a')(x)])
net.compile('sgd', loss={losses}, loss_weights={{'b': 0.5}})
"""


def test_losses_without_a_weight_have_the_weight_1():
    found = upgraded(WEIGHTS.format(losses="{'a': 'mse', 'b': 'mae'}"), "tf2")
    names = {}
    exec(found.after, names)
    given = np.ones((4, 1))
    loss, mae, mse = names["net"].test_on_batch(np.ones((4, 3)), [given, given])
    np.testing.assert_allclose(loss, 0.5 * mae + mse, rtol=1e-5)


@pytest.mark.parametrize("losses", ["'mse'", "['mse', 'mae']"])
def test_weights_by_names_are_listed_beside_losses_without_names(losses):
    told = [one.told for one in upgraded(WEIGHTS.format(losses=losses), "keras2").remains]
    assert any("Keras 3 wants a weight for each loss" in one for one in told)


AGAIN = """\
import numpy as np
from keras.models import Model
from keras.layers import Input, Dense
from keras.optimizers import SGD
x = np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, 1.0]])
given = Input((3,))
model = Model(given, Dense(1, kernel_initializer='ones')(given))
{first}
for _ in range(2):
    model.train_on_batch(x, x[:, :1])
{second}
for _ in range(2):
    model.train_on_batch(x, x[:, :1])
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("model.compile(SGD(0.1, 0.9), 'mse')", "model.compile(model.optimizer, 'mae')"),
        (
            "rule = SGD(0.1, 0.9)\nmodel.compile(optimizer=rule, loss='mse')",
            "model.compile(optimizer=rule, loss='mae')",
        ),
    ],
)
def test_an_optimizer_that_is_compiled_again_has_moments_of_its_own(first, second):
    source = AGAIN.format(first=first, second=second).replace("0.1, 0.9", "lr=0.1, momentum=0.9")
    names = {}
    exec(upgraded(source, "keras2").after, names)
    # of Keras 2.2.4; with the moments of the first steps it is [1.3993, -1.4789, 0.1628]
    expected = [1.2562, -0.4353, 0.5349]
    np.testing.assert_allclose(names["model"].get_weights()[0].ravel(), expected, atol=1e-4)
    assert "optimizer_anew" not in upgraded(source, "tf2").after
