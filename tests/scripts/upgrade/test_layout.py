"""Lines and comments of calls whose arguments are renamed, joined, left out or added."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

HEAD = "from keras.layers import Convolution2D, Dense, LSTM\nfrom keras.optimizers import SGD\n"
CASES = {
    "joined, the next one in a line of its own": (
        'Convolution2D(4, 3, 3,\n    border_mode="same")',
        'Conv2D(4, (3, 3),\n    padding="same")',
    ),
    "one a line, with comments": (
        "Convolution2D(\n    4,  # filters\n    3,  # rows\n    3,  # columns\n    # sizes stay\n"
        "    border_mode='same',\n)",
        "Conv2D(\n    4,  # filters\n    (3, 3),  # rows; columns\n    # sizes stay\n"
        "    padding='same',\n)",
    ),
    "the last ones joined": (
        "Convolution2D(4,\n    3, 3)",
        "Conv2D(4,\n    (3, 3))",
    ),
    "left out in the middle": (
        "Dense(4,  # units\n      weights=None,  # none\n      use_bias=False)",
        "Dense(4,  # units\n      use_bias=False)",
    ),
    "left out at the end": (
        "Dense(\n    4,  # units\n    # what it begins with\n    weights=None,  # none\n)",
        "Dense(\n    4,  # units\n    # what it begins with\n)",
    ),
    "left out at the end, without a comma": (
        "Dense(4,\n      use_bias=False,\n      weights=None)",
        "Dense(4,\n      use_bias=False)",
    ),
    "new ones at the end": (
        "SGD(\n    lr=0.1,  # rate\n    clipnorm=1.0  # norm\n)",
        "SGD(\n    learning_rate=0.1,  # rate\n    global_clipnorm=1.0  # norm\n)",
    ),
    "a new one behind a comment": (
        "LSTM(\n    3,\n    activation='relu',  # not tanh\n)",
        "LSTM(\n    3,\n    activation='relu',  # not tanh\n"
        "    recurrent_activation=old_hard_sigmoid,\n)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lines_and_comments_stay(case):
    before, after = CASES[case]
    found = upgraded(f"{HEAD}made = {before}\nprint(made)\n", "keras2").after
    assert f"made = {after}\nprint(made)\n" in found


def test_lists_keep_their_lines_and_quotes():
    before = (
        "from keras.models import Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Dense(1, input_dim=3)])\n"
        "model.compile('sgd', 'mse',\n    metrics=['mse',  # one\n             'mae'])  # two\n"
    )
    after = before.replace("'mse',  # one", "'mean_squared_error',  # one")
    after = after.replace("'mae'", "'mean_absolute_error'")
    assert upgraded(before, "keras2").after.endswith(after.partition("\n")[2])
