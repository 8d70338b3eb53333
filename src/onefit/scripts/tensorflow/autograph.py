"""`tf.autograph`: the level of its log, which is taken and does nothing."""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Taken, and of no effect: TensorFlow's log has nothing to say here."""


__getattr__ = names_of("tensorflow.autograph")
