"""`tf.print` writes what TensorFlow 2.21 writes."""

from __future__ import annotations

import sys

import numpy as np
import pytest


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


TEXTS = [
    ("tf.constant(1 / 3)", "0.333333343"),
    ("tf.constant(1 / 3, tf.float64)", "0.33333333333333331"),
    ("tf.constant([1 / 3, 1e10, 1e17], tf.float64)", "[0.33333333333333331 10000000000 1e+17]"),
    ("tf.constant(16777217.0, tf.float64)", "16777217"),
    ("tf.constant([1e10, 123456.789, 1e-5])", "[1e+10 123456.789 1e-05]"),
    ("tf.constant([1 / 3, 0.1, 6e4], tf.float16)", "[0.333251953 0.0999755859 60000]"),
    ("tf.constant([1 / 3, 1e10], tf.bfloat16)", "[0.333984375 9.99922074e+09]"),
    ("tf.constant([np.nan, np.inf, -np.inf, -0.0])", "[nan inf -inf -0]"),
    ("tf.constant([1 + 2j, 3])", "[? ?]"),
    ("tf.constant('text')", "text"),
    ("tf.constant('a\\nb\\'\"')", "a\nb'\""),
    ("[tf.constant('a\\nb\\'\"')]", '["a\\nb\\\'\\""]'),
    ("tf.constant(['a', 'é'])", '["a" "é"]'),
    ("'x', tf.constant('é'), b'y', 1.0, None", "x \"é\" b'y' 1.0 None"),
    ("[[tf.constant(1)], tf.constant('s')]", '[[1], "s"]'),
    ("{'a': tf.constant([1.0]), 'b': 2}", "{'a': [1], 'b': 2}"),
    ("[1.5, 2]", "[1.5, 2]"),
    ("np.array([1 / 3, 2])", "array([0.33333333, 2.        ])"),
    ("np.float32(1 / 3)", "np.float32(0.33333334)"),
    ("tf.Variable([1 / 3, 2], dtype=tf.float64)", "[0.33333333333333331 2]"),
    ("tf.ragged.constant([[1, 2], [3]])", "[[1, 2], [3]]"),
    ("tf.ragged.constant([[1 / 3], []])", "[[0.333333], []]"),
    ("tf.constant([1e-45, 1e-40, 1.1754944e-38])", "[0 0 1.17549435e-38]"),
    ("tf.constant([5e-324, 2.2250738585072014e-308], tf.float64)", "[0 2.2250738585072014e-308]"),
    ("tf.constant([6e-8, 0.1], tf.float16)", "[5.96046448e-08 0.0999755859]"),
    ("tf.constant(1e-40, tf.bfloat16)", "0"),
    ("tf.zeros([2, 0])", "[\n ...]"),
    ("tf.zeros([1, 2, 0])", "[\n\n ...]"),
    ("tf.zeros([0, 2]), tf.zeros([0]), tf.zeros([0, 0])", "[] [] []"),
    (
        "tf.SparseTensor([[0, 1]], [1.5], [2, 2])",
        "'SparseTensor(indices=[[0 1]], values=[1.5], shape=[2 2])'",
    ),
]


@pytest.mark.parametrize(("values", "text"), TEXTS)
def test_values_as_tensorflow_writes_them(tf, capsys, values, text):
    given = eval(f"({values},)", {"tf": tf, "np": np})
    tf.print(*given, output_stream=sys.stdout)
    assert capsys.readouterr().out == text + "\n"


def test_values_of_a_program(tf, capsys):
    @tf.function
    def called(x, word):
        tf.print("in", x, [x, "t"], word, output_stream=sys.stdout)
        return x

    called(tf.constant([1 / 3, 2], tf.float64), tf.constant("é"))
    text = "in [0.33333333333333331 2] [[0.33333333333333331 2], 't'] \"é\"\n"
    assert capsys.readouterr().out == text


def test_at_the_end_of_a_file(tf, tmp_path):
    for number in range(2):
        tf.print("n", tf.constant(number), output_stream=f"file://{tmp_path}/log.txt")
    assert (tmp_path / "log.txt").read_text() == "n 0\nn 1\n"
    with pytest.raises(ValueError, match="Unsupported output stream"):
        tf.print("n", output_stream="log.txt")


def test_ragged_tensors_are_written_as_tensorflow_writes_them():
    import onefit.scripts.tensorflow as tf

    rows = tf.ragged.constant([[1, 2], [], [3, 4, 5]])
    inner = tf.RaggedTensor.from_row_lengths(tf.reshape(tf.range(12.0), [6, 2]), [4, 2])
    lines = {
        repr(tf.ragged.constant([[0.1, 2.0], [3.25]])): "[[0.1, 2.0], [3.25]]",
        repr(tf.ragged.constant([[1.0, 2.0], [3.0, 4.0]])): "[[1.0, 2.0],\n [3.0, 4.0]]",
        repr(tf.ragged.constant([["a", "é"], ["b"]])): r"[[b'a', b'\xc3\xa9'], [b'b']]",
        repr(tf.ragged.constant([[], []])): "[[], []]",
        repr(tf.ragged.stack([rows, rows])): "[[[1, 2], [], [3, 4, 5]],\n [[1, 2], [], [3, 4, 5]]]",
        repr(tf.ragged.stack([rows, rows], axis=1)): "[[[1, 2], [1, 2]],\n [[], []],\n"
        " [[3, 4, 5], [3, 4, 5]]]",
        repr(tf.RaggedTensor.from_row_lengths(tf.range(2001), [1, 2000])): "[[0], [1, 2, 3, ..., "
        "1998, 1999, 2000]]",
        repr(inner): "[[[0.0, 1.0],\n  [2.0, 3.0],\n  [4.0, 5.0],\n  [6.0, 7.0]], [[8.0, 9.0],\n"
        "                [10.0, 11.0]]]",
    }
    assert list(lines) == [f"<tf.RaggedTensor {one}>" for one in lines.values()]
