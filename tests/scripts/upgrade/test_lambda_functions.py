"""A script that reads its models finds the functions of their `Lambda` layers under Keras 3."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from onefit.scripts.upgrade import upgraded

READ = """\
import numpy as np
from keras import backend as K
from keras.layers import Dense, Lambda
from keras.models import Sequential, {names}
def doubled(x):
    return K.abs(x) * 2
model = Sequential([Dense(2, input_dim=3), Lambda(doubled)])
model.compile('sgd', 'mse')
rows = np.random.RandomState(0).rand(4, 3)
{read}
again.set_weights(model.get_weights())
print(np.array_equal(model.predict(rows, verbose=0), again.predict(rows, verbose=0)))
"""


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ("load_model", "model.save('model.h5')\nagain = load_model('model.h5')"),
        ("clone_model", "again = clone_model(model)"),
        ("model_from_json", "again = model_from_json(model.to_json())"),
    ],
)
def test_a_model_is_read_under_keras_3(names, read, tmp_path):
    found = upgraded(READ.format(names=names, read=read), "keras2")
    (tmp_path / "script.py").write_text(found.after, "utf-8")
    run = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.stdout == "True\n", run.stderr
    assert not found.remains


def test_a_script_that_reads_no_model_keeps_its_functions():
    found = upgraded(READ.format(names="Model", read="again = model"), "keras2")
    assert "register_keras_serializable" not in found.after


def test_a_function_that_is_registered_is_not_registered_twice():
    source = READ.format(names="clone_model", read="again = clone_model(model)")
    source = source.replace("def ", "@K.register_keras_serializable()\ndef ", 1)
    assert upgraded(source, "keras2").after.count("register_keras_serializable") == 1


@pytest.mark.parametrize(
    ("line", "is_left"),
    [
        ("model.add(Lambda(lambda x: x + 1))", True),
        ("def build():\n    def inner(x):\n        return x + 1\n    return Lambda(inner)", True),
        ("one = lambda x: x + 1\nmodel.add(Lambda(one))", True),
        ("model.add(Lambda(doubled))", False),
    ],
)
def test_functions_without_a_name_of_their_own_are_listed(line, is_left):
    source = READ.format(names="clone_model", read=f"{line}\nagain = clone_model(model)")
    told = [one for one in upgraded(source, "keras2").remains if "this Lambda's code" in one.told]
    assert bool(told) is is_left
