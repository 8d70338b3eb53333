"""Text as bytes and as characters: lengths, parts, encodings."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.strings.element import each, several, texts

Tensor = Any
ENCODINGS = {
    **dict.fromkeys(["UTF-8", "UTF8"], "utf-8"),
    **dict.fromkeys(["UTF-16-BE", "UTF-16BE"], "utf-16-be"),
    **dict.fromkeys(["UTF-32-BE", "UTF-32BE"], "utf-32-be"),
    **dict.fromkeys(["US-ASCII", "ASCII"], "ascii"),
    **dict.fromkeys(["ISO-8859-1", "LATIN1"], "latin-1"),
}
REPLACEMENT = 65533


def _codec(encoding: str) -> str:
    """Python's name of an encoding."""
    codec = ENCODINGS.get(encoding.upper())
    if codec is None:
        raise ValueError(
            f"Expected one of the encodings {list(ENCODINGS)}. Received: {encoding!r}."
        )
    return codec


def _unicode_codec(encoding: str) -> str:
    """Python's name of an encoding that has all characters: TensorFlow writes no other."""
    codec = _codec(encoding)
    if not codec.startswith("utf"):
        raise InvalidArgumentError(
            f"Value for attr 'output_encoding' of {encoding!r} is not in the list of allowed values"
        )
    return codec


def length(input: TensorLike, unit: str = "BYTE", name: str | None = None) -> Any:
    """How many bytes each text has, or with `unit="UTF8_CHAR"` how many characters.

    >>> length(["a", "é"]).numpy().tolist(), length("é", unit="UTF8_CHAR").numpy().tolist()
    ([1, 2], 1)
    """
    return each(len if _is_byte(unit) else _starts, input, np.int32)


def substr(
    input: TensorLike, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None
) -> Any:
    """The part of each text from `pos` on of the length `len`; before 0 it counts from the end.

    Raises:
        InvalidArgumentError: If a text ends before `pos`.

    >>> substr("Hello", 1, 3).numpy()
    b'ell'
    """
    if isinstance(input, RaggedTensor):
        return input.with_flat_values(substr(input.flat(), pos, len, unit))
    values, begins, counts = np.broadcast_arrays(texts(input), array(pos), array(len))
    made = np.empty(values.shape, object)
    for place in np.ndindex(values.shape):
        made[place] = (
            b""
            if unknown_length()
            else _part(bytes(values[place]), int(begins[place]), int(counts[place]), unit)
        )
    return tensor(made)


def bytes_split(input: TensorLike, name: str | None = None) -> Any:
    """The bytes of each text."""
    return several(lambda text: [text[n : n + 1] for n in range(_size(text))], input)


def unicode_split(
    input: TensorLike,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> Any:
    """The characters of each text.

    >>> unicode_split("hé", "UTF-8").numpy().tolist()
    [b'h', b'\\xc3\\xa9']
    """
    codec = _codec(input_encoding)

    def split(text: bytes) -> list[bytes]:
        found = _decoded(text, codec, errors, replacement_char)
        return [character.encode(codec) for character in found]

    return several(split, input)


def unicode_decode(
    input: TensorLike,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each text."""
    codec = _codec(input_encoding)

    def decode(text: bytes) -> list[int]:
        read = _read(text, codec, errors, replacement_char, replace_control_characters)
        return [ord(one.point) for one in read]

    return several(decode, input, np.int32)


def unicode_decode_with_offsets(
    input: TensorLike,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The code points of each text, and the byte at which each begins."""
    points = unicode_decode(
        input, input_encoding, errors, replacement_char, replace_control_characters
    )
    begins = _offsets(input, input_encoding, errors, replacement_char, replace_control_characters)
    return points, begins


def unicode_split_with_offsets(
    input: TensorLike,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The characters of each text, and the byte at which each begins.

    >>> [part.numpy().tolist() for part in unicode_split_with_offsets("hé!", "UTF-8")]
    [[b'h', b'\\xc3\\xa9', b'!'], [0, 1, 3]]
    """
    characters = unicode_split(input, input_encoding, errors, replacement_char)
    return characters, _offsets(input, input_encoding, errors, replacement_char)


def _offsets(
    input: TensorLike, encoding: str, errors: str, replacement: int, no_controls: bool = False
) -> Any:
    codec = _codec(encoding)

    def begins(text: bytes) -> list[int]:
        return [one.begin for one in _read(text, codec, errors, replacement, no_controls)]

    return several(begins, input, np.int64)


def unicode_encode(
    input: TensorLike,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> Any:
    """The text of each row of code points."""
    codec = _unicode_codec(output_encoding)

    def encode(points: list[int]) -> bytes:
        return "".join(chr(_valid(point, errors, replacement_char)) for point in points if not (
            errors == "ignore" and not _is_valid(point)
        )).encode(codec)  # fmt: skip

    if isinstance(input, RaggedTensor) and input.ragged_rank > 1:
        settings = output_encoding, errors, replacement_char
        return input.with_values(unicode_encode(input.values, *settings))
    if isinstance(input, RaggedTensor):
        made = np.empty(_size(input), object)
        made[:] = [encode(row) for row in input.to_list()]
        return tensor(made)
    points = np.asarray(array(input))
    made = np.empty(points.shape[:-1], object)
    for place in np.ndindex(made.shape):
        made[place] = encode(points[place].tolist())
    return tensor(made)


def unicode_transcode(
    input: TensorLike,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """Each text in another encoding."""
    old, new = _codec(input_encoding), _unicode_codec(output_encoding)

    def transcoded(text: bytes) -> bytes:
        read = _read(text, old, errors, replacement_char, replace_control_characters)
        return "".join(one.point for one in read).encode(new)

    return each(transcoded, input)


_size = len


def _part(text: bytes, begin: int, count: int, unit: str) -> bytes:
    characters: Any = text if _is_byte(unit) else text.decode("utf-8", "surrogateescape")
    size = _size(characters)
    if not -size <= begin <= size:
        raise InvalidArgumentError(f"pos {begin} out of range for string b'{text!r}'")
    first = begin + size if begin < 0 else begin
    # Of bytes TensorFlow hands the length to C++, where one below zero is the largest there is.
    is_all = count < 0 and _is_byte(unit)
    made = characters[first:] if is_all else characters[first : first + max(count, 0)]
    return made if isinstance(made, bytes) else made.encode("utf-8", "surrogateescape")


def _is_byte(unit: str) -> bool:
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise ValueError(f"Expected the unit 'BYTE' or 'UTF8_CHAR'. Received: unit={unit!r}.")
    return unit == "BYTE"


def _starts(text: bytes) -> int:
    """The bytes that begin a character."""
    return sum(byte & 0xC0 != 0x80 for byte in text)


class _Read(NamedTuple):
    """A character of a text, and the byte at which it begins."""

    point: str
    begin: int


def _read(
    text: bytes, codec: str, errors: str, replacement: int, no_controls: bool = False
) -> list[_Read]:
    """The characters of a text, one after the other.

    Python's own `replace` cannot do it: it hides whether U+FFFD was in the text, and where.
    """
    found: list[_Read] = []
    place = 0
    while place < len(text):
        rest = text[place:]
        try:
            part, broken = rest.decode(codec), 0
        except UnicodeDecodeError as error:
            part, broken = rest[: error.start].decode(codec), error.end - error.start
        for one in part:
            size = len(one.encode(codec))
            if no_controls and ord(one) < 32:  # for TensorFlow such a character is broken, too
                found += _replaced(text, place, errors, replacement)
            else:
                found.append(_Read(one, place))
            place += size
        if broken:
            found += _replaced(text, place, errors, replacement)
            place += broken
    return found


def _replaced(text: bytes, place: int, errors: str, replacement: int) -> list[_Read]:
    if errors == "strict":
        raise InvalidArgumentError(f"Invalid formatting on input string: {text!r}")
    return [] if errors == "ignore" else [_Read(chr(replacement), place)]


def _decoded(text: bytes, codec: str, errors: str, replacement: int) -> str:
    return "".join(one.point for one in _read(text, codec, errors, replacement))


def _is_valid(point: int) -> bool:
    return 0 <= point < 0x110000 and not 0xD800 <= point < 0xE000


def _valid(point: int, errors: str, replacement: int) -> int:
    if _is_valid(point):
        return point
    if errors == "strict":
        raise InvalidArgumentError(f"Code point {point} is not valid.")
    return replacement
