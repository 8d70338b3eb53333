"""`tf.compat`: text as bytes and back, and the names of TensorFlow 1 that work as they stand."""

from __future__ import annotations

import importlib
from typing import Any

from onefit.scripts.tensorflow.missing import names_of

_missing = names_of("tensorflow.compat")


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Text of Python's.

    >>> as_text(b"a")
    'a'
    """
    return bytes_or_text.decode(encoding) if isinstance(bytes_or_text, bytes) else bytes_or_text


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Bytes of Python's."""
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes_or_text


def path_to_str(path: Any) -> Any:
    """A path as text."""
    return path.__fspath__() if hasattr(path, "__fspath__") else path


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Text of Python's, of anything."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


as_str = as_text


def __getattr__(name: str) -> Any:
    """`v1` is loaded when it is asked for; `v2` is TensorFlow 2 itself."""
    if name == "v1":
        return importlib.import_module(f"{__name__}.v1")
    if name == "v2":
        return importlib.import_module(__name__.rpartition(".")[0])
    return _missing(name)
