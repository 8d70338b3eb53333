"""`tf.audio`: sound in WAV files of 16 bits, read and written by Python's `wave`."""

from __future__ import annotations

import io
import wave
from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.text import StringTensor

Tensor = Any
WHOLE = 2**15
"""What an integer of a file is divided by."""


class DecodeWav(NamedTuple):
    """The samples of a file, and how many of them are a second."""

    audio: Tensor
    sample_rate: Tensor


def decode_wav(
    contents: TensorLike,
    desired_channels: int = -1,
    desired_samples: int = -1,
    name: str | None = None,
) -> DecodeWav:
    """The samples of a WAV file of 16 bits, from -1 to 1.

    Args:
        contents: The bytes of the file.
        desired_channels: How many channels to give, the last one again if the file has fewer; -1
            for those of the file.
        desired_samples: How many samples to give, cut or filled up with zeros; -1 for all.
        name: Taken, and of no effect.

    Returns:
        float32 of shape (samples, channels), and the samples a second as int32.

    Raises:
        InvalidArgumentError: If the bytes are no such file.

    >>> sound = decode_wav(encode_wav([[0.5], [-1.0]], 8000))
    >>> sound.audio.numpy().tolist(), int(sound.sample_rate)
    ([[0.5], [-1.0]], 8000)
    """
    data = bytes(array(contents)[()])
    if length := unknown_length():
        shape = [length if n == -1 else int(n) for n in (desired_samples, desired_channels)]
        rate = tensor(np.zeros((), np.int32))
        return DecodeWav(tensor(np.zeros(shape, np.float32)), rate)
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate, count = file.getparams()[:4]
            frames = file.readframes(count)
    except (wave.Error, EOFError) as error:
        told = f"Expected a WAV file. Received: {data[:12]!r} ({error})."
        raise InvalidArgumentError(told) from None
    if width != 2:
        raise InvalidArgumentError(f"Can only read 16-bit WAV files, but received {8 * width}")
    found = np.frombuffer(frames, "<i2").reshape(-1, channels)
    shape = [
        there if wanted == -1 else int(wanted)
        for there, wanted in zip(found.shape, (desired_samples, desired_channels))
    ]
    made = np.zeros(shape, np.float32)
    part = found[: shape[0], np.minimum(np.arange(shape[1]), channels - 1)]
    made[: len(part)] = part / np.float32(WHOLE)
    return DecodeWav(tensor(made), tensor(np.asarray(rate, np.int32)))


def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> StringTensor:
    """The bytes of a WAV file of 16 bits.

    Args:
        audio: float32 of shape (samples, channels), from -1 to 1; what is beyond is cut.
        sample_rate: The samples a second.
        name: Taken, and of no effect.
    """
    samples = np.asarray(array(audio), np.float32)
    if samples.ndim != 2:
        raise InvalidArgumentError(f"audio must be 2-dimensional but got shape {samples.shape}")
    scaled = samples * np.float32(WHOLE)
    # Halves away from zero, as C's `roundf` in TensorFlow's kernel; NumPy's go to the even number.
    whole = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(samples.shape[1])
        written.setsampwidth(2)
        written.setframerate(int(array(sample_rate)))
        written.writeframes(np.clip(whole, -WHOLE, WHOLE - 1).astype("<i2").tobytes())
    return StringTensor(array(file.getvalue()))


__getattr__ = names_of("tensorflow.audio")
