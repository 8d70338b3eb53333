"""`tf.errors`: the errors of `tf.data`, of files and of text."""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of


class OpError(Exception):
    """What TensorFlow's errors have in common.

    A script that raises one gives `node_def`, `op` and the message.

    >>> str(OpError(None, None, "The file ends here."))
    'The file ends here.'
    """

    of_values = True
    """It tells of values of the script: a training does not call it a fault of onefit."""

    def __str__(self) -> str:
        """The message."""
        return self.message

    @property
    def message(self) -> str:
        """The text."""
        return str(self.args[2]) if len(self.args) > 2 else super().__str__()


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


class AbortedError(OpError):
    """Something else came in between. Nothing raises it here: scripts name it to catch it."""


class CancelledError(OpError):
    """Someone has ended it. Nothing raises it here."""


class DeadlineExceededError(OpError):
    """It took too long. Nothing raises it here."""


class InternalError(OpError):
    """A fault of TensorFlow's, such as what it says of `tf.truncatediv` by 0."""


class PermissionDeniedError(OpError):
    """It is not allowed. Nothing raises it here."""


class ResourceExhaustedError(OpError):
    """There is too little memory. JAX raises its own."""


class UnauthenticatedError(OpError):
    """Nobody knows who asks. Nothing raises it here."""


class UnavailableError(OpError):
    """It is not there now. Nothing raises it here."""


class UnknownError(OpError):
    """Nothing is known of it. Nothing raises it here."""


class OperatorNotAllowedInGraphError(TypeError):
    """A tensor's value was asked for while a function is traced."""


_CODES = """
OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED
RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE
DATA_LOSS UNAUTHENTICATED
"""
ALSO = _CODES
globals().update({_name: _code for _code, _name in enumerate(_CODES.split())})
__getattr__ = names_of("tensorflow.errors")
