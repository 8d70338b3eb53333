"""Gradients through ragged tensors: each way to make one of a variable, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

VALUES = [1.0, 2.0, 3.0, 4.0, 5.0]
SOURCES: dict[str, Callable[[Any, Any], Any]] = {
    "lengths": lambda tf, v: tf.RaggedTensor.from_row_lengths(v, [2, 0, 3]),
    "starts": lambda tf, v: tf.RaggedTensor.from_row_starts(v, [0, 2, 2]),
    "row_ids": lambda tf, v: tf.RaggedTensor.from_value_rowids(v, [0, 0, 2, 2, 2], 3),
    "rows": lambda tf, v: tf.RaggedTensor.from_tensor(tf.stack([v[:3], v[2:]]), [1, 3]),
    "nested": lambda tf, v: tf.RaggedTensor.from_nested_row_splits(v, [[0, 1, 3], [0, 2, 2, 5]]),
    "product": lambda tf, v: tf.ragged.constant([[1.0, 2.0], [], [3.0]]) * v[1],
    "embedding": lambda tf, v: tf.nn.embedding_lookup(v, tf.ragged.constant([[0, 1], [], [1]])),
}
USES: dict[str, Callable[[Any, Any], Any]] = {
    "all": lambda tf, r: r * r,
    "sum": lambda tf, r: tf.reduce_sum(r * r, axis=-1) ** 2,
    "mean": lambda tf, r: tf.reduce_mean(r[:1] * r[:1], axis=-1) ** 2,
    "max": lambda tf, r: tf.reduce_max(r[-1:], axis=-1) ** 2,
    "padded": lambda tf, r: r.to_tensor(7.0) ** 2,
    "cut": lambda tf, r: r.to_tensor(shape=[None, 1]) ** 2 if r.ragged_rank == 1 else r,
    "row": lambda tf, r: r[0] ** 2,
    "some": lambda tf, r: r[1:] ** 2,
    "columns": lambda tf, r: r[:, :1] ** 2,
    "expanded": lambda tf, r: tf.expand_dims(r, -1) ** 2,
    "gathered": lambda tf, r: tf.gather(r, [0, 0]) ** 2,
    "merged": lambda tf, r: r.merge_dims(0, 1) ** 2,
    "flat": lambda tf, r: r.flat_values**3,
    "values": lambda tf, r: r.values**3,
    "other": lambda tf, r: r.with_flat_values(tf.exp(r.flat_values / 5.0)).to_tensor() ** 2,
    "mapped": lambda tf, r: tf.map_fn(lambda x: x * 2.0, r) ** 2,
    "masked": lambda tf, r: tf.ragged.boolean_mask(r, r > 1.5) ** 2,
    "each": lambda tf, r: sum(tf.reduce_sum(x**2) for x in r),
    "functions": lambda tf, r: tf.math.log(r) + tf.nn.relu(-r) + abs(-r),
}
OF_ONE_RANK: dict[str, Callable[[Any, Any], Any]] = {
    "over_rows": lambda tf, r: tf.reduce_sum(r, axis=0) ** 2,
    "joined": lambda tf, r: tf.concat([r, r * 2.0], axis=1).to_tensor() ** 2,
    "reversed": lambda tf, r: tf.reverse(r, [0]).to_tensor() * [[3.0], [2.0]][0],
    "spread": lambda tf, r: r * tf.reshape(tf.range(1.0, 1.0 + len(list(r))), [-1, 1]) * r,
}


def _gradients(source: str, tf: Any) -> Any:
    found = {}
    for name, use in (USES if source == "nested" else USES | OF_ONE_RANK).items():
        v = tf.Variable(VALUES)
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(use(tf, SOURCES[source](tf, v)))
        gradient = tape.gradient(y, v)
        found[name] = [y, None if gradient is None else tf.convert_to_tensor(gradient)]
    return found


CASES = {f"ragged_{source}": partial(_gradients, source) for source in SOURCES}
