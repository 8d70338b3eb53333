"""Shapes of layers with several inputs, or none, as Keras 2.2.4 and TensorFlow 2.15 told them."""

from __future__ import annotations

import contextlib
import io

import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

SCRIPT = """\
from {home}.layers import Input, Concatenate, Dense, LSTM
from {home}.models import Model
a, b = Input((2,)), Input((3,))
both, last, states = Concatenate(), Dense(1), LSTM(2, return_state=True)
model = Model([a, b], last(both([a, b])))
out = states(Input((4, 2)))
for layer in [model.layers[0], both, last, states, model]:
    print(layer.input_shape, layer.output_shape)
print(both.input_shape, last.input_shape, model.layers[2].output_shape)
"""
COMMON = """\
[(None, 2), (None, 3)] (None, 5)
(None, 5) (None, 1)
(None, 4, 2) [(None, 2), (None, 2), (None, 2)]
[(None, 2), (None, 3)] (None, 1)
[(None, 2), (None, 3)] (None, 5) (None, 5)
"""
PRINTED = {
    "keras2": f"(None, 2) (None, 2)\n{COMMON}",  # by Keras 2.2.4 on TensorFlow 1.14
    "tf2": f"[(None, 2)] [(None, 2)]\n{COMMON}",  # by TensorFlow 2.15
}
HOMES = {"keras2": "keras", "tf2": "tensorflow.keras"}


@pytest.mark.parametrize("era", PRINTED)
def test_shapes_are_told_as_they_were(era):
    found = upgraded(SCRIPT.format(home=HOMES[era]), era)
    assert not found.remains
    assert "last.input.shape" in found.after  # a layer of one input needs no function
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(found.after, {})
    assert out.getvalue() == PRINTED[era]


@pytest.mark.process
@pytest.mark.parametrize("era", PRINTED)
@pytest.mark.usefixtures("forked_trials")
def test_the_runner_tells_the_same(era, tmp_path):
    before = SCRIPT.format(home=HOMES[era])
    proof = prove(before, upgraded(before, era).after, tmp_path / "script.py", era)
    assert proof.verdict == "same", proof.told


def test_layers_of_a_stack_have_one_input():
    before = "from keras.models import Sequential\nprint(Sequential().layers[0].input_shape)\n"
    assert "print(Sequential().layers[0].input.shape)" in upgraded(before, "keras2").after


UNKNOWN = """\
from keras.layers import Dense
import other
{line}
"""


@pytest.mark.parametrize(
    ("line", "write"),
    [
        ("def told(layer):\n    return layer.output_shape", "layer.output.shape"),
        ("for one in pick():\n    print(one.input_shape)", "one.input.shape"),
        ("print(net.first.output_shape[1])", "net.first.output.shape"),
        ("print(made()[0].input_shape)", "made()[0].input.shape"),
        ("print(args.input_shape, config.output_shape)", ""),
        ("thing = other.Thing()\nprint(thing.input_shape)", ""),
        ("class A:\n    def f(self):\n        return self.input_shape", ""),
        ("one.input_shape = 3\nprint(two.input_shape)", ""),
        ("print(Dense(3).output_shape)", ""),
        ("parser.add_argument('--input_shape')\nprint(given.input_shape)", ""),
        ("print(other.input_shape)", ""),
        ("def input_shape(x): pass\nprint(net.input_shape)", ""),
    ],
)
def test_the_shape_of_what_is_not_told_is_listed_with_what_to_write(line, write):
    found = upgraded(UNKNOWN.format(line=line), "keras2")
    told = [one.told for one in found.remains if one.told.startswith("if ")]
    assert [one.partition(": write ")[2] for one in told] == ([write] if write else [])


def test_keras_3_has_no_shapes_of_a_layer_and_those_of_a_model():
    import keras

    layer = keras.layers.Dense(2)
    model = keras.Sequential([keras.Input((3,)), layer])
    assert not hasattr(layer, "output_shape") and layer.output.shape == (None, 2)
    assert model.output_shape == (None, 2)
