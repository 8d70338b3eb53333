"""Where a part of onefit cannot go on, stock Keras runs, and one line says so.

Two things are fenced: the import of our own code, which rests on names inside Keras and JAX and may
not find them in another version; and one call of it, as long as nothing has been trained.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from onefit.console import tell
from onefit.errors import FallbackError, OnefitError
from onefit.findings import Finding
from onefit.runs import journal, surroundings
from onefit.runs.words import in_short
from onefit.training.host import switches
from onefit.training.host.tracebacks import OURS

LIBRARIES = tuple(f"{os.sep}{name}{os.sep}" for name in ("jax", "jaxlib", "numpy"))
TRAINING = os.path.join(OURS, "training")
STOCK_RAN = os.path.join(TRAINING, "running", "stock_keras.py")  # what it raises, Keras has raised
READS = (  # they read a variable for whoever asks
    os.path.join(TRAINING, "programs", "hidden_state.py"),
    os.path.join(OURS, "scripts", "tensorflow", "recorder.py"),
)


def cannot_work(error: Exception) -> None:
    """Say that onefit cannot work with the versions at hand; its parts are not put in place.

    What of the user's has the name of a library is no matter of versions: it is named.

    Args:
        error: What the import of our own code ended with.

    Raises:
        FallbackError: In strict mode.
    """
    if hidden := hidden_library():
        name = os.path.splitext(os.path.basename(hidden))[0]
        it = "it" if os.path.isdir(hidden) else "that file"
        told = f"{hidden} is imported in place of the module {name!r}; give {it} another name"
        if switches.CURRENT.strict:
            raise FallbackError(f"Expected Keras, JAX and NumPy to be found. Received: {told}.")
        journal.remark(told)
        return
    finding = Finding("OF190", where=_versions(), evidence=in_short(error))
    journal.remark(f"stock Keras ran this: onefit cannot work with {_versions()}")
    if switches.CURRENT.strict:
        _refuse(finding, error)
    _say(finding)


def hidden_library() -> str:
    """The file or folder that was imported in place of Keras, JAX or NumPy; or `""`.

    >>> hidden_library()
    ''
    """
    for name in ("keras", "jax", "numpy"):
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if file and not (hasattr(module, "__path__") and hasattr(module, "__version__")):
            folder, last = os.path.split(file)
            return folder if last == "__init__.py" else str(file)
    return ""


def fenced(
    verb: str,
    stock: Callable[..., Any],
    ours: Callable[..., Any],
    model: Any,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Make a call of ours; where a fault of ours ends it before it trained, stock Keras takes over.

    Stock Keras is also the judge: what it does not take either is no fault of ours, and its error
    is the one that is raised. `np.random` stays where it is: what our preparation has drawn is what
    Keras draws for it, and a model that is built by then is not built again. Nobody takes over
    where `x` is a generator: it can be read only once, and Keras would go on behind what was read.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        stock: Keras's method.
        ours: The function of onefit that takes its place.
        model: The model.
        *args: Further arguments of both; the first is `x`, unless it is named.
        **kwargs: Named ones.

    Returns:
        What either returns.

    Raises:
        FallbackError: In strict mode, if it is a fault of ours.
    """
    within = getattr(switches.planned, "begun", False)  # a call within another's callback
    switches.planned.begun = False
    try:
        return ours(model, *args, **kwargs)
    except Exception as error:
        if not is_ours(error):
            raise
        # Too late for stock Keras: callbacks have been called, or the generator has been read.
        x = args[0] if args else kwargs.get("x")
        if hasattr(x, "__next__") or switches.planned.begun:
            if not getattr(error, "of_values", False):  # as an index beyond the end
                error.add_note("This is a fault of onefit: please report it (onefit show --json).")
            raise
        finding = Finding("OF190", where=verb, evidence=in_short(error))
    finally:
        switches.planned.begun = within
    result = stock(model, *args, **kwargs)
    if switches.CURRENT.strict:
        _refuse(finding, None)
    _say(finding)
    journal.note(verb, in_program=False, compile_seconds=0.0, run_seconds=0.0, findings=(finding,))
    return result


def of_keras(error: Exception) -> Exception:
    """An error that is raised here because Keras's own loop would raise it: no fault of ours.

    >>> is_ours(of_keras(TypeError("'NoneType' object is not callable")))
    False
    """
    error.__dict__["of_keras"] = True
    return error


@contextlib.contextmanager
def as_keras_raises() -> Iterator[None]:
    """A block of what Keras's own loop does: an error in it is `of_keras`."""
    try:
        yield
    except Exception as error:
        of_keras(error)
        raise


def is_ours(error: Exception) -> bool:
    """Whether an error was raised by code of ours: not by Keras, not by the user's, not on purpose.

    Frames of JAX and NumPy count as those of whoever called them. What a program calls back is a
    function of the user's (no program of ours calls anything back); XLA tells its error as text.
    """
    if isinstance(error, OnefitError) or vars(error).get("of_keras") or _called_back(error):
        return False
    raised_in = ""
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file == STOCK_RAN:
            return False
        if not any(part in file for part in (*LIBRARIES, *READS)):
            raised_in = file
        traceback = traceback.tb_next
    return raised_in.startswith(OURS)


def _called_back(error: Exception) -> bool:
    """Whether XLA tells of an error in a function of Python that a program has called."""
    return type(error).__name__ == "JaxRuntimeError" and "callback" in in_short(error).lower()


def _refuse(finding: Finding, error: Exception | None) -> None:
    refusal = f"Expected onefit to work, because of strict mode. Received: {finding}."
    journal.refuse(refusal)
    raise FallbackError(refusal) from error


def _say(finding: Finding) -> None:
    tell(f"onefit: {finding}; please report it")


def _versions() -> str:
    return ", ".join(f"{name} {version}" for name, version in surroundings.versions().items())
