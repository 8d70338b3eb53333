"""Streams are read as stock Keras reads them, whatever they do, and train to the same bits."""

from __future__ import annotations

import contextvars
import decimal
import random
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers
from keras.src import testing

import onefit
from onefit.runs import journal
from onefit.training.programs import donation

from .both import Way, differences
from .data import BINARY, X


def net(**given: Any) -> Any:
    """A network that is small, so that its programs are compiled in no time."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]} | given)
    return model


def same(case: Callable[[Way], Any]) -> None:
    found = differences(case, recording=False)
    # after an error stock Keras may leave variables empty; here they keep their values
    assert [
        line for line in found if "object() != " not in line and "'deleted' != " not in line
    ] == []


def batches(count: int, size: int = 4) -> Iterator[Any]:
    """Batches that all differ."""
    for number in range(count):
        yield X[:size] + number / count, BINARY[:size]


class Filled(keras.utils.PyDataset):
    """Fills the same arrays for each batch."""

    def __init__(self, count: int, dtype: str = "float32") -> None:
        super().__init__()
        self.count, self.x, self.y = count, np.zeros((2, 4), dtype), np.zeros((2, 1), "float32")

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, at: int) -> Any:
        self.x[:], self.y[:] = at, 2 * at
        return self.x, self.y


def filled(count: int) -> Iterator[Any]:
    dataset = Filled(count)
    return (dataset[at] for at in range(count))


def test_arrays_that_are_filled_again() -> None:
    def case(way: Way) -> None:
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.0), "mae")
        way.fit(model, filled(20))
        seen = [1, *range(1, 20)]  # Keras takes two batches before it uses the first
        assert model.history.history["loss"] == [np.float32(2 * np.mean(seen))]
        way.evaluate(model, filled(20))
        way.fit(model, Filled(20, "float64"), epochs=2, validation_data=Filled(5), shuffle=False)
        way.evaluate(model, Filled(7, "int64"))
        way.predict(model, filled(6))

    same(case)


def test_batches_that_jax_has_made() -> None:
    def case(way: Way) -> None:
        made = ((jnp.full((3, 4), i), jnp.where(jnp.arange(3) > i, 1.0, 0.0)) for i in range(5))
        way.fit(net(), made)

    same(case)


NAME = contextvars.ContextVar("NAME", default="none")


def test_the_world_of_the_caller() -> None:
    def case(way: Way) -> None:
        seen: list[Any] = []
        local = threading.local()
        local.value = 3
        base = sqlite3.connect(":memory:")
        base.execute("create table t (v)")

        def generator() -> Iterator[Any]:
            for batch in batches(6):
                base.execute("insert into t values (1)")
                seen.append(
                    [
                        threading.current_thread() is threading.main_thread(),
                        NAME.get(),
                        local.value,
                        np.geterr(),
                        decimal.getcontext().prec,
                        keras.config.floatx(),
                        keras.config.dtype_policy().name,
                        signal.getsignal(signal.SIGINT) is signal.default_int_handler,
                        signal.signal(signal.SIGUSR1, signal.SIG_DFL),
                        base.execute("select count(*) from t").fetchone(),
                        random.random(),
                        np.random.rand(),
                    ]
                )
                yield batch

        token = NAME.set("caller")
        keras.config.set_dtype_policy("mixed_bfloat16")
        try:
            with np.errstate(all="raise"), decimal.localcontext() as context:
                context.prec = 5
                model = net()
                way.fit(model, generator(), steps_per_epoch=2, epochs=2)
                way.evaluate(model, generator())
        finally:
            NAME.reset(token)
            keras.config.set_dtype_policy("float32")
            base.close()
        way.note(seen=seen)

    same(case)


def test_the_keras_random_numbers_of_a_stream() -> None:
    def case(way: Way) -> None:
        flip = layers.RandomBrightness(0.5, value_range=(0.0, 1.0), seed=3)

        def generator() -> Iterator[Any]:
            for x, y in batches(5):
                x = flip(np.abs(x)[:, :, None, None], training=True)[:, :, 0, 0]
                yield x + keras.random.normal((4, 4)), y

        model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5), layers.Dense(1)])
        model.compile("sgd", "mse")
        way.fit(model, generator())
        way.note(next=keras.random.normal((2,)))

    same(case)


def test_numbers_that_overflow_when_they_are_cast() -> None:
    def case(way: Way) -> None:
        large = ((X[:4].astype("float64") * 1e300 ** (i > 1), BINARY[:4]) for i in range(4))
        way.fit(net(), large)

    same(case)


@pytest.mark.parametrize("each", [1, 3])
def test_how_often_a_stream_is_asked(each: int) -> None:
    def case(way: Way) -> None:
        asked: list[Any] = []

        def generator(name: str, count: int) -> Iterator[Any]:
            for number, batch in enumerate(batches(count)):
                asked.append((name, number))
                yield batch
            asked.append((name, "end"))

        class Told(Filled):
            def on_epoch_begin(self) -> None:
                asked.append("begin")

            def on_epoch_end(self) -> None:
                asked.append("end")

            def __getitem__(self, at: int) -> Any:
                asked.append(at)
                return super().__getitem__(at)

        model = net(steps_per_execution=each)
        way.fit(model, generator("a", 9), validation_data=generator("b", 8), validation_steps=2,
                steps_per_epoch=3, epochs=2)  # fmt: skip
        way.fit(model, generator("c", 7), steps_per_epoch=3, epochs=3)
        way.fit(model, generator("d", 7))
        way.evaluate(model, generator("e", 7), steps=4)
        way.evaluate(model, generator("f", 7))
        way.fit(model, Told(5), epochs=2, validation_data=Told(2))
        way.fit(model, Told(5), epochs=3, steps_per_epoch=4, shuffle=False)
        way.evaluate(model, Told(5), steps=3)
        way.note(asked=asked)

    same(case)


@pytest.mark.parametrize("each, last", [(1, 13), (4, 16)])
def test_a_stream_that_stops_the_training(each: int, last: int) -> None:
    def case(way: Way) -> None:
        asked: list[int] = []
        model = net(steps_per_execution=each)

        def generator(flag: str) -> Iterator[Any]:
            for number, batch in enumerate(batches(50), start=1):
                asked.append(number)
                if number == 13:
                    setattr(model, flag, True)
                yield batch

        way.fit(model, generator("stop_training"), steps_per_epoch=50)
        assert asked[-1] == last and model.optimizer.iterations == last
        way.evaluate(model, generator("stop_evaluating"))
        way.fit(model, X, BINARY, validation_data=generator("stop_evaluating"), epochs=2)
        way.note(asked=asked)

    same(case)


@pytest.mark.parametrize("error", [ValueError("mine"), StopIteration(), MemoryError()])
def test_errors_of_a_stream(error: Exception) -> None:
    def case(way: Way) -> None:
        asked: list[int] = []

        def generator() -> Iterator[Any]:
            for number, batch in enumerate(batches(9)):
                asked.append(number)
                if number == 6:
                    raise error
                yield batch

        model = net(optimizer="adam")
        way.fit(model, generator(), steps_per_epoch=4, epochs=2)
        way.note(asked=asked, iterations=model.optimizer.iterations.value)

    same(case)


def test_ctrl_c_within_a_stream() -> None:
    """The steps of all batches that were taken before have run, as with stock Keras."""

    def case(way: Way) -> None:
        model, ended = net(), []

        def generator() -> Iterator[Any]:
            try:
                for number, batch in enumerate(batches(99)):
                    if number == 41:
                        signal.raise_signal(signal.SIGINT)
                        ended.append("went on")
                    yield batch
            except KeyboardInterrupt:
                ended.append("interrupted")
                raise

        try:
            way.fit(model, generator())
        except KeyboardInterrupt:
            ended.append("raised")
        assert ended == ["interrupted", "raised"]
        way.note(ended=ended, weights=[v.value for v in (*model.weights, *model.metrics_variables)])

    # a job in a shell's background ignores Ctrl-C
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        same(case)
    finally:
        signal.signal(signal.SIGINT, handler)


class Bag(keras.Model):
    """One output for all rows: of a bag, or of each graph of a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs: Any) -> Any:
        rows = inputs["rows"] * inputs.get("scale", 1.0)
        hidden = self.dense(rows)
        if "graph" in inputs:
            matrix = keras.ops.one_hot(inputs["graph"], 4, axis=0)
            return keras.ops.matmul(matrix, hidden)
        return keras.ops.mean(hidden, axis=0, keepdims=True)


ROWS = np.random.default_rng(1).normal(size=(40, 4)).astype("float32")
GRAPH = (np.arange(40) % 4).astype("int32")
ONE, FOUR = np.ones((1, 1), "float32"), np.ones((4, 1), "float32")
UNEQUAL: dict[str, Callable[[], Iterator[Any]]] = {
    "bags of seven rows": lambda: (({"rows": ROWS[i : i + 7]}, ONE) for i in range(9)),
    "bags of all sizes": lambda: (({"rows": ROWS[: 5 + i % 3]}, ONE) for i in range(7)),
    "graphs of thirty nodes": lambda: (
        ({"rows": ROWS[i : i + 30], "graph": GRAPH[:30]}, FOUR, FOUR[:, 0]) for i in range(9)
    ),
    "a scalar among the inputs": lambda: (
        ({"rows": ROWS[:6], "scale": np.float32(i)}, ONE) for i in range(6)
    ),
    "a number of Python's": lambda: (({"rows": ROWS[:6], "scale": 0.5 * i}, ONE) for i in range(6)),
    "a scalar weight": lambda: (({"rows": ROWS[:6]}, ONE, np.float32(i)) for i in range(6)),
    "a first input without rows": lambda: (
        ({"a": np.float32(i), "rows": ROWS[:6]}, ONE) for i in range(6)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNEQUAL)
def test_arrays_of_unequal_length(name: str) -> None:
    def case(way: Way) -> None:
        model = Bag()
        model.compile("adam", "mse")
        way.fit(model, UNEQUAL[name]())
        if not way.log[-1]["error"]:
            way.evaluate(model, UNEQUAL[name]())

    same(case)


def test_sparse_matrices() -> None:
    sparse = pytest.importorskip("scipy.sparse")

    def generator() -> Iterator[Any]:
        for number in (1, 1, 1, 2, 3, 1):
            yield sparse.csr_matrix((X > 0) * X / number), BINARY

    def case(way: Way) -> None:
        model = net()
        way.fit(model, generator())
        way.evaluate(model, generator())

    same(case)


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_a_layer_test_of_keras() -> None:
    """Keras's own check of a layer trains it on one signal of 16,000 numbers and 80 rows of it."""
    with onefit.installed():
        testing.TestCase().run_layer_test(
            layers.MelSpectrogram,
            init_kwargs={"num_mel_bins": 80, "sampling_rate": 8000, "sequence_stride": 128},
            input_shape=(16_000,),
            expected_output_shape=(80, 126),
            expected_num_trainable_weights=0,
            expected_num_non_trainable_weights=0,
            expected_num_seed_generators=0,
            expected_num_losses=0,
            supports_masking=False,
        )


BAD: dict[str, Any] = {
    "labels of other length": (X[:4], BINARY[:3]),
    "weights of other length": (X[:4], BINARY[:4], np.ones(3)),
    "text": (np.array(list("abcd")), BINARY[:4]),
    "text as labels": (X[:4], "abcd"),
    "None": None,
    "None in the place of x": (None, BINARY[:4]),
    "None in the place of y": (X[:4], None),
    "x alone": X[:4],
    "x in a tuple": (X[:4],),
    "a list": [X[:4], BINARY[:4]],
    "lists of numbers": (X[:4].tolist(), [0, 1, 0, 1]),
    "four parts": (X[:4], BINARY[:4], BINARY[:4], BINARY[:4]),
    "no rows": (X[:0], BINARY[:0]),
    "other columns": (X[:4, :3], BINARY[:4]),
    "other rank": (X[0], BINARY[:4]),
    "masked": (np.ma.array(X[:4]), BINARY[:4]),
    "foreign byte order": (X[:4].astype(">f4"), BINARY[:4]),
    "objects": (X[:4].astype(object), BINARY[:4]),
    "dates": (X[:4], np.zeros(4, "datetime64[s]")),
    "complex": (X[:4] + 1j, BINARY[:4]),
    "a dict": {"x": X[:4], "y": BINARY[:4]},
    "a number": 3,
    "float16": (X[:4].astype("float16"), BINARY[:4]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_batch(name: str) -> None:
    """The first, and one after good ones."""
    unseen = name in ("masked", "foreign byte order")  # by JAX, once it knows the shapes

    def case(way: Way) -> None:
        for place in (0,) if unseen else (0, 3):
            asked: list[int] = []

            def generator(place: int = place, asked: Any = asked) -> Iterator[Any]:
                for number, batch in enumerate(batches(6)):
                    asked.append(number)
                    yield BAD[name] if number == place else batch

            model = net()
            way.fit(model, generator())
            way.note(asked=asked)

    same(case)


def test_a_dataset_without_batches() -> None:
    def case(way: Way) -> None:
        way.fit(net(), Filled(0))
        way.evaluate(net(), Filled(0))

    same(case)


class Doubling(keras.callbacks.Callback):
    """Changes the weights between epochs."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.model.set_weights([2 * weight for weight in self.model.get_weights()])


@pytest.mark.parametrize("each", [1, 2])
def test_an_epoch_without_batches(each: int) -> None:
    """Keras goes back to the epoch before, to its weights and metrics, and tells them again."""

    def case(way: Way) -> None:
        given: dict[str, Any] = {"epochs": 3, "steps_per_epoch": 4}
        model = net(steps_per_execution=each)
        way.fit(model, batches(8), **given)
        losses = model.history.history["loss"]
        assert losses[2] == losses[1] > 0
        way.fit(model, batches(8), **given, callbacks=[Doubling()])
        way.fit(model, batches(8), **given, validation_data=(X[:4], BINARY[:4]), validation_freq=3)

    same(case)


def test_an_epoch_without_batches_after_a_validation() -> None:
    def case(way: Way) -> None:
        valid = X[:4], BINARY[:4]
        way.fit(net(), batches(8), epochs=3, steps_per_epoch=4, validation_data=valid)
        assert way.log[-1]["error"] == ("TypeError", "'NoneType' object is not callable")

    same(case)


@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
def test_a_dataset_without_batches_for_a_trained_model(verb: str) -> None:
    def case(way: Way) -> None:
        model = net()
        way.fit(model, X[:8], BINARY[:8], epochs=2, validation_data=Filled(0))
        getattr(way, verb)(model, Filled(0))
        assert way.log[-1]["error"]

    same(case)


@pytest.mark.parametrize("bound", [donation.DONATED, 0])
def test_arrays_of_an_optimizer_outlive_an_evaluation(monkeypatch: Any, bound: int) -> None:
    """Keras's test step is not given them: whoever holds a learning rate's array can use it."""
    monkeypatch.setattr(donation, "DONATED", bound)

    def case(way: Way) -> None:
        model = net(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
        way.fit(model, X[:8], BINARY[:8])
        held = [variable.value for variable in model.optimizer.variables]
        way.evaluate(model, X[:8], BINARY[:8])
        way.evaluate(model, batches(3))
        way.note(deleted=[value.is_deleted() for value in held])
        assert not any(value.is_deleted() for value in held)

    same(case)


def test_an_average_that_was_assigned_to_a_weight_outlives_an_evaluation() -> None:
    """They are one array then, and stock Keras's own test step takes it away from the average."""
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_overwrite_frequency=None)
    model = net(optimizer=optimizer)
    onefit.fit(model, X[:8], BINARY[:8], verbose=0)
    average, weight = optimizer._model_variables_moving_average[0], model.trainable_variables[0]
    assert np.array_equal(average, weight)
    onefit.evaluate(model, X[:8], BINARY[:8], verbose=0)
    assert np.array_equal(average, weight)
    onefit.fit(model, X[:8], BINARY[:8], verbose=0)


def test_numbers_of_steps_that_are_no_integers() -> None:
    def case(way: Way) -> None:
        model = net()
        way.fit(model, X[:8], BINARY[:8])
        for steps in (2.5, "3"):
            way.fit(model, batches(8), steps_per_epoch=steps)
            assert way.log[-1]["error"]

    same(case)


class Halving(keras.Sequential):
    """Gives its metrics back in another dtype: Keras traces the second step anew."""

    def train_step(self, state: Any, data: Any) -> Any:
        logs, (*rest, metrics) = super().train_step(state, data)
        return logs, (*rest, [value.astype("float16") for value in metrics])


def test_a_step_that_gives_back_another_dtype() -> None:
    """Keras's own step runs, and it is told."""

    def case(way: Way) -> None:
        model = Halving([keras.Input((4,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        way.fit(model, batches(5))

    journal.clear()
    same(case)
    total = journal.total()
    assert [finding.code for finding in total.findings] == ["OF109"]
    assert total.verbs["fit"].step_by_step == 1
