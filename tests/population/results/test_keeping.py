"""Populations are saved, loaded, pickled, copied, and go on training."""

from __future__ import annotations

import copy
import errno
import json
import os
import pickle
import subprocess
import sys
import textwrap
import time
import zipfile

import keras
import numpy as np
import pytest
from nets import XOR, rich_net, table, xor_net

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import FIRST, LAST, Layout
from onefit.population.running.lanes import Lane
from onefit.population.running.progress import Bar

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(60)


def stopping():
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    return [stop, keras.callbacks.ReduceLROnPlateau(patience=1)]


@pytest.fixture(scope="module")
def swept():
    return onefit.fit_many(
        rich_net,
        X,
        Y,
        sweep={"units": [3, 8], "rate": [0.2, 0.4], "learning_rate": [1e-3, 1e-1]},
        folds=2,
        epochs=6,
        callbacks=stopping(),
        verbose=0,
    )


def same_weights(ours, theirs):
    for a, b in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(a.value), np.asarray(b.value))


def check_same(kept, nets):
    assert len(kept) == len(nets) and kept.numbers.tolist() == nets.numbers.tolist()
    assert kept.table().equals(nets.table())
    assert kept.table(over_folds=True).equals(nets.table(over_folds=True))
    for name, values in nets.history.items():
        np.testing.assert_array_equal(kept.history[name], values)
    assert kept.choose() == nets.choose() or np.isnan(nets.choose().estimate)
    assert kept.best_number() == nets.best_number()
    for number in (5, int(nets.numbers[-1])):
        own, expected = kept[number], nets[number]
        same_weights(own, expected)
        assert own.get_config()["layers"] == expected.get_config()["layers"]
        for ours, theirs in zip(own.optimizer.variables, expected.optimizer.variables, strict=True):
            np.testing.assert_array_equal(np.asarray(ours.value), np.asarray(theirs.value))
        assert own.evaluate(X, Y, verbose=0) == expected.evaluate(X, Y, verbose=0)
        own.fit(X, Y, epochs=1, verbose=0)  # it is compiled, and goes on
    np.testing.assert_array_equal(kept.predict_each(X), nets.predict_each(X))
    np.testing.assert_array_equal(kept.predict(X), nets.predict(X))
    assert str(kept).splitlines()[0] == str(nets).splitlines()[0]


def test_what_is_saved_is_loaded(swept, tmp_path):
    path = tmp_path / "sweep.onefit"
    swept.save(path)
    check_same(onefit.load(path), swept)
    assert os.listdir(tmp_path) == ["sweep.onefit"]


def test_what_simple_models_get_is_kept(swept, tmp_path):
    swept.known_baselines = None
    swept.save(tmp_path / "before")
    told = str(swept)
    assert "the best constant answer" in told
    swept.save(tmp_path / "after")
    kept = onefit.load(tmp_path / "after")
    assert str(kept) == told and str(pickle.loads(pickle.dumps(kept))) == told
    assert kept._repr_html_() == swept._repr_html_()
    assert str(onefit.load(tmp_path / "before")) == told


def test_the_file_is_open_and_nothing_in_it_can_run(swept, tmp_path):
    path = tmp_path / "sweep.onefit"
    swept.save(path)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".npy"):
                with archive.open(name) as file:
                    assert np.lib.format.read_magic(file)
                with archive.open(name) as file:
                    np.lib.format.read_array(file, allow_pickle=False)
        head = json.loads(json.loads(archive.read("population.json"))["text"])
    assert head["members"][3]["values"] == dict(swept.members[3].values)


LOADS = textwrap.dedent("""
    import sys
    import numpy as np
    import onefit
    nets = onefit.load(sys.argv[1])
    np.save(sys.argv[2], nets.ensemble().predict(np.load(sys.argv[2]), verbose=0))
""")


def test_another_process_loads_it(swept, tmp_path):
    path, rows = tmp_path / "sweep.onefit", tmp_path / "rows.npy"
    swept.save(path)
    np.save(rows, X)
    subprocess.run([sys.executable, "-c", LOADS, str(path), str(rows)], check=True, timeout=300)
    np.testing.assert_allclose(np.load(rows), swept.predict(X), rtol=1e-5)


def test_a_pickle_is_what_is_saved(swept):
    made = pickle.loads(pickle.dumps(swept))
    same_weights(made[3], swept[3])
    again = pickle.loads(pickle.dumps(made))  # what was loaded is saved, too
    assert again.table().equals(swept.table())
    same_weights(again[3], swept[3])


def test_a_deep_copy_is_the_same_and_goes_on():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=2, exact=True, verbose=0)
    made = copy.deepcopy(nets)
    made.history["loss"][:] = 0
    assert nets.history["loss"].all() and len(made) == 2
    same_weights(copy.copy(nets)[1], nets[1])
    assert made.resume(epochs=3).epochs.tolist() == [3, 3]


def test_what_needs_the_data_is_not_there(swept, tmp_path):
    swept.save(tmp_path / "a")
    kept = onefit.load(tmp_path / "a")
    for ask in (kept.out_of_fold, kept.final, kept.resume):
        with pytest.raises(onefit.PopulationError, match="was loaded"):
            ask()


def test_files_that_are_damaged(swept, tmp_path):
    path = tmp_path / "sweep.onefit"
    swept.save(path)
    content = path.read_bytes()
    at = content.index(b"NUMPY", content.index(b"weights/0"))
    flipped = bytearray(content)
    flipped[at + 200] ^= 1
    path.write_bytes(flipped)
    with pytest.raises(onefit.PopulationError, match="damaged"):
        onefit.load(path)[0]
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(onefit.PopulationError, match="damaged"):
        onefit.load(path)
    path.write_text("no population")
    with pytest.raises(onefit.PopulationError, match="another kind of file"):
        onefit.load(path)
    with pytest.raises(FileNotFoundError):
        onefit.load(tmp_path / "none")


def test_a_file_of_which_any_byte_of_the_directory_is_another(swept, tmp_path):
    path = tmp_path / "sweep.onefit"
    swept.save(path)
    content, refused = path.read_bytes(), 0
    start = content.index(b"PK\x01\x02")  # the head of the first entry
    draw = np.random.default_rng(0)
    for place in draw.choice(np.arange(start, len(content)), 40, replace=False):
        flipped = bytearray(content)
        flipped[place] ^= int(draw.integers(1, 256))
        try:
            found = onefit.population.results.loaded.from_bytes(bytes(flipped))
            weights = found[0].get_weights()
        except onefit.PopulationError as error:
            refused += "damaged" in str(error) or "another kind of file" in str(error)
        else:
            for own, expected in zip(weights, swept[0].get_weights(), strict=True):
                np.testing.assert_array_equal(own, expected)
    assert refused > 8


def test_the_folders_to_a_file_are_made(swept, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    swept.save("~/nets")
    assert (tmp_path / "nets").exists() and len(onefit.load("~/nets")) == len(swept)
    swept.save(tmp_path / "a" / "b" / "nets")
    assert len(onefit.load(tmp_path / "a" / "b" / "nets")) == len(swept)


def test_a_file_of_a_later_version(swept, tmp_path, monkeypatch):
    monkeypatch.setattr("onefit.population.results.archive.FORMAT", 2)
    swept.save(tmp_path / "later")
    monkeypatch.setattr("onefit.population.results.archive.FORMAT", 1)
    with pytest.raises(onefit.PopulationError, match="format 2"):
        onefit.load(tmp_path / "later")


def test_a_full_disk_leaves_the_old_file(swept, tmp_path, monkeypatch):
    path = tmp_path / "sweep.onefit"
    swept.save(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        swept.save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["sweep.onefit"]


class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x


def own_loss(y, answer):
    return keras.ops.mean((y - answer) ** 2)


def own_net(loss="mse"):
    net = keras.Sequential([keras.Input((5,)), Twice(), keras.layers.Dense(1)])
    net.compile("sgd", loss)
    return net


def test_a_model_of_a_class_that_is_not_there(tmp_path, capsys):
    nets = onefit.fit_many(own_net(own_loss), X, Y, restarts=2, epochs=1, verbose=0)
    nets.save(tmp_path / "own")
    out = capsys.readouterr().err
    assert "'Twice' and 'own_loss'" in out and "custom_objects={'Twice': Twice, 'own_loss':" in out
    kept = onefit.load(tmp_path / "own")
    assert len(kept.table()) == 2
    with pytest.raises(onefit.PopulationError, match="register_keras_serializable") as caught:
        kept[0]
    told = str(caught.value)
    assert told.startswith("Give what is yours: `onefit.load(path, custom_objects={'Twice': Twice")
    assert len(told) < 400 and "config=" not in told
    with keras.saving.custom_object_scope({"Twice": Twice, "own_loss": own_loss}):
        same_weights(kept[0], nets[0])
    given = onefit.load(tmp_path / "own", custom_objects={"Twice": Twice, "own_loss": own_loss})
    same_weights(given[1], nets[1])
    assert given[1].evaluate(X, Y, verbose=0) == nets[1].evaluate(X, Y, verbose=0)


def test_what_can_be_loaded_is_saved_without_a_word(swept, tmp_path, capsys):
    swept.save(tmp_path / "nets")
    assert capsys.readouterr().err == ""


def test_a_lambda_is_told_before_it_is_saved(tmp_path, capsys):
    def build():
        twice = keras.layers.Lambda(lambda x: 2 * x)
        net = keras.Sequential([keras.Input((5,)), twice, keras.layers.Dense(1)])
        net.compile("sgd", "mse")
        return net

    onefit.fit_many(build, X, Y, restarts=2, epochs=1, verbose=0).save(tmp_path / "own")
    assert "`lambda`" in capsys.readouterr().err
    with pytest.raises(onefit.PopulationError, match=r"^Build the model"):
        onefit.load(tmp_path / "own")[0]


CASES = {
    "first axis": (Layout(FIRST, 4, 2), False, {}),
    "last axis": (Layout(LAST, 8, 1), False, {}),
    "folds": (None, True, {"folds": 2, "restarts": 2, "callbacks": stopping()}),
    "a schedule": (
        None,
        True,
        {
            "callbacks": [keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9)],
            "sweep": {"learning_rate": [1e-3, 1e-2]},
            "bootstrap": 2,
            "restarts": 1,
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_training_that_goes_on_is_as_if_it_had_not_stopped(name, monkeypatch):
    layout, exact, arguments = CASES[name]
    if layout is not None:
        monkeypatch.setattr(plan, "layout_of", lambda group, exact: layout)
    arguments = {"restarts": 8, "exact": exact, "verbose": 0, **arguments}
    whole = onefit.fit_many(rich_net(), X, Y, epochs=9, **arguments)
    short = onefit.fit_many(rich_net(), X, Y, epochs=4, **arguments)
    before = {name: values.copy() for name, values in short.history.items()}
    longer = short.resume(epochs=9)
    for key, values in whole.history.items():
        np.testing.assert_array_equal(longer.history[key], values)
    assert longer.epochs.tolist() == whole.epochs.tolist() and longer.finished.all()
    for ours, theirs in zip(longer, whole):
        same_weights(ours, theirs)
    for key, values in before.items():
        np.testing.assert_array_equal(short.history[key], values)


def test_some_members_go_on():
    arguments = {"restarts": 4, "exact": True, "verbose": 0}
    whole = onefit.fit_many(rich_net(), X, Y, epochs=7, **arguments)
    short = onefit.fit_many(rich_net(), X, Y, epochs=3, **arguments)
    longer = short.resume(epochs=7, members=[1, 3])
    assert longer.epochs.tolist() == [3, 7, 3, 7]
    same_weights(longer[1], whole[1])
    same_weights(longer[0], short[0])
    assert np.isnan(longer.history["loss"][0, 3:]).all()


def test_after_ctrl_c_the_rest_is_trained(monkeypatch):
    arguments = {"restarts": 6, "epochs": 40, "exact": True, "verbose": 0}
    whole = onefit.fit_many(rich_net(), X, Y, **arguments)
    pressed = []

    def show(bar, *_):
        if not pressed and bar.record is not None and bar.record.epochs.any():
            pressed.append(True)
            raise KeyboardInterrupt

    harvest = Lane.harvest

    def wait_for_ctrl_c(lane, *arguments):
        harvest(lane, *arguments)
        for _ in range(6000):
            if lane.queue.closed:
                break
            time.sleep(1e-2)

    monkeypatch.setattr("onefit.population.running.threads.LOOKS", 1e-3)
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: Layout("alone", 1, 1))
    with monkeypatch.context() as patch:
        patch.setattr(Bar, "show", show)
        patch.setattr(Lane, "harvest", wait_for_ctrl_c)
        cut = onefit.fit_many(rich_net(), X, Y, on_interrupt="return", **arguments)
    assert cut.interrupted and 0 < len(cut) < 6
    rest = cut.resume()
    assert rest.finished.all()
    np.testing.assert_array_equal(rest.history["loss"], whole.history["loss"])
    for ours, theirs in zip(rest, whole):
        same_weights(ours, theirs)


def test_going_on_backwards(swept):
    with pytest.raises(onefit.PopulationError, match="at least"):
        swept.resume(epochs=1)
    with pytest.raises(onefit.PopulationError, match="`epochs`"):
        swept.resume(epochs=1.5)
    with pytest.raises(IndexError):
        swept.resume(epochs=9, members=[99])
