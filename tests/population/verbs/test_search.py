"""A search: draws from ranges, and those that fall behind taken out."""

from __future__ import annotations

import sys
import time

import keras
import numpy as np
import optuna
import pytest
from nets import table

import onefit
from onefit.population.models import structures
from onefit.population.running.lanes import Lane
from onefit.population.running.progress import Bar
from onefit.population.verbs import execution
from onefit.training.checkpoints import checkpoint

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
    return onefit.search(build, X, Y, **HALVED)


HALVED = {
    "space": SPACE, "trials": 18, "folds": 2, "exact": True,
    "epochs": 9, "halving": 3, "verbose": 0,
}  # fmt: skip


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
    assert np.isnan(choice.estimate)  # the folds have all taken part in what was left out
    assert "expect worse on new rows: it was chosen by the rows that it is judged by" in str(choice)
    member = halved.members[choice.members[1]]
    keras.utils.set_random_seed(member.seed)
    alone = build(**member.values)
    onefit.fit(alone, X[member.train], Y[member.train], epochs=9, verbose=0)
    for own, expected in zip(halved[member.number].get_weights(), alone.get_weights()):
        np.testing.assert_array_equal(own, expected)
    assert "32 of 36 did not go on to the last epoch" in str(halved)
    assert halved.table()["finished"].tolist() == (halved.epochs == 9).tolist()


def test_combinations_that_go_on_are_not_built_again_to_be_looked_at(monkeypatch):
    looked = []
    describe = structures.described
    monkeypatch.setattr(structures, "described", lambda *a: looked.append(a) or describe(*a))
    onefit.search(build, X, Y, **{**HALVED, "exact": False})
    assert len(looked) == 18


def test_a_list_of_combinations_is_trained_alone():
    sweep = [{"units": 3, "learning_rate": 1e-3}, {"units": 4, "learning_rate": 1e-2}]
    nets = onefit.fit_many(build, X, Y, sweep=sweep, restarts=2, epochs=1, verbose=0)
    assert [m.values for m in nets.members] == [sweep[0]] * 2 + [sweep[1]] * 2
    assert [m.configuration for m in nets.members] == [0, 0, 1, 1]


@pytest.fixture(scope="module")
def proposed():
    return onefit.search(build, X, Y, **PROPOSED)


PROPOSED = {
    "space": {**SPACE, "batch_size": [16, 32]}, "trials": 6, "at_once": 3, "sampler": "tpe",
    "epochs": 40, "validation_split": 0.2, "exact": True, "seed": 3, "verbose": 0,
}  # fmt: skip


def by_hand():
    """The same search in Optuna's own words, of which each trial is trained by stock Keras."""
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=3, constant_liar=True))
    space = {
        "learning_rate": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True),
        "units": optuna.distributions.IntDistribution(3, 4),
        "batch_size": optuna.distributions.CategoricalDistribution([16, 32]),
    }
    for _ in range(2):
        trials = [study.ask(space) for _ in range(3)]
        for trial in trials:
            keras.utils.set_random_seed(3)
            values = dict(trial.params)
            batch = values.pop("batch_size")
            net = build(**values)
            fitted = net.fit(X, Y, batch_size=batch, epochs=40, validation_split=0.2, verbose=0)
            study.tell(trial, fitted.history["val_loss"][-1])
    return study


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_optuna_gets_the_scores_of_stock_keras_and_gives_the_same_proposals(proposed):
    study = by_hand()
    assert [m.values for m in proposed.members] == [t.params for t in study.trials]
    assert [m.number for m in proposed.members] == [m.configuration for m in proposed.members]
    np.testing.assert_array_equal(
        proposed.history["val_loss"][:, -1], [t.value for t in study.trials]
    )
    best = proposed.choose()
    assert best.among == 6 and best.values == study.best_params
    assert proposed[best.members[0]].count_params() == build(best.values["units"]).count_params()
    assert "6 networks" in str(proposed) and "6 configurations" in str(proposed)
    longer = proposed.resume(epochs=41, members=best.members)
    assert sorted(longer.epochs)[-1] == 41


def test_a_study_is_asked_and_told():
    study = optuna.create_study(direction="maximize")
    asked(study=study, trials=3, at_once=2, mode="max")
    assert [t.state.name for t in study.trials] == ["COMPLETE"] * 3
    with pytest.raises(onefit.PopulationError, match="a study that minimizes"):
        asked(study=study)


def test_without_optuna_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "onefit\[search\]"'):
        asked(sampler="tpe")


def press_ctrl_c_in(monkeypatch, turn):
    """Have somebody press Ctrl-C when the first member of a turn has been through an epoch."""
    turns, harvest, show = [], Lane.harvest, Bar.show

    def watch(bar, record):
        turns.append(record)
        original(bar, record)

    original = Bar.watch

    def look(bar, *arguments):
        record = bar.record
        if len(turns) == turn and record is not None and record.epochs.any():
            turns.append(None)
            raise KeyboardInterrupt
        show(bar, *arguments)

    def wait(lane, *arguments):
        harvest(lane, *arguments)
        for _ in range(6000 if len(turns) == turn else 0):
            if lane.queue.closed:
                break
            time.sleep(1e-2)

    monkeypatch.setattr(Bar, "watch", watch)
    monkeypatch.setattr(Bar, "show", look)
    monkeypatch.setattr(Lane, "harvest", wait)
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)


@pytest.mark.parametrize("way", ["optuna", "halving"])
def test_an_interrupted_search_goes_on_with_the_same_trials_and_bits(
    way, proposed, halved, tmp_path, monkeypatch, capfd
):
    whole = {"optuna": proposed, "halving": halved}[way]
    arguments = {"optuna": PROPOSED, "halving": HALVED}[way]
    folder = tmp_path / "search"
    with monkeypatch.context() as patch:
        press_ctrl_c_in(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            onefit.search(build, X, Y, checkpoint=folder, **arguments)
    told = capfd.readouterr().err
    assert "onefit.last_interrupted() has what was trained" in told
    assert f"the same call goes on from {folder}" in told and told.count("interrupted:") == 1
    tried = onefit.last_interrupted()
    assert 3 <= len(tried) <= len(whole)
    assert (folder / "search.json").exists()
    with pytest.raises(onefit.PopulationError, match="the data changed"):
        onefit.search(build, X + 1, Y, checkpoint=folder, **arguments)
    other = {**arguments, "epochs": arguments["epochs"] + 1, "batch_size": 7}
    with pytest.raises(onefit.PopulationError, match="`epochs`, `batch_size` changed"):
        onefit.search(build, X, Y, checkpoint=folder, **other)
    capfd.readouterr()
    found = onefit.search(build, X, Y, checkpoint=folder, **arguments)
    assert "from the checkpoint" in capfd.readouterr().err
    assert [m.values for m in found.members] == [m.values for m in whole.members]
    for name, values in whole.history.items():
        np.testing.assert_array_equal(found.history[name], values)
    for ours, theirs in zip(found, whole):
        for a, b in zip(ours.get_weights(), theirs.get_weights()):
            np.testing.assert_array_equal(a, b)
    assert not folder.exists()


def test_a_folder_that_holds_no_such_search(tmp_path):
    head = tmp_path / "search.json"
    for text, told in (
        ("{", "a damaged search.json"),
        ('{"format": 9, "parts": {}}', "of format 9, which another version"),
        ('{"format": 2, "parts": {"the versions": "a"}}', "the versions"),
    ):
        head.write_text(text)
        with pytest.raises(onefit.PopulationError, match=told):
            asked(checkpoint=tmp_path)
    asked(checkpoint=tmp_path, resume=False)
    assert not head.exists()


def test_no_combination_is_tried_twice(capsys):
    space = {"units": range(3, 5), "learning_rate": [1e-3, 1e-2, 1e-3]}
    nets = asked(space=space, trials=9)
    tried = [tuple(member.values.values()) for member in nets.members]
    assert sorted(tried) == [(3, 1e-3), (3, 1e-2), (4, 1e-3), (4, 1e-2)]
    assert "4 combinations of the space, and not 9" in capsys.readouterr().err
    space = {"units": onefit.integers(1, 9)}
    tried = [member.values["units"] for member in asked(space=space, trials=8).members]
    assert len(set(tried)) == len(tried) == 8 and not capsys.readouterr().err


def test_a_model_that_cannot_be_built_is_told_by_its_numbers():
    def fails(units):
        if units == 4:
            raise ZeroDivisionError("boom")
        return build(units)

    with pytest.raises(ZeroDivisionError, match="boom") as raised:
        onefit.search(fails, X, Y, space={"units": [3, 4]}, trials=2, epochs=1, verbose=0)
    assert raised.value.__notes__ == ["onefit: this was the model with units=4"]


MISTAKES = {
    "a number that is none": (
        lambda: asked(space={"learning_rate": [1e-3, float("nan")]}), "one is NaN",
    ),
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
    "trials left out": (lambda: asked(trials=None), "how many combinations to try"),
    "a space left out": (lambda: asked(space=None), "`space`"),
    "halving of a range": (
        lambda: asked(space={**SPACE, "epochs": [3, 6]}, epochs=None, halving=3), "one number",
    ),
    "halving of both": (
        lambda: asked(space={**SPACE, "epochs": [3, 6]}, epochs=6, halving=3), "one number",
    ),
    "the ends of a range": (
        lambda: asked(space={"learning_rate": (1e-3, 1e-1)}), "onefit.uniform(0.001, 0.1)",
    ),
    "halving by one": (lambda: asked(halving=1), "`halving`"),
    "no sampler": (lambda: asked(sampler="grid"), "a sampler of Optuna"),
    "two of Optuna": (lambda: asked(sampler="tpe", study=1), "Received both"),
    "no study": (lambda: asked(study="mine"), "a study of Optuna"),
    "halving Optuna's": (lambda: asked(sampler="tpe", halving=2), "Received both"),
    "a study kept twice": (lambda: asked(study=1, checkpoint="f"), "`sampler` with `checkpoint`"),
    "none at once": (lambda: asked(sampler="tpe", at_once=0), "`at_once`"),
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


def test_trials_by_the_name_of_optuna():
    with pytest.raises(TypeError, match="Did you mean `trials`"):
        onefit.search(build, X, Y, space=SPACE, n_trials=3, epochs=1)


def test_names_of_other_tools():
    for name, told in {
        "cv": "Did you mean `folds`",
        "n_trials": "Did you mean `trials`",
        "n_iter": "Did you mean `trials`",
        "param_distributions": "Did you mean `space`",
        "direction": "Did you mean `mode`",
        "lr": "Did you mean `space=",
        "timeout": "Ctrl-C ends it",
        "metrics": "given to `compile`",
    }.items():
        with pytest.raises(TypeError, match=rf"search\(\) got an .*{name}.*{told}"):
            asked(**{name: 5})


@pytest.mark.parametrize(
    "arguments, told",
    [
        ({"mode": "up"}, "`mode` to be 'auto' or 'min' or 'max'"),
        ({"study": optuna.create_study(direction="maximize")}, "a study that minimizes"),
        ({"study": optuna.create_study(), "mode": "max"}, "a study that maximizes"),
    ],
)
def test_a_direction_is_looked_at_before_anything_runs(arguments, told, monkeypatch):
    monkeypatch.setattr(execution, "kept_together", lambda *_: pytest.fail("members ran"))
    with pytest.raises(onefit.PopulationError, match=told):
        asked(**arguments)


def test_rounds_and_turns_are_told_with_those_who_take_part(capsys, monkeypatch):
    monkeypatch.setattr("onefit.population.running.progress.FIRST", 60.0)
    given = {name: value for name, value in HALVED.items() if name != "verbose"}
    onefit.search(build, X, Y, **given)
    lines = capsys.readouterr().err.splitlines()
    for line, (number, members) in zip(lines, [(1, 36), (2, 12), (3, 4)]):
        done = f"{members}/{members}" if number == 3 else f"0/{members}"
        assert line.startswith(f"round {number} of 3: {members}/{members} members"), (line, done)
    asked(sampler="tpe", trials=2, at_once=1, verbose=1)
    turns = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in turns] == ["turn 1 of 2", "turn 2 of 2"]


def test_the_time_of_a_search_is_that_of_all_its_rounds(halved):
    began = time.perf_counter()
    found = onefit.search(build, X, Y, **HALVED)
    spent = time.perf_counter() - began
    assert 0.5 * spent < found.wall_seconds <= spent


@pytest.mark.parametrize("sampler", [None, "tpe"])
def test_a_metric_that_nobody_logs_is_told_of_before_anything_runs(sampler, monkeypatch):
    monkeypatch.setattr(execution, "kept_together", lambda *_: pytest.fail("members ran"))
    space = {"learning_rate": onefit.log_uniform(1e-3, 1e-1)}
    with pytest.raises(onefit.PopulationError, match=r"of the history: loss\. Received"):
        onefit.search(
            build, X, Y, space=space, trials=2, epochs=1, metric="f1", sampler=sampler, verbose=0
        )
