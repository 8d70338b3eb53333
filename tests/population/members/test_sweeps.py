"""What a sweep names is what a member trains with: build arguments, numbers, adapted layers."""

from __future__ import annotations

import functools
import threading

import keras
import numpy as np
import pytest
from keras import layers
from nets import table

import onefit
from onefit.errors import PopulationError
from onefit.population.models.structures import structures
from onefit.population.verbs import execution

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
X, Y = table(40)
SCHEDULES = keras.optimizers.schedules
FACTOR = 1.0


def net(*middle, optimizer="sgd", loss="mse", **dense):
    model = keras.Sequential(
        [keras.Input((5,)), layers.Dense(4, name="d", **dense), *middle, layers.Dense(1)]
    )
    model.compile(optimizer, loss)
    return model


def squares(a):
    return lambda t, p: a * keras.ops.mean(keras.ops.square(t - p), axis=-1)


def squares_times_a_global(t, p):
    return FACTOR * keras.ops.mean(keras.ops.square(t - p), axis=-1)


class OwnLoss(keras.losses.Loss):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, t, p):
        return self.factor * keras.ops.mean(keras.ops.square(t - p), axis=-1)


class Locked(OwnLoss):
    """What it holds can't be looked at."""

    def __init__(self, factor):
        super().__init__(None)
        self.lock, self.factors = threading.Lock(), iter([factor, factor, factor, factor])

    def call(self, t, p):
        self.factor = self.factor or next(self.factors)
        return super().call(t, p)


class OwnSchedule(SCHEDULES.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate / (1.0 + keras.ops.cast(step, "float32"))


def weighed(t, p, factor):
    return squares(factor)(t, p)


class OwnModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x) * self.factor


def own_model(a):
    model = OwnModel()
    model.factor = a
    model.compile("sgd", "mse")
    return model


def own_metric(a):
    model = net()
    model.compile("sgd", "mse", metrics=[lambda t, p: a * keras.ops.mean(p, axis=-1)])
    return model


def stock(build, seed, *arguments):
    """A member in plain Keras: seed, build, fit."""
    keras.utils.set_random_seed(seed)
    model = build(*arguments)
    return model, model.fit(X, Y, epochs=2, verbose=0).history


def same_as_stock(nets, build, limit=2e-6):
    """Every member against plain Keras's training of it."""
    for number, member in enumerate(nets.members):
        model, history = stock(build, member.seed, *member.values.values())
        for name, values in history.items():
            np.testing.assert_allclose(nets.history[name][number], values, rtol=limit, atol=limit)
        for ours, theirs in zip(nets[number].get_weights(), model.get_weights()):
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit)


def many(model, **arguments):
    return onefit.fit_many(model, X, Y, epochs=2, verbose=0, **arguments)


def quarters(optimizer="sgd"):
    model = net()
    model.set_weights([np.full(w.shape, 0.25, "float32") for w in model.get_weights()])
    model.compile(optimizer, "mse")
    return model


def maybe_quarters(pretrained):
    return quarters() if pretrained else net()


def embedded():
    table_of_weights = np.linspace(-1, 1, 36, dtype="float32").reshape(9, 4)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Discretization([-1.0, 0.0, 1.0]),
            layers.Embedding(9, 4, weights=[table_of_weights]),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    return model


def trained_before():
    model = net(optimizer="adam")
    model.fit(X, Y, verbose=0)
    return model


def drawn_eagerly():
    model = net()
    model.set_weights([keras.random.normal(w.shape) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("build", [quarters, embedded, trained_before, drawn_eagerly])
def test_weights_that_a_function_sets_are_kept(build):
    same_as_stock(many(build, restarts=2), build)


def test_weights_that_are_set_for_some_members_only():
    nets = many(maybe_quarters, restarts=2, sweep={"pretrained": [False, True]})
    same_as_stock(nets, maybe_quarters)


def test_a_rate_of_zero_leaves_the_weights_that_were_set():
    nets = many(lambda: quarters(keras.optimizers.SGD(0.0)), restarts=2)
    assert all((w == 0.25).all() for number in (0, 1) for w in nets[number].get_weights())


BUILDS = {
    "closure": lambda a: net(loss=squares(a)),
    "default": lambda a: net(loss=lambda t, p, a=a: squares(a)(t, p)),
    "own loss": lambda a: net(loss=OwnLoss(a)),
    "activation": lambda a: net(activation=lambda t: a * t),
    "layer": lambda a: net(layers.Lambda(lambda t: a * t)),
    "attribute": own_model,
    "metric": own_metric,
    "partial": lambda a: net(loss=functools.partial(weighed, factor=a)),
    "lock": lambda a: net(loss=Locked(a)),
    "schedule": lambda a: net(optimizer=keras.optimizers.SGD(OwnSchedule(a))),
}


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)
def test_a_build_argument_reaches_its_member(build):
    same_as_stock(many(build, sweep={"a": [0.5, 0.1]}), build)


@pytest.mark.parametrize("by_function", [True, False])
def test_a_global_that_changes_is_read_again(by_function):
    def build():
        return net(loss=squares_times_a_global)

    model = build if by_function else build()
    losses = []
    for factor in (1.0, 10.0):
        globals()["FACTOR"] = factor
        losses.append(
            onefit.fit_many(model, X, Y, epochs=1, verbose=0, batch_size=40).history["loss"][0, 0]
        )
    globals()["FACTOR"] = 1.0
    assert losses[1] == pytest.approx(10 * losses[0], rel=1e-6)


@pytest.fixture
def found(monkeypatch):
    """The structures of every population that is trained."""
    listed = []

    def spied(*arguments):
        listed.append(structures(*arguments))
        return listed[-1]

    monkeypatch.setattr(execution, "structures", spied)
    return listed


def test_functions_of_keras_layers_alone_share_a_program(found):
    def build(units, rate, learning_rate):
        middle = layers.Dense(units, "relu", kernel_regularizer="l2"), layers.Dropout(rate)
        return net(*middle, optimizer=keras.optimizers.Adam(learning_rate))

    sweep = {"units": [2, 3], "rate": [0.1, 0.2], "learning_rate": [1e-3, 1e-2]}
    same_as_stock(many(build, sweep=sweep), build)
    assert [len(structure.members) for structure in found[0]] == [4, 4]


def sgd(**numbers):
    return net(optimizer=keras.optimizers.SGD(0.1, **numbers))


def scheduled(schedule, *arguments):
    return net(optimizer=keras.optimizers.SGD(schedule(0.1, *arguments)))


def recurrent(rate):
    model = keras.Sequential(
        [keras.Input((5,)), layers.Reshape((5, 1)), layers.LSTM(2, dropout=rate, name="k")]
    )
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    return model


def after_dense(kind, value):
    """A net whose seeds are drawn in the order in which a copy draws them."""
    model = keras.Sequential([keras.Input((5,)), layers.Dense(4)])
    model.add(kind(value, name="k"))
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    return model


NUMBERS = {
    "leaky": ("layers.k.negative_slope", lambda v: after_dense(layers.LeakyReLU, v)),
    "elu": ("layers.k.alpha", lambda v: after_dense(layers.ELU, v)),
    "gaussian dropout": ("layers.k.rate", lambda v: after_dense(layers.GaussianDropout, v)),
    "noise": ("layers.k.stddev", lambda v: after_dense(layers.GaussianNoise, v)),
    "max norm": (
        "layers.d.kernel_constraint.max_value",
        lambda v: net(kernel_constraint=keras.constraints.MaxNorm(v)),
    ),
    "l1": (
        "layers.d.kernel_regularizer.l1",
        lambda v: net(kernel_regularizer=keras.regularizers.L1(v)),
    ),
    "orthogonal": (
        "layers.d.kernel_regularizer.factor",
        lambda v: net(kernel_regularizer=keras.regularizers.OrthogonalRegularizer(v)),
    ),
    "clipvalue": ("clipvalue", lambda v: sgd(clipvalue=v)),
    "clipnorm": ("optimizer.clipnorm", lambda v: sgd(clipnorm=v)),
    "momentum": ("momentum", lambda v: sgd(momentum=v)),
    "ftrl": (
        "l1_regularization_strength",
        lambda v: net(optimizer=keras.optimizers.Ftrl(0.1, l1_regularization_strength=v)),
    ),
    "adagrad": (
        "initial_accumulator_value",
        lambda v: net(optimizer=keras.optimizers.Adagrad(0.1, initial_accumulator_value=v)),
    ),
    "activity": (
        "layers.k.l2",
        lambda v: net(layers.ActivityRegularization(l2=v, name="k")),
    ),
    "schedule": (
        "learning_rate.decay_steps",
        lambda v: scheduled(SCHEDULES.ExponentialDecay, v, 0.5),
    ),
    "restarts": ("learning_rate.t_mul", lambda v: scheduled(SCHEDULES.CosineDecayRestarts, 1, v)),
    "lstm": ("layers.k.dropout", recurrent),
}
WHOLE = {"clipnorm": 1, "schedule": 10, "restarts": 2, "max norm": 1, "leaky": 1}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_is_swept_by_its_path(name, found):
    path, build = NUMBERS[name]
    values = [1, 3] if name in ("schedule", "restarts") else [0.1, 0.3]
    same_as_stock(many(build(WHOLE.get(name, 0.2)), sweep={path: values}), build)
    assert len(found[0]) == (2 if name in ("adagrad", "activity") else 1)


class Rooted(layers.Layer):
    """Needs its number's value in Python."""

    def __init__(self, power, **named):
        super().__init__(**named)
        self.power = power

    def call(self, x):
        return x * float(self.power)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


def test_a_number_that_python_needs_is_a_structure_for_each_value():
    def build(power):
        return net(Rooted(power, name="k"))

    same_as_stock(many(build(0.5), sweep={"layers.k.power": [0.1, 0.3]}), build)
    same_as_stock(many(build, sweep={"power": [0.1, 0.3]}), build)


@pytest.mark.parametrize("name", ["leaky", "gaussian dropout", "l1", "adagrad", "activity"])
def test_the_same_number_as_an_argument_of_a_function(name):
    build = NUMBERS[name][1]
    same_as_stock(many(build, sweep={"v": [0.1, 0.3]}), build)


def test_whole_loss_weights():
    def build(q):
        given = keras.Input((5,))
        ends = {name: layers.Dense(1, name=name)(given) for name in "pq"}
        model = keras.Model(given, ends)
        model.compile("sgd", {"p": "mse", "q": "mae"}, loss_weights={"p": 1, "q": q})
        return model

    targets = {"p": Y, "q": -Y}
    source = build(2)
    nets = onefit.fit_many(
        source, X, targets, sweep={"loss_weights.q": [1, 3]}, epochs=1, verbose=0
    )
    for number, weight in enumerate((1, 3)):
        keras.utils.set_random_seed(0)
        model = keras.models.clone_model(source)
        model.compile("sgd", {"p": "mse", "q": "mae"}, loss_weights={"p": 1, "q": weight})
        history = model.fit(X, targets, verbose=0).history
        np.testing.assert_allclose(nets.history["loss"][number], history["loss"], rtol=1e-6)


@pytest.mark.parametrize("by_function", [True, False])
def test_an_adapted_layer_keeps_what_it_has_learned(by_function):
    wide = X * 3 + 7

    def build():
        scale = layers.Normalization()
        scale.adapt(wide)
        model = keras.Sequential([keras.Input((5,)), scale, layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    nets = onefit.fit_many(
        build if by_function else build(), wide, Y, restarts=2, epochs=1, verbose=0
    )
    for number in (0, 1):
        keras.utils.set_random_seed(number)
        model = build()
        history = model.fit(wide, Y, verbose=0).history
        np.testing.assert_allclose(nets.history["loss"][number], history["loss"], rtol=1e-6)
        ours, theirs = (m.predict(wide, verbose=0) for m in (nets[number], model))
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def smoothed():
    return net(layers.Dropout(0.2, name="k"), loss=keras.losses.BinaryCrossentropy())


def adam():
    return net(optimizer="adam", kernel_regularizer="l2")


@pytest.mark.parametrize(
    ("build", "path", "value", "told"),
    [
        (adam, "beta_1", 1.5, "between 0 and 1"),
        (adam, "beta_1", -1, "between 0 and 1"),
        (adam, "epsilon", -1, "at least 0"),
        (adam, "layers.d.kernel_regularizer.l2", -1, "at least 0"),
        (smoothed, "loss.label_smoothing", 2, "between 0 and 1"),
        (smoothed, "layers.k.rate", 2, "between 0 and 1"),
        (smoothed, "class_weight.1", -1, "class weights of at least 0"),
        (adam, "weight_decay", 0.1, "Compile it with a number first"),
        (adam, "optimizer.clipnorm", 0.1, "Compile it with a number first"),
        (adam, "beta_3", 0.1, "optimizer.beta_1"),
    ],
)
@pytest.mark.parametrize("by_function", [True, False])
def test_numbers_that_a_model_cannot_have(build, path, value, told, by_function):
    with pytest.raises(PopulationError, match=told) as raised:
        many(build if by_function else build(), sweep={path: [value]})
    assert len(str(raised.value)) < 600


def test_a_number_that_is_used_up_while_a_function_builds():
    def build():
        return net(optimizer=keras.optimizers.Adagrad(0.1))

    with pytest.raises(PopulationError, match="an argument for it"):
        many(build, sweep={"initial_accumulator_value": [0.1, 0.5]})


class Power(keras.losses.Loss):
    """A loss of the user's own with a number, which its configuration tells."""

    def __init__(self, power, written="exp"):
        super().__init__()
        self.power, self.written = power, written

    def call(self, t, p):
        off = keras.ops.abs(t - p) + 0.1
        if self.written == "exp":
            return keras.ops.exp(self.power * keras.ops.log(off))
        return off**self.power

    def get_config(self):
        return {"power": self.power, "written": self.written}


@pytest.mark.parametrize(
    "written, powers, programs",
    [("exp", (0.5, 1.0, 1.3), 1), ("pow", (1.2, 1.3), 1), ("pow", (0.5, 2.0, 1.3), 3)],
)
def test_a_number_of_an_own_loss_is_an_input(written, powers, programs, found):
    def build(power):
        return net(loss=Power(power, written))

    given = {"epochs": 2, "verbose": 0, "exact": True}
    for nets in (
        onefit.fit_many(build, X, Y, sweep={"power": list(powers)}, **given),
        onefit.fit_many(build(1.2), X, Y, sweep={"loss.power": list(powers)}, **given),
    ):
        assert len(found.pop()) == programs
        same_as_stock(nets, build, limit=0)
