"""Random pipelines of `tf.data`, written as expressions, and what they give, as text.

An expression is evaluated with `tf`, `np`, `D`, which is `tf.data.Dataset`, a zero `x0` and `add`:
with TensorFlow, to record, and with the stand-in. A pipeline is drawn stage by stage; `kind` is
what an element is at that point, so that most stages fit:

    n  a number                 t  a tuple of two       s  text
    v  numbers, as many each    r  numbers, of any length
    d  a dict of two
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

MOST = 100  # elements that are looked at

SOURCES = {
    "n": [
        "D.range({a})",
        "D.range({b}, {a} + 5, {c})",
        "D.from_tensor_slices(np.arange({a}) * {c})",
        "D.random(seed={b}).take({c}).map(lambda x: x % 100)",
        "D.from_generator(lambda: iter(range({a})), output_signature=tf.TensorSpec((), tf.int64))",
        "D.from_tensors(np.int64({b}))",
        "D.sample_from_datasets([D.range({a}), D.range(20, 29)], seed={s})",
        "D.sample_from_datasets([D.range({a}), D.range(20, 29)], [0.{c}, 0.5], seed={s}, "
        "stop_on_empty_dataset=True)",
        "D.choose_from_datasets([D.range({a}), D.range(20, 24)], "
        "D.from_tensor_slices(np.array([0, 1, 1, 0, 0, 1, 1, 1, 0])), stop_on_empty_dataset={t})",
    ],
    "v": [
        "D.from_tensor_slices(np.arange({a} * 3).reshape({a}, 3))",
        "D.from_tensors(np.arange({a}))",
        "D.range({a}).batch({c}, drop_remainder=True)",
    ],
    "r": [
        "D.from_generator(lambda: ([n] * (n % 4) for n in range({a})), "
        "output_signature=tf.TensorSpec([None], tf.int64))",
        "D.range({a}).map(lambda x: tf.fill([x % {f}], x))",
    ],
    "t": [
        "D.from_tensor_slices((np.arange({a}), np.arange({a}) * 2))",
        "D.zip(D.range({a}), D.range({b}, 30))",
        "D.zip((D.range({a}), D.from_tensor_slices(np.arange(60).reshape(12, 5))))",
        "D.from_tensor_slices((['a', 'b', 'cd'], [1.5, 2.5, 3.5]))",
    ],
    "d": [
        "D.from_tensor_slices({{'y': np.arange({a}), 'x': np.arange({a}, dtype='float32') / 2}})",
        "D.zip({{'b': D.range({a}), 'a': D.range({b}, 40)}})",
    ],
    "s": ["D.from_tensor_slices(['a', 'bc', '', 'a', 'é'])", "D.from_tensor_slices([b'x'] * {c})"],
}
ANY = [
    ".take({b})",
    ".skip({b})",
    ".repeat({c})",
    ".repeat({c}).take({a})",
    ".shuffle({b}, seed={s})",
    ".shuffle({a}, seed={s})",
    ".shuffle({c}, seed={s}, reshuffle_each_iteration={t})",
    ".shuffle({b}, seed={s}).repeat({c})",
    ".shard({c}, 0)",
    ".cache()",
    ".prefetch(2)",
    ".prefetch(tf.data.AUTOTUNE)",
    ".window({c}, shift={e}, drop_remainder={t}).map(lambda *w: 1).map(lambda n: n + 1)",
]
# stages after which an element is of another kind
OF_KIND = {
    "n": [
        (".map(lambda x: x * {c} + 1)", "n"),
        (".map(lambda x: x // {c}, num_parallel_calls=2)", "n"),
        (".map(lambda x: (x, x % {c}))", "t"),
        (".map(lambda x: {{'k': x, 'f': tf.cast(x, tf.float32)}})", "d"),
        (".map(lambda x: tf.fill([x % {f}], x))", "r"),
        (".filter(lambda x: x % {c} != 0)", "n"),
        (".take_while(lambda x: x < {a})", "n"),
        (".batch({c})", "r"),
        (".batch({c}, drop_remainder=True)", "v"),
        (".enumerate({b})", "t"),
        (".unique()", "n"),
        (".concatenate(D.range({c}))", "n"),
        (".flat_map(lambda x: D.range(x % {c}))", "n"),
        (".flat_map(lambda x: D.from_tensors(x).repeat({c}))", "n"),
        (".interleave(lambda x: D.range(x % 5), cycle_length={c}, block_length={e})", "n"),
        (".interleave(lambda x: D.range(x % 7, x % 7 + 3).shuffle(2, seed=1), {c}, {e}, 2)", "n"),
        (".scan(np.int64({b}), lambda s, x: (s + x, s * 2 + x))", "n"),
        (".window({c}, {e}, 1, {t}).flat_map(lambda w: w.batch({c}))", "r"),
        (".window({c}, {e}, 2, True).flat_map(lambda w: w.batch({c}, drop_remainder=True))", "v"),
        (".group_by_window(lambda x: x % 3, lambda k, g: g.batch(2), window_size={c})", "r"),
        (".group_by_window(lambda x: x % 2, lambda k, g: g.map(lambda x: x + k), {c})", "n"),
        (".apply(lambda d: d.map(lambda x: x - {b}))", "n"),
    ],
    "v": [
        (".unbatch()", "n"),
        (".map(lambda x: tf.reduce_sum(x))", "n"),
        (".map(lambda x: x[:2])", "r"),
        (".map(lambda x: (x[:-1], x[-1]))", "t"),
        (".batch({c})", "m"),
        (".flat_map(lambda x: D.from_tensor_slices(x))", "n"),
        (".filter(lambda x: tf.reduce_sum(x) % 2 == 0)", "v"),
        (".rebatch({c})", "r"),
        (".rebatch([1, {c}], drop_remainder={t})", "r"),
    ],
    "r": [
        (".unbatch()", "n"),
        (".padded_batch({c})", "m"),
        (".padded_batch({c}, [None], np.int64(-1), drop_remainder={t})", "m"),
        (".padded_batch({c}, padded_shapes=[{a} + 8])", "m"),
        (".batch(2)", "m"),
        (".map(lambda x: tf.shape(x)[0])", "i"),
        (".map(lambda x: tf.reduce_sum(x))", "n"),
        (
            ".bucket_by_sequence_length(lambda x: tf.shape(x)[0], [2, 3], [2, 1, {c}], "
            "drop_remainder={t})",
            "m",
        ),
        (".rebatch({c})", "r"),
        (".interleave(lambda x: D.from_tensor_slices(x), {c}, {e})", "n"),
    ],
    "t": [
        (".map(lambda x, y: x)", "?"),
        (".map(lambda x, y: (y, x))", "t"),
        (".map(lambda x, y: {{'q': x, 'p': y}})", "d"),
        (".map(lambda *z: z[0])", "?"),
        (".batch({c})", "b"),
        (".batch({c}, drop_remainder={t})", "b"),
        (".enumerate()", "t"),
        (".window({c}, {e}).flat_map(lambda x, y: D.zip(x, y).batch({c}))", "b"),
        (".window({c}, {e}, drop_remainder={t}).flat_map(lambda x, y: y)", "?"),
        (".padded_batch({c})", "b"),
    ],
    "d": [
        (".map(lambda z: z[sorted(z)[0]])", "?"),
        (".map(lambda z: tuple(z[k] for k in sorted(z)))", "t"),
        (".batch({c})", "b"),
        (".window({c}, {e}).flat_map(lambda w: D.zip(w).batch({c}))", "b"),
    ],
    "s": [
        (".batch({c})", "m"),
        (".enumerate()", "t"),
        (".unique()", "s"),
        (".filter(lambda x: x != 'a')", "s"),
        (".map(lambda x: (x, x))", "t"),
        (".concatenate(D.from_tensor_slices(['zz']))", "s"),
    ],
    "b": [(".unbatch()", "t"), (".rebatch({c})", "b"), (".rebatch([{e}, {c}], {t})", "b")],
    "m": [(".unbatch()", "?"), (".rebatch({c})", "m")],
}


class Grammar(NamedTuple):
    """What pipelines are drawn from."""

    first: str  # kinds of elements of a source, each as often as it is drawn
    sources: dict[str, list[str]]
    of_any: list[str]
    of_kind: dict[str, list[tuple[str, str]]]


BASE = Grammar("nnnnnvrtds", SOURCES, ANY, OF_KIND)


def drawn(count: int, seed: int = 0, grammar: Grammar = BASE) -> list[dict[str, Any]]:
    """So many random pipelines of up to eight stages, each with a global seed or none."""
    chance = random.Random(seed)
    return [_pipeline(chance, grammar) for _ in range(count)]


def _pipeline(chance: random.Random, grammar: Grammar) -> dict[str, Any]:
    overall = chance.choice([None, None, chance.randrange(1000)])
    kind = chance.choice(grammar.first)
    written = [_filled(chance.choice(grammar.sources[kind]), chance, overall)]
    for _ in range(chance.randrange(8)):
        some = grammar.of_kind.get(kind, [])
        if some and chance.random() < 0.55:
            stage, kind = chance.choice(some)
        else:
            stage = chance.choice(grammar.of_any)
            kind = "i" if stage.startswith(".window") else kind
        written.append(_filled(stage, chance, overall))
    return {"seed": overall, "pipeline": "".join(written)}


def _filled(text: str, chance: random.Random, overall: int | None) -> str:
    seeds = [str(chance.randrange(100)), "None" if overall is not None else "7"]
    return text.format(
        a=chance.randint(1, 12),
        b=chance.randint(1, 6),
        c=chance.randint(1, 4),
        e=chance.randint(1, 3),
        f=chance.randint(2, 5),
        s=chance.choice(seeds),
        t=chance.choice(["True", "False"]),
    )


def outcome(tf: Any, one: dict[str, Any]) -> dict[str, Any]:
    """What a pipeline gives in two iterations, how many it says they are, and of what shape.

    Where the first is cut, TensorFlow may have read ahead, so that the second depends on chance.
    """
    whole = ".take" not in one["pipeline"]
    tf.random.set_seed(one["seed"])
    try:
        names = {"tf": tf, "np": np, "D": tf.data.Dataset, "x0": np.int64(0)}
        dataset = eval(one["pipeline"], names | {"add": lambda s, x: s + x})
        first, second = _elements(dataset), _elements(dataset)
        spec = str(dataset.element_spec)
    except Exception as error:
        return {"error": type(error).__name__}
    return {
        "first": first,
        "second": second if whole and second != first and len(first) < MOST else None,
        "count": int(dataset.cardinality()),
        "spec": spec,
    }


def _elements(dataset: Any) -> Any:
    return [written(element) for element in islice(dataset.as_numpy_iterator(), MOST)]


def written(element: Any) -> Any:
    """An element in JSON's types: a leaf is its dtype and its values."""
    if isinstance(element, tuple):
        return [written(part) for part in element]
    if isinstance(element, dict):
        return {key: written(element[key]) for key in sorted(element)}
    array = np.asarray(element, object if isinstance(element, bytes) else None)
    if array.dtype == object and any(isinstance(one, np.ndarray) for one in array.flat):
        return [written(row) for row in array]  # rows of different lengths
    values = [
        value.decode() if isinstance(value, bytes) else value for value in array.ravel().tolist()
    ]
    shape = ",".join(map(str, array.shape))
    return f"{array.dtype.name}[{shape}] {json.dumps(values, separators=(',', ':'))}"


def digest(result: dict[str, Any]) -> str:
    """What a pipeline gave in eight letters; dashes where TensorFlow's process ended."""
    if "fatal" in result:
        return "-" * 8
    given = {key: value for key, value in result.items() if key not in ("seed", "pipeline")}
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:8]


def lines(results: Iterator[Any]) -> str:
    """JSON with one result a line."""
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in results) + "\n]\n"
