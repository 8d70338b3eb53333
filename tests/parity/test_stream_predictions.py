"""Predictions of streams are stock Keras's, to the bit, and take as many batches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jax
import keras
import numpy as np
import pytest
from keras import layers, ops

import onefit
from onefit.runs import journal
from onefit.training.host import fork

from .both import Way, differences
from .data import BINARY, X


def net(*more: Any) -> Any:
    """A network with a state that predictions leave alone."""
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, "relu"), layers.BatchNormalization(), *more]
    )
    model.compile("sgd", "mse")
    return model


def several() -> Any:
    """Several inputs and outputs; some outputs are inputs as they were given."""
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((4,), name="b")}
    joined = layers.Concatenate()(list(inputs.values()))
    outputs = {
        "sum": layers.Dense(2)(joined),
        "others": [layers.Dense(1)(joined), inputs["a"], inputs["b"]],
    }
    return keras.Model(inputs, outputs)


class Noisy(keras.Model):
    """Draws random numbers, and counts its calls in a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = layers.Dropout(0.5)
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        self.calls.assign_add(1.0)
        return self.drop(inputs, training=True) + self.calls


class Dataset(keras.utils.PyDataset):
    """Batches of its own sizes."""

    def __init__(self, sizes: tuple[int, ...], **given: Any) -> None:
        super().__init__(**given)
        self.sizes = sizes

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, at: int) -> Any:
        return X[: self.sizes[at]] + at, BINARY[: self.sizes[at]]


def sized(*sizes: int, seen: list[int] | None = None) -> Iterator[Any]:
    for number, size in enumerate(sizes):
        if seen is not None:
            seen.append(number)
        yield (X[:size] + number,)


def filled(count: int) -> Iterator[Any]:
    """Fills the same arrays for each batch."""
    given = {"a": np.zeros((3, 4), "float32"), "b": np.zeros((3, 4), "float64")}
    for number in range(count):
        given["a"][:], given["b"][:] = number, 2 * number
        yield (given,)


def same(case: Any, *codes: str) -> None:
    journal.clear()
    found = differences(case, recording=False)
    # after an error stock Keras may leave variables empty; here they keep their values
    assert [line for line in found if "object() != " not in line] == []
    assert [finding.code for finding in journal.total().findings] == list(codes)


def test_batches_of_all_sizes() -> None:
    def case(way: Way) -> None:
        model = net()
        way.predict(model, sized(4, 4, 4))
        way.predict(model, sized(4, 4, 3))
        way.predict(model, sized(1, 2, 3, 2, 1))
        way.predict(model, Dataset((4, 4, 2)))
        way.predict(model, Dataset((4, 4, 2), workers=2, use_multiprocessing=False))
        way.predict(model, (batch[0] for batch in sized(4, 4)))
        way.predict(model, ((*batch, BINARY[:4], BINARY[:4]) for batch in sized(4, 4)))
        way.predict(model, ((jax.numpy.asarray(batch[0]),) for batch in sized(4, 4)))
        way.predict(model, ((batch[0].astype("float64"),) for batch in sized(4, 4)))

    same(case)


def test_arrays_that_are_filled_again_and_several_outputs() -> None:
    def case(way: Way) -> None:
        way.predict(several(), filled(5))

    same(case)


def test_a_state_that_predictions_change() -> None:
    def case(way: Way) -> None:
        model = Noisy()
        way.predict(model, sized(4, 4, 2))
        way.predict(model, sized(3))

    same(case)


@pytest.mark.parametrize("each", [1, 3])
def test_as_many_batches_are_taken(each: int) -> None:
    def case(way: Way) -> None:
        model, seen = net(), []
        model.compile(steps_per_execution=each)
        stream = sized(*[4] * 12, seen=seen)
        way.predict(model, stream, steps=4)
        way.note(seen=len(seen))
        way.predict(model, stream, steps=2)
        way.predict(model, stream, steps=9)  # runs out, and warns
        way.note(seen=len(seen))
        way.predict(model, Dataset((4, 4, 4, 2)), steps=3)

        def stopping() -> Iterator[Any]:
            for number in range(9):
                model.stop_predicting = number == 3
                yield (X[:4] + number,)

        way.predict(model, stopping())

    same(case)


def test_streams_that_cannot_be_predicted() -> None:
    def broken() -> Iterator[Any]:
        yield from sized(4, 4)
        raise KeyError("broken")

    class Scalar(keras.Model):
        def call(self, inputs: Any) -> Any:
            return ops.sum(inputs)

    def case(way: Way) -> None:
        for x in (Dataset(()), sized(), broken(), sized(4)):
            way.predict(net(), x)
        way.predict(net(), sized(4, 4), steps="2")
        way.predict(net(), ((X[:4, :2],) for _ in "12"))
        way.predict(Scalar(), sized(4, 4))
        assert [entry["error"] is None for entry in way.log].count(True) == 1

    journal.clear()
    found = differences(case, recording=False)
    assert [line for line in found if "object() != " not in line] == []


def test_sparse_matrices() -> None:
    sparse = pytest.importorskip("scipy.sparse")

    def case(way: Way) -> None:
        model = net()
        way.predict(model, ((sparse.csr_matrix((at < X) * X),) for at in range(3)))
        way.predict(model, (((sparse.csr_matrix(X) if at else X[:3]),) for at in range(3)))

    same(case)


def test_a_batch_of_text_is_keras_s_to_judge() -> None:
    raised = []
    for predict in (keras.Model.predict, onefit.predict):
        with pytest.raises(Exception) as error:
            predict(net(), ((part,) for part in (X[:4], np.array(["a"] * 4))), verbose=0)
        raised.append(error.value)
    assert type(raised[0]) is type(raised[1]) is TypeError
    first, second = (str(error).replace("\n", " ").split(" at 0x")[0] for error in raised)
    assert first == second


@pytest.mark.parametrize("verbose", [1, 2])
def test_the_bar(verbose: int) -> None:
    def case(way: Way) -> None:
        model = net()
        way.predict(model, sized(4, 4, 4), verbose=verbose)
        way.predict(model, sized(4, 4, 4), verbose=verbose, steps=2)
        way.predict(model, Dataset((4, 2)), verbose=verbose)

    same(case)


def test_a_callback_that_watches_is_called_by_keras() -> None:
    class Sees(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[Any] = []

        def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
            self.seen.append((batch, np.array(logs["outputs"])))

    def case(way: Way) -> None:
        sees = Sees()
        way.predict(net(), sized(4, 4, 2), callbacks=[sees])
        way.note(seen=sees.seen)

    same(case, "OF103")


def test_a_stream_that_looks_at_its_model() -> None:
    """Stock Keras has emptied the model by then."""
    model = net(layers.Dense(1))
    expected = keras.Model.predict(model, X[:8], batch_size=4, verbose=0)

    def looking() -> Iterator[Any]:
        for start in (0, 4):
            model.get_weights()
            onefit.predict(model, X[:3], verbose=0)
            yield (X[start : start + 4],)

    found = onefit.predict(model, looking(), steps=2, verbose=0)
    np.testing.assert_array_equal(found, expected)


def test_a_fork_refuses_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(what: str) -> None:
        raise RuntimeError(what)

    monkeypatch.setattr(fork, "check", refuse)
    with pytest.raises(RuntimeError, match="stream"):
        onefit.predict(net(), sized(4), verbose=0)


@pytest.mark.parametrize("verb", ["evaluate", "predict"])
@pytest.mark.parametrize("place", [0, 2])
def test_a_batch_of_text_ends_a_generator(verb: str, place: int) -> None:
    """Nobody goes on with the batches behind it: a generator can be read only once."""

    def ended() -> Any:
        model, asked = net(layers.Dense(1)), []

        def batches() -> Iterator[Any]:
            for number in range(4):
                asked.append(number)
                yield (X[:8], np.array(["text"] * 8)) if number == place else (X[:8], BINARY[:8])

        with pytest.raises(Exception) as error:
            getattr(model, verb)(batches(), verbose=0)
        return asked, error.type, re.sub("0x[0-9a-f]+|sequential_?[0-9]*", "", str(error.value))

    stock = ended()
    with onefit.installed():
        assert ended() == stock
