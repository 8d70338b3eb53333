"""`tf.autograph`: the level of its log, which is taken and does nothing."""

from __future__ import annotations

import inspect
import textwrap
from types import SimpleNamespace
from typing import Any

from onefit.scripts.tensorflow.conversion.source import PYTHON
from onefit.scripts.tensorflow.missing import names_of, namespace


def do_not_convert(func: Any = None) -> Any:
    """Mark a function whose `if`, `while` and `for` are Python's own."""
    if func is None:
        return do_not_convert
    setattr(func, PYTHON, True)
    return func


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Taken, and of no effect."""


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Taken, and of no effect: TensorFlow's log has nothing to say here."""


def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source of a function: it is not written anew, but compiled from its syntax tree."""
    return textwrap.dedent(inspect.getsource(getattr(entity, "python_function", entity)))


def trace(*args: Any) -> None:
    """Print arguments while a function is traced."""
    print(*args)


experimental = namespace(
    "tensorflow.autograph.experimental",
    do_not_convert=do_not_convert,
    set_loop_options=_nothing,
    Feature=SimpleNamespace(**dict.fromkeys(("ALL", "LISTS", "ASSERT_STATEMENTS"))),
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.autograph")
