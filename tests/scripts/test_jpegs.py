"""JPEGs have TensorFlow's pixels to the bit, where simplejpeg is installed (record_jpegs.py)."""

from __future__ import annotations

import base64
import importlib.util
import json
from functools import partial
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import onefit.scripts.tensorflow as tf
from onefit.scripts.tensorflow.image import bilinear

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record_jpegs", HERE / "record_jpegs.py")
record_jpegs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_jpegs)
RECORDS = json.loads((HERE / "jpegs.json").read_text())


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_pixels_are_tensorflows(number):
    pytest.importorskip("simplejpeg")
    record = RECORDS[number]
    data = base64.b64decode(record["file"])
    assert record_jpegs.digests(tf, data) == record["pixels"]


def test_a_file_without_its_end_is_an_error_or_what_is_there():
    pytest.importorskip("simplejpeg")
    data = base64.b64decode(RECORDS[0]["file"])
    with pytest.raises(tf.errors.InvalidArgumentError, match="bytes of a picture"):
        tf.io.decode_jpeg(data[: len(data) // 2])
    whole = tf.io.decode_jpeg(data)
    part = tf.io.decode_jpeg(data[: len(data) // 2], try_recover_truncated=True)
    assert part.shape == whole.shape


@pytest.mark.parametrize("record", RECORDS[:6])
def test_without_simplejpeg_pillow_reads_the_accurate_pixels(record, monkeypatch):
    monkeypatch.setattr("onefit.scripts.tensorflow.image.pixels._turbo", lambda: None)
    found = record_jpegs.digests(tf, base64.b64decode(record["file"]))
    assert found["accurate"] == record["pixels"]["accurate"]


def test_numpy_goes_on_with_pixels_to_the_bits_of_jax():
    draw = np.random.default_rng(0)
    for _ in range(20):
        height, width, new_height, new_width = draw.integers(1, 40, 4).tolist()
        pixels = draw.integers(0, 256, (height, width, 3), "uint8")
        floats = draw.normal(size=(height, width, 3)).astype("float32")
        for one in (pixels, floats):
            by_numpy, by_jax = (tf.Tensor(made) for made in (one, jnp.asarray(one)))
            for change in (
                partial(tf.image.resize, size=(new_height, new_width)),
                lambda x: tf.image.convert_image_dtype(x, tf.float32),
                lambda x: tf.cast(x, tf.float32) * 0.1 - 3 + 0.7,
                lambda x: tf.cast(x, tf.float32) / 127.5 - 1,
            ):
                ours, theirs = change(by_numpy), change(by_jax)
                assert type(ours._held) is np.ndarray
                assert ours.dtype == theirs.dtype
                assert ours.numpy().tobytes() == theirs.numpy().tobytes()


def test_pixels_become_jaxs_where_a_program_or_a_tape_needs_them():
    pixels = tf.Tensor(np.arange(12, dtype="float32").reshape(2, 2, 3))
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        total = tf.reduce_sum(tf.image.resize(pixels, (4, 4)) * 2.0)
    assert float(tf.reduce_sum(tape.gradient(total, pixels))) == 2 * 16 * 3
    later = tf.Tensor(np.ones(3, "float32"))
    divisors = np.float32(255), np.full(3, 255, "float32"), np.full((4, 1), 255, "float32")
    numbers = np.arange(12, dtype="float32").reshape(4, 3)
    for divisor in divisors:  # XLA multiplies by the inverse, and is off by a bit
        quotient = tf.Tensor(jnp.asarray(numbers)) / divisor
        assert quotient.numpy().tobytes() == (numbers / divisor).tobytes()
    added = tf.function(lambda x: x + later)
    assert added(tf.ones(3)).numpy().tolist() == added(tf.ones(3)).numpy().tolist() == [2.0] * 3
    assert (later + 1).numpy().tolist() == [2.0] * 3


def _seen_from_the_first(monkeypatch, pays):
    monkeypatch.setattr(bilinear, "PAYS", pays)
    return bilinear.resized


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_the_loop_has_the_bits_of_numpy(dtype, channels, monkeypatch):
    pytest.importorskip("numba")
    draw = np.random.default_rng(0)
    for _ in range(30):
        height, width, new_height, new_width = draw.integers(1, 70, 4).tolist()
        pixels = draw.integers(0, 256, (height, width, channels)).astype(dtype)
        pixels += draw.random(pixels.shape).astype(dtype)
        size = new_height, new_width
        by_loop = _seen_from_the_first(monkeypatch, 0)(pixels, size)
        by_numpy = _seen_from_the_first(monkeypatch, 1 << 60)(pixels, size)
        assert by_loop.shape == (*size, channels)
        assert by_loop.tobytes() == by_numpy.tobytes()


@pytest.mark.parametrize("record", RECORDS[:6])
def test_the_loop_has_the_pixels_of_tensorflow(record, monkeypatch):
    pytest.importorskip("simplejpeg")
    pytest.importorskip("numba")
    monkeypatch.setattr(bilinear, "PAYS", 0)
    assert record_jpegs.digests(tf, base64.b64decode(record["file"])) == record["pixels"]


def test_the_loop_takes_parts_of_pictures_and_what_nobody_may_write_to(monkeypatch):
    pytest.importorskip("numba")
    pixels = np.arange(9 * 8 * 3, dtype="uint8").reshape(9, 8, 3)
    part = pixels[1:6, ::2]
    part.flags.writeable = False
    whole = _seen_from_the_first(monkeypatch, 1 << 60)(part.copy(), (7, 3))
    np.testing.assert_array_equal(_seen_from_the_first(monkeypatch, 0)(part, (7, 3)), whole)


def test_without_numba_many_pictures_are_numpys(monkeypatch):
    monkeypatch.setattr(bilinear, "PAYS", 0)
    monkeypatch.setattr(bilinear, "loop", lambda channels, dtype: None)
    halves = bilinear.resized(np.array([[[0], [8]]], "uint8"), (1, 4))
    assert halves.reshape(-1).tolist() == [0, 2, 6, 8]
