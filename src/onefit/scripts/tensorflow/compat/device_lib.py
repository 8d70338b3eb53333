"""`tensorflow.python.client.device_lib`, with which scripts look for a GPU."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

from onefit.scripts.tensorflow.config import list_logical_devices
from onefit.scripts.tensorflow.missing import names_of


class DeviceAttributes(NamedTuple):
    """A device: its name, kind, the bytes it has, and what is known of it."""

    name: str
    device_type: str
    memory_limit: int
    physical_device_desc: str


def list_local_devices(session_config: Any = None) -> list[DeviceAttributes]:
    """The devices that JAX has, the processor first.

    Args:
        session_config: Taken, and of no effect. Defaults to `None`.

    >>> list_local_devices()[0].name
    '/device:CPU:0'
    """
    return [
        DeviceAttributes(one.name, one.device_type, *_known_of(one.device_type, one.name))
        for one in list_logical_devices()
    ]


_OF_PROCESSORS = 256 << 20
"""TensorFlow tells this of every processor."""


def _known_of(kind: str, name: str) -> tuple[int, str]:
    if kind == "CPU":
        return _OF_PROCESSORS, ""
    device = jax.devices()[int(name.rpartition(":")[2])]
    limit = (device.memory_stats() or {}).get("bytes_limit", 0)
    number = name.rpartition(":")[2]
    return limit, f"device: {number}, name: {device.device_kind}"


ALSO = ""
__getattr__ = names_of("tensorflow.python.client.device_lib")
