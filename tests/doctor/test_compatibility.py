"""What `onefit.diagnose` says of data that no fit can be made of; stock Keras refuses all of it."""

import keras
import numpy as np
import pytest

import onefit

X = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")


def _model(*layers):
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model


REFUSED = {
    "no rows": ({"x": X[:0], "y": Y[:0]}, "OF610", "it has no rows"),
    "no columns": ({"x": X[:, :0]}, "OF610", "no numbers in a row"),
    "nothing": ({"x": None}, "OF610", "None"),
    "a file's name": ({"x": "table.csv"}, "OF610", "'table.csv'"),
    "a number": ({"x": 3.0}, "OF610", "3.0"),
    "no targets": ({"y": None}, "OF610", "no y"),
    "rows of many lengths": ({"x": [[1, 2], [3]] * 30}, "OF606", "different lengths"),
    "a target too few": ({"y": Y[:-1]}, "OF603", "x has 60, y has 59"),
    "weights of others": ({"sample_weight": Y[:5]}, "OF603", "sample_weight has 5"),
    "rows in a list": ({"x": list(X)}, "OF603", "60 inputs"),
    "a column too few": ({"x": X[:, :2]}, "OF601", "3 numbers a row and gets 2"),
    "others to validate": ({"validation_data": (X[:, :2], Y)}, "OF601", "validation_data"),
    "no pair": ({"validation_data": X}, "OF610", "one array"),
    "none to train on": ({"x": X[:2], "y": Y[:2], "validation_split": 0.9}, "OF610", "0.9 of 2"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_data_that_does_not_fit_is_the_first_finding(name):
    given, code, told = REFUSED[name]
    given = {"x": X, "y": Y, **given}
    with pytest.raises(Exception):  # noqa: B017 - Keras has an own error for each
        _model(keras.Input((3,))).fit(**given, verbose=0)
    found = onefit.diagnose(_model(keras.Input((3,))), epochs=2, time=1, **given)
    first = found.findings[0]
    assert (first.code, first.grade) == (code, "certain"), str(found)
    assert told in f"{first.where} {first.evidence}" and first.fix
    assert len(found.findings) == 1 and "nothing was tried" in found.remarks[0]


def test_a_model_that_is_not_built_is_examined_as_if_it_were():
    model = _model(keras.layers.Dense(4, "relu"))
    keras.utils.set_random_seed(3)
    expected = keras.random.uniform((2,))
    keras.utils.set_random_seed(3)
    found = onefit.diagnose(model, X, Y, epochs=2, time=0)
    np.testing.assert_array_equal(keras.random.uniform((2,)), expected)
    assert not model.built and "count_params" not in str(found)
    wrong = keras.Sequential([keras.layers.Dense(1, "softmax")])
    wrong.compile("adam", "binary_crossentropy")
    found = onefit.diagnose(wrong, X, Y, epochs=2, time=0).findings
    assert [one.code for one in found] == ["OF501"]
    pictures = _model(keras.layers.Conv2D(4, 3))
    with pytest.raises(onefit.DiagnosisError, match=r"Expected x that .*Received: x of .*Do"):
        onefit.diagnose(pictures, X, Y, epochs=2, time=0)


@pytest.mark.parametrize(
    "wrong", [{"batch_size": 0}, {"batch_size": "a"}, {"validation_split": 1.0}]
)
def test_arguments_that_no_fit_takes_are_said(wrong):
    with pytest.raises(onefit.DiagnosisError, match=r"Expected `\w+` as .*Received: .*Write"):
        onefit.diagnose(_model(keras.Input((3,))), X, Y, epochs=2, time=0, **wrong)
