"""`metrics_names` is rewritten where plain Keras 3 knows the names, and else listed."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

BEGIN = """\
import numpy as np
from keras.models import Sequential
from keras.layers.core import Dense
from keras.layers import Input
x, y = np.zeros((8, 3)), np.zeros((8, 1))
m = Sequential([Input((3,)), Dense(1)])
m.compile('sgd', 'mse', metrics=['mean_absolute_error'])
"""


@pytest.mark.parametrize(
    "lines",
    [
        "m.fit(x, y, epochs=1, verbose=0)\nfound = m.metrics_names",
        "scores = m.evaluate(x, y, verbose=0)\nfound = m.metrics_names",
        "m.train_on_batch(x, y)\nfound = [m.metrics_names[i] for i in range(2)]",
        "found = [n for _, n in zip(m.evaluate(x, y, verbose=0), m.metrics_names)]",
        "def run(m):\n    m.fit(x, y, verbose=0)\n    return m.metrics_names\nfound = run(m)",
    ],
)
def test_names_after_a_batch_are_those_that_keras_3_tells(lines):
    found = upgraded(BEGIN + lines, "keras2")
    assert "get_metrics_result()" in found.after and not found.remains
    names: dict[str, list[str]] = {}
    exec(found.after, names)
    assert names["found"] == ["loss", "mean_absolute_error"]


@pytest.mark.parametrize(
    "lines",
    [
        "print(m.metrics_names)\nm.fit(x, y, verbose=0)",
        "print(dict(zip(m.metrics_names, m.evaluate(x, y, verbose=0))))",
        "m.fit(x, y, verbose=0)\nm.compile('sgd', 'mae')\nprint(m.metrics_names)",
        "m.predict(x)\nprint(m.metrics_names)",
        "m.fit(x, y)\nm = Sequential([Dense(1)])\nprint(m.metrics_names)",
        "def run(m):\n    m.fit(x, y)\nprint(m.metrics_names)",
    ],
)
def test_names_before_a_batch_are_listed(lines):
    found = upgraded(BEGIN + lines, "keras2")
    assert "m.metrics_names" in found.after and "get_metrics_result" not in found.after
    line = (BEGIN + lines).splitlines().index(next(o for o in lines.splitlines() if "_names" in o))
    told = [(one.line, one.code) for one in found.remains if "names of metrics" in one.told]
    assert told == [(line + 1, "OF207")]


def test_keras_3_knows_no_names_before_a_batch():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    with pytest.raises(ValueError, match="not yet been built"):
        model.get_metrics_result()
    model.train_on_batch(np.zeros((8, 3)), np.zeros((8, 1)))
    assert list(model.get_metrics_result()) == ["loss", "mae"]


TOLD = """\
from keras.callbacks import Callback
class Told(Callback):
    def {hook}:
        global found
        found = self.model.metrics_names
m.fit(x, y, batch_size=4, validation_data=(x, y), verbose=0, callbacks=[Told()])
"""


@pytest.mark.parametrize(
    ("hook", "is_known"),
    [
        ("on_batch_end(self, batch, logs={})", True),
        ("on_train_batch_end(self, batch, logs=None)", True),
        ("on_test_batch_end(self, batch, logs=None)", True),
        ("on_epoch_end(self, epoch, logs=None)", True),
        ("on_train_end(self, logs=None)", True),
        ("on_test_end(self, logs=None)", True),
        ("on_train_begin(self, logs=None)", False),
        ("on_epoch_begin(self, epoch, logs=None)", False),
        ("on_batch_begin(self, batch, logs=None)", False),
    ],
)
def test_names_in_a_callback_are_known_behind_a_batch(hook, is_known):
    found = upgraded(BEGIN + TOLD.format(hook=hook), "keras2")
    assert any("names of metrics" in one.told for one in found.remains) != is_known
    if is_known:
        names: dict[str, list[str]] = {}
        exec(found.after, names)
        assert names["found"] == ["loss", "mean_absolute_error"]


def test_the_metrics_of_a_model_are_listed_where_they_were_what_compile_was_given():
    source = (
        "from keras.models import Sequential\nfrom keras.layers import Dense\n"
        "m = Sequential([Dense(1, input_dim=3)])\nm.compile('sgd', 'mse', metrics=['mae'])\n"
        "print(m.metrics)\n"
    )
    told = [one.told for one in upgraded(source, "keras2").remains]
    assert any("model.metrics was what compile is given" in one for one in told)


def test_names_of_what_no_call_in_the_source_gives_are_listed():
    lines = "def show(search):\n    print(search.best_estimator_.model.metrics_names)\n"
    assert [one.code for one in upgraded(BEGIN + lines, "keras2").remains] == ["OF207"]
