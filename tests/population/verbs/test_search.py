"""A search: draws from ranges, and those that fall behind taken out."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from nets import table

import onefit

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(60)
SPACE = {
    "learning_rate": onefit.log_uniform(1e-4, 1e-1),
    "units": onefit.integers(3, 4),
}


def build(units=4, learning_rate=1e-2):
    hidden = keras.layers.Dense(units, activation="relu")
    net = keras.Sequential([keras.Input((5,)), hidden, keras.layers.Dense(1, activation="sigmoid")])
    net.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy")
    return net


@pytest.fixture(scope="module")
def halved():
    arguments = {"space": SPACE, "trials": 18, "folds": 2, "exact": True, "verbose": 0}
    return onefit.search(build, X, Y, epochs=9, halving=3, **arguments)


def test_the_draws_cover_each_range(halved):
    rates = np.asarray([m.values["learning_rate"] for m in halved.members[::2]])
    parts = np.floor((np.log10(rates) + 4) / 3 * 18).astype(int)
    assert sorted(parts) == list(range(18))
    assert sorted(m.values["units"] for m in halved.members[::2]) == [3] * 9 + [4] * 9


def test_the_worse_ones_are_taken_out_and_the_others_go_on_as_if_alone(halved):
    losses = halved.history["val_loss"].reshape(18, 2, 9)
    ran = halved.epochs.reshape(18, 2)[:, 0]
    assert sorted(ran) == [1] * 12 + [3] * 4 + [9] * 2
    first = losses[:, :, 0].mean(1)
    assert set(np.argsort(first)[:6]) == set(np.flatnonzero(ran >= 3))
    second = np.where(ran >= 3, losses[:, :, 2].mean(1), np.inf)
    assert set(np.argsort(second)[:2]) == set(np.flatnonzero(ran == 9))
    choice = halved.choose()
    assert ran[choice.configuration] == 9
    assert choice.mean == pytest.approx(losses[ran == 9][:, :, 8].mean(1).min())
    member = halved.members[choice.members[1]]
    keras.utils.set_random_seed(member.seed)
    alone = build(**member.values)
    onefit.fit(alone, X[member.train], Y[member.train], epochs=9, verbose=0)
    for own, expected in zip(halved[member.number].get_weights(), alone.get_weights()):
        np.testing.assert_array_equal(own, expected)
    assert "32 of 36 did not go on to the last epoch" in str(halved)
    assert halved.table()["finished"].tolist() == (halved.epochs == 9).tolist()


def test_a_list_of_combinations_is_trained_alone():
    sweep = [{"units": 3, "learning_rate": 1e-3}, {"units": 4, "learning_rate": 1e-2}]
    nets = onefit.fit_many(build, X, Y, sweep=sweep, restarts=2, epochs=1, verbose=0)
    assert [m.values for m in nets.members] == [sweep[0]] * 2 + [sweep[1]] * 2
    assert [m.configuration for m in nets.members] == [0, 0, 1, 1]


MISTAKES = {
    "an empty range": (lambda: onefit.uniform(1.0, 1.0), "low < high"),
    "a log of zero": (lambda: onefit.log_uniform(0, 1), "0 < low < high"),
    "half numbers": (lambda: onefit.integers(0, 1.5), "whole numbers"),
    "no choice": (lambda: onefit.choice([]), "a list of values"),
    "no space": (lambda: asked(space={}), "`space`"),
    "no range": (lambda: asked(space={"units": 3}), "a range for 'units'"),
    "a wrong name": (
        lambda: asked(space={"lr": onefit.uniform(0, 1)}), "Did you mean 'learning_rate'",
    ),
    "no trials": (lambda: asked(trials=0), "`trials`"),
    "halving by one": (lambda: asked(halving=1), "`halving`"),
    "a sweep": (lambda: asked(sweep={"units": [1]}), "`sweep` as well"),
    "another combination": (
        lambda: onefit.fit_many(build, X, Y, sweep=[{"units": 1}, {"unit": 2}], epochs=1),
        "the same names",
    ),
}  # fmt: skip


def asked(**arguments):
    return onefit.search(
        build, X, Y, **{"space": SPACE, "trials": 2, "epochs": 1, "verbose": 0, **arguments}
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_no_search(name):
    ask, told = MISTAKES[name]
    with pytest.raises(onefit.PopulationError) as raised:
        ask()
    assert told in str(raised.value)


def test_names_of_other_tools():
    with pytest.raises(TypeError, match="Did you mean `folds`"):
        asked(cv=5)
