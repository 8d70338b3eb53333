"""TensorBoard's event files, by tensorboardX, which writes them without TensorFlow."""

from __future__ import annotations

import itertools
import logging
import os
import time
from typing import Any

import numpy as np

from onefit.errors import NeedsTensorFlowName

BUCKETS = 30
"""Of one width, as many as TensorFlow takes."""


class EventFile:
    """A file of events in a folder.

    Args:
        folder: The folder; it is made.
        suffix: What the file's name ends in. Defaults to `".v2"`.

    Raises:
        NeedsTensorFlowName: If tensorboardX is not installed.
    """

    def __init__(self, folder: str, suffix: str = ".v2") -> None:
        """Begin the file."""
        try:
            from tensorboardX import summary
            from tensorboardX.event_file_writer import EventsWriter
            from tensorboardX.proto.event_pb2 import Event
        except ImportError:
            raise NeedsTensorFlowName(
                "expected tensorboardX, which writes TensorBoard's files; it is not installed: "
                'pip install "onefit[tensorboard]"',
                name="summary",
            ) from None
        logging.getLogger("tensorboardX.x2num").setLevel(logging.ERROR)  # a line for each NaN
        os.makedirs(folder, exist_ok=True)
        self._kinds, self._event = summary, Event
        number = f".{os.getpid()}.{next(_numbers)}{suffix}"  # two files of one second
        self._file = EventsWriter(os.path.join(folder, "events"), number)

    def scalar(self, tag: str, value: float, step: int) -> None:
        """A number."""
        self._add(self._kinds.scalar(tag, float(value)), step)

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """How values are distributed."""
        # NumPy finds no range for bins with an infinity in it, and tensorboardX refuses an empty
        # array.
        finite = values[np.isfinite(values)]
        made = self._kinds.histogram(tag, finite if finite.size else np.zeros(1), BUCKETS)
        self._add(made, step)

    def image(self, tag: str, pixels: np.ndarray, step: int) -> None:
        """A picture of shape `(height, width, channels)`, of bytes or of floats from 0 to 1."""
        # `tf.summary.image` stops at 0 and 1; tensorboardX's bytes would begin anew at 0.
        if pixels.dtype.kind == "f":
            pixels = np.clip(pixels, 0, 1)
        self._add(self._kinds.image(tag, pixels, dataformats="HWC"), step)

    def audio(self, tag: str, samples: np.ndarray, sample_rate: int, step: int) -> None:
        """A sound of shape `(samples, channels)`, of floats from -1 to 1; needs soundfile."""
        self._add(self._kinds.audio(tag, samples, sample_rate), step)

    def text(self, tag: str, text: str, step: int) -> None:
        """A text, which TensorBoard reads as Markdown."""
        self._add(self._kinds.text(tag, text), step)

    def tensor(self, tag: str, value: Any, step: int, plugin: str, content: bytes) -> None:
        """Text or numbers for a plugin of TensorBoard's."""
        from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
        from tensorboardX.proto.tensor_pb2 import TensorProto
        from tensorboardX.proto.tensor_shape_pb2 import TensorShapeProto

        if isinstance(value, str | bytes):
            held = value.encode() if isinstance(value, str) else value
            made = TensorProto(dtype="DT_STRING", string_val=[held])
        else:
            numbers = np.asarray(value, np.float32)
            sizes = [TensorShapeProto.Dim(size=length) for length in numbers.shape]
            shape = TensorShapeProto(dim=sizes)
            made = TensorProto(dtype="DT_FLOAT", float_val=numbers.ravel(), tensor_shape=shape)
        data = SummaryMetadata.PluginData(plugin_name=plugin, content=content)
        metadata = SummaryMetadata(plugin_data=data)
        one = Summary.Value(tag=tag, tensor=made, metadata=metadata)
        self._add(Summary(value=[one]), step)

    def _add(self, summary: Any, step: int) -> None:
        event = self._event(wall_time=time.time(), step=step, summary=summary)
        self._file.write_event(event)

    def flush(self) -> None:
        """Write what waits."""
        self._file.flush()

    def close(self) -> None:
        """Write what waits, and end the file."""
        self._file.close()


_numbers = itertools.count()
