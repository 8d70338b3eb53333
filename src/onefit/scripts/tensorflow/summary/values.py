"""What is written: numbers, distributions, pictures, sounds, texts."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.event_files import EventFile
from onefit.scripts.tensorflow.image.colours import convert_image_dtype
from onefit.scripts.tensorflow.operation import unwrapped
from onefit.scripts.tensorflow.scopes import name_scope, scoped
from onefit.scripts.tensorflow.summary.writers import default, get_step, number_of, records

Write = Callable[[EventFile, np.ndarray, int], None]


def scalar(name: str, data: TensorLike, step: Any = None, description: str | None = None) -> bool:
    """Write a number.

    Args:
        name: Its name.
        data: One number.
        step: The step. Defaults to the one that was set.
        description: Taken, and of no effect.

    Returns:
        Whether it was written.
    """
    tag = scoped(name)
    return _written(data, step, lambda file, value, at: file.scalar(tag, value.item(), at))


def histogram(
    name: str,
    data: TensorLike,
    step: Any = None,
    buckets: int | None = None,
    description: str | None = None,
) -> bool:
    """Write how values are distributed, in tensorboardX's buckets."""
    tag = scoped(name)
    return _written(data, step, lambda file, value, at: file.histogram(tag, value.ravel(), at))


def image(
    name: str,
    data: TensorLike,
    step: Any = None,
    max_outputs: int = 3,
    description: str | None = None,
) -> bool:
    """Write pictures, of shape `(rows, height, width, channels)`, of bytes or floats from 0 to 1.

    Args:
        name: Their name; several get a number behind it.
        data: The pictures.
        step: The step. Defaults to the one that was set.
        max_outputs: How many at most. Defaults to 3.
        description: Taken, and of no effect.
    """
    tag = scoped(name)

    def write(file: EventFile, value: np.ndarray, at: int) -> None:
        # A picture of floats has 256 steps of one width, as in TensorFlow.
        shown = convert_image_dtype(value[: int(max_outputs)], "uint8", saturate=True)
        for number, pixels in enumerate(np.asarray(shown)):
            file.image(tag if len(value) == 1 else f"{tag}/{number}", pixels, at)

    return _written(data, step, write)


def audio(
    name: str,
    data: TensorLike,
    sample_rate: int,
    step: Any = None,
    max_outputs: int = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> bool:
    """Write sounds, of shape `(rows, samples, channels)`, of floats from -1 to 1."""
    tag = scoped(name)

    def write(file: EventFile, value: np.ndarray, at: int) -> None:
        for number, samples in enumerate(value[: int(max_outputs)]):
            file.audio(f"{tag}/{number}", samples, int(sample_rate), at)

    return _written(data, step, write)


def text(name: str, data: TensorLike, step: Any = None, description: str | None = None) -> bool:
    """Write a text, or several."""
    values = np.ravel(data.numpy() if hasattr(data, "numpy") else data).tolist()
    lines = [one.decode() if isinstance(one, bytes) else str(one) for one in values]
    joined, tag = "\n\n".join(lines), scoped(name)
    # A text is known while a program is traced: 0 stands for a value that would come later.
    return _written(0, step, lambda file, _, at: file.text(tag, joined, at))


def write(
    tag: str, tensor: TensorLike, step: Any = None, metadata: Any = None, name: Any = None
) -> bool:
    """Write a tensor, for the plugin that `metadata` names."""
    data = getattr(metadata, "plugin_data", None)
    plugin = getattr(data, "plugin_name", ""), getattr(data, "content", b"")
    if isinstance(tensor, str | bytes):
        return _written(0, step, lambda file, _, at: file.tensor(tag, tensor, at, *plugin))
    return _written(tensor, step, lambda file, value, at: file.tensor(tag, value, at, *plugin))


@contextlib.contextmanager
def summary_scope(
    name: str, default_name: str = "summary", values: TensorLike = None
) -> Iterator[tuple[str, str]]:
    """A block with the tag of a name, and with its scope."""
    tag = scoped(name or default_name)
    # A scope has letters, numbers and some signs only.
    with name_scope(re.sub(r"[^\w./-]", "", name or "") or default_name) as scope:
        yield tag, scope


def _written(data: Any, step: Any, write: Write) -> bool:
    writer = default()
    if writer is None:
        return False
    at = get_step() if step is None else step
    if at is None:
        raise ValueError(
            "No step set. Please specify one either through the `step` argument or through "
            "tf.summary.experimental.set_step()"
        )
    if not records() or writer.file is None:
        return False
    file, value = writer.file, _array(data)

    def now(value: Any, at: Any) -> None:
        write(file, np.asarray(value), number_of(at))

    at = _array(at)
    if any(isinstance(one, jax.core.Tracer) for one in (value, at)):
        # In a program the value is known when it runs, not while it is traced.
        jax.debug.callback(now, value, at)
    else:
        now(value, at)
    return True


def _array(value: Any) -> Any:
    return value.value if isinstance(value, keras.Variable) else unwrapped(value)
