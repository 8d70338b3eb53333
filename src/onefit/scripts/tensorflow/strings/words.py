"""Text split, joined, cut, replaced, hashed and read as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import Axis, DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse, refuse_argument
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.strings.element import each, several, texts
from onefit.scripts.tensorflow.strings.fingerprints import fingerprint64, murmur, siphash
from onefit.scripts.tensorflow.strings.patterns import compiled, decoded, encoded, replaced

Tensor = Any
SPACES = b" \t\n\r\v\f"


def lower(input: TensorLike, encoding: str = "", name: str | None = None) -> Any:
    """Small letters: of ASCII, or with `encoding="utf-8"` of all alphabets.

    >>> lower("ABC").numpy()
    b'abc'
    """
    return each(bytes.lower if not encoding else lambda t: encoded(decoded(t).lower()), input)


def upper(input: TensorLike, encoding: str = "", name: str | None = None) -> Any:
    """Capitals: of ASCII, or with `encoding="utf-8"` of all alphabets."""
    return each(bytes.upper if not encoding else lambda t: encoded(decoded(t).upper()), input)


def strip(input: TensorLike, name: str | None = None) -> Any:
    """Without white space at both ends."""
    return each(lambda text: text.strip(SPACES), input)


def split(input: TensorLike, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The parts of text between separators, which are white space by default.

    Args:
        input: Text of any shape.
        sep: The separator. Defaults to white space; then no part is empty.
        maxsplit: How many separators count at most. Defaults to `-1`: all.
        name: Taken, and of no effect.

    Returns:
        A tensor of one axis for one text, else a ragged tensor.

    >>> split(["a b", "c"]).to_list()
    [[b'a', b'b'], [b'c']]
    """
    separator = None if sep is None else bytes(texts(sep)[()])

    def parts(text: bytes) -> list[bytes]:
        if separator:
            return text.split(separator, maxsplit)
        return text.split(None, maxsplit)

    return several(parts, input)


def join(inputs: TensorLike, separator: str = "", name: str | None = None) -> Tensor:
    """Texts of several tensors side by side, element by element.

    >>> join(["a", ["b", "c"]], "-").numpy().tolist()
    [b'a-b', b'a-c']
    """
    if not len(inputs):
        return tensor(np.array(b"", object))
    if any(isinstance(one, RaggedTensor) for one in inputs):
        first = next(one for one in inputs if isinstance(one, RaggedTensor))
        flats = [one.flat() if isinstance(one, RaggedTensor) else one for one in inputs]
        return first.with_flat_values(join(flats, separator))
    columns = np.broadcast_arrays(*map(texts, inputs))
    between = bytes(texts(separator)[()])
    made = np.empty(columns[0].shape, object)
    for place in np.ndindex(made.shape):
        made[place] = between.join(bytes(column[place]) for column in columns)
    return tensor(made)


def reduce_join(
    inputs: TensorLike,
    axis: Axis = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Tensor:
    """Texts along `axis` as one; all of them by default."""
    between = bytes(texts(separator)[()])
    if isinstance(inputs, RaggedTensor):
        if inputs.ragged_rank != 1 or axis not in (-1, 1) or keepdims:
            refuse("such an axis of ragged text in tensorflow.strings.reduce_join", "reduce_join")
        rows = inputs.to_list()
        return tensor(_objects([between.join(row) for row in rows]))
    values = texts(inputs)
    axes = range(values.ndim) if axis is None else np.ravel(axis).tolist()
    axes = [one % values.ndim for one in axes]
    others = [one for one in range(values.ndim) if one not in axes]
    turned = values.transpose(*others, *axes)
    kept = turned.shape[: len(others)]
    made = np.empty(kept, object)
    for place in np.ndindex(kept):
        made[place] = between.join(np.ravel(turned[place]).tolist())
    if keepdims:
        made = made.reshape([1 if n in axes else length for n, length in enumerate(values.shape)])
    return tensor(made)


def regex_replace(
    input: TensorLike,
    pattern: TensorLike,
    rewrite: TensorLike,
    replace_global: bool = True,
    name: str | None = None,
) -> Any:
    """Text with what matches a pattern rewritten; `\\\\1` is the first group.

    Args:
        input: Text of any shape.
        pattern: A regular expression of RE2, which Python's `re` reads.
        rewrite: What to write instead.
        replace_global: Whether all matches are rewritten, not only the first. Defaults to `True`.
        name: Taken, and of no effect.

    >>> regex_replace("a1b22", "[0-9]+", "#").numpy()
    b'a#b#'
    """
    found, new = compiled(bytes(texts(pattern)[()])), bytes(texts(rewrite)[()])
    return each(lambda text: replaced(found, new, text, replace_global), input)


def regex_full_match(input: TensorLike, pattern: TensorLike, name: str | None = None) -> Any:
    """Whether a whole text matches a pattern."""
    found = compiled(bytes(texts(pattern)[()]))
    return each(lambda text: found.fullmatch(decoded(text)) is not None, input, bool)


def to_number(input: TensorLike, out_type: DTypeLike = "float32", name: str | None = None) -> Any:
    """The numbers that are written.

    Raises:
        InvalidArgumentError: If a text is no number.

    >>> to_number(["1.5", " 2"]).numpy().tolist()
    [1.5, 2.0]
    """
    dtype = np.dtype(as_dtype(out_type).as_numpy_dtype)
    if unknown_length():
        return each(lambda text: 0, input, dtype)
    pattern = _INTEGER if dtype.kind == "i" else _FLOAT

    def number(text: bytes) -> Any:
        word = text.strip(SPACES)
        if not pattern.fullmatch(word):
            raise InvalidArgumentError(
                f"StringToNumberOp could not correctly convert string: {decoded(text)}"
            )
        if dtype.kind != "i":
            return float(int(word, 16) if b"x" in word.lower() else word)
        limits = np.iinfo(dtype)
        if not limits.min <= int(word) <= limits.max:
            raise InvalidArgumentError(
                f"StringToNumberOp could not correctly convert string: {decoded(text)}"
            )
        return int(word)

    return each(number, input, dtype)


_INTEGER = re.compile(rb"[-+]?[0-9]+")
_FLOAT = re.compile(
    rb"[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?|nan)",
    re.IGNORECASE,
)


def as_string(
    input: TensorLike,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Any:
    """Numbers as text.

    Args:
        input: Numbers or booleans of any shape; text stays as it is.
        precision: The digits behind the point. Defaults to `-1`: six.
        scientific: Whether to write an exponent. Defaults to `False`.
        shortest: Whether to write an exponent where that is shorter. Defaults to `False`.
        width: The least number of characters. Defaults to `-1`.
        fill: What stands in front then: `"0"`, `"-"`, `"+"` or a space.
        name: Taken, and of no effect.

    >>> as_string([1, 20]).numpy().tolist()
    [b'1', b'20']
    """
    if isinstance(input, RaggedTensor):
        flat = as_string(input.flat(), precision, scientific, shortest, width, fill)
        return input.with_flat_values(flat)
    values = np.asarray(array(input))
    shape = fill + (str(width) if width >= 0 else "")
    digits = f".{precision}" if precision >= 0 else ""

    def written(value: Any) -> bytes:
        if isinstance(value, bytes):
            return value
        if isinstance(value, bool):
            return b"true" if value else b"false"
        if isinstance(value, int):
            return (f"%{shape}d" % value).encode()
        if isinstance(value, complex):
            refuse("tensorflow.as_string of complex numbers", "as_string")
        kind = "e" if scientific else "g" if shortest else "f"
        return (f"%{shape}{digits}{kind}" % value).encode()

    made = np.empty(values.shape, object)
    made.reshape(-1)[:] = [written(value) for value in values.reshape(-1).tolist()]
    return tensor(made if made.shape else _objects([written(values.item())]).reshape(()))


def format(
    template: str,
    inputs: TensorLike,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Tensor:
    """A template with tensors in the place of its holes, written as `tf.print` writes them."""
    from onefit.scripts.tensorflow.printing import written

    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    parts = template.split(placeholder)
    if len(parts) != len(given) + 1:
        raise ValueError(
            f"Expected as many inputs as holes. Received: {len(given)} for {len(parts) - 1}."
        )
    words = [written(np.asarray(array(one)), summarize) for one in given]
    text = "".join(part + word for part, word in zip(parts, [*words, ""]))
    return tensor(np.array(encoded(text), object))


def ngrams(
    data: TensorLike,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Neighbouring words of each row as one text.

    Args:
        data: Rows of words: a tensor of two axes or a ragged one.
        ngram_width: How many words; or several such numbers.
        separator: What comes between two words. Defaults to a space.
        pad_values: A word for the front and one for the end of each row. Defaults to none.
        padding_width: How many of these. Defaults to one less than the words.
        preserve_short_sequences: Whether a row that is too short is kept. Defaults to `False`.
        name: Taken, and of no effect.

    >>> ngrams(["a", "b", "c"], 2).numpy().tolist()
    [b'a b', b'b c']
    """
    widths = [ngram_width] if isinstance(ngram_width, int) else list(ngram_width)
    between = bytes(texts(separator)[()])
    pads = pad_values if isinstance(pad_values, tuple) else (pad_values, pad_values)
    front, end = (None if pad is None else bytes(texts(pad)[()]) for pad in pads)

    def of(row: Sequence[bytes]) -> list[bytes]:
        made: list[bytes] = []
        for width in widths:
            count = (
                0
                if front is None
                else min(width - 1, width if padding_width is None else padding_width)
            )
            words = [*[front or b""] * count, *row, *[end or b""] * count]
            made += [between.join(words[n : n + width]) for n in range(len(words) - width + 1)]
        if preserve_short_sequences and not made and row:
            made = [between.join(row)]
        return made

    if isinstance(data, RaggedTensor):
        return data.innermost(of)
    values = texts(data)
    rows = [of(row.tolist()) for row in values.reshape(-1, values.shape[-1])]
    flat = _objects([one for row in rows for one in row])
    return tensor(flat.reshape(*values.shape[:-1], len(rows[0]) if rows else 0))


def to_hash_bucket_fast(input: TensorLike, num_buckets: int, name: str | None = None) -> Any:
    """The bin of each text by FarmHash's fingerprint."""
    return each(lambda text: fingerprint64(text) % num_buckets, input, np.int64)


def to_hash_bucket_strong(
    input: TensorLike, num_buckets: int, key: Any, name: str | None = None
) -> Any:
    """The bin of each text by SipHash with a key of two integers."""
    words = int(key[0]) % 2**64, int(key[1]) % 2**64
    return each(lambda text: siphash(text, words) % num_buckets, input, np.int64)


def to_hash_bucket(input: TensorLike, num_buckets: int, name: str | None = None) -> Any:
    """The bin of each text by TensorFlow's oldest hash."""
    return each(lambda text: murmur(text) % num_buckets, input, np.int64)


def unsorted_segment_join(
    inputs: TensorLike,
    segment_ids: TensorLike,
    num_segments: TensorLike,
    separator: str = "",
    name: str | None = None,
) -> Tensor:
    """The texts with the same number as one."""
    values, numbers = texts(inputs), np.asarray(array(segment_ids))
    if values.ndim != 1:
        refuse_argument(
            "tensorflow.strings.unsorted_segment_join", "inputs of several axes, inputs"
        )
    between = bytes(texts(separator)[()])
    rows = [values[numbers == number].tolist() for number in range(int(num_segments))]
    return tensor(_objects([between.join(row) for row in rows]))


def _objects(values: Sequence[bytes]) -> np.ndarray:
    made = np.empty(len(values), object)
    made[:] = list(values)
    return made
