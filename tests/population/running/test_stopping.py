"""Ctrl-C, restarts of unchanged scripts, and populations at random."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nets import XOR, alone, differences, rich_net, table, xor_net

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import ALONE, FIRST, LAST, Layout
from onefit.population.members.folds import bootstraps, folds_of
from onefit.population.models.random_streams import Stream
from onefit.population.models.shuffles import draw
from onefit.population.running.lanes import Lane
from onefit.population.running.progress import Bar
from onefit.training.host.stock import FIT

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


@pytest.fixture
def ctrl_c(monkeypatch):
    """A function that makes Ctrl-C come as soon as a condition holds for the bar's record."""

    def when(condition, times=1):
        left = [times]

        def show(bar, *_):  # called in the main thread, a few times a second
            if left[0] and bar.record is not None and condition(bar.record):
                left[0] -= 1
                os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr(Bar, "show", show)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` ignores it
    yield when
    signal.signal(signal.SIGINT, handler)


def test_ctrl_c_gives_who_has_finished_and_who_was_under_way(ctrl_c, monkeypatch, capsys):
    x, y = table(200)
    started, ended, run = [], [], Lane.run

    def watched(lane):
        started.append(lane)
        run(lane)
        ended.append(lane)

    monkeypatch.setattr(Lane, "run", watched)
    ctrl_c(lambda record: record.finished.any())
    arguments = {"restarts": 60, "epochs": 4000, "exact": True, "verbose": 0}
    nets = onefit.fit_many(rich_net(), x, y, on_interrupt="return", **arguments)
    assert started and len(ended) == len(started)  # nothing goes on behind the caller's back
    assert nets.interrupted and 0 < len(nets) < 60
    assert len(nets.table()) == len(nets) == len(list(nets))
    done = nets.finished[nets.numbers]
    assert done.any() and not done.all()
    assert (nets.epochs[nets.numbers] == 4000).tolist() == done.tolist()
    for number in (nets.numbers[done][0], nets.numbers[~done][0]):
        epochs = int(nets.epochs[number])
        net, history = alone(rich_net, nets.members[number], x, y, epochs=epochs)
        place = nets.numbers.tolist().index(number)
        for own, expected in zip(nets[place].get_weights(), net.get_weights()):
            np.testing.assert_array_equal(own, expected)
        losses = nets.history["loss"][number]
        assert losses[:epochs].tolist() == history.history["loss"]
        assert np.isnan(losses[epochs:]).all()
    told = capsys.readouterr().err
    assert f"{done.sum()} of 60 members have finished, {(~done).sum()} were under way" in told


def test_ctrl_c_in_members_side_by_side_ends_with_their_epoch(ctrl_c, monkeypatch):
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: Layout(FIRST, 4, 1))
    x, y = table(200)
    ctrl_c(lambda record: record.epochs.any() or record.history)
    with pytest.raises(KeyboardInterrupt):
        onefit.fit_many(rich_net(), x, y, restarts=8, epochs=40_000, verbose=0)
    nets = onefit.last_interrupted()
    assert nets.numbers.tolist() == [0, 1, 2, 3] and not nets.finished.any()
    epochs = int(nets.epochs[0])
    assert 0 < epochs < 40_000 and (nets.epochs[:4] == epochs).all()
    # every step of every epoch was taken, and no step of the next
    iterations = [int(net.optimizer.iterations.value) for net in nets]
    assert iterations == [epochs * 7] * 4


def test_ctrl_c_a_second_time_while_it_is_recorded_loses_nothing(ctrl_c, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("onefit.population.verbs.observation.record", pressed)
    x, y = table(200)
    ctrl_c(lambda record: record.finished.any())
    with pytest.raises(KeyboardInterrupt):
        onefit.fit_many(rich_net(), x, y, restarts=60, epochs=4001, exact=True, verbose=0)
    nets = onefit.last_interrupted()
    assert nets.given["epochs"] == 4001 and nets.finished.any()


def test_after_ctrl_c_members_go_on_to_fewer_epochs_than_were_planned(ctrl_c):
    x, y = table(40)
    ctrl_c(lambda record: record.epochs.any())
    given = {"restarts": 2, "exact": True, "verbose": 0}
    left = onefit.fit_many(xor_net(), x[:, :2], y, epochs=10**6, on_interrupt="return", **given)
    count = int(left.epochs.max()) + 3
    assert left.interrupted and count < 10**6
    gone_on = left.resume(epochs=count)
    assert gone_on.history["loss"].shape == (2, count) and gone_on.finished.all()
    whole = onefit.fit_many(xor_net(), x[:, :2], y, epochs=count, **given)
    np.testing.assert_array_equal(gone_on.history["loss"], whole.history["loss"])


def test_ctrl_c_before_members_have_gone_on_leaves_them_where_they_were(monkeypatch):
    x, y = table(40)
    nets = onefit.fit_many(xor_net(), x[:, :2], y, restarts=3, epochs=2, verbose=0)

    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("onefit.population.running.threads._run", pressed)
    with pytest.raises(KeyboardInterrupt):
        nets.resume(epochs=9)
    monkeypatch.undo()
    left = onefit.last_interrupted()
    assert left.numbers.tolist() == [0, 1, 2] and left.epochs.tolist() == [2, 2, 2]
    assert left.interrupted and not left.finished.any()
    for before, now in zip(nets, left):
        for a, b in zip(before.get_weights(), now.get_weights()):
            np.testing.assert_array_equal(a, b)
    whole = onefit.fit_many(xor_net(), x[:, :2], y, restarts=3, epochs=9, exact=True, verbose=0)
    gone_on = left.resume()
    np.testing.assert_allclose(gone_on.history["loss"], whole.history["loss"], rtol=1e-4)


@given(
    rows=st.integers(1, 12),
    epochs=st.integers(1, 40),
    before=st.integers(0, 2),
    goes_on=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_orders_are_numpys(rows, epochs, before, goes_on, seed):
    streams = [Stream(seed + i, rows, before) for i in range(5)]
    theirs = [np.random.RandomState(seed + i) for i in range(5)]
    for generator in theirs:
        for _ in range(before):
            generator.permutation(rows)
    expected = [[g.permutation(rows) for _ in range(epochs)] for g in theirs]
    np.testing.assert_array_equal(draw(streams, rows, epochs, goes_on), expected)
    if goes_on:  # the streams stand where NumPy's stand
        again = draw(streams, rows, 1, goes_on=False)
        np.testing.assert_array_equal(again[:, 0], [g.permutation(rows) for g in theirs])


@given(rows=st.integers(4, 60), folds=st.integers(2, 4), seed=st.integers(0, 100))
def test_folds_part_the_rows(rows, folds, seed):
    parts = folds_of(folds, rows, None, stratify=False, groups=None, seed=seed)
    assert sorted(np.concatenate([p.held for p in parts])) == list(range(rows))
    for part in parts:
        assert sorted([*part.train, *part.held]) == list(range(rows))


@given(seed=st.integers(0, 100), folds=st.integers(2, 3))
def test_groups_stay_together(seed, folds):
    groups = np.random.RandomState(seed).randint(0, 6, 40)
    if len(np.unique(groups)) < folds:
        return
    for part in folds_of(folds, 40, None, stratify=False, groups=groups, seed=seed):
        assert not set(groups[part.train]) & set(groups[part.held])
    (part,) = bootstraps(1, 40, groups, [seed])
    assert not set(groups[part.train]) & set(groups[part.held])


LAYOUTS = st.builds(
    Layout,
    axis=st.sampled_from([ALONE, FIRST, LAST]),
    slots=st.integers(2, 5),
    lanes=st.integers(1, 2),
)


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    layout=LAYOUTS,
    rows=st.integers(20, 40),
    restarts=st.integers(1, 3),
    kind=st.sampled_from([{}, {"folds": 2}, {"folds": 3, "stratify": True}, {"bootstrap": 2}]),
    rates=st.sampled_from([[1e-2], [1e-3, 3e-2]]),
    batch=st.sampled_from([7, 16, 64]),
    stops=st.booleans(),
    shuffle=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_any_member_is_what_it_is_alone(
    layout, rows, restarts, kind, rates, batch, stops, shuffle, seed, monkeypatch
):
    if layout.axis == ALONE:
        layout = replace(layout, slots=1)
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: layout)
    x, y = table(rows)

    def arguments():
        stop = keras.callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True)
        return {"epochs": 6, "batch_size": batch, "shuffle": shuffle} | (
            {"callbacks": [stop]} if stops else {}
        )

    chosen = {**kind, "sweep": {"learning_rate": rates}, "restarts": restarts, "seed": seed}
    nets = onefit.fit_many(rich_net(), x, y, verbose=0, **chosen, **arguments())
    number = seed % len(nets)
    member = nets.members[number]
    own = {"learning_rate": member.values["learning_rate"]}
    net, history = alone(lambda: rich_net(**own), member, x, y, **arguments())
    log, weights = differences(nets, number, net, history)
    beside = layout.axis != ALONE
    # Side by side sums are rounded in another order, and Adam divides by the size of gradients:
    # a weight with small ones shows more of it than the loss (3.7e-5 seen, docs/populations)
    assert log <= 2e-5 * beside and weights <= 2e-4 * beside


SCRIPT = textwrap.dedent("""
    import keras, numpy as np
    keras.utils.set_random_seed({seed})
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([0, 1, 1, 0], "float32")
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, activation="relu"),
                            keras.layers.Dense(1, activation="sigmoid")])
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = net.fit(x, y, epochs=1000, verbose=0)
    print(history.history["accuracy"][-1], len(history.epoch), np.random.rand())
    net.fit(x, y, epochs=1, verbose=0)
""")


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "onefit", "run", *words],
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_restarts_of_an_unchanged_script():
    script = SCRIPT.format(seed=1)
    once, often = run("-c", script), run("--restarts", "16", "-c", script)
    assert once.returncode == often.returncode == 0, often.stderr
    assert once.stdout.split()[0] == "0.75" and often.stdout.split()[0] == "1.0"
    assert once.stdout.split()[1:] == often.stdout.split()[1:]  # np.random goes on alike
    assert "of 16 starts reached accuracy 1" in often.stderr
    assert "it was trained before" in often.stderr


def test_the_first_start_is_the_scripts_own():
    x, y = XOR
    with onefit.installed():
        keras.utils.set_random_seed(5)
        net = xor_net()
        alone_history = net.fit(x, y, epochs=40, verbose=0).history["loss"]
    with onefit.installed(restarts=2):
        keras.utils.set_random_seed(5)
        net = xor_net()
        history = net.fit(x, y, epochs=40, verbose=0).history["loss"]
    assert history[-1] <= alone_history[-1]
    assert not keras.Model.fit.__module__.startswith("onefit")


@pytest.mark.parametrize("shuffle", [True, False])
def test_np_random_goes_on_as_after_the_scripts_own_start(shuffle):
    x, y = table(20)
    found = []
    for stock, restarts in ((True, 1), (False, 1), (False, 3)):
        with onefit.installed(restarts=restarts):
            keras.utils.set_random_seed(5)
            net = rich_net()
            stop = keras.callbacks.EarlyStopping("loss", min_delta=0.02)
            fit = FIT if stock else keras.Model.fit
            fit(net, x, y, epochs=30, shuffle=shuffle, callbacks=[stop], verbose=0)
            found.append(np.random.rand())
    assert len(set(found)) == 1


def test_who_is_on_the_way_when_the_queue_is_closed_is_not_lost(monkeypatch):
    """Ctrl-C between two chunks: after the members have been looked through, before the next."""
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: Layout(FIRST, 4, 1))
    compacted = Lane.compacted

    def closed(lane, going, carry, **given):
        found = compacted(lane, going, carry, **given)
        lane.queue.closed = True
        return found

    monkeypatch.setattr(Lane, "compacted", closed)
    nets = onefit.fit_many(rich_net(), *table(20), restarts=8, epochs=40_000, verbose=0)
    assert nets.numbers.tolist() == [0, 1, 2, 3] and 0 < nets.epochs[0] < 40_000
