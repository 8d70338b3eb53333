"""`tf.print`: values as TensorFlow writes them, inside a program at each run of the step."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from keras import ops, tree

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.arrays.creation import is_tensor
from onefit.scripts.tensorflow.missing import refuse_argument


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
        output_stream: Where to. Defaults to standard error.
        summarize: How many at each end of an axis; -1 for all. Defaults to `3`.
        sep: What comes between two. Defaults to a space.
        end: What comes after the last. Defaults to a new line.
        name: Taken, and of no effect.

    >>> print("loss", ops.ones(2), output_stream=sys.stdout)
    loss [1 1]
    """
    if isinstance(output_stream, str):
        refuse_argument("tensorflow.print", "output_stream")
    shaped = tree.flatten(list(inputs))
    tensors = [ops.convert_to_tensor(leaf) for leaf in shaped if _is_array(leaf)]

    def write(*values: Any) -> None:
        texts = iter([_Text(written(np.asarray(each), summarize)) for each in values])
        shown = [next(texts) if _is_array(leaf) else leaf for leaf in shaped]
        words = [
            one if isinstance(one, str) else repr(one)
            for one in tree.pack_sequence_as(list(inputs), shown)
        ]
        builtins.print(*words, sep=sep, end=end, file=output_stream or sys.stderr)

    # In a program values are known when it runs, not while it is traced.
    if any(isinstance(one, jax.core.Tracer) for one in tensors):
        jax.debug.callback(write, *tensors)
    else:
        write(*tensors)


def _is_array(leaf: Any) -> bool:
    """A tensor, or an array of NumPy's: `tf.shape` gives one."""
    return is_tensor(leaf) or isinstance(leaf, np.ndarray)


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
    """Six digits where they are the number, else nine; a boolean is 0 or 1."""
    if value.dtype.kind in "OS":
        return '"' + bytes(value[()]).decode("utf-8", "backslashreplace") + '"'
    if value.dtype.kind in "biu":
        return str(int(value))
    short = f"{float(value):.6g}"
    return short if value.dtype.type(float(short)) == value else f"{float(value):.9g}"
