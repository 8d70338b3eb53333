"""Batches that are filled by who makes their elements, in memory that is used again."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

import onefit.scripts.tensorflow as tf
from onefit.scripts.tensorflow.data import memory

NAMES = [str(number) for number in range(11)]


def _numbers(workers=2, size=(40, 50)):
    """A dataset that waits: its elements come from text."""
    texts = tf.data.Dataset.from_tensor_slices(NAMES)
    return texts.map(lambda text: _filled(text, size), num_parallel_calls=workers)


def _filled(text, size):
    number = int(text.numpy())
    return {"x": tf.fill(size, float(number)), "name": text, "y": (tf.constant(number),)}


@pytest.mark.parametrize("workers", [None, 1, 2, 5])
@pytest.mark.parametrize("size", [1, 3, 4, 11, 1000])
def test_batches_hold_their_elements_in_order(workers, size):
    batches = list(_numbers(workers).batch(size).as_numpy_iterator())
    expected = [list(range(11))[first : first + size] for first in range(0, 11, size)]
    for batch, numbers in zip(batches, expected, strict=True):
        assert batch["x"].shape == (len(numbers), 40, 50)
        assert batch["x"].dtype == np.float32
        assert (batch["x"] == np.array(numbers)[:, None, None]).all()
        assert batch["name"].tolist() == [str(number).encode() for number in numbers]
        assert batch["y"][0].tolist() == numbers


def test_a_smaller_last_batch_is_left_out_where_that_is_asked_for():
    batches = list(_numbers().batch(4, drop_remainder=True).as_numpy_iterator())
    assert [batch["y"][0].tolist() for batch in batches] == [[0, 1, 2, 3], [4, 5, 6, 7]]


@pytest.mark.parametrize("workers", [None, 2])
def test_elements_of_another_shape_are_told_as_tensorflow_tells_them(workers):
    texts = tf.data.Dataset.from_tensor_slices(["2", "2", "3", "2"])
    rows = texts.map(lambda text: tf.ones([int(text.numpy()), 2]), num_parallel_calls=workers)
    message = (
        r"Cannot batch tensors with different shapes in component 0. First element had shape "
        r"\[2,2\] and element 2 had shape \[3,2\]."
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        list(rows.batch(4))
    assert [batch.shape[0] for batch in rows.take(2).batch(4)] == [2]


def test_what_is_raised_comes_after_the_batches_before_it():
    def checked(text):
        tf.debugging.assert_less(tf.strings.to_number(text), 5.0)
        return text

    texts = tf.data.Dataset.from_tensor_slices(NAMES).map(checked, num_parallel_calls=2)
    remaining = iter(texts.batch(2))
    assert [next(remaining).numpy().tolist() for _ in range(2)] == [[b"0", b"1"], [b"2", b"3"]]
    with pytest.raises(tf.errors.InvalidArgumentError):
        next(remaining)


def test_ragged_rows_and_batches_of_no_known_end_are_joined():
    texts = tf.data.Dataset.from_tensor_slices(["a b", "c"])
    words = texts.map(lambda text: tf.strings.split([text]), num_parallel_calls=2).batch(2)
    assert next(iter(words)).to_list() == [[[b"a", b"b"]], [[b"c"]]]
    everything = next(iter(_numbers(size=(300, 300)).batch(10**12)))
    assert everything["x"].shape == (11, 300, 300)


def test_memory_is_used_again_when_nobody_has_it_any_more():
    memory._free.clear()
    shape, dtype = (64, 50, 50), np.dtype("float32")
    first = memory.memory(shape, dtype)
    place, view = first.ctypes.data, first[3:5, 1]
    view[...] = 7
    del first
    gc.collect()
    other = memory.memory(shape, dtype)
    assert other.ctypes.data != place, "a view of the first one is there yet"
    other[...] = 1
    assert (view == 7).all()
    del view
    gc.collect()
    assert memory.memory(shape, dtype).ctypes.data == place


def test_batches_that_are_kept_stay_what_they_are():
    kept = [batch["x"] for _ in range(3) for batch in _numbers().batch(4)]
    for number, batch in enumerate(kept):
        firsts = np.arange(11)[number % 3 * 4 :][: len(batch)]
        assert (batch.numpy() == firsts[:, None, None]).all()
    sums = [tf.reduce_sum(batch["x"]) for _ in range(20) for batch in _numbers().batch(11)]
    assert {float(one) for one in sums} == {55.0 * 2000}


def test_threads_take_and_give_back_memory_at_a_time():
    wrong = []

    def work(number):
        for _ in range(200):
            mine = memory.memory((20_000 + 1000 * (number % 2),), np.dtype("float64"))
            mine[...] = number
            if not (mine == number).all():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
