"""Weights of rows: given to all members, or swept; what a fold does with them."""

import keras
import numpy as np
import pytest
from nets import differences, rich_net, table

import onefit

X, Y = table(rows=40)
WEIGHTS = np.linspace(0, 2, 40).astype("float32")


def alone(member, weight, weighs_validation):
    """The member in stock Keras: its rows with their weights."""
    keras.utils.set_random_seed(member.seed)
    net = rich_net()
    validation = (X[member.valid], Y[member.valid])
    if weighs_validation:
        validation += (WEIGHTS[member.valid],)
    history = net.fit(
        X[member.train], Y[member.train], sample_weight=weight[member.train],
        validation_data=validation, epochs=3, batch_size=16, verbose=0,
    )  # fmt: skip
    return net, history


def test_swept_weights_are_those_of_stock_keras_and_count_in_training_alone(tmp_path):
    sweep = {"sample_weight": [None, WEIGHTS, WEIGHTS[::-1]]}
    nets = onefit.fit_many(
        rich_net(), X, Y, folds=2, sweep=sweep, epochs=3, batch_size=16, exact=True, verbose=0
    )
    for number in (0, 3, 4):
        weight = [np.ones(40, "float32"), WEIGHTS, WEIGHTS[::-1]][number // 2]
        net, history = alone(nets.members[number], weight, weighs_validation=False)
        assert differences(nets, number, net, history) == (0.0, 0.0), number
    assert [str(v) for v in nets.table()["sample_weight"]] == [
        "None", "None", "weights 1", "weights 1", "weights 2", "weights 2",
    ]  # fmt: skip
    assert "sample_weight=weights 1" in nets.summary(baselines=False)
    final = nets.final(nets.choose(), epochs=2)
    keras.utils.set_random_seed(0)
    expected = rich_net()
    chosen = nets.choose().values["sample_weight"]
    weight = np.ones(40, "float32") if chosen is None else chosen.values
    expected.fit(X, Y, sample_weight=weight, epochs=2, batch_size=16, verbose=0)
    for own, other in zip(final.get_weights(), expected.get_weights()):
        np.testing.assert_allclose(own, other, atol=1e-6)
    nets.save(tmp_path / "nets.onefit")
    assert onefit.load(tmp_path / "nets.onefit").summary() == nets.summary()


def test_shared_weights_follow_their_rows_into_each_fold():
    nets = onefit.fit_many(
        rich_net(), X, Y, folds=2, sample_weight=WEIGHTS, epochs=3, batch_size=16, exact=True,
        verbose=0,
    )  # fmt: skip
    net, history = alone(nets.members[1], WEIGHTS, weighs_validation=True)
    assert differences(nets, 1, net, history) == (0.0, 0.0)


def test_validation_data_beside_folds_is_what_each_member_is_validated_on():
    extra = table(rows=12, seed=3)
    nets = onefit.fit_many(
        rich_net(), X, Y, folds=2, sweep={"learning_rate": [0.01, 0.1]}, validation_data=extra,
        epochs=3, batch_size=16, exact=True, verbose=0,
    )  # fmt: skip
    member = nets.members[1]
    keras.utils.set_random_seed(member.seed)
    net = rich_net()
    history = net.fit(
        X[member.train], Y[member.train], validation_data=extra, epochs=3, batch_size=16, verbose=0
    )
    assert differences(nets, 1, net, history) == (0.0, 0.0)
    assert np.isfinite(nets.out_of_fold()).all(), "the folds' rows are kept from the members"
    choice = nets.choose()
    assert np.isnan(choice.estimate), "all folds were judged on the same rows: none tells of others"
    assert "expect worse" in str(choice)


MISTAKES = {
    "another length": ({"sample_weight": [np.ones(39)]}, {}, "(40,)"),
    "negative": ({"sample_weight": [-np.ones(40)]}, {}, "at least 0"),
    "not finite": ({"sample_weight": [np.full(40, np.nan)]}, {}, "finite"),
    "all zero": ({"sample_weight": [np.zeros(40)]}, {}, "not all 0"),
    "numbers": ({"sample_weight": [0.5, 1.0]}, {}, "of shape (rows,)"),
    "words": ({"sample_weight": ["balanced"]}, {}, "of shape (rows,)"),
    "twice": ({"sample_weight": [WEIGHTS]}, {"sample_weight": WEIGHTS}, "no other weights"),
    "classes": ({"sample_weight": [WEIGHTS]}, {"class_weight": {0: 1.0}}, "no other weights"),
    "both swept": (
        {"sample_weight": [WEIGHTS], "class_weight": [{0: 2.0}]}, {}, "no other weights",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_weights_that_are_none(name):
    sweep, arguments, told = MISTAKES[name]
    with pytest.raises(onefit.PopulationError) as raised:
        onefit.fit_many(rich_net(), X, Y, sweep=sweep, epochs=1, verbose=0, **arguments)
    assert told in str(raised.value)


def test_a_name_that_is_nearly_an_argument_of_the_function():
    with pytest.raises(onefit.PopulationError, match="Did you mean 'units'"):
        onefit.fit_many(lambda units=8: rich_net(), X, Y, sweep={"unit": [8]}, epochs=1, verbose=0)
