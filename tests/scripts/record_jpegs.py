"""Record the pixels that TensorFlow reads from JPEGs, as digests. Run it where TensorFlow is.

The files are made by Pillow: sizes that are no multiple of a block, all samplings of colours,
progressive ones, and grey ones.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent / "jpegs.json"
WAYS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "in colours": {"channels": 3},
    "in grey": {"channels": 1},
    "accurate": {"channels": 3, "dct_method": "INTEGER_ACCURATE"},
    "fast": {"channels": 3, "dct_method": "INTEGER_FAST"},
    "plain": {"channels": 3, "fancy_upscaling": False},
}


def files() -> list[bytes]:
    """JPEGs of small pictures."""
    from PIL import Image

    draw, made = np.random.default_rng(0), []
    for number in range(18):
        height, width = (int(draw.integers(8, 48)) for _ in range(2))
        small = Image.fromarray(
            draw.integers(0, 256, (height // 3 + 1, width // 3 + 1, 3), "uint8")
        )
        picture = small.resize((width, height), Image.Resampling.BICUBIC)
        if number % 6 == 5:
            picture = picture.convert("L")
        into = io.BytesIO()
        sampling = ("4:4:4", "4:2:2", "4:2:0")[number % 3]
        quality, progressive = int(draw.integers(40, 96)), number % 5 == 0
        picture.save(into, "JPEG", quality=quality, subsampling=sampling, progressive=progressive)
        made.append(into.getvalue())
    return made


def digests(tf: Any, data: bytes) -> dict[str, str]:
    """A digest of the pixels for each way to read them, with their shape."""
    found = {}
    for name, arguments in WAYS.items():
        pixels = np.ascontiguousarray(tf.io.decode_jpeg(data, **arguments).numpy())
        found[name] = f"{pixels.shape} {hashlib.sha256(pixels.tobytes()).hexdigest()[:16]}"
    pixels = tf.io.decode_jpeg(data, channels=3)
    pictures = {
        "smaller": tf.image.resize(pixels, [7, 11]) / 255.0,
        "larger": tf.image.resize(tf.cast(pixels, tf.float32), (61, 50)) * 2 - 1,
        "of floats": tf.image.resize(tf.image.convert_image_dtype(pixels, tf.float32), [20, 20]),
        "bytes divided": pixels / 255,
    }
    for name, picture in pictures.items():
        found[name] = hashlib.sha256(picture.numpy().tobytes()).hexdigest()[:16]
    return found


if __name__ == "__main__":
    import tensorflow

    records = [
        {"file": base64.b64encode(data).decode(), "pixels": digests(tensorflow, data)}
        for data in files()
    ]
    FILE.write_text(json.dumps(records, indent=1) + "\n")
