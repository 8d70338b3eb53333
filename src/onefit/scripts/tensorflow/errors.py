"""`tf.errors`: the errors of `tf.data`, of files and of text."""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of


class OpError(Exception):
    """What TensorFlow's errors have in common."""

    @property
    def message(self) -> str:
        """The text."""
        return str(self)


class InvalidArgumentError(OpError):
    """An argument or an element that does not fit."""


class FailedPreconditionError(OpError):
    """Elements that do not go together."""


class OutOfRangeError(OpError):
    """There is no further element."""


class DataLossError(OpError):
    """A file is cut off or has other contents than it says."""


class NotFoundError(OpError):
    """There is no such file."""


class AlreadyExistsError(OpError):
    """There is such a file already."""


class UnimplementedError(OpError):
    """What nobody has written yet."""


__getattr__ = names_of("tensorflow.errors")
