"""Epochs of Keras 1 that were counted in rows are counted in batches."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

HEAD = """\
import numpy as np
from keras.layers import Dense, Flatten
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
x, y, size = np.ones((50, 2, 2, 3)), np.ones(50), 12
model = Sequential([Flatten(input_shape=(2, 2, 3)), Dense(1)])
model.compile("sgd", "mse")
pictures = ImageDataGenerator()
batches = pictures.flow(x, y)
"""


def steps_of_keras1(rows, size):
    """`fit_generator` of keras/engine/training.py in 1.2.2: `while samples_seen < samples`."""
    seen = steps = 0
    while seen < rows:
        seen, steps = seen + size, steps + 1
    return steps


@pytest.mark.filterwarnings("ignore:Do not pass an")
@pytest.mark.parametrize(
    ("generator", "rows", "size"),
    [
        ("batches", "len(x)", 32),
        ("batches", "64", 32),
        ("pictures.flow(x, y, batch_size=size)", "len(x)", 12),
        ("pictures.flow(x, y, 7)", "3 * 10 + 5", 7),
        ("pictures.flow(x, y, batch_size=size)", "1", 12),
    ],
)
def test_an_epoch_has_the_steps_that_reach_its_rows(generator, rows, size):
    line = f"model.fit_generator({generator}, samples_per_epoch={rows}, nb_epoch=2, verbose=0)"
    found = upgraded(f"{HEAD}{line}\nprint(model.evaluate_generator({generator}, {rows}))\n")
    assert found.era.name == "keras1"
    assert not found.remains
    names = {}
    exec(found.after, names)
    steps = steps_of_keras1(eval(rows, {"x": range(50)}), size)
    assert int(names["model"].optimizer.iterations) == 2 * steps


@pytest.mark.parametrize(
    "line",
    [
        "model.fit_generator(own(), samples_per_epoch=50, nb_epoch=2)",
        "model.fit_generator(batches, 50, 2, validation_data=own(), nb_val_samples=50)",
        "model.evaluate_generator(own(), val_samples=50)",
        "model.predict_generator(own(), val_samples=50)",
    ],
)
def test_batches_of_an_unknown_size_are_listed(line):
    source = f"{HEAD}def own():\n    while True:\n        yield x[:9], y[:9]\n{line}\n"
    found = upgraded(source)
    assert [one.line for one in found.remains] == [source.count("\n")]
    assert "counts rows, and today batches are counted" in found.remains[0].told
    assert line in found.after
