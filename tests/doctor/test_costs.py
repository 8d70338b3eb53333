"""What is tried within a time, with a clock and a laboratory of which the costs are known."""

import keras
import numpy as np
import pytest

import onefit
from onefit.doctor.changes.layers import layer_changes
from onefit.doctor.costs import Costs, is_alike
from onefit.doctor.experiment import Clock, Laboratory, Result
from onefit.doctor.setup import Rows, Setup
from onefit.doctor.task import Task
from onefit.doctor.training import Training, training_of
from onefit.doctor.trials import Doctor
from onefit.errors import DiagnosisError

SECONDS = 10.0


class _Time:
    """A clock that goes on when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


class _Laboratory(Laboratory):
    """Trains nothing: each structure and each network takes so many seconds."""

    def __init__(self, time, compiling, alone):
        super().__init__()
        self.time, self.compiling, self.alone = time, compiling, alone
        self.known, self.longest = [], 0.0

    def run(self, setups, seeds):
        begin, compiled = self.time.now, 0.0
        for setup in setups:
            if not any(is_alike(setup, one) for one in self.known):
                self.known.append(setup)
                self.time.now += self.compiling
                compiled += self.compiling
            self.time.now += seeds * self.alone * setup.steps / self.known[0].steps
        self.longest = max(self.longest, self.time.now - begin)
        self.share_trained = 1 - compiled / (self.time.now - begin)
        skills = np.zeros(seeds)
        return [Result(one, skills, skills, range(seeds)) for one in setups]


@pytest.fixture(scope="module")
def setup():
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("sgd", "binary_crossentropy")
    rows = np.random.default_rng(0)
    x, y = rows.normal(size=(80, 4)).astype("float32"), rows.integers(0, 2, 80)
    return Setup(model, Task("classes", 2, (0.0, 1.0)), Rows(x, y), Rows(x, y), 20, 16)


def _examined(setup, compiling, alone, told=1.0, likely=(), seeds=3):
    time = _Time()
    laboratory = _Laboratory(time, compiling, alone)
    training = Training(setup, None, seeds, alone * told, compiling * told)
    doctor = Doctor(training, likely, Clock(SECONDS, time), laboratory)
    return doctor.examine(), time.now, laboratory


@pytest.mark.parametrize("compiling", [0.1, 3.0, 30.0])
@pytest.mark.parametrize("alone", [0.01, 0.5, 1.6])
@pytest.mark.parametrize("told", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("likely", [(), ("OF513", "OF511", "OF525", "OF518")])
def test_an_examination_takes_the_time_and_one_compile(setup, compiling, alone, told, likely):
    """Costs that are told wrongly are learned from the network itself, which runs first."""
    seen, spent, _ = _examined(setup, compiling, alone, told, likely)
    assert spent <= compiling + 1.3 * SECONDS
    tried = [one.change.name for one in (*seen.alone, *seen.together)]
    assert tried or compiling + 12 * alone > SECONDS


def test_where_xla_is_dear_no_other_structure_is_tried_and_that_is_said(setup):
    seen, spent, laboratory = _examined(setup, compiling=30.0, alone=0.2)
    assert len(laboratory.known) == 1
    assert spent <= 30.0 + SECONDS
    assert {one.change.name for one in seen.alone} >= {"SGD(0.1)", "SGD(0.001)"}
    assert "without dropout" in seen.left_out or "more" in seen.left_out
    assert "--time" in seen.left_out
    assert "SGD(0.1)" not in seen.left_out


@pytest.mark.parametrize(("epochs", "longer"), [(10, 0.75), (20, 1.0), (40, 1.5)])
def test_what_is_spent_once_does_not_change_with_the_steps(setup, epochs, longer):
    """Half of a training of 20 epochs are its steps."""
    costs = Costs(setup, seeds=4, alone=1.0, compiling=0.0)
    costs.of_steps = 0.5
    assert costs.of(setup.but(epochs=epochs), setup) == pytest.approx(4 * longer)


def test_judging_does_not_grow_with_the_epochs(setup):
    """Of 4 s a network 3 are judging: ten times the epochs take 13 s, and XLA's compile."""
    costs = Costs(setup, seeds=4, alone=1.0, compiling=1.0)
    assert costs.begun(spent=20.0, setups=1, share=0.8, judged=0.75) == pytest.approx(4.0)
    assert costs.compiling == pytest.approx(2.0)
    longer = setup.but(epochs=10 * setup.epochs)
    assert costs.of(setup, setup) == pytest.approx(16.0)
    assert costs.of(longer, setup) == pytest.approx(4 * 13.0 + 2.0)


def test_what_is_dear_is_tried_one_after_the_other(setup):
    _, _, laboratory = _examined(setup, compiling=2.5, alone=0.1, likely=("OF513", "OF525"))
    assert len(laboratory.known) > 1
    assert laboratory.longest < 0.45 * SECONDS


def test_where_all_is_tried_nothing_is_said_of_it(setup):
    seen, _, _ = _examined(setup, compiling=0.02, alone=0.0001)
    assert seen.left_out == ""
    assert len(seen.alone) > 8


def test_longer_trainings_and_wider_networks_cost_more(setup):
    from onefit.doctor.changes import changes_of
    from onefit.doctor.costs import Costs

    costs = Costs(setup, seeds=4, alone=0.5, compiling=3.0)
    known = {one.name: costs.of(one.to(setup), setup) for one in changes_of(setup, [])}
    assert known["SGD(0.1)"] == pytest.approx(2.0)  # another number in the same program
    assert known["Adam(0.001)"] == pytest.approx(5.0)
    longer = next(value for name, value in known.items() if name.startswith("epochs="))
    assert longer > 12.0
    wide = next(value for name, value in known.items() if "wide" in name)
    assert wide >= 5.0


def _given(model, x, y, epochs=10):
    return {
        "x": x, "y": y, "batch_size": 32, "epochs": epochs, "initial_epoch": 0, "shuffle": True,
        "callbacks": None, "validation_split": 0.0, "validation_data": None, "class_weight": None,
        "sample_weight": None, "steps_per_epoch": None, "verbose": 0,
    }  # fmt: skip


def test_a_training_that_is_too_long_is_not_begun(setup):
    x, y = np.asarray(setup.rows.x), setup.rows.y
    with pytest.raises(DiagnosisError, match=r"which 8 can be tried in 10 s.*Give it about 480 s"):
        training_of(setup.model, _given(setup.model, x, y), SECONDS, alone=(100.0, 1.0))
    with pytest.raises(DiagnosisError, match=r"XLA compiles in 20 s.*Give it about 110 s"):
        training_of(setup.model, _given(setup.model, x, y), SECONDS, alone=(0.1, 21.0))


def test_fewer_starts_are_taken_where_three_are_too_long(setup, monkeypatch):
    from onefit.doctor import training

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4096), keras.layers.Dense(1)])
    model.compile("sgd", "mse")  # so large that networks side by side cost as much as one by one
    x = np.asarray(setup.rows.x)
    given = _given(model, x, x.sum(axis=1))
    seeds = {}
    for alone in (0.01, 0.55, 1.2):
        monkeypatch.setattr(training, "measured", lambda _: (alone, 1.0))  # noqa: B023
        seeds[alone] = training_of(model, given, SECONDS).seeds
    assert seeds[0.01] > 3 and seeds[0.55] == 3 and seeds[1.2] == 2


@pytest.mark.slow
def test_a_convolutional_network_is_examined_within_the_time():
    import time

    rows = np.random.default_rng(0)
    x, y = rows.normal(size=(300, 16, 16, 3)).astype("float32"), rows.integers(0, 4, 300)
    x[np.arange(300), y, y] += 4.0
    conv = keras.layers.Conv2D
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            conv(32, 3, activation="relu"),
            conv(32, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="sigmoid"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    begin = time.perf_counter()
    found = onefit.diagnose(model, x, y, epochs=30, time=5)
    assert time.perf_counter() - begin < 60  # 15 s where nothing else runs
    assert "OF504" in [one.code for one in found.findings] or found.remarks


def test_what_nobody_could_have_saved_is_not_counted():
    time = _Time()
    clock = Clock(10.0, time)
    time.now = 7.0
    clock.leave_out(4.0)
    assert clock.spent == 3.0 and clock.left == 7.0


def test_where_updates_are_missing_there_are_few_seeds_so_that_longer_ones_can_be_tried():
    model = keras.Sequential([keras.Input((4, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    rows = Rows(np.zeros((80, 4, 1)), np.zeros(80))
    few, seen = Setup(model, Task("numbers", 1), rows, rows, 1, 16), []
    for likely in ([], ["OF510", "OF507"]):
        training = Training(few, None, 64, 0.01, 0.5)
        doctor = Doctor(training, likely, Clock(SECONDS, _Time()), _Laboratory(_Time(), 0.5, 0.01))
        costs = [doctor.costs.of(o.to(few), few) for o in doctor.changes if o.cause == "epochs"]
        seen.append((doctor.seeds, min(costs) < SECONDS))
    (all_seeds, fits), (some, fit) = seen
    assert all_seeds == 128 and not fits
    assert 6 <= some < 128 and fit


def test_a_training_of_few_rows_in_a_large_batch_is_timed_for_some_epochs(setup, monkeypatch):
    """Ten thousand epochs of one step are timed as a hundred of them, and counted as all."""
    from onefit.doctor import training

    timed = []

    def quick(setup, rows, epochs):
        timed.append(len(rows) * epochs)
        return 0.001 * epochs, 0.5

    monkeypatch.setattr(training, "_timed", quick)
    rows = setup.rows.at(slice(0, 5))
    spent, _ = training.measured(setup.but(rows=rows, batch=4096, epochs=10_000))
    assert max(timed) <= 500 and spent == pytest.approx(10.0, rel=1e-3)


def test_a_bottleneck_is_widened_by_itself_and_that_of_an_autoencoder_is_not():
    dense = keras.layers.Dense
    x = np.random.default_rng(0).normal(size=(50, 20)).astype("float32")

    def wider(units, y):
        model = keras.Sequential([keras.Input((20,)), *map(dense, units), dense(y.shape[1])])
        model.compile("adam", "mse")
        setup = Setup(model, Task("numbers", y.shape[1]), Rows(x, y), None, 5, 10)
        changes = [o for o in layer_changes(setup) if o.arguments[:1] and o.code == "OF518"]
        wide = [o.to(setup).make() for o in changes if o.arguments[0].name == "units"]
        return [[layer.units for layer in one.layers] for one in wide]

    assert wider([64, 1], x[:, :1]) == [[64, 16, 1]]
    assert wider([8, 4], x[:, :1]) == [[32, 16, 1]]
    assert wider([64, 2], x) == []


def test_what_a_loss_of_the_scripts_own_is_to_reach_is_not_known():
    """The upper tenth of noise has an R2 below 0, and what misses it has a better one."""
    x = np.random.default_rng(0).normal(size=(200, 1))
    y = x + np.random.default_rng(1).normal(size=x.shape)

    def pinball(true, predicted):
        error = true - predicted
        return keras.ops.mean(keras.ops.maximum(0.9 * error, -0.1 * error), axis=-1)

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", pinball)
    found = onefit.diagnose(model, x, y, epochs=3)
    assert not found.findings and found.examination is None
    assert any("loss of Keras's own" in one for one in found.remarks)
    model.compile("adam", keras.losses.Huber())
    assert training_of(model, _given(model, x, y), SECONDS, alone=(0.01, 1.0)).seeds
