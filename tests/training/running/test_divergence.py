"""The step at which a loss was lost is the one at which stock Keras's own loss is."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit


def _net(rate):
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(rate), "mse")
    return model


class _Watch(keras.callbacks.Callback):
    """The first epoch and step whose running loss is not finite, counted from 1."""

    seen = None

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.seen is None and not np.isfinite(logs["loss"]):
            self.seen = self.epoch + 1, batch + 1


def _told(fit):
    return [one.where for one in fit.findings if one.code == "OF307"]


def _data(rows, bad):
    rng = np.random.default_rng(rows)
    x, y = (rng.normal(size=(rows, size)).astype("float32") for size in (3, 1))
    if bad is None:
        return 3 * x, y
    x[bad] = np.nan
    return x, y


# A row with NaN, in full batches, among the left-over rows, and with a validation; and a rate that
# is too high, whose loss is lost some epochs later.
CASES = [
    (68, 13, 30, 0.01, {}),
    (11, 5, 10, 0.01, {"shuffle": False}),
    (70, 7, 40, 0.01, {"validation_split": 0.2}),
    (32, 19, None, 0.3, {"validation_split": 0.2}),
    (78, 18, None, 0.3, {}),
]


@pytest.mark.parametrize(("rows", "batch", "bad", "rate", "more"), CASES)
def test_the_step_is_that_of_stock_keras(rows, batch, bad, rate, more):
    x, y = _data(rows, bad)
    settings = {"batch_size": batch, "epochs": 30, "verbose": 0, **more}
    watch = _Watch()
    keras.utils.set_random_seed(rows)
    _net(rate).fit(x, y, callbacks=[watch], **settings)
    assert watch.seen is not None
    for callbacks in ([], [keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]):
        keras.utils.set_random_seed(rows)
        model = _net(rate)
        onefit.fit(model, x, y, callbacks=callbacks, **settings)
        fit = onefit.last_run().fits[-1]
        assert fit.way == ("epoch by epoch" if callbacks else "one program")
        assert _told(fit) == ["from epoch {}, step {} on".format(*watch.seen)]


def test_looking_for_the_step_changes_nothing():
    x, y = _data(78, None)
    after = []
    for train in (keras.Model.fit, onefit.fit):
        keras.utils.set_random_seed(1)
        model = _net(0.3)
        history = train(model, x, y, batch_size=18, epochs=6, verbose=0)
        after.append((history.history["loss"], model.get_weights(), np.random.random_sample()))
    (losses, weights, drawn), (ours, our_weights, our_drawn) = after
    np.testing.assert_array_equal(ours, losses)
    for one, other in zip(weights, our_weights):
        np.testing.assert_array_equal(one, other)
    assert our_drawn == drawn


def test_a_stream_names_the_steps_of_a_call():
    x, y = _data(40, 26)

    def batches():
        while True:
            for at in range(0, 40, 4):
                yield x[at : at + 4], y[at : at + 4]

    steps = {"steps_per_epoch": 10, "epochs": 2, "shuffle": False}
    onefit.fit(_net(0.01), batches(), verbose=0, **steps)
    told = _told(onefit.last_run().fits[-1])[0]
    assert told.startswith("from epoch 1, ")
    numbers = [int(word) for word in told.split() if word.isdigit()]
    assert min(numbers) <= 7 <= max(numbers)


def test_of_calls_in_a_loop_the_first_is_told():
    x, y = _data(78, None)
    model = _net(0.001)
    for rate in (0.001, 0.001, 1e20, 1e20):
        model.optimizer.learning_rate = rate
        onefit.fit(model, x, y, batch_size=18, epochs=1, verbose=0, shuffle=False)
    fit = onefit.last_run().fits[-1]
    assert np.isfinite(fit.history["loss"]).tolist() == [True, True, False, False]
    assert len(_told(fit)) == 1 and _told(fit)[0].startswith("call 3, from epoch 1, step ")
