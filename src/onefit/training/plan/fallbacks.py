"""Why something runs step by step: read off the model, the callbacks and the data."""

from __future__ import annotations

import inspect
from typing import Any

import jax
from keras import Model, distribution, tree
from keras import callbacks as keras_callbacks
from keras.config import is_nnx_enabled

from onefit.findings import Finding
from onefit.training.callbacks.hooks import BATCH_HOOKS, is_plain, is_watcher, overridden
from onefit.training.data.tables import Table
from onefit.training.host.stock import EVALUATE, JAXTrainer


def model_findings(model: Model, verb: str) -> list[Finding]:
    """What in a model keeps it out of a program, seen without running or building it."""
    found = []
    if getattr(model, "run_eagerly", False):
        found.append(Finding("OF101", where=f"{model.name}.run_eagerly is True"))
    elif not model.jit_compile:
        # `jit_compile="auto"` is turned off by Keras where a layer says that XLA cannot have it:
        # then the layer is the reason, and not what the user asked for.
        names = [layer.name for layer in model._flatten_layers() if not layer.supports_jit]
        found.append(
            Finding("OF104", where=", ".join(names))
            if names
            else Finding("OF102", where=f"{model.name}.jit_compile is False")
        )
    elif eager := [name for name in _FUNCTIONS[verb] if _is_eager(getattr(model, name, None))]:
        found.append(Finding("OF102", where=f"{model.name}.{eager[0]}", evidence=_MADE_BEFORE))
    if distribution.distribution() is not None:
        found.append(Finding("OF105", where=type(distribution.distribution()).__name__))
    if is_nnx_enabled():
        found.append(Finding("OF106", where="keras.config.enable_nnx"))
    # These make the functions for which a program stands, or act around their calls. A class that
    # has its own expects to be asked.
    own = [name for name in _LOOP[verb] if getattr(type(model), name) is not _keras(name)]
    if own:
        found.append(Finding("OF107", where=", ".join(f"{type(model).__name__}.{n}" for n in own)))
    given = [name for name in _FUNCTIONS[verb] if not _is_kerass(getattr(model, name, None))]
    if given:
        found.append(Finding("OF107", where=", ".join(f"{model.name}.{name}" for name in given)))
    asked = [name for name in _DEBUGS if getattr(jax.config, name, False)]
    if asked:
        found.append(Finding("OF114", where=", ".join(asked)))
    return found


_DEBUGS = ("jax_disable_jit", "jax_debug_nans", "jax_debug_infs")
_FUNCTIONS = {
    "fit": ("train_function", "test_function"),
    "evaluate": ("test_function",),
    "predict": ("predict_function",),
}


_STEPS = {
    "fit": ("train_step", "test_step"),
    "evaluate": ("test_step",),
    "predict": (),
}


def own_steps(model: Model, verb: str) -> list[str]:
    """The steps of a model's class that are `step(self, data)`, by name."""
    return [name for name in _STEPS[verb] if takes_data_alone(model, name)]


def own_step_findings(model: Model, verb: str, why: str = "") -> list[Finding]:
    """What a program cannot be made of where these steps cannot be made pure functions.

    Args:
        model: A model.
        verb: `"fit"` or `"evaluate"`.
        why: Why they cannot. Defaults to `""`: nobody has tried.
    """
    names = [f"{type(model).__name__}.{name}" for name in own_steps(model, verb)]
    return [Finding("OF107", where=", ".join(names), evidence=why)] if names else []


def takes_data_alone(model: Model, step: str) -> bool:
    """Whether a model's own step is `step(self, data)`, as TensorFlow's users write it.

    Args:
        model: A model.
        step: `"train_step"` or `"test_step"`.
    """
    method = getattr(type(model), step)
    if method is getattr(JAXTrainer, step):
        return False
    # A step under `@tf.function` is read as it was written. `self` and `data` make two; Keras on
    # JAX calls `train_step(state, data)`, which has three.
    places = inspect.signature(getattr(method, "python_function", method)).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return len([one for one in places if one.kind in kinds]) == 2


def _is_kerass(function: Any) -> bool:
    """Whether a model's `train_function` or the like is none, or one that Keras itself has made."""
    made_in = inspect.unwrap(JAXTrainer.make_train_function).__code__.co_filename
    code = getattr(function, "__code__", None)
    return function is None or (code is not None and code.co_filename == made_in)


def _is_eager(function: Any) -> bool:
    """Whether a function that Keras has made calls its step without `jax.jit`."""
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    if "_step_function" in names:  # that of `predict` is around another one
        return _is_eager(function.__closure__[names.index("_step_function")].cell_contents)
    if "step_function" not in names:
        return False
    # Keras's function closes over the step, which has `lower` if `jax.jit` made it.
    return not hasattr(function.__closure__[names.index("step_function")].cell_contents, "lower")


_MADE_BEFORE = "Keras made it before the model was set to be compiled by XLA, and keeps it"
_SYNC = [name for name in ("jax_state_sync", "state_sync") if hasattr(JAXTrainer, name)]
_LOOP = {
    "fit": ("make_train_function", "make_test_function", *_SYNC, "_symbolic_build"),
    "evaluate": ("make_test_function", *_SYNC, "_symbolic_build"),
    "predict": ("make_predict_function", *_SYNC),
}


def _keras(name: str) -> Any:
    return getattr(JAXTrainer, name)


def overrides_evaluate(model: Model) -> bool:
    """Whether the model's class has an `evaluate` that is neither Keras's nor onefit's."""
    method = type(model).evaluate
    return method is not EVALUATE and getattr(method, "__onefit__", None) is None


def callback_findings(callbacks: Any) -> list[Finding]:
    """Which callbacks need to be called at every step."""
    if isinstance(callbacks, keras_callbacks.CallbackList):
        # A list of a class of its own may do anything when Keras tells it of a batch.
        if type(callbacks) is not keras_callbacks.CallbackList:
            return [Finding("OF103", where=type(callbacks).__name__, evidence="own CallbackList")]
        callbacks = callbacks.callbacks
    found = []
    for callback in flatten(callbacks):
        if not isinstance(callback, keras_callbacks.Callback):
            found.append(Finding("OF103", where=type(callback).__name__, evidence="no Callback"))
            continue
        ruled = is_plain(callback, keras_callbacks.ProgbarLogger) or is_watcher(callback)
        hooks = [] if ruled else overridden(callback, BATCH_HOOKS)
        if hooks:
            where, evidence = type(callback).__name__, ", ".join(hooks)
            found.append(Finding("OF103", where=where, evidence=evidence))
    return found


def pass_findings(iterator: Any, table: Table | None) -> list[Finding]:
    """What in the data keeps an evaluation or a prediction out of a program.

    Args:
        iterator: Keras's iterator over the data.
        table: The data as a table, if they are one.
    """
    if table is None and hasattr(iterator.data_adapter, "_inputs"):
        return [Finding("OF108", where="x")]
    if table is not None and table.sizes.empty:
        return [Finding("OF112", where="x")]
    return []


def flatten(callbacks: Any) -> list[Any]:
    """The callbacks as Keras's CallbackList would flatten them."""
    return list(tree.flatten(callbacks)) if callbacks else []
