"""Text split, joined, replaced and hashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import Axis, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError, OutOfRangeError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.strings.element import SPACES, each, several, texts
from onefit.scripts.tensorflow.strings.fingerprints import fingerprint64, murmur, siphash
from onefit.scripts.tensorflow.strings.patterns import compiled, encoded, matches, replaced

Tensor = Any


def lower(input: TensorLike, encoding: str = "", name: str | None = None) -> Any:
    """Small letters: of ASCII, or with `encoding="utf-8"` of all alphabets.

    >>> lower("ABC").numpy()
    b'abc'
    """
    return each(_of_case(bytes.lower, str.lower, encoding), input)


def upper(input: TensorLike, encoding: str = "", name: str | None = None) -> Any:
    """Capitals: of ASCII, or with `encoding="utf-8"` of all alphabets."""
    return each(_of_case(bytes.upper, str.upper, encoding), input)


def _of_case(
    of_bytes: Callable[[bytes], bytes], of_text: Callable[[str], str], encoding: str
) -> Callable[[bytes], bytes]:
    if encoding not in ("", "utf-8"):
        raise InvalidArgumentError(
            f"only utf-8 or '' (no encoding) is supported, received {encoding}"
        )
    # ICU, which TensorFlow calls, puts U+FFFD in place of what is no UTF-8.
    return (
        (lambda text: of_text(text.decode("utf-8", "replace")).encode()) if encoding else of_bytes
    )


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
    separator = b"" if sep is None else _scalar(sep, "sep")

    def parts(text: bytes) -> list[bytes]:
        if separator:
            return text.split(separator, maxsplit)
        found = text.split(None, maxsplit)
        # After the last split TensorFlow gives what remains, though it be nothing.
        return [*found, b""] if 0 < maxsplit == len(found) else found

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
    columns = list(map(texts, inputs))
    shapes = {column.shape for column in columns if column.ndim}
    if len(shapes) > 1:  # it repeats single texts, and broadcasts nothing else
        raise InvalidArgumentError(f"Input shapes do not match: {' vs. '.join(map(str, shapes))}")
    columns = list(np.broadcast_arrays(*columns))
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
    """Texts along `axis` as one; all of them by default.

    >>> reduce_join([["a", "b"], ["c", "d"]], [0, 1]).numpy()
    b'acbd'
    """
    between = bytes(texts(separator)[()])
    if isinstance(inputs, RaggedTensor):
        if inputs.ragged_rank != 1 or axis not in (-1, 1) or keepdims:
            refuse("such an axis of ragged text in tensorflow.strings.reduce_join", "reduce_join")
        rows = inputs.to_list()
        return tensor(_objects([between.join(row) for row in rows]))
    values = texts(inputs)
    axes = [*reversed(range(values.ndim))] if axis is None else np.ravel(axis).astype(int).tolist()
    if any(not -values.ndim <= one < values.ndim for one in axes):
        raise OutOfRangeError(
            f"Invalid reduction dimension {axes} for input with {values.ndim} dimension(s)"
        )
    axes = [one % values.ndim for one in axes]
    others = [one for one in range(values.ndim) if one not in axes]
    # The axis that is named first is joined first: its texts are next to each other.
    turned = values.transpose(*others, *reversed(axes))
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
    old, new = bytes(texts(pattern)[()]), bytes(texts(rewrite)[()])
    compiled(old)  # a wrong pattern is told of where there is no text, too
    return each(lambda text: replaced(old, new, text, replace_global), input)


def regex_full_match(input: TensorLike, pattern: TensorLike, name: str | None = None) -> Any:
    """Whether a whole text matches a pattern."""
    wanted = bytes(texts(pattern)[()])
    compiled(wanted)
    return each(lambda text: matches(wanted, text), input, bool)


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
    if min(widths) < 1 or (padding_width is not None and padding_width < 1):
        raise ValueError("All of ngram_width, and padding_width, must be greater than 0.")
    between = bytes(texts(separator)[()])
    pads = pad_values if isinstance(pad_values, tuple | list) else (pad_values, pad_values)
    front, end = ([] if pad is None else [bytes(texts(pad)[()])] for pad in pads)

    def of(row: Sequence[bytes]) -> list[bytes]:
        made: list[bytes] = []
        for width in widths:
            # More of them would make texts of nothing but padding.
            count = width - 1 if padding_width is None else min(width - 1, padding_width)
            words = [*front * count, *row, *end * count]
            made += [between.join(words[n : n + width]) for n in range(len(words) - width + 1)]
        if preserve_short_sequences and not made and row:
            count = padding_width or 0
            made = [between.join([*front * count, *row, *end * count])]
        return made

    if isinstance(data, RaggedTensor):
        return data.innermost(of)
    values = texts(data)
    rows = [of(values[place].tolist()) for place in np.ndindex(values.shape[:-1])]
    flat = _objects([one for row in rows for one in row])
    return tensor(flat.reshape(*values.shape[:-1], len(rows[0]) if rows else 0))


def to_hash_bucket_fast(input: TensorLike, num_buckets: int, name: str | None = None) -> Any:
    """The bin of each text by FarmHash's fingerprint."""
    return each(lambda text: fingerprint64(text) % num_buckets, input, np.int64)


def to_hash_bucket_strong(
    input: TensorLike, num_buckets: int, key: Any, name: str | None = None
) -> Any:
    """The bin of each text by SipHash with a key of two integers."""
    # A negative integer counts as the unsigned word with the same bits.
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
    count = int(num_segments)
    if values.shape[: numbers.ndim] != numbers.shape:
        raise InvalidArgumentError(
            f"Expected segment_ids of a shape that the inputs begin with: {values.shape}. "
            f"Received: {numbers.shape}."
        )
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < count:
        raise InvalidArgumentError(
            "segment_ids are not allowed to exceed num_segments or to have negative values"
        )
    between = bytes(texts(separator)[()])
    rows = values.reshape(numbers.size, -1)
    made = np.empty((count, rows.shape[1]), object)
    for segment, column in np.ndindex(made.shape):
        made[segment, column] = between.join(rows[numbers.reshape(-1) == segment, column])
    return tensor(made.reshape(count, *values.shape[numbers.ndim :]))


def _scalar(value: Any, name: str) -> bytes:
    found = texts(value)
    if found.ndim:
        raise InvalidArgumentError(f"{name} must be a scalar, got shape: {list(found.shape)}")
    return bytes(found[()])


def _objects(values: Sequence[bytes]) -> np.ndarray:
    made = np.empty(len(values), object)
    made[:] = list(values)
    return made
