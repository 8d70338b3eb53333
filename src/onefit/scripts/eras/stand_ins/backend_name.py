"""The name of the backend, by which old scripts branch."""

from __future__ import annotations


def old_backend() -> str:
    """`"tensorflow"`: scripts of Keras 1 and 2 know this backend and Theano, and no other.

    >>> old_backend()
    'tensorflow'
    """
    return "tensorflow"
