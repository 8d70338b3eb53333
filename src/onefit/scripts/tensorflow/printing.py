"""`tf.print`: values as TensorFlow writes them, inside a program at each run of the step."""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import keras
import numpy as np
from keras import tree

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.arrays.creation import is_tensor
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.strings.numbers import as_string
from onefit.scripts.tensorflow.text import StringTensor


def print(
    *inputs: TensorLike,
    output_stream: Any = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> None:
    """Write values, of long axes the first and the last.

    Args:
        *inputs: Tensors, and anything else.
        output_stream: Where to: a stream, or the name of a file after `"file://"`, at the end of
            which it is written. Defaults to standard error.
        summarize: How many at each end of an axis; -1 for all. Defaults to `3`.
        sep: What comes between two. Defaults to a space.
        end: What comes after the last. Defaults to a new line.
        name: Taken, and of no effect.

    >>> from keras import ops
    >>> print("loss", ops.ones(2), output_stream=sys.stdout)
    loss [1 1]
    """
    given = [_spelled(leaf, summarize) for leaf in tree.flatten(list(inputs))]
    values = [one.value for one in given if isinstance(one, _Array)]
    is_alone = len(inputs) == 1 and _is_array(inputs[0])

    def write(*found: Any) -> None:
        texts = (_Text(written(np.asarray(each), summarize)) for each in found)
        shown = [next(texts) if isinstance(one, _Array) else one for one in given]
        words = [
            one if isinstance(one, str) else repr(one)
            for one in tree.pack_sequence_as(list(inputs), shown)
        ]
        if is_alone and given[0].is_text:
            words = [_decoded(given[0].value[()])]  # one text alone is written as it is
        with _opened(output_stream) as stream:
            builtins.print(*words, sep=sep, end=end, file=stream)

    with jax.enable_x64(True):
        # In a program values are known when it runs, not while it is traced.
        if not any(isinstance(one, jax.core.Tracer) for one in values):
            write(*values)
        elif any(isinstance(one, _Array) and one.value.dtype == object for one in given):
            # Text is known already, and JAX takes none.
            numbers = [one for one in values if one.dtype != object]
            jax.debug.callback(lambda *found: write(*_filled(values, iter(found))), *numbers)
        else:
            jax.debug.callback(write, *values)


@contextlib.contextmanager
def _opened(output_stream: Any) -> Iterator[Any]:
    """Where it is written to."""
    if not isinstance(output_stream, str):
        yield output_stream or sys.stderr
        return
    if not output_stream.startswith("file://"):
        raise ValueError(
            f"Unsupported output stream, logging level, or file: {output_stream}. The name of a "
            "file begins with file://."
        )
    with open(output_stream.removeprefix("file://"), "a", encoding="utf-8") as file:
        yield file


def _filled(values: list[Any], numbers: Iterator[Any]) -> Iterator[Any]:
    return (one if one.dtype == object else next(numbers) for one in values)


def _is_array(leaf: Any) -> bool:
    """A tensor, or what `tf.shape` gives in a layer: integers of NumPy's."""
    if isinstance(leaf, np.ndarray | np.generic):
        return bool(here.inside) and leaf.dtype.kind in "iu"
    return is_tensor(leaf) and not hasattr(leaf, "dense_shape") and not hasattr(leaf, "to_list")


def _spelled(leaf: Any, summarize: int) -> Any:
    """What is to be written of a leaf: its array, or text."""
    if _is_array(leaf):
        return _Array(array(leaf) if isinstance(leaf, StringTensor) else _value(leaf))
    if hasattr(leaf, "to_list") and hasattr(leaf, "row_splits"):
        return _Text(_of_rows(as_string(leaf).to_list(), summarize))
    if hasattr(leaf, "dense_shape"):
        parts = [
            written(np.asarray(one), summarize)
            for one in (leaf.indices, leaf.values, leaf.dense_shape)
        ]
        return _Text("'SparseTensor(indices={}, values={}, shape={})'".format(*parts))
    return leaf


def _value(leaf: Any) -> Any:
    if isinstance(leaf, Operators):
        return leaf._array()
    return leaf.value if isinstance(leaf, keras.Variable) else leaf


def _of_rows(rows: Any, summarize: int) -> str:
    if not isinstance(rows, list):
        return _decoded(rows)
    parts = [_of_rows(one, summarize) for one in rows]
    if summarize >= 0 and len(parts) > 2 * summarize:
        parts = [*parts[:summarize], "...", *parts[len(parts) - summarize :]]
    return "[" + ", ".join(parts) + "]"


class _Array(NamedTuple):
    """A leaf whose values are written when they are known."""

    value: Any

    @property
    def is_text(self) -> bool:
        """Whether it is one text."""
        return bool(self.value.dtype == object and not self.value.shape)


class _Text:
    """Text that is written without quotation marks inside of lists too."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def written(values: Any, summarize: int = 3) -> str:
    """An array as TensorFlow writes it.

    >>> written(np.array([[1.5, 2.0]]))
    '[[1.5 2]]'
    """
    return "".join(_written(values, summarize))


def _written(values: Any, summarize: int, depth: int = 1) -> Iterator[str]:
    if not values.ndim:
        yield _number(values)
        return
    if not values.size:
        yield "[" + "\n" * (values.ndim - 1) + " ...]" if len(values) else "[]"
        return
    between = " " if values.ndim == 1 else "\n" * (values.ndim - 1) + " " * depth
    long = summarize >= 0 and len(values) > 2 * summarize
    parts = [
        *(values[:summarize] if long else values),
        *([None, *values[len(values) - summarize :]] if long else []),
    ]
    yield "["
    for number, part in enumerate(parts):
        yield between if number else ""
        yield from ["..."] if part is None else _written(np.asarray(part), summarize, depth + 1)
    yield "]"


def _number(value: Any) -> str:
    """As few digits as are the number, of two widths; a boolean is 0 or 1."""
    kind = value.dtype.kind
    if kind in "OS":
        return '"' + "".join(_ESCAPES.get(one, one) for one in _decoded(value[()])) + '"'
    if kind in "biu":
        return str(int(value))
    if kind == "c":
        return "?"  # as TensorFlow does
    read: Callable[[Any], Any]
    digits, more, read = (15, 17, float) if value.dtype == np.float64 else (6, 9, np.float32)
    number = read(value)
    if value.dtype.name in _FLUSHED and abs(float(value)) < float(
        np.finfo(np.float64 if digits > 6 else np.float32).tiny
    ):
        return "-0" if np.signbit(number) else "0"  # TensorFlow's kernels take it for one
    short = f"{number:.{digits}g}"
    return short if read(short) == number else f"{float(number):.{more}g}"


_FLUSHED = ("float32", "float64", "bfloat16")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}


def _decoded(text: bytes) -> str:
    return bytes(text).decode("utf-8", "backslashreplace")
