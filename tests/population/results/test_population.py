"""What users read from a population."""

from __future__ import annotations

import pickle
import time

import keras
import numpy as np
import pytest
from nets import XOR, rich_net, table, xor_net

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import ALONE, Layout

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


@pytest.fixture(scope="module")
def crossed():
    x, y = table(60)
    nets = onefit.fit_many(
        rich_net(),
        x,
        y,
        folds=3,
        stratify=True,
        restarts=2,
        sweep={"learning_rate": [1e-3, 1e-2]},
        epochs=3,
        validation_split=0.25,
        verbose=0,
    )
    return nets, x, y


def test_table(crossed):
    nets, _, _ = crossed
    frame = nets.table()
    assert len(frame) == len(nets) == 12
    assert set(frame.columns) >= {"seed", "fold", "learning_rate", "epochs", "best_epoch", "loss"}
    assert frame["val_loss"].tolist() == nets.history["val_loss"][:, -1].tolist()


def test_spread_over_folds_is_that_of_pandas(crossed):
    nets, _, _ = crossed
    over = nets.table(over_folds=True)
    folds = nets.table().groupby(["learning_rate", "fold"])["val_loss"].mean()
    for rate, part in folds.groupby(level=0):
        row = over[over["learning_rate"] == rate].iloc[0]
        assert row["val_loss_mean"] == pytest.approx(part.mean())
        assert row["val_loss_error"] == pytest.approx(part.std() / np.sqrt(3))


def test_stratified_folds_have_each_class_in_its_proportion(crossed):
    nets, _, y = crossed
    shares = {m.fold: (y[m.held].sum(), len(m.held)) for m in nets.members}
    ones = [s for s, _ in shares.values()]
    assert max(ones) - min(ones) <= 1 and sum(n for _, n in shares.values()) == 60


def test_members_never_see_their_held_rows(crossed):
    nets, _, _ = crossed
    for member in nets.members:
        seen = np.concatenate([member.train, member.valid])
        assert not set(seen) & set(member.held) and len(set(seen)) + len(member.held) == 60


def test_best_says_among_how_many_it_chose(crossed, capsys):
    nets, x, _ = crossed
    model = nets.best()
    number = nets.best_number()
    assert "of the best of 2 configurations by val_loss" in capsys.readouterr().err
    frame = nets.table()
    means = frame.groupby("learning_rate")["val_loss"].mean()
    easier = frame.groupby("fold")["val_loss"].transform("mean")
    own = frame["val_loss"].sub(easier)[frame["learning_rate"] == means.idxmin()]
    assert number == own.idxmin()  # best for its fold, of the configuration with the best mean
    np.testing.assert_array_equal(model.predict(x, verbose=0), nets[number].predict(x, verbose=0))


def test_nested_selection_judges_on_rows_that_chose_nothing(crossed):
    nets, x, y = crossed
    frame = nets.nested()
    assert frame["fold"].tolist() == [0, 1, 2]
    row = frame.iloc[1]
    member = nets.members[int(row["member"])]
    loss, _ = nets[member.number].evaluate(x[member.held], y[member.held], verbose=0)
    assert row["loss"] == pytest.approx(loss, rel=1e-6)
    own = [m.number for m in nets.members if m.fold == 1]
    assert member.number == min(own, key=lambda n: nets.history["val_loss"][n, -1])


def test_predict_is_mean_and_spread_of_the_members_own(crossed):
    nets, x, _ = crossed
    chosen = nets.choose()
    each = np.stack([net.predict(x, verbose=0) for net in nets[list(chosen.members)]])
    mean, spread = nets.predict(x, return_std=True)
    np.testing.assert_array_equal(nets.predict(x), mean)
    np.testing.assert_allclose(mean, each.mean(0), rtol=1e-6)
    np.testing.assert_allclose(spread, each.std(0), rtol=1e-4, atol=1e-7)


def test_out_of_fold_rows_are_predicted_by_those_who_never_saw_them(crossed):
    nets, x, _ = crossed
    found = nets.out_of_fold()
    row = 7
    never = [n for n in nets.choose().members if row in nets.members[n].held]
    expected = np.mean([nets[n].predict(x[[row]], verbose=0) for n in never], axis=0)
    np.testing.assert_allclose(found[[row]], expected, rtol=1e-5)


def test_ensemble_is_saved_and_loaded_by_plain_keras(crossed, tmp_path):
    nets, x, _ = crossed
    weights = [1.0, 3.0]
    model = nets.ensemble(members=[0, 5], weights=weights)
    model.save(tmp_path / "ensemble.keras")
    loaded = keras.models.load_model(tmp_path / "ensemble.keras")
    expected = (nets[0].predict(x, verbose=0) + 3 * nets[5].predict(x, verbose=0)) / 4
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-5)


def test_the_users_model_and_random_states_are_left_alone():
    x, y = XOR
    net = xor_net()
    before = [np.array(w.value) for w in net.weights]
    np.random.seed(3)
    onefit.fit_many(net, x, y, restarts=2, epochs=2, verbose=0)
    after = np.random.rand()
    np.random.seed(3)
    assert after == np.random.rand()
    for old, new in zip(before, net.weights):
        np.testing.assert_array_equal(old, new.value)
    assert not net.optimizer.built or int(net.optimizer.iterations.value) == 0


def test_programs_are_kept_for_the_next_population():
    x, y = XOR
    net = xor_net()
    first = onefit.fit_many(net, x, y, restarts=2, epochs=2, verbose=0)
    again = onefit.fit_many(net, x, y, restarts=3, seed=7, epochs=2, exact=True, verbose=0)
    assert first.compile_seconds > 0 and again.compile_seconds == 0


def test_bar_is_one_line(capsys, monkeypatch):
    x, y = XOR
    monkeypatch.setattr("onefit.population.running.progress.FIRST", 60.0)
    onefit.fit_many(xor_net(), x, y, restarts=2, epochs=2, verbose=1)
    told = capsys.readouterr()
    out = told.err
    assert not told.out and out.count("\n") == 1
    assert "2/2 members" in out and "best" in out and "median" in out


def test_lanes_that_end_together_both_write_their_histories(monkeypatch):
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: Layout(ALONE, 1, 2))
    full = np.full

    def slow(*arguments):
        time.sleep(0.2)
        return full(*arguments)

    onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=2, verbose=0)
    monkeypatch.setattr(np, "full", lambda *a: slow(*a) if a[0] == (2, 3) else full(*a))
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=3, verbose=0)
    assert np.isfinite(nets.history["loss"]).all()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"restarts": 0}, "at least 1"),
        ({"bootstrap": 0}, "at least 1"),
        ({"epochs": 0}, "at least 1"),
        ({"folds": 1}, "from 2"),
        ({"folds": 99}, "number of rows, 60"),
        ({"folds": 40, "stratify": True}, "rarest class"),
        ({"folds": 3, "bootstrap": 3}, "Received both"),
        ({"folds": [(np.arange(3), np.array([99]))]}, "0 to 59"),
        ({"groups": np.zeros(60)}, "Received neither"),
        ({"bootstrap": 3, "groups": np.zeros(60)}, "two groups"),
        ({"folds": 3, "groups": np.zeros(5)}, "(60,)"),
        ({"sweep": {"learning_rate": []}}, "none"),
        ({"sweep": {"learning_rate": 0.1}}, "a list"),
        ({"sweep": {"learning_rate": [-1.0]}}, "at least 0"),
        ({"sweep": {"layers.dropout.rate": [0.2, 1.5]}}, "between 0 and 1"),
        ({"sweep": {"layers.nope.rate": [1.0]}}, "layers.dropout.rate"),
        ({"sweep": {"layers.dense.units": [3]}}, "needs a function"),
        ({"sweep": {"optimizer.name": ["a"]}}, "Expected numbers"),
        ({"callbacks": [keras.callbacks.CSVLogger("log.csv")]}, "CSVLogger"),
        ({"callbacks": [keras.callbacks.EarlyStopping()]}, "['accuracy', 'loss']"),
        ({"callbacks": [keras.callbacks.TerminateOnNaN(raise_error=True)]}, "TerminateOnNaN"),
        ({"shuffle": "batch"}, "True or False"),
        ({"validation_split": 0.999}, "both sides"),
    ],
)
def test_mistakes(arguments, told):
    x, y = table(60)
    with pytest.raises(onefit.OnefitError, match=r".*") as raised:
        onefit.fit_many(rich_net(), x, y, **{"epochs": 1, "verbose": 0, **arguments})
    assert told in str(raised.value)


def test_explain_says_the_layout(capsys):
    x, y = XOR
    with onefit.installed(explain=True):
        onefit.fit_many(
            xor_net(), x, y, sweep={"learning_rate": [0.1, 0.2]}, epochs=2, exact=True, verbose=0
        )
    told = capsys.readouterr().err
    assert "2 members" in told and "one member at a time" in told and "learning_rate" in told


def test_arguments_that_keras_has():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0)
    told = nets.predict(XOR[0], batch_size=None, verbose=0)
    np.testing.assert_array_equal(told, nets.predict(XOR[0], batch_size=4, verbose=1))
    assert nets.predict_each(XOR[0], verbose=0).shape == (2, 4, 1)
    with pytest.raises(onefit.PopulationError, match="`verbose`"):
        nets.predict(XOR[0], verbose="loud")


def test_going_on_with_and_without_a_bar(capsys):
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0)
    nets.resume(epochs=2)
    assert "members" not in "".join(capsys.readouterr())
    nets.resume(epochs=2, verbose=1)
    assert "2/2 members" in "".join(capsys.readouterr())
    with pytest.raises(onefit.PopulationError, match="`verbose`"):
        nets.resume(epochs=2, verbose=7)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("evaluate", "ensemble().evaluate"),
        ("continue_", "resume"),
        ("fit", "resume"),
        ("best_params_", "choose"),
        ("cv_results_", "table"),
    ],
)
def test_attributes_of_other_tools(name, meant):
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0)
    with pytest.raises(AttributeError, match="Did you mean") as caught:
        getattr(nets, name)
    assert meant in str(caught.value)
    with pytest.raises(AttributeError, match=r"has no attribute 'nothing_like_it'$"):
        nets.nothing_like_it  # noqa: B018
    assert not hasattr(nets, "_ipython_display_") and pickle.loads(pickle.dumps(nets)).members
