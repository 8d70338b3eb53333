"""Pictures in files: PNG, JPEG, GIF and BMP, read and written by Pillow.

What has no loss is the same to the bit. Pillow's JPEG is libjpeg-turbo's with the slow integer
transform, which TensorFlow has as `dct_method="INTEGER_ACCURATE"`; its default, the fast transform,
may differ from it by a few units. Where simplejpeg is installed, a JPEG is read by it: the same
library with either transform, to the bit as TensorFlow's.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.image.colours import convert_image_dtype
from onefit.scripts.tensorflow.image.pixels import Jpeg, bytes_of, decoded, kind_of, opened
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import KERAS, here, unknown_length
from onefit.scripts.tensorflow.operation import Pixels, by_numpy, operations
from onefit.scripts.tensorflow.text import StringTensor

Tensor = Any


def decode_image(
    contents: TensorLike,
    channels: int | None = None,
    dtype: DTypeLike = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """The pixels of a picture; of an animation all pictures on a first axis.

    Args:
        contents: The bytes of a file: JPEG, PNG, GIF or BMP.
        channels: 1, 3 or 4; 0 or `None` for those of the file. Defaults to `None`.
        dtype: The dtype of the pixels, scaled as by `convert_image_dtype`. Defaults to uint8.
        name: Taken, and of no effect.
        expand_animations: Whether a GIF has a first axis of pictures. Defaults to `True`.

    Raises:
        InvalidArgumentError: If the bytes are none of these.
    """
    kind = as_dtype(dtype)
    pixels = decoded(contents, channels or 0, "uint16" if kind == "uint16" else "uint8")
    if kind_of(bytes_of(contents)) == "GIF":
        pixels = pixels if expand_animations else pixels[0]
    return _shown(pixels, kind)


def _jpeg_of_text(
    contents: np.ndarray,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1.0,
    dct_method: str = "",
    name: str | None = None,
) -> np.ndarray:
    """The pixels, which NumPy may go on with."""
    if ratio != 1:
        refuse_argument("tensorflow.io.decode_jpeg", "ratio")
    way = Jpeg(dct_method != "INTEGER_ACCURATE", not fancy_upscaling, try_recover_truncated)
    return decoded(contents, channels, "uint8", animated=False, jpeg=way)


@by_numpy(_jpeg_of_text)
def decode_jpeg(
    contents: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1.0,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """The pixels of a JPEG or another picture, uint8 of shape (height, width, channels)."""
    given = fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    return _pixels(_jpeg_of_text(contents, channels, ratio, *given))


def decode_and_crop_jpeg(
    contents: TensorLike,
    crop_window: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1.0,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A part of a JPEG: `crop_window` has the first row and column, the height and the width."""
    top, left, height, width = np.asarray(array(crop_window)).tolist()
    if unknown_length():
        pixels = np.zeros((height, width, channels or unknown_length()), np.uint8)
        return tensor(pixels)
    if ratio != 1:
        refuse_argument("tensorflow.io.decode_and_crop_jpeg", "ratio")
    way = Jpeg(dct_method != "INTEGER_ACCURATE", not fancy_upscaling, try_recover_truncated)
    pixels = decoded(contents, channels, "uint8", animated=False, jpeg=way)
    part = pixels[top : top + height, left : left + width]
    if part.shape[:2] != (height, width) or min(top, left) < 0 or not part.size:
        raise InvalidArgumentError(
            f"Invalid crop window for a picture of {pixels.shape[:2]}. Received: "
            f"{[top, left, height, width]}."
        )
    return tensor(part)


def decode_png(
    contents: TensorLike, channels: int = 0, dtype: DTypeLike = "uint8", name: str | None = None
) -> Tensor:
    """The pixels of a PNG, uint8 or uint16 of shape (height, width, channels)."""
    kind = as_dtype(dtype)
    if kind.name not in ("uint8", "uint16"):
        raise InvalidArgumentError(f"Expected a dtype of uint8 or uint16. Received: {kind!r}.")
    return _pixels(decoded(contents, channels, kind.name, animated=False))


def decode_bmp(contents: TensorLike, channels: int = 0, name: str | None = None) -> Tensor:
    """The pixels of a BMP, uint8 of shape (height, width, channels)."""
    return _pixels(decoded(contents, channels, "uint8", animated=False))


def decode_gif(contents: TensorLike, name: str | None = None) -> Tensor:
    """The pixels of a GIF, uint8 of shape (pictures, height, width, 3)."""
    pixels = decoded(contents, 3, "uint8")
    return tensor(pixels if pixels.ndim == 4 else pixels[None])


def encode_png(image: TensorLike, compression: int = -1, name: str | None = None) -> StringTensor:
    """The bytes of a PNG of uint8 or uint16 pixels."""
    pixels = np.asarray(array(image))
    level = {} if compression < 0 else {"compress_level": int(compression)}
    return _written(pixels, "PNG", **level)


def encode_jpeg(
    image: TensorLike,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> StringTensor:
    """The bytes of a JPEG of uint8 pixels."""
    pixels = np.asarray(array(image))
    if not 0 <= int(quality) <= 100:
        raise InvalidArgumentError(f"quality must be in [0,100], got {quality}")
    if pixels.ndim == 3 and pixels.shape[-1] not in (1, 3):
        raise InvalidArgumentError(f"image must have 1 or 3 channels, got {pixels.shape}")
    return _written(
        pixels,
        "JPEG",
        quality=int(quality),
        progressive=bool(progressive),
        optimize=bool(optimize_size),
        subsampling="4:2:0" if chroma_downsampling else "4:4:4",
        dpi=(x_density, y_density),
    )


def adjust_jpeg_quality(
    image: TensorLike, jpeg_quality: Any, dct_method: str = "", name: str | None = None
) -> Tensor:
    """An image as it is after JPEG of this quality."""
    pixels = np.asarray(array(image))
    whole = np.asarray(convert_image_dtype(pixels, np.uint8, saturate=True))
    coded = encode_jpeg(whole, quality=int(jpeg_quality))
    return convert_image_dtype(
        decode_jpeg(coded, channels=pixels.shape[-1], dct_method=dct_method),
        pixels.dtype,
        saturate=True,
    )


def is_jpeg(contents: TensorLike, name: str | None = None) -> Tensor:
    """Whether bytes begin as a JPEG does."""
    return tensor(np.asarray(bytes_of(contents).startswith(b"\xff\xd8\xff")))


def extract_jpeg_shape(
    contents: TensorLike, output_type: DTypeLike = "int32", name: str | None = None
) -> Tensor:
    """Height, width and channels of a JPEG, which is not decoded."""
    if unknown_length():
        return tensor(np.zeros(3, as_dtype(output_type).as_numpy_dtype))
    picture = opened(bytes_of(contents))
    shape = picture.height, picture.width, len(picture.getbands())
    return tensor(np.array(shape, as_dtype(output_type).as_numpy_dtype))


def _shown(pixels: np.ndarray, kind: Any) -> Tensor:
    return _pixels(pixels if kind in ("uint8", "uint16") else convert_image_dtype(pixels, kind))


def _pixels(pixels: Any) -> Any:
    """Pixels that NumPy may go on with; JAX's array in a layer of Keras's."""
    if here.inside == KERAS or not isinstance(pixels, np.ndarray):
        return tensor(pixels) if isinstance(pixels, np.ndarray) else pixels
    return pixels.view(Pixels)


def _written(pixels: np.ndarray, kind: str, **settings: Any) -> StringTensor:
    from PIL import Image

    if pixels.ndim != 3 or pixels.shape[-1] not in (1, 2, 3, 4):
        raise InvalidArgumentError(
            f"Expected an image of shape (height, width, channels). Received: {pixels.shape}."
        )
    if pixels.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"Expected pixels of uint8. Received: {pixels.dtype}.")
    kept = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    if kept.dtype == np.uint16 and kept.ndim == 3:
        refuse_argument("tensorflow.io.encode_png", "image of several channels of uint16, image")
    into = io.BytesIO()
    Image.fromarray(kept).save(into, kind, **settings)
    return StringTensor(np.array(into.getvalue(), object))


operations(globals())
