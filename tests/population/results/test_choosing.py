"""Configurations: compared over folds, chosen, and trained again on all rows."""

from __future__ import annotations

import builtins
import importlib.util

import keras
import numpy as np
import pytest
from nets import XOR, table, xor_net
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import onefit
from onefit.population.results import table as tables

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(90)


def build(units=4, learning_rate=1e-2):
    hidden = keras.layers.Dense(units, activation="relu")
    net = keras.Sequential([keras.Input((5,)), hidden, keras.layers.Dense(1, activation="sigmoid")])
    net.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return net


@pytest.fixture(scope="module")
def swept():
    stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    sweep = {"units": [2, 8], "learning_rate": [1e-3, 3e-2]}
    return onefit.fit_many(
        build, X, Y, sweep=sweep, folds=3, restarts=2, epochs=12, callbacks=[stop], verbose=0
    )


def by_pandas(nets, metric="val_loss"):
    """Restarts of a fold averaged, then the mean and the standard error over folds."""
    keys = ["units", "learning_rate"]
    folds = nets.table().groupby([*keys, "fold"], sort=False)[metric].mean()
    return folds.groupby(keys, sort=False), folds.unstack("fold").reset_index(drop=True)


def test_the_configuration_with_the_best_mean_is_chosen(swept):
    groups, _ = by_pandas(swept)
    choice = swept.choose()
    row = tuple(choice.values.values())
    assert row == groups.mean().idxmin()
    assert choice.mean == pytest.approx(groups.mean().min())
    assert choice.error == pytest.approx(groups.std()[row] / np.sqrt(3))
    assert choice.among == 4 and len(choice.members) == 6
    frame = swept.table().set_index("member").loc[list(choice.members)]
    assert choice.epochs == int(np.median(frame["best_epoch"]))
    most, _ = by_pandas(swept, "val_accuracy")
    assert swept.choose("val_accuracy").mean == pytest.approx(most.mean().max())
    assert "the best of 4 configurations" in str(choice)


def after_the_others_epochs(nets, values, fold, metric="val_loss"):
    """What a configuration has on a fold after the epochs that are best on its other folds."""
    frame = nets.table()
    own = frame[[dict(zip(values, row)) == values for row in frame[list(values)].values]]
    epochs = int(np.median(own[own["fold"] != fold]["best_epoch"]))
    histories = nets.history[metric][own[own["fold"] == fold]["member"]]
    return np.mean([h[~np.isnan(h)][:epochs][-1] for h in histories])


def test_what_to_expect_is_what_the_choice_by_the_other_folds_gets(swept):
    groups, folds = by_pandas(swept)
    found = []
    for fold in folds:
        chosen = folds.drop(columns=fold).mean(axis=1).argmin()
        values = dict(zip(["units", "learning_rate"], groups.mean().index[chosen]))
        found.append(after_the_others_epochs(swept, values, fold))
    choice = swept.choose()
    assert choice.estimate == pytest.approx(np.mean(found))
    assert choice.estimate >= choice.mean - 1e-12
    assert f"expect about {choice.estimate:.4g} on new rows" in str(choice)


def test_what_to_expect_is_of_a_network_that_is_trained_as_long_as_the_final_one():
    """Members that were best long before their end are not what `final` trains."""
    rows = np.random.default_rng(0)
    x, y = rows.normal(size=(60, 5)).astype("float32"), rows.integers(0, 2, 60)
    nets = onefit.fit_many(build(16, 0.03), x, y, folds=3, epochs=40, verbose=0)
    choice, losses = nets.choose(), nets.history["val_loss"]
    best = losses.argmin(1) + 1
    assert choice.epochs == int(np.median(best)) < 10
    assert choice.mean == pytest.approx(losses[:, -1].mean())
    assert choice.then == pytest.approx(losses[:, choice.epochs - 1].mean())
    assert choice.then < choice.mean
    others = [int(np.median(np.delete(best, fold))) for fold in range(3)]
    assert choice.estimate == pytest.approx(losses[range(3), np.array(others) - 1].mean())
    assert f"{choice.then:.4g} after {choice.epochs} epoch" in str(choice)
    assert "3 of 3 were better before their last epoch" in str(nets)


def test_the_best_epochs_are_those_of_the_metric_that_is_chosen_by():
    nets = onefit.fit_many(build(), X, Y, folds=3, epochs=9, verbose=0)
    choice, values = nets.choose("val_accuracy"), nets.history["val_accuracy"]
    best = values.argmax(1) + 1
    assert choice.epochs == int(np.median(best)) != nets.choose().epochs
    others = [int(np.median(np.delete(best, fold))) for fold in range(3)]
    assert choice.estimate == pytest.approx(values[range(3), np.array(others) - 1].mean())
    assert choice.then == pytest.approx(values[:, choice.epochs - 1].mean())


def test_a_choice_within_folds_points_to_their_own_rows(swept):
    sweep = {"learning_rate": [1e-3, 3e-2]}
    nets = onefit.fit_many(
        build, X, Y, sweep=sweep, folds=3, validation_split=0.3, epochs=2, verbose=0
    )
    choice = nets.choose()
    assert np.isnan(choice.estimate) and "expect worse" in str(choice)
    assert "nets.nested() judges the choice" in str(choice)
    assert len(nets.nested()) == 3
    assert "nested" not in str(swept.choose())


def test_what_was_searched_by_is_what_is_chosen_by(tmp_path):
    net = build()
    net.compile("sgd", "binary_crossentropy", metrics=["accuracy", keras.metrics.FalsePositives()])
    space = {"learning_rate": onefit.log_uniform(1e-3, 10.0)}
    given = {"space": space, "trials": 6, "epochs": 4, "folds": 2, "verbose": 0}
    nets = onefit.search(net, X, Y, metric="val_false_positives", mode="max", **given)
    nets.save(tmp_path / "nets.onefit")
    table = nets.table(over_folds=True)["val_false_positives_mean"]
    for one in (nets, onefit.load(tmp_path / "nets.onefit")):
        choice = one.choose()
        assert choice.metric == "val_false_positives" and choice.mean == table.max()
        head = next(line for line in str(one).splitlines() if "val_accuracy" in line)
        assert head.split()[0] == "val_false_positives"  # what is compared by stands first
    assert nets.choose(mode="min").mean == table.min()
    assert nets.choose("val_loss").metric == "val_loss"
    assert nets.final(epochs=1).compiled and nets.best_number() in choice.members


def test_one_standard_error_takes_the_fewest_weights(swept):
    choice, rule = swept.choose(), swept.choose(one_standard_error=True)
    groups, folds = by_pandas(swept)
    means = groups.mean()
    near = means[means <= choice.mean + choice.error]
    assert tuple(rule.values.values()) == min(near.index, key=lambda one: (one[0], near[one]))
    units, found = [units for units, _ in means.index], []
    for fold in folds:
        others = folds.drop(columns=fold)
        best = others.loc[others.mean(axis=1).idxmin()]
        others = others.mean(axis=1)
        near = np.flatnonzero(others <= best.mean() + best.std() / np.sqrt(2))
        row = means.index[min(near, key=lambda at: (units[at], others[at]))]
        values = dict(zip(["units", "learning_rate"], row))
        found.append(after_the_others_epochs(swept, values, fold))
    assert rule.estimate == pytest.approx(np.mean(found))
    assert ", the best of 4 configurations" in str(choice)
    assert ", the smallest within a standard error of the best of 4 configurations" in str(rule)


def test_the_final_model_is_the_configuration_on_all_rows(swept):
    choice = swept.choose()
    model = swept.final()
    keras.utils.set_random_seed(0)
    alone = build(**choice.values)
    onefit.fit(alone, X, Y, epochs=choice.epochs, verbose=0)
    for own, expected in zip(model.get_weights(), alone.get_weights()):
        np.testing.assert_array_equal(own, expected)
    assert type(model) is keras.Sequential and model.compiled
    by_name = swept.final("val_loss", epochs=choice.epochs)
    for own, expected in zip(by_name.get_weights(), model.get_weights()):
        np.testing.assert_array_equal(own, expected)
    several = swept.final(choice, n=3, epochs=2, seed=5)
    each = []
    for seed in (5, 6, 7):
        keras.utils.set_random_seed(seed)
        alone = build(**choice.values)
        onefit.fit(alone, X, Y, epochs=2, verbose=0)
        each.append(alone.predict(X, verbose=0))
    np.testing.assert_allclose(several.predict(X, verbose=0), np.mean(each, axis=0), rtol=1e-5)


def test_an_ensemble_is_compiled_as_its_members_are(swept):
    model = swept.ensemble()
    found = model.evaluate(X, Y, verbose=0, return_dict=True)
    mean = swept.predict(X).ravel()
    expected = keras.losses.binary_crossentropy(Y, keras.ops.convert_to_tensor(mean))
    assert found["loss"] == pytest.approx(float(expected), rel=1e-5)
    assert found["accuracy"] == pytest.approx(np.mean((mean > 0.5) == Y))


def test_the_result_is_printed_with_what_simple_models_get(swept):
    text = str(swept)
    assert "24 networks of 15 to 57 weights: 4 configurations × 3 folds × 2 starts" in text
    lines = {line.split("   ")[0].strip(): line for line in text.splitlines()}
    losses, accuracies = {}, {}
    parts = {m.fold: m for m in swept.members}.values()
    for name, kind in (
        ("a linear model", make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))),
        ("gradient-boosted trees", HistGradientBoostingClassifier(random_state=0)),
    ):
        with threadpool_limits(1):
            told = [kind.fit(X[m.train], Y[m.train]).predict_proba(X[m.valid])[:, 1] for m in parts]
        held = [Y[m.valid] for m in parts]
        losses[name] = [log_loss(y, p) for y, p in zip(held, told)]
        accuracies[name] = [accuracy_score(y, p > 0.5) for y, p in zip(held, told)]
    shares = [np.full(len(m.valid), Y[m.train].mean()) for m in parts]
    name = "the best constant answer"
    losses[name] = [log_loss(Y[m.valid], p) for m, p in zip(parts, shares)]
    accuracies[name] = [np.mean((p > 0.5) == Y[m.valid]) for m, p in zip(parts, shares)]
    for name, values in losses.items():
        for column, each in (("loss", values), ("accuracy", accuracies[name])):
            error = np.std(each, ddof=1) / np.sqrt(3)
            assert f"{np.mean(each):.4g} ± {error:.2g}" in lines[name], (name, column)
    best = swept.choose()
    assert f"{best.mean:.4g} ± {best.error:.2g}" in text
    assert "linear" not in swept.summary(baselines=False)
    assert "<table" in swept._repr_html_() and repr(swept) == "<Population of 24 members of 24>"
    assert "members, one program" in swept.explain() and "XLA compile" in swept.explain()


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        ("mae", X[:, 0] * 3),
        ("sparse_categorical_crossentropy", np.arange(90) % 3),
        ("categorical_crossentropy", np.eye(3, dtype="float32")[np.arange(90) % 3]),
        (keras.losses.SparseCategoricalCrossentropy(from_logits=True), np.arange(90) % 3),
    ],
    ids=["numbers", "classes", "columns", "logits"],
)
def test_the_best_constant_answer_of_each_kind_of_target(loss, targets):
    last = keras.layers.Dense(1 if loss == "mae" else 3)
    softmax = [] if loss == "mae" or not isinstance(loss, str) else [keras.layers.Softmax()]
    net = keras.Sequential([keras.Input((5,)), last, *softmax])
    net.compile("sgd", loss)
    nets = onefit.fit_many(
        net, X, targets, restarts=2, validation_data=(X[:60], targets[:60]), epochs=1, verbose=0
    )
    row = next(line for line in str(nets).splitlines() if "constant" in line)
    expected = np.abs(targets[:60] - np.median(targets)).mean() if loss == "mae" else np.log(3)
    assert float(row.split()[-1]) == pytest.approx(expected, rel=1e-3)


def test_a_table_without_pandas(swept, monkeypatch):
    frame, over = swept.table(), swept.table(over_folds=True)
    found, imported = importlib.util.find_spec, builtins.__import__

    def absent(name, *rest, **more):
        return None if name == "pandas" else found(name, *rest, **more)

    def refused(name, *rest, **more):
        if name == "pandas":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    monkeypatch.setattr(builtins, "__import__", refused)
    ours = swept.table()
    assert isinstance(ours, tables.Table) and ours.columns == list(frame.columns)
    assert len(ours) == len(frame) and all((ours[c] == frame[c].to_numpy()).all() for c in ours)
    assert str(ours).splitlines()[0].split() == list(frame.columns)
    again = swept.table(over_folds=True)
    np.testing.assert_allclose(again["val_loss_mean"], over["val_loss_mean"])
    assert '<th scope="col">val_loss</th>' in ours._repr_html_()


def test_epochs_are_counted_from_one_and_go_with_their_metrics(swept):
    frame = swept.table()
    losses = swept.history["val_loss"]
    assert frame["best_epoch"].tolist() == (np.nanargmin(losses, axis=1) + 1).tolist()
    assert frame["best_val_loss"].tolist() == np.nanmin(losses, axis=1).tolist()
    assert frame["epoch"].tolist() == frame["best_epoch"].tolist()  # their weights were restored
    last = onefit.fit_many(build(), X, Y, folds=2, epochs=3, verbose=0).table()
    assert last["epoch"].tolist() == last["epochs"].tolist() == [3, 3]


def test_only_public_names_are_listed(swept):
    names = dir(swept)
    assert {"best", "choose", "final", "table", "history", "explain"} <= set(names)
    assert not {"jobs", "homes", "lock", "given", "splits", "source", "judged"} & set(names)
    assert all(hasattr(swept, name) for name in names)


def test_configurations_that_diverge_are_not_chosen():
    net = build()
    net.compile("sgd", "mse")
    nets = onefit.fit_many(
        net, X, Y, folds=2, sweep={"learning_rate": [1e-2, 1e30]}, epochs=2, verbose=0
    )
    assert nets.choose().values == {"learning_rate": 1e-2} and "diverged" in str(nets)
    bad = onefit.fit_many(net, X, Y, sweep={"learning_rate": [1e29, 1e30]}, epochs=2, verbose=0)
    with pytest.raises(onefit.PopulationError, match="lower learning rate"):
        bad.choose()


def test_the_final_training_shows_what_it_is_asked_to(swept, capsys):
    swept.final(epochs=1)
    assert "network" not in capsys.readouterr().err  # as `fit_many` was told
    swept.final(epochs=1, verbose=2)
    assert capsys.readouterr().err
    with pytest.raises(onefit.PopulationError, match="`verbose`"):
        swept.final(epochs=1, verbose="loud")


def test_what_cannot_be_the_final_model(swept):
    for wrong in (0, 1.5, "a"):
        with pytest.raises(onefit.PopulationError, match="`n`"):
            swept.final(n=wrong)
    with pytest.raises(onefit.PopulationError, match="`epochs`"):
        swept.final(epochs=0)
    with pytest.raises(onefit.PopulationError, match=r"what `choose` has returned.*dict"):
        swept.final({"units": 3})
    with pytest.raises(onefit.PopulationError, match=r"metric of the history.*val_los'"):
        swept.final("val_los")
    with pytest.raises(onefit.PopulationError, match=r"what `choose` has returned.*ndarray"):
        swept.final(X, Y)
    small = onefit.fit_many(build(), X, Y, folds=2, epochs=1, verbose=0)
    for other, choice in ((small, swept.choose()), (swept, small.choose())):
        with pytest.raises(onefit.PopulationError, match="a choice of this population"):
            other.final(choice)
    xor = onefit.fit_many(xor_net(), X[:, :2], Y, restarts=2, epochs=1, verbose=0)
    assert xor.choose().among == 1 and np.isnan(xor.choose().estimate)


def test_who_was_stopped_early_is_not_still_improving():
    """A loss that falls at its end, and would fall on: the rule ends one of the two trainings."""
    stop = keras.callbacks.EarlyStopping(monitor="loss", mode="max", patience=20)
    given = {"restarts": 2, "epochs": 40, "exact": True, "verbose": 0}
    net = xor_net()
    net.compile(keras.optimizers.Adam(0.05), "mse")
    ends = onefit.fit_many(net, *XOR, callbacks=[stop], **given)
    goes_on = onefit.fit_many(net, *XOR, **given)
    assert ends.epochs.tolist() == [21, 21]
    np.testing.assert_array_equal(ends.history["loss"][:, :21], goes_on.history["loss"][:, :21])
    assert "of 2 were still improving" in str(goes_on)
    assert "still improving" not in str(ends)


@pytest.mark.parametrize("loss", ["binary_crossentropy", "sparse_categorical_crossentropy"])
def test_labels_outside_of_the_classes_are_printed_without_simple_models(loss):
    units, kind = (1, "sigmoid") if loss.startswith("binary") else (2, "softmax")
    net = keras.Sequential([keras.Input((X.shape[1],)), keras.layers.Dense(units, kind)])
    net.compile("sgd", loss)
    labels = np.arange(len(X)) % 2
    for wrong in (labels + 1, 2 * labels - 1):
        nets = onefit.fit_many(net, X, wrong, folds=3, epochs=1, verbose=0)
        assert "one configuration" in str(nets) and "constant" not in str(nets)
    assert "constant" in str(onefit.fit_many(net, X, labels, folds=3, epochs=1, verbose=0))


class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x


class Net(keras.Model):
    """A model without a config."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = keras.layers.Dense(3, "relu"), keras.layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))


class Asks(Net):
    """A model that takes no part in another one."""

    alone = False

    def __call__(self, x, **more):
        if self.alone and isinstance(x, keras.KerasTensor):
            raise TypeError("it needs values")
        return super().__call__(x, **more)


def chain():
    return keras.Sequential([keras.Input((5,)), Twice(), keras.layers.Dense(1)])


def compiled(kind):
    def build():
        net = kind()
        net.compile("sgd", "mse", metrics=["mae"])
        return net

    return build


@pytest.mark.parametrize("kind", [chain, Net], ids=["layer", "model"])
def test_an_ensemble_of_classes_that_keras_does_not_know(kind):
    nets = onefit.fit_many(compiled(kind), X, Y, folds=2, epochs=2, verbose=0)
    whole = nets.ensemble()
    each = nets.predict_each(X)
    np.testing.assert_allclose(whole.predict(X, verbose=0), each.mean(0), rtol=1e-5, atol=1e-6)
    loss, mae = whole.evaluate(X, Y, verbose=0)
    assert loss == pytest.approx(np.mean((each.mean(0)[:, 0] - Y) ** 2), rel=1e-4)
    assert mae == pytest.approx(np.mean(np.abs(each.mean(0)[:, 0] - Y)), rel=1e-4)
    before = nets[0].get_weights()
    two = nets.final(n=2)
    assert two.predict(X, verbose=0).shape == (90, 1)
    for ours, theirs in zip(nets[0].get_weights(), before):
        np.testing.assert_array_equal(ours, theirs)


def test_an_ensemble_that_cannot_be_is_refused_before_it_is_trained(monkeypatch):
    nets = onefit.fit_many(compiled(Asks), X, Y, folds=2, epochs=1, verbose=0)
    monkeypatch.setattr("onefit.population.results.final.retrained", pytest.fail)
    monkeypatch.setattr(Asks, "alone", True)
    for ask in (nets.ensemble, lambda: nets.final(n=2)):
        with pytest.raises(onefit.PopulationError, match="Use `predict`"):
            ask()
