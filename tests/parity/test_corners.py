"""What few scripts do, done both ways: the same numbers, or the same error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
import pytest
from keras import callbacks, layers, ops

import onefit
from onefit.runs import journal

X = np.random.default_rng(0).normal(size=(33, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("int32")


def net(*hidden: Any, **compiled: Any) -> Any:
    keras.utils.set_random_seed(7)
    head = layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((4,)), *(hidden or [layers.Dense(3)]), head], name="net")
    model.compile("sgd", "mse", **compiled)
    return model


class Scaled(keras.Model):
    """A model whose trace depends on an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.scale = layers.Dense(1), 1.0

    def call(self, x: Any) -> Any:
        return self.dense(x) * self.scale


def scaled() -> Any:
    keras.utils.set_random_seed(7)
    model = Scaled()
    model.compile("sgd", "mse")
    return model


def told(case: Callable[[], Any]) -> Any:
    """What a case gives, or the error that it raises."""
    try:
        return jax.tree.map(lambda v: np.asarray(v).tolist(), case())
    except Exception as error:
        return type(error).__name__, str(error)


def same(case: Callable[[], Any]) -> Any:
    """Run a case with stock Keras and with onefit; they must tell the same."""
    stock = told(case)
    with onefit.installed():
        ours = told(case)
    assert ours == stock
    return stock


def test_two_models_that_call_back_other_functions() -> None:
    def trained(function: Any) -> Any:
        class Host(layers.Layer):
            def call(self, x: Any) -> Any:
                shape = jax.ShapeDtypeStruct(x.shape, x.dtype)
                host = jax.pure_callback(
                    lambda v: function(np.asarray(v)), shape, x, vmap_method="sequential"
                )
                return jax.lax.stop_gradient(host)

            def compute_output_spec(self, x: Any) -> Any:
                return keras.KerasTensor(x.shape, x.dtype)

        model = net(Host())
        history = model.fit(X, Y, epochs=2, verbose=0).history
        return history, model.evaluate(X, Y, verbose=0), model.predict(X, verbose=0)

    assert same(lambda: trained(np.tanh)) != same(lambda: trained(np.cos))


def test_predictions_can_be_written_to() -> None:
    def case() -> Any:
        model, found = net(), []
        for _ in range(2):  # the second is ready
            found.append(model.predict(X[:5], verbose=0))
            found[-1][found[-1] < 0.5] = 0
        many = model.predict(np.tile(X, (10, 1)), batch_size=1, verbose=0)
        many[:] = 0
        return found, many

    same(case)


@pytest.mark.parametrize("rows", [4, 300])
def test_outputs_with_more_rows_than_inputs(rows: int) -> None:
    x = np.arange(4 * rows, dtype="float32").reshape(rows, 4)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Lambda(lambda x: ops.reshape(x, (-1, 2)))(inputs))
    assert len(same(lambda: model.predict(x, batch_size=1, verbose=0))) == 2 * rows


@pytest.mark.parametrize("rows", [4, 300])
def test_outputs_without_rows(rows: int) -> None:
    class Sum(keras.Model):
        def call(self, x: Any) -> Any:
            return ops.sum(x)

    stock = same(lambda: Sum().predict(np.ones((rows, 4)), batch_size=1, verbose=0))
    assert "zero-dimensional" in stock[1]


@pytest.mark.filterwarnings("default::DeprecationWarning")  # Keras's own way to read a bfloat16
@pytest.mark.parametrize("floatx", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    "made",
    [
        lambda: callbacks.ReduceLROnPlateau("loss", patience=0, min_delta=1),
        lambda: callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.3),
        lambda: callbacks.EarlyStopping("loss", patience=1, min_delta=0.01),
    ],
    ids=["plateau", "scheduler", "stopping"],
)
def test_rules_of_rates_that_are_not_float32(floatx: str, made: Any) -> None:
    def case() -> Any:
        before = keras.config.floatx()
        keras.config.set_floatx(floatx)
        try:
            return net().fit(X, Y, epochs=5, verbose=0, callbacks=[made()]).history
        finally:
            keras.config.set_floatx(before)

    same(case)


def test_a_ready_prediction_sees_new_variables() -> None:
    def lora() -> Any:
        model = net()
        before = [model.predict(X[:1], verbose=0) for _ in range(2)]
        model.layers[0].enable_lora(2)
        model.layers[0].lora_kernel_b.assign(np.ones((2, 3)))
        return before, model.predict(X[:1], verbose=0)

    def quantized() -> Any:
        model = net()
        before = [model.predict(X[:1], verbose=0) for _ in range(2)]
        model.quantize("int8")
        return before, model.predict(X[:1], verbose=0)

    for before, after in (same(lora), same(quantized)):
        assert before[0] != after


def test_what_is_traced_stays_until_keras_is_asked_to_trace_again() -> None:
    def fitted(ask: bool, **given: Any) -> Any:
        model = scaled()
        model.fit(X, Y, verbose=0, validation_data=(X, Y))
        model.scale = 0.25
        if ask:
            model.make_train_function(force=True)
            model.test_function = None
        history = model.fit(X, Y, verbose=0, **given).history
        return history, model.evaluate(X, Y, verbose=0)

    stop = {"callbacks": [callbacks.EarlyStopping("loss")]}
    assert same(lambda: fitted(False)) == same(lambda: fitted(False, **stop))
    assert same(lambda: fitted(True)) != same(lambda: fitted(False))


def test_a_train_function_of_the_users_own_is_called() -> None:
    def case() -> Any:
        model, calls = net(), []
        model.make_train_function()
        kerass = model.train_function

        def train(state: Any, iterator: Any) -> Any:
            calls.append(1)
            return kerass(state, iterator)

        model.train_function = train
        return model.fit(X, Y, verbose=0).history, len(calls)

    assert same(case)[1] == 2


class Growing(keras.utils.PyDataset):
    """Rows that grow whenever Keras says that an epoch has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = 0

    def __len__(self) -> int:
        return 3

    def __getitem__(self, at: int) -> Any:
        return X[at * 8 : at * 8 + 8] * (1 + self.ended), Y[at * 8 : at * 8 + 8]

    def on_epoch_end(self) -> None:
        self.ended += 1


def test_a_dataset_is_told_of_each_end_of_an_epoch() -> None:
    def case() -> Any:
        train, valid, test = Growing(), Growing(), Growing()
        model = net()
        history = model.fit(train, validation_data=valid, epochs=3, verbose=0).history
        return history, model.evaluate(test, verbose=0), train.ended, valid.ended, test.ended

    same(case)


def test_a_callback_whose_method_was_replaced() -> None:
    def case() -> Any:
        stop = callbacks.EarlyStopping("loss", patience=0)
        stop.get_monitor_value = lambda logs: 1.0
        return net().fit(X, Y, epochs=5, verbose=0, callbacks=[stop]).history

    assert len(same(case)["loss"]) == 2


def test_the_order_of_a_history_whose_validation_comes_late() -> None:
    def case() -> Any:
        model = net(metrics=[keras.metrics.BinaryAccuracy(name="zeta")])
        given = {"epochs": 4, "validation_split": 0.2, "validation_freq": 2}
        return list(model.fit(X, Y, verbose=0, **given).history)

    assert same(case) == ["loss", "zeta", "val_loss", "val_zeta"]


def test_arrays_that_a_callback_writes_to() -> None:
    def case() -> Any:
        x = np.linspace(0, 1, 80_000, dtype="float32").reshape(400, 200)
        y = np.arange(400) % 2

        class Halves(callbacks.Callback):
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                x[:] *= 0.5

        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((200,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        given = {"epochs": 3, "validation_data": (x, y), "callbacks": [Halves()]}
        return model.fit(x, y, verbose=0, **given).history

    same(case)


def test_a_list_of_callbacks_without_a_history() -> None:
    def case() -> Any:
        model = net()
        model.fit(X, Y, verbose=0)
        none = callbacks.CallbackList([], model=model)
        return model.fit(X, Y, verbose=0, callbacks=none).history

    same(case)


def test_jax_without_jit_and_jax_that_looks_for_nan() -> None:
    def case() -> Any:
        with jax.disable_jit():
            return net().fit(X, Y, verbose=0).history

    same(case)
    x = X.copy()
    x[20] = np.nan
    with jax.debug_nans(True):
        stock = same(lambda: net().fit(x, Y, verbose=0).history)
    assert stock[0] == "FloatingPointError"


@pytest.mark.parametrize(
    "x, y",
    [(np.ma.array(X), Y), (X, np.ma.array(Y)), (X.astype(">f4"), Y)],
    ids=["masked", "masked labels", "big endian"],
)
def test_arrays_that_jax_does_not_take(x: Any, y: Any) -> None:
    stock = same(lambda: net().fit(x, y, verbose=0).history)
    assert stock[0] in ("ValueError", "TypeError")


def test_an_evaluation_that_is_ended_before_it_begins() -> None:
    class Ends(callbacks.Callback):
        def on_test_begin(self, logs: Any = None) -> None:
            self.model.stop_evaluating = True

    def case() -> Any:
        model, given = net(), {"batch_size": 8, "verbose": 0, "callbacks": [Ends()]}
        history = model.fit(X, Y, validation_data=(X, Y), epochs=2, **given).history
        return history, model.evaluate(X, Y, **given)

    same(case)


@pytest.mark.parametrize(
    "given",
    [{"steps_per_epoch": 2.0}, {"initial_epoch": None}, {"epochs": 2.0}],
    ids=lambda given: next(iter(given)),
)
def test_numbers_that_keras_does_not_take(given: dict[str, Any]) -> None:
    assert same(lambda: net().fit(X, Y, verbose=0, **given))[0] == "TypeError"


@pytest.mark.parametrize("rows, batch", [(64, 32), (40, 32), (20, 16)])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_several_outputs_in_the_order_of_the_rows(rows: int, batch: int, optimizer: str) -> None:
    """Without a shuffle XLA could fuse the slice of a batch into the sums of the loss."""

    def case() -> Any:
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.Input((16,)), layers.Dense(4), layers.Dense(16)])
        model.compile(optimizer, "mse")
        x, y = np.random.rand(rows, 16), np.random.rand(rows, 16)
        history = model.fit(x, y, batch_size=batch, epochs=12, verbose=0, shuffle=False)
        return history.history, model.get_weights()

    same(case)


def test_predictions_in_a_loop_that_sum_their_inputs() -> None:
    """The slice of a batch must not be fused into the first sums of a network, either."""
    keras.utils.set_random_seed(3)
    stack = [layers.GlobalAveragePooling1D(), layers.LayerNormalization(), layers.Dense(3)]
    model = keras.Sequential([keras.Input((7, 5)), *stack, layers.Softmax()])
    x = np.random.rand(600, 7, 5).astype("float32")
    assert len(same(lambda: model.predict(x, batch_size=2, verbose=0))) == 600


SIZES = [2**31, 2**70, np.array(4), np.uint8(4), np.int64(2**40), True]
NO_SIZES = [4.0, np.array(4.0), -3, np.array(-3), float("inf")]


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("size", SIZES + NO_SIZES, ids=repr)
def test_sizes_of_batches_that_keras_takes_or_not(size: Any) -> None:
    def fitted(**given: Any) -> Any:
        model = net()
        return told(lambda: model.fit(X, Y, epochs=2, verbose=0, **given).history)

    same(lambda: fitted(batch_size=size))
    same(lambda: fitted(validation_split=0.3, validation_batch_size=size))
    same(lambda: told(lambda: net().evaluate(X, Y, batch_size=size, verbose=0)))
    same(lambda: told(lambda: net().predict(X, batch_size=size, verbose=0)))
    assert size in NO_SIZES or isinstance(fitted(batch_size=size), dict)


def test_rows_beyond_32_bit_are_keras_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefit.training.data.tables.MOST_ROWS", 32)
    journal.clear()
    same(lambda: net().fit(X, Y, epochs=2, verbose=0).history)
    same(lambda: net().predict(X, verbose=0))
    assert {finding.code for finding in journal.total().findings} == {"OF108"}


@pytest.mark.parametrize("dtype", [">f4", ">i4", ">u2"])
def test_bytes_in_another_order_are_never_read_in_ours(dtype: str) -> None:
    """Keras on JAX refuses them, unless it has predicted native ones: then it reads garbage."""
    x = (100 * X).astype(dtype)
    theirs = told(lambda: net().predict(x, verbose=0))  # whose values are lost by the error
    model = net()
    with onefit.installed():
        for _ in range(2):
            ours = told(lambda: model.predict(x, verbose=0))
            assert ours[0] == theirs[0] == "TypeError"
            assert ours[1].partition("0x")[0] == theirs[1].partition("0x")[0]
            model.predict(x.astype(x.dtype.newbyteorder("=")), verbose=0)
