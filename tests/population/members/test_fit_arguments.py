"""Batch sizes and epochs that a sweep gives to members: each is what `fit` trains with them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from nets import alone, differences, rich_net, table

import onefit

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(40)
SWEEP = {"batch_size": [7, 16], "epochs": [2, 5]}


@pytest.fixture(scope="module")
def swept():
    return onefit.fit_many(rich_net(), X, Y, folds=2, sweep=SWEEP, exact=True, verbose=0)


def test_each_member_is_what_stock_keras_trains_with_its_arguments(swept):
    assert len(swept) == 8
    for number in (1, 2, 6):
        member = swept.members[number]
        own = dict(member.values)
        net, history = alone(rich_net, member, X, Y, None, keras.Model.fit, **own)
        assert differences(swept, number, net, history) == (0.0, 0.0)


def test_results_tell_the_two(swept, tmp_path):
    assert swept.epochs.tolist() == [m.values["epochs"] for m in swept.members]
    assert swept.finished.all()
    assert set(swept.table()["sweep.epochs"]) == {2, 5}
    assert "batch_size=7, epochs=5" in swept.summary(baselines=False)
    assert "batches of 7" in swept.explain() and "batches of 16" in swept.explain()
    swept.save(tmp_path / "swept.onefit")
    loaded = onefit.load(tmp_path / "swept.onefit")
    assert [(m.batch_size, m.epochs) for m in loaded.members] == [
        (m.values["batch_size"], m.values["epochs"]) for m in swept.members
    ]
    assert loaded.summary() == swept.summary()


def test_the_final_model_has_the_batch_size_that_was_chosen(swept):
    choice = swept.choose()
    keras.utils.set_random_seed(0)
    expected = rich_net()
    batch = choice.values["batch_size"]
    expected.fit(X, Y, epochs=choice.epochs, batch_size=batch, verbose=0)
    found = swept.final(choice)
    for own, other in zip(found.get_weights(), expected.get_weights()):
        np.testing.assert_array_equal(own, other)


def test_an_argument_of_the_function_comes_first():
    def build(epochs=1):
        return rich_net(units=epochs)

    nets = onefit.fit_many(build, X, Y, sweep={"epochs": [2, 3]}, epochs=1, verbose=0)
    assert nets.epochs.tolist() == [1, 1]
    assert nets[1].layers[0].units == 3


MISTAKES = {
    "twice": ({"epochs": 3, "sweep": {"epochs": [1, 2]}}, "Received both"),
    "half a row": ({"epochs": 3, "sweep": {"batch_size": [1.5]}}, "`batch_size` in `sweep`"),
    "no epoch": ({"sweep": {"epochs": [0]}}, "at least 1"),
    "another name": ({"epochs": 1, "sweep": {"batchsize": [1]}}, "Did you mean 'batch_size'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_swept(name):
    arguments, told = MISTAKES[name]
    with pytest.raises(onefit.PopulationError) as raised:
        onefit.fit_many(rich_net(), X, Y, verbose=0, **arguments)
    assert told in str(raised.value)


def test_epochs_of_a_sweep_are_not_overruled(swept):
    with pytest.raises(onefit.PopulationError, match="each of which has its own"):
        swept.resume(epochs=9)
