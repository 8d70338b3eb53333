"""`tensorflow.python.util.tf_export`: decorators that make names public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from onefit.scripts.tensorflow.missing import names_of

Named = TypeVar("Named")


def tf_export(*names: str, **options: Any) -> Callable[[Named], Named]:
    """A decorator of no effect: what a script defines has the name that the script gave it.

    Args:
        *names: The public names.
        **options: Taken, and of no effect.

    >>> @tf_export("nn.twice", v1=["nn.twice"])
    ... def twice(x):
    ...     return 2 * x
    >>> twice(1)
    2
    """
    return lambda named: named


keras_export = estimator_export = tf_export
__getattr__ = names_of("tensorflow.python.util.tf_export")
