"""A wider grammar of random pipelines; see `pipelines.py`, whose sources and stages it takes in.

More kinds of elements: `g`, rows of rows; `p`, a tuple in a tuple; `f`, a fraction. Not in it is
what has no one answer in TensorFlow, such as the last digit of a logarithm.
"""

from __future__ import annotations

from typing import Any

import pipelines

SOURCES = {
    "r": ["D.from_tensor_slices(tf.ragged.constant([[1, 2], [], [3], [4] * {a}], dtype=tf.int64))"],
    "g": [
        "D.from_tensor_slices(tf.ragged.constant([[[1], [2] * {c}], [], [[3, {b}]]]))",
        "D.range({a}).map(lambda x: tf.range(x)).ragged_batch({c})",
    ],
    "p": [
        "D.from_tensor_slices(((np.arange({a}), np.arange({a}) / 2), {{'k': np.arange({a})}}))",
        "D.zip((D.range({a}).enumerate(), D.range({b}, 30)))",
    ],
    "f": [
        "D.from_tensor_slices(np.arange({a}, dtype='float32') / {c})",
        "D.from_tensors(tf.sparse.from_dense(np.eye({c}) * {a})).map(tf.sparse.to_dense)"
        ".unbatch().unbatch()",
        "D.from_generator(lambda: (n / {c} for n in range({a})), output_types=tf.float32)",
    ],
}
ANY = [
    ".shard({f}, {e} - 1)",
    ".skip({c}).take(-1)",
    ".repeat().take({a})",
    ".shuffle({b}, seed={s}).cache()",
    ".cache().shuffle({a}, seed={s})",
    ".with_options(tf.data.Options())",
    ".ignore_errors()",
    ".shuffle({b}, seed={s}).apply(lambda d: d.take({c}).concatenate(d.skip({c})))",
    ".apply(lambda d: d.concatenate(d))",
    ".apply(lambda d: D.sample_from_datasets([d, d.take({c})], [0.3, 0.7], seed={s}))",
    ".apply(lambda d: D.choose_from_datasets([d, d.skip({c})], D.range(2).repeat({b})))",
]
OF_KIND = {
    "n": [
        (".map(lambda x: tf.cast(x, tf.float32) / {c})", "f"),
        (".map(lambda x: tf.strings.as_string(x))", "s"),
        (".map(lambda x: tf.random.stateless_uniform([], [x, {c}], 0, 100, tf.int64))", "n"),
        (".map(lambda x: ((x, -x), x % {f}))", "p"),
        (".filter(lambda x: tf.reduce_any([x == 1, x > {b}]))", "n"),
        (".window({c}, {e}, drop_remainder={t}).map(lambda w: w.reduce(x0, add))", "n"),
        (
            ".group_by_window(lambda x: x % 3, lambda k, g: g.batch(4), None, lambda k: k + {c})",
            "r",
        ),
        (".apply(lambda d: D.from_tensors(d.reduce(x0, add)))", "n"),
        (".apply(lambda d: D.zip(d, d.skip({c})))", "t"),
        (".scan((x0, x0), lambda s, x: ((s[1], s[0] + x), s[0] - x))", "n"),
        (".interleave(lambda x: D.from_tensors(x).repeat({e}), {c}, {e}, deterministic=True)", "n"),
        (".batch({c}, num_parallel_calls=2, deterministic=True)", "r"),
        (".ragged_batch({c})", "r"),
    ],
    "f": [
        (".batch({c})", "b"),
        (".map(lambda x: tf.cast(x * 2, tf.int64))", "n"),
        (".map(lambda x: tf.debugging.check_numerics(1 / x, 'no'))", "f"),
        (".filter(lambda x: x > 0.{a})", "f"),
        (".enumerate()", "t"),
        (".padded_batch({c})", "b"),
        (".map(lambda x: {{'x': x, 'y': x > 1}})", "d"),
    ],
    "g": [
        (".map(lambda x: x.to_tensor())", "m"),
        (".map(lambda x: tf.reduce_sum(x, axis=-1))", "r"),
        (".map(lambda x: tf.cast(x.row_lengths(), tf.int64))", "r"),
        (".map(lambda x: x * {c} + 1)", "g"),
        (".unbatch()", "r"),
        (".filter(lambda x: tf.size(x.flat_values) > {c})", "g"),
        (".batch({c})", "g"),
    ],
    "p": [
        (".map(lambda x, y: x)", "t"),
        (".map(lambda x, y: (y, x))", "p"),
        (".map(lambda x, y: x[0])", "n"),
        (".batch({c})", "p"),
        (".batch({c}, drop_remainder={t}).unbatch()", "p"),
        (".padded_batch({c})", "p"),
        (".filter(lambda x, y: x[0] != {c})", "p"),
        (".enumerate()", "p"),
    ],
    "r": [
        (".ragged_batch({c})", "g"),
        (".ragged_batch({c}, drop_remainder={t}).map(lambda x: x.to_tensor(-1))", "m"),
        (
            ".bucket_by_sequence_length(lambda x: tf.size(x), [{c}, 8], [2, {c}, 1], "
            "pad_to_bucket_boundary=True)",
            "m",
        ),
        (".filter(lambda x: tf.size(x) > 0)", "r"),
        (".flat_map(lambda x: D.from_tensor_slices((x, x + 1)))", "t"),
        (".map(lambda x: tf.cumsum(x))", "r"),
        (".map(lambda x: tf.pad(x, [[1, {c}]]))", "r"),
    ],
    "s": [
        (".map(lambda x: tf.strings.length(x))", "i"),
        (".map(lambda x: tf.strings.join([x, 'b'], '-'))", "s"),
        (".map(lambda x: tf.strings.upper(x))", "s"),
        (".filter(lambda x: tf.strings.regex_full_match(x, '[a-c0-5]+'))", "s"),
        (".map(lambda x: tf.strings.bytes_split(x))", "i"),
        (".padded_batch({c})", "m"),
    ],
}


def _merged(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {kind: [*one.get(kind, []), *other.get(kind, [])] for kind in sorted({*one, *other})}


WIDER = pipelines.Grammar(
    "nnnnnvrtdsgpf",
    _merged(pipelines.SOURCES, SOURCES),
    [*pipelines.ANY, *ANY],
    _merged(pipelines.OF_KIND, OF_KIND),
)

FAULTS = {
    146: "tf.shape of a ragged tensor, which the stand-in refuses",
    161: "TensorFlow loses a shape where what choose_from_datasets gives is concatenated",
    446: "TensorFlow loses a shape where what choose_from_datasets gives is concatenated",
    517: "TensorFlow's rebatch stops at an element without rows",
}
"""Pipelines of the record that have another outcome here, and why."""
