"""Arrays of one number, which NumPy took for the number until 2.4."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

START = """\
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
model = Sequential([Dense(1, init='one')])
answer = model.predict(np.ones((1, 2)))
digit = np.random.randint(3, 4, 1)
digit = np.array([3])
def shown(digits):
    return [digit for digit in digits]
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("found = '%d %s' % (digit, digit)", "3 [3]"),
        ("found = '%.1f' % answer", "2.0"),
        ("found = '%d%%' % answer[0]", "2%"),
        ("found = float(answer)", 2.0),
        ("found = int(model.predict(np.ones((1, 2)))[0])", 2),
        ("found = float(answer[0] - np.ones((1,))[0])", 1.0),
        ("for one, _ in zip(answer, [1]): found = '%.1f' % one", "2.0"),
        ("found = [float(row) for row in answer]", [2.0]),
        ("import math; found = math.pow(answer, digit), math.exp(answer - 2)", (8.0, 1.0)),
    ],
)
def test_a_prediction_of_one_number_is_the_number(line, expected):
    with pytest.raises(TypeError):  # as NumPy has it now
        exec(upgraded(START).after + line, {})
    found = upgraded(START + line)
    names = {}
    exec(found.after, names)
    assert names["found"] == expected
    assert not found.remains


@pytest.mark.parametrize(
    "line",
    [
        "found = '%s' % answer",
        "found = float(answer[0][0])",
        "found = float(np.ones((1, 2))[0, 0])",
        "digit = 4; found = '%d' % digit",
        "found = '%d %d' % (digit[0], 2)",
        "import math; found = math.pow(2, 3), math.exp(*answer[0])",
        "for row in np.ones(3): found = float(row)",
        "for row in answer: pass\nrow = 3\nfound = float(row)",
    ],
)
def test_what_is_a_number_or_may_be_one_stays(line):
    found = upgraded(START + line)
    assert found.after.endswith(line)
    exec(found.after, {})
