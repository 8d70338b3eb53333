"""Whether a model takes its data at all: one batch of which only shapes are known goes through."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from onefit.checks.counts import miscounted
from onefit.checks.errors import explained
from onefit.doctor.rows import mapped_or_none
from onefit.errors import DiagnosisError
from onefit.findings import Finding
from onefit.population.models.copies import copy_of, random_state_kept
from onefit.runs.words import in_short
from onefit.training.observation.case import case_of
from onefit.training.observation.outputs import OWN

if TYPE_CHECKING:
    from keras import Model

MOST_SAID = 300
"""Characters of an error that are told."""


def mismatch(model: Model, given: Mapping[str, Any]) -> Finding | None:
    """What ends a fit before its first step: data that are none, or of which the model takes none.

    Nothing is computed and nothing of the model is changed.

    Args:
        model: A compiled model, built or not.
        given: The arguments of `fit`.
    """
    wrong = miscounted(given)
    if wrong is not None:
        return wrong
    x, data = given["x"], given["validation_data"]
    is_plain = all(getattr(type(model), name) is getattr(keras.Model, name) for name in OWN)
    if given["y"] is None and hasattr(x, "shape") and is_plain and model.loss is not None:
        told = "there is a loss, and no y"
        return Finding("OF610", "y", told, fix="`fit(x, y)`, with the targets as y")
    if not model.built:
        return None
    error = _refused(model, x)
    if error is not None:
        return explained(error, case_of(model, given))
    if isinstance(data, tuple | list) and data:
        error = _refused(model, data[0])
        found = None if error is None else explained(error)
        if found is not None:
            told = f"validation_data: {found.evidence}"
            return Finding(found.code, found.where, told, fix=found.fix)
    return None


def built(model: Model, x: Any) -> Model:
    """A model that knows the sizes of its layers: itself, or a copy of one that has not met data.

    Args:
        model: A compiled model.
        x: Its inputs.

    Raises:
        DiagnosisError: If it is not built, and cannot be with these inputs.
    """
    if model.built:
        return model
    rows = _rows(x)
    if rows is None:
        raise DiagnosisError(
            "Expected a built model, or x as arrays of which its shapes can be taken. Received: a "
            f"model that is not built, and {type(x).__name__}. Call `model.build(...)` with the "
            "shape of x, or give it a `keras.Input` first."
        )
    # To build it draws initial weights, and would move on the script's own random numbers.
    with random_state_kept():
        copied = copy_of(model)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they come at the fit
                copied(keras.tree.map_structure(keras.ops.convert_to_tensor, rows))
        except Exception as error:
            known = explained(error)
            told = in_short(error)[:MOST_SAID] if known is None else known.evidence
            raise DiagnosisError(
                f"Expected x that the model can be built with. Received: x of shape {_shapes(x)}; "
                f"{told}. Do: {'compare it with the layers' if known is None else known.fix}"
            ) from error
    return copied


def _refused(model: Model, x: Any) -> Exception | None:
    """What a model raises where it gets such inputs; `None` if it takes them."""
    import jax

    rows = _rows(x)
    if rows is None:
        return None
    weights = [one.value for one in model.trainable_variables]
    others = [one.value for one in model.non_trainable_variables]
    try:
        with random_state_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(io.StringIO()):  # what a `call` of the script's prints
                jax.eval_shape(model.stateless_call, weights, others, rows)
    except Exception as error:
        return error
    return None


def _rows(x: Any) -> Any:
    """The first rows of inputs as `fit` gives them to a model; `None` where they are no numbers."""
    arrays = mapped_or_none(x)
    if arrays is None or any(one.dtype.kind not in "fiub" for one in keras.tree.flatten(arrays)):
        return None

    def first(one: Any) -> Any:
        few = np.asarray(one[:2])
        # As Keras's adapter for arrays does: one axis becomes a column, and floats take `floatx`.
        few = few[:, None] if few.ndim == 1 else few
        return few.astype(keras.config.floatx()) if few.dtype.kind == "f" else few

    return keras.tree.map_structure(first, arrays)


def _shapes(x: Any) -> str:
    return ", ".join(str(one.shape) for one in keras.tree.flatten(mapped_or_none(x)))
