"""The pixels of PNG, JPEG, GIF and BMP, from the bytes of a file, by Pillow or simplejpeg."""

from __future__ import annotations

import importlib
import io
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import unknown_length

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
STARTS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG", "GIF": b"GIF8", "BMP": b"BM"}


class Jpeg(NamedTuple):
    """How a JPEG is read.

    Args:
        fast: Whether by the fast integer transform.
        plain: Whether colours of half the size are repeated, not smoothed.
        broken: Whether what is there of a file without its end is taken.
    """

    fast: bool = True
    plain: bool = False
    broken: bool = False


def decoded(
    contents: Any, channels: int, dtype: str, animated: bool = True, jpeg: Jpeg | None = None
) -> np.ndarray:
    """The pixels of a picture.

    Args:
        contents: The bytes, a scalar of text.
        channels: 1, 3 or 4; 0 for those of the file.
        dtype: `"uint8"` or `"uint16"`.
        animated: Whether all pictures of an animation, on a first axis. Defaults to `True`.
        jpeg: How a JPEG is read. Defaults to TensorFlow's way.

    Raises:
        InvalidArgumentError: If the bytes are no picture, or it has no such channels.
    """
    data, channels = bytes_of(contents), int(channels)
    if length := unknown_length():
        return np.zeros((length, length, channels or length), dtype)
    if channels not in (0, 1, 3, 4):
        raise InvalidArgumentError(f"Expected channels of 0, 1, 3 or 4. Received: {channels}.")
    if dtype == "uint8" and (pixels := _of_turbo(data, channels, jpeg or Jpeg())) is not None:
        return pixels
    if channels == 4 and kind_of(data) == "JPEG":
        raise InvalidArgumentError("JPEG does not support 4 channels")
    picture = opened(data)
    if kind_of(data) == "GIF":
        from PIL import ImageSequence

        frames = [np.asarray(one.convert("RGB")) for one in ImageSequence.Iterator(picture)]
        return np.stack(frames) if animated else frames[0]
    wide = picture.mode.startswith("I")  # 16 bits of grey
    if wide and channels in (0, 1):
        pixels = np.asarray(picture).astype(np.uint16)[..., None]
        # TensorFlow has libpng cut the lower byte off (`png_set_strip_16`), without rounding.
        return pixels if dtype == "uint16" else (pixels >> 8).astype(np.uint8)
    if channels == 1 and kind_of(data) == "PNG" and picture.mode != "L":
        pixels = _grey(np.asarray(picture.convert("RGB")))
    else:
        pixels = np.asarray(_in_channels(picture, channels))
    pixels = pixels if pixels.ndim == 3 else pixels[..., None]
    # 257 turns 255 into 65535.
    return pixels.astype(np.uint16) * 257 if dtype == "uint16" else pixels


def _of_turbo(data: bytes, channels: int, way: Jpeg) -> np.ndarray | None:
    """The pixels of a JPEG by simplejpeg; `None` where it is not there, or does not read it."""
    turbo = _turbo()
    if turbo is None or not data.startswith(STARTS["JPEG"]) or channels == 4:
        return None
    try:
        colours = turbo.decode_jpeg_header(data)[2]
        # Four inks are left to Pillow.
        if colours not in ("Gray", "YCbCr", "RGB"):
            return None
        into = "GRAY" if (channels or (1 if colours == "Gray" else 3)) == 1 else "RGB"
        return turbo.decode_jpeg(
            data, into, fastdct=way.fast, fastupsample=way.plain, strict=not way.broken
        )
    except ValueError as error:
        raise InvalidArgumentError(f"Expected the bytes of a picture ({error}).") from None


@cache
def _turbo() -> ModuleType | None:
    try:
        return importlib.import_module("simplejpeg")
    except ImportError:
        return None


def _grey(pixels: np.ndarray) -> np.ndarray:
    """One channel of three with the weights of libpng, in 15 bits and cut off."""
    red, green = round(0.299 * 2**15), round(0.587 * 2**15)
    weighted = pixels.astype(np.int32) @ np.array([red, green, 2**15 - red - green], np.int32)
    return (weighted >> 15).astype(np.uint8)


def _in_channels(picture: Any, channels: int) -> Any:
    if not channels:
        if picture.mode == "P":
            # As TensorFlow has it of libpng: a palette with transparency has four channels.
            return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        if picture.mode in ("1", "CMYK", "YCbCr"):
            return picture.convert("L" if picture.mode == "1" else "RGB")
        return picture
    if channels == 1 and picture.mode not in ("L", "1", "LA"):
        return picture.convert("RGB").convert("L")
    return picture.convert(MODES[channels])


def opened(data: bytes) -> Any:
    """A picture of Pillow's, which has read all of it."""
    from PIL import Image, UnidentifiedImageError

    if kind_of(data) is None:
        raise InvalidArgumentError(
            "Unknown image file format. One of JPEG, PNG, GIF, BMP required."
        )
    try:
        picture = Image.open(io.BytesIO(data))
        # Pillow reads pixels late: without this a file that is cut off would raise somewhere else.
        picture.load()
    # Pillow has a SyntaxError for a PNG with broken chunks.
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise InvalidArgumentError(f"Expected the bytes of a picture ({error}).") from None
    return picture


def kind_of(data: bytes) -> str | None:
    """`"JPEG"`, `"PNG"`, `"GIF"` or `"BMP"`; `None` for other bytes."""
    return next((kind for kind, start in STARTS.items() if data.startswith(start)), None)


def bytes_of(contents: Any) -> bytes:
    """The bytes of a scalar of text."""
    values = array(contents)
    if not isinstance(values, np.ndarray) or values.dtype.kind != "O" or values.shape:
        raise InvalidArgumentError("Expected the bytes of one picture, a scalar of text.")
    return bytes(values[()])
