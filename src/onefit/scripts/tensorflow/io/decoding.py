"""Bytes as numbers: raw ones, Base64, tensors of protobuf."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import ml_dtypes
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import DataLossError, InvalidArgumentError
from onefit.scripts.tensorflow.io.example import messages
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.strings.element import each, texts

Tensor = Any
# The numbers that TensorFlow's `DataType` has for them in files.
TYPES = {
    **{1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string"},
    **{8: "complex64", 9: "int64", 10: "bool", 14: "bfloat16", 17: "uint16", 18: "complex128"},
    **{19: "float16", 22: "uint32", 23: "uint64"},
}


def decode_raw(
    input_bytes: Any,
    out_type: DTypeLike,
    little_endian: bool = True,
    fixed_length: Any = None,
    name: str | None = None,
) -> Tensor:
    """Bytes as numbers, on a new last axis.

    Args:
        input_bytes: Bytes of any shape, all of one length.
        out_type: The dtype of the numbers.
        little_endian: Whether the lowest byte comes first. Defaults to `True`.
        fixed_length: The length to cut or fill up to. Defaults to that of the bytes.
        name: Taken, and of no effect.

    >>> decode_raw(b"\\x01\\x02", "uint8").numpy().tolist()
    [1, 2]
    """
    values, dtype = texts(input_bytes), np.dtype(as_dtype(out_type).as_numpy_dtype)
    data = [bytes(one) for one in values.reshape(-1).tolist()]
    # Where a pipeline is only asked for its shapes there are no real texts yet; one of the length
    # that is tried stands for each of them.
    if length := unknown_length():
        data = [b"\0" * (length * dtype.itemsize)] * len(data)
    if fixed_length is not None:
        data = [one[: int(fixed_length)].ljust(int(fixed_length), b"\0") for one in data]
    if len({len(one) for one in data}) > 1:
        raise InvalidArgumentError("DecodeRaw requires input strings to all be the same size.")
    if data and len(data[0]) % dtype.itemsize:
        raise InvalidArgumentError(
            f"Input to DecodeRaw has length {len(data[0])} that is not a multiple of "
            f"{dtype.itemsize}, the size of {dtype.name}"
        )
    order = dtype if little_endian or dtype.itemsize == 1 else dtype.newbyteorder(">")
    # `reshape` cannot work out a -1 where there is not one number.
    flat = np.frombuffer(b"".join(data), order).astype(dtype)
    return tensor(flat.reshape(*values.shape, -1) if flat.size else flat.reshape(*values.shape, 0))


def encode_base64(input: TensorLike, pad: bool = False, name: str | None = None) -> Tensor:
    """Web-safe Base64 of bytes."""

    def encoded(text: bytes) -> bytes:
        made = base64.urlsafe_b64encode(text)
        return made if pad else made.rstrip(b"=")

    return each(encoded, input)


def decode_base64(input: TensorLike, name: str | None = None) -> Tensor:
    """Bytes of web-safe Base64."""

    def decoded(text: bytes) -> bytes:
        whole = len(text) % 4 == 0
        word = text[:-2] if whole and text.endswith(b"==") else text[:-1] if whole else text
        word = text if not text.endswith(b"=") else word
        if len(word) % 4 == 1 or not _BASE64.fullmatch(word):
            raise InvalidArgumentError(f"Invalid character found in base64: {text!r}")
        # TensorFlow writes no padding unless it is asked to; Python reads none without it.
        return base64.urlsafe_b64decode(word + b"=" * (-len(word) % 4))

    return each(decoded, input)


_BASE64 = re.compile(rb"[A-Za-z0-9_-]*")


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Tensor:
    """Bytes without their compression: `"GZIP"` or `"ZLIB"`."""
    # As zlib numbers its formats.
    kinds = {"": 0, "GZIP": zlib.MAX_WBITS | 16, "ZLIB": zlib.MAX_WBITS}
    if (kind := kinds.get(compression_type)) is None:
        raise InvalidArgumentError(
            f"Only ZLIB, GZIP or NONE are supported compressions. Received: {compression_type}"
        )

    def inflated(data: Any) -> Any:
        found = b""
        while kind and data:
            stream = zlib.decompressobj(kind)
            try:
                found += stream.decompress(data)
            except zlib.error as error:
                if found:  # what comes behind the first is left out
                    return found
                raise DataLossError(f"inflate() failed: {error}") from None
            data = stream.unused_data if compression_type == "GZIP" else b""
        return found if kind else data

    return each(inflated, bytes)


def serialize_tensor(tensor: TensorLike, name: str | None = None) -> Any:
    """A tensor as the bytes of TensorFlow's `TensorProto`."""
    from onefit.scripts.tensorflow.text import StringTensor

    values = np.asarray(array(tensor))
    kinds = messages()
    shape = kinds["TensorShapeProto"](dim=[kinds["Dim"](size=length) for length in values.shape])
    names = {name: number for number, name in TYPES.items()}
    made = kinds["TensorProto"](dtype=names[as_dtype(values.dtype).name], tensor_shape=shape)
    if values.dtype.kind == "O":
        made.string_val.extend(values.reshape(-1).tolist())
    else:
        made.tensor_content = values.tobytes()
    return StringTensor(np.array(made.SerializeToString(), object))


def nothing(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Zeros, or texts without letters."""
    kind = np.dtype(dtype)
    return np.full(shape, b"" if kind.kind in "OSU" else 0, object if kind.kind in "OSU" else kind)


def parse_tensor(serialized: TensorLike, out_type: DTypeLike, name: str | None = None) -> Tensor:
    """The tensor of the bytes of a `TensorProto`."""
    if length := unknown_length():
        return tensor(nothing((length,), as_dtype(out_type).as_numpy_dtype))
    try:
        held = messages()["TensorProto"].FromString(bytes(texts(serialized)[()]))
    except Exception as error:
        # Known by its name, because protobuf is imported only where a message is needed.
        if "DecodeError" not in {one.__name__ for one in type(error).__mro__}:
            raise
        raise InvalidArgumentError(
            f"Could not parse `serialized` as TensorProto: {error}"
        ) from None
    kind = TYPES[held.dtype]
    if as_dtype(out_type).name != kind:
        raise InvalidArgumentError(
            f"Type mismatch between parsed tensor ({kind}) and dtype ({as_dtype(out_type).name})"
        )
    shape = [dim.size for dim in held.tensor_shape.dim]
    if kind == "string":
        values = np.empty(len(held.string_val), object)
        values[:] = list(held.string_val)
        return tensor(values.reshape(shape))
    dtype = np.dtype(ml_dtypes.bfloat16 if kind == "bfloat16" else kind)
    if held.tensor_content:
        # `frombuffer` looks into the message's own bytes, which cannot be written to.
        return tensor(np.frombuffer(held.tensor_content, dtype).reshape(shape).copy())
    for field in ("float_val", "double_val", "int_val", "int64_val", "bool_val"):
        if found := list(getattr(held, field)):
            # Values that are left out at the end are the last one: one value may stand for all.
            missing = int(np.prod(shape)) - len(found)
            values = np.array(found + found[-1:] * missing, dtype)
            return tensor(values.reshape(shape))
    return tensor(np.zeros(shape, dtype))
