"""`install`: every `keras.Model` trains, evaluates and predicts as onefit does."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from onefit import workers
from onefit.errors import BackendError
from onefit.imports import around_import, forget
from onefit.training.host import faults
from onefit.training.host.backend import choose_jax
from onefit.training.host.deferred_imports import lean_imports
from onefit.training.host.switches import (
    CURRENT,
    Options,
    here,
    in_force,
    is_everywhere,
    put_in_force,
)
from onefit.training.host.tracebacks import without_ours

_VERBS = ("fit", "evaluate", "predict")

AFTERWARDS: list[Callable[[], None]] = []
"""What rooms above have done once Keras is imported and has onefit's methods."""


def install(
    *,
    explain: bool = False,
    strict: bool = False,
    verify: bool = False,
    restarts: int = 1,
    buckets: bool = False,
    watch: bool = False,
    checkpoint: str = "",
) -> None:
    """Make every `keras.Model` use onefit's `fit`, `evaluate` and `predict`.

    Works before and after Keras is imported; calling it again only sets the switches. Worker
    processes of multiprocessing, joblib and loky that are started from now on are installed, too.

    Args:
        explain: Print each plan on standard error before its run. Defaults to `False`.
        strict: Raise `FallbackError` where something would run step by step. Defaults to `False`.
        verify: Train each fit both ways and print the verdict on standard error. Defaults to
            `False`.
        restarts: Train each fit from so many starts, the script's own among them, and give the
            model the best by `val_loss`, or by `loss` without validation. Defaults to `1`.
        buckets: Predict as `onefit.predict` does with `buckets=True`. Defaults to `False`.
        watch: Keep where each fit begins, so that `onefit.report` can run it again to show how the
            network got where it is. Defaults to `False`.
        checkpoint: A folder in which each fit keeps checkpoints, the first one in `fit-1` and so
            on, until `onefit run` removes them at the end of a script. Defaults to `""`: none.

    Raises:
        BackendError: If Keras already runs on a backend other than JAX.
        ValueError: If `restarts` is less than 1, or more than 1 together with `verify`, or
            `checkpoint` is given together with `verify`.

    >>> import keras, onefit
    >>> onefit.install()
    >>> keras.Model.fit.__module__
    'onefit.training.verbs.fit'
    >>> onefit.uninstall()
    >>> keras.Model.fit.__module__
    'keras.src.backend.jax.trainer'
    """
    wanted = Options(explain, strict, verify, restarts, buckets, watch, checkpoint)
    _check(wanted)
    with _LOCK:
        put_in_force(wanted)
        _take_part()


def uninstall() -> None:
    """Give every `keras.Model` Keras's own methods back.

    >>> import onefit
    >>> onefit.uninstall()
    """
    with _LOCK:
        put_in_force(None)
        _leave()


@contextlib.contextmanager
def installed(**switches: Any) -> Iterator[None]:
    """`install` for a block; what was in force before is in force again after it.

    As NumPy's `errstate`, a block is one of this thread, or of this asyncio task and those that it
    starts. Other threads train as they did. One that is started within the block does as the block
    does if its function is run by `contextvars.copy_context().run`, or after `install`.

    Args:
        switches: Those of `install`.

    >>> import keras, onefit
    >>> with onefit.installed():
    ...     keras.Model.fit.__module__
    'onefit.training.verbs.fit'
    """
    global _blocks
    wanted = Options(**switches)
    _check(wanted)
    with here(wanted):
        with _LOCK:
            _blocks += 1
            _take_part()
        try:
            yield
        finally:
            with _LOCK:
                _blocks -= 1
                _leave()


def is_installed() -> bool:
    """Whether Keras's models use onefit here, or will once Keras is imported."""
    return in_force() is not None


def _check(wanted: Options) -> None:
    """Refuse switches that say nothing."""
    if wanted.restarts < 1:
        raise ValueError(f"Expected `restarts` of at least 1. Received: {wanted.restarts}.")
    if wanted.restarts > 1 and wanted.verify:
        raise ValueError(
            "Expected `restarts` or `verify`: stock Keras trains one start, so there is nothing to "
            f"compare {wanted.restarts} with. Received both. Verify without `restarts`."
        )
    if wanted.checkpoint and wanted.verify:
        raise ValueError(
            "Expected `checkpoint` without `verify`, which trains each fit twice. Received: "
            f"{wanted}. Leave one of them out."
        )
    choose_jax()


def _take_part() -> None:
    """Be asked by each call of Keras's methods, now or once Keras is imported."""
    wanted = CURRENT
    shared = {name: getattr(wanted, name) for name in ("explain", "strict", "verify")}
    workers.share(install, **shared, restarts=wanted.restarts, buckets=wanted.buckets)
    if "keras" in sys.modules:
        patch()
    else:
        around_import("keras", _patched)


def _leave() -> None:
    """Give Keras's methods back, unless somebody still needs them."""
    if _blocks or is_everywhere():
        return
    workers.keep(install)
    forget("keras", _patched)
    # Otherwise nothing was replaced, and importing these would import Keras.
    if "onefit.training.host.stock" in sys.modules:
        from onefit.training.host import stock, zeros_and_ones
        from onefit.training.running import border

        border.restore()
        zeros_and_ones.restore()
        for verb in _VERBS:
            setattr(stock.JAXTrainer, verb, getattr(stock, verb.upper()))
        stock.JAXTrainer.train_on_batch = stock.TRAIN_ON_BATCH


def patch() -> None:
    """Put onefit's functions in the places of Keras's methods."""
    try:
        from onefit.training.host import stock, zeros_and_ones
        from onefit.training.running import border
        from onefit.training.verbs.fit import fit
    # That Keras runs on another backend is for the user to mend, and no matter of versions.
    except BackendError:
        raise
    except Exception as error:  # names inside Keras or JAX that this version does not have
        faults.cannot_work(error)
        return
    border.replace()
    zeros_and_ones.keep()
    for verb in _VERBS:
        keras_method = getattr(stock, verb.upper())
        function = fit if verb == "fit" else _ours(verb, keras_method)
        if not hasattr(getattr(stock.JAXTrainer, verb), "__onefit__"):
            setattr(stock.JAXTrainer, verb, method(keras_method, function))
    stock.JAXTrainer.train_on_batch = _looked_at(stock.TRAIN_ON_BATCH)
    for act in AFTERWARDS:
        act()


def _ours(verb: str, keras_method: Any) -> Any:
    """`evaluate` or `predict` behind the fence; `fit` has its own, for every door.

    They are imported when they are called: most scripts train first, and some need neither.
    """
    module = f"onefit.training.verbs.{verb}"
    ours: Any = None

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal ours
        if ours is None:
            try:
                ours = getattr(importlib.import_module(module), verb)
            except Exception as error:  # as in `patch`
                faults.cannot_work(error)
                ours = keras_method
        return faults.fenced(verb, keras_method, ours, *args, **kwargs)

    call.__module__ = module
    return call


def method(keras_method: Any, function: Any) -> Any:
    """A function as a method, with Keras's name, signature, documentation and short tracebacks."""
    from onefit.training.host.keras_private import traceback_utils

    parameters = inspect.signature(keras_method).parameters
    most = len(parameters) - 1  # without self
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    names = frozenset(parameters)
    # ours leave before Keras's filter looks: it takes them for frames of the user's, and where it
    # finds one it drops the frame of Keras in which the error was raised
    filtered = traceback_utils.filter_traceback(_unseen(function))

    @wraps(keras_method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if in_force() is None:  # another thread has installed onefit, for itself
            return keras_method(self, *args, **kwargs)
        try:
            if len(args) > most or not (takes_any or names.issuperset(kwargs)):
                return keras_method(self, *args, **kwargs)  # Keras says what is wrong, in its words
            return filtered(self, *args, **kwargs)
        except BaseException as error:
            without_ours(error)
            raise

    call.__module__ = function.__module__
    call.__onefit__ = True  # type: ignore[attr-defined]
    return call


def _looked_at(keras_method: Any) -> Any:
    """Keras's `train_on_batch`, with a look at the first batch of each model and at its losses."""

    @wraps(keras_method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            if in_force() is None:
                return keras_method(self, *args, **kwargs)
            from onefit.training.observation import first_batch

            first_batch.look(self, args, kwargs)
            told = keras_method(self, *args, **kwargs)
            first_batch.followed(self, args, kwargs, told)
            return told
        except BaseException as error:
            without_ours(error)
            raise

    return call


def _unseen(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose errors leave it without our frames."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            without_ours(error)
            raise

    return call


@contextlib.contextmanager
def _patched() -> Iterator[None]:
    """Import Keras without what a training does not need, and patch it as soon as it is loaded."""
    with lean_imports():
        yield
        patch()  # what it imports of JAX comes without the same modules


_LOCK = threading.RLock()
_blocks = 0  # open ones, of all threads
