"""The cure of a diagnosis in a script: what is written, and what has no certain place."""

import keras
import pytest

from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.question import Question
from onefit.scripts.cure import cured

SCRIPT = """\
from tensorflow import keras
from tensorflow.keras.layers import Dense
import re

re.compile("a")

def build():
    model = keras.Sequential()
    model.add(Dense(16, activation="relu"))  # hidden
    model.add(Dense(1, activation="softmax"))
    model.compile("sgd", loss="mse", metrics=["accuracy"])
    return model

model = build()
scaler.fit(x)
model.fit(
    x, y,
    epochs=10,
)
"""
FIT = SCRIPT.splitlines().index("model.fit(") + 1


def _model(units=(16, 1)):
    keras.backend.clear_session()
    layers = [keras.layers.Dense(one) for one in units]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile("sgd", "mse")
    return model


def _change(*arguments):
    return Change("OF501", "a change", "", lambda one: one, arguments=arguments)


def _lines(source, changes, model=None, line=FIT):
    after, left = cured(source, line, model or _model(), changes)
    pairs = zip(source.splitlines(), after.splitlines())
    return [new for old, new in pairs if old != new], left


def test_arguments_are_written_where_the_calls_stand():
    written = [
        Argument("dense_1", "activation", '"sigmoid"'),
        Argument("compile", "loss", '"binary_crossentropy"'),
        Argument("fit", "epochs", "500"),
    ]
    lines, left = _lines(SCRIPT, [_change(*written)])
    assert not left
    assert lines == [
        '    model.add(Dense(1, activation="sigmoid"))',
        '    model.compile("sgd", loss="binary_crossentropy", metrics=["accuracy"])',
        "    epochs=500,",
    ]


def test_an_argument_that_goes_goes_and_positions_stay():
    lines, _ = _lines(SCRIPT, [_change(Argument("dense", "activation", ""),
                                       Argument("dense", "units", "64"))])  # fmt: skip
    assert lines == ["    model.add(Dense(64))  # hidden"]


def test_an_optimizer_that_is_a_word_becomes_a_call():
    rate = _change(Argument("optimizer", "learning_rate", "0.1"))
    lines, _ = _lines(SCRIPT, [rate])
    made = "keras.optimizers.SGD(learning_rate=0.1)"
    assert lines == [f'    model.compile({made}, loss="mse", metrics=["accuracy"])']
    called = SCRIPT.replace('"sgd"', "keras.optimizers.SGD(lr=3.0)")
    lines, _ = _lines(called, [rate])
    assert lines == [
        '    model.compile(keras.optimizers.SGD(lr=0.1), loss="mse", metrics=["accuracy"])'
    ]


@pytest.mark.parametrize(
    ("source", "units"),
    [
        (SCRIPT, (16, 16, 1)),  # a layer too few in the script
        (SCRIPT, (8, 1)),  # another size
        (SCRIPT.replace("    model.add(Dense(16", "    for _ in x: model.add(Dense(16"), (16, 1)),
    ],
)  # fmt: skip
def test_where_the_place_is_not_certain_nothing_is_written(source, units):
    change = _change(Argument("dense", "activation", '"gelu"'))
    assert _lines(source, [change], _model(units)) == ([], ["a change"])


def test_a_change_of_data_has_no_place():
    assert _lines(SCRIPT, [_change()]) == ([], ["a change"])


def test_keras_is_imported_where_the_script_has_no_name_for_it():
    source = SCRIPT.replace("from tensorflow import keras\n", "")
    source = source.replace("keras.Sequential", "Sequential")
    rate = _change(Argument("optimizer", "learning_rate", "0.1"))
    after, left = cured(source, FIT - 1, _model(), [rate])
    assert not left
    assert "import keras\n" in after
    compile(after, "after", "exec")


def test_the_notebooks_question_has_the_switches_of_the_command(capsys):
    assert Question.of("--time 3 --hunches") == Question(time=3.0, hunches=True)
    with pytest.raises(SystemExit):
        Question.of("--tiem 3")
    assert "unrecognized arguments: --tiem 3" in capsys.readouterr().err
