"""Labels of `to_categorical` have 32 bits in Keras 2 and tf.keras, and 64 in Keras 1 and 3."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

IMPORT = "from keras.utils import to_categorical\n"


def names(source, era="keras2"):
    found = {}
    exec(upgraded(IMPORT + source, era).after, found)
    return found


def test_columns_of_classes_have_the_type_that_is_asked_for():
    made = names("y = to_categorical([1, 0], 2, dtype='int8')\n")
    assert made["y"].dtype == "int8"
    assert made["y"].tolist() == [[0, 1], [1, 0]]


def test_labels_are_smoothed_in_the_numbers_of_the_time():
    """Keras 2.2.4: 0.9333333373069763 for a label of 1, which 64 bits make 0.9333333333333333."""
    for line in ("y = to_categorical([0, 2], 3) * 0.9 + 0.1 / 3", "y[0] *= 0.9"):
        y = names(f"y, other = to_categorical([0, 2], 3), 1\n{line}\n")["y"]
        expected = np.float32(1) * np.float32(0.9) + (0.1 / 3 if "3)" in line else 0)
        assert y.dtype == "float32" and y[0, 0] == np.float32(expected)


@pytest.mark.parametrize(
    "line", ["y[:1]", "y, len(y)", "print(y.dtype)", "print(y.nbytes)", "z = 1 - y"]
)
def test_lines_that_show_the_type_have_it(line):
    assert names(f"y = to_categorical([1, 0])\n{line}\n")["y"].dtype == "float32"
    # Keras 1.2.2 gave numbers of 64 bits, as Keras 3 does.
    assert names(f"y = to_categorical([1, 0])\n{line}\n", "keras1")["y"].dtype == "float64"


@pytest.mark.parametrize("line", ["model.fit(x, y)", "print(y.shape, y[0])", "z = y"])
def test_a_training_needs_no_type(line):
    source = f"{IMPORT}y = to_categorical([1, 0], 2)\n{line}\n"
    assert upgraded(source, "keras2").after == source
