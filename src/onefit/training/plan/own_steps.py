"""Whether the steps of a model's class that change variables themselves can be in a program.

`train_step(self, data)` with a tape is such a step. It is traced for the batches of a table before
the first of them is run: what it makes, layers and the state of optimizers, is there then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.findings import Finding
from onefit.training.data.tables import Table
from onefit.training.host.own_steps import Impure, forget, make_own_steps
from onefit.training.plan.fallbacks import own_step_findings, own_steps

if TYPE_CHECKING:
    from keras import Model

STREAM = "the batches come from a stream"


def untraceable(
    model: Model, verb: str, tables: dict[str, Table | None], valid: Any = None
) -> list[Finding]:
    """Trace the own steps of a model for some tables; why they cannot be in a program.

    Args:
        model: A compiled model.
        verb: `"fit"` or `"evaluate"`.
        tables: The data of `"train"` and of `"test"`.
        valid: Keras's iterator over the validation data. Defaults to `None`: no validation.

    Raises:
        Whatever a step raises.
    """
    if not own_steps(model, verb):
        return []
    try:
        steps = make_own_steps(model)
        for kind, table in tables.items():
            if table is not None:
                steps.trace(kind, _batches(table))
            elif kind == "train" or verb == "evaluate" or valid is not None:
                raise Impure(STREAM)
    except Impure as why:
        forget(model)
        return own_step_findings(model, verb, str(why))
    except BaseException:
        # What is half traced must not be found by the next fit.
        forget(model)
        raise
    return []


def _batches(table: Table) -> Iterator[Any]:
    """The shapes and dtypes of a table's batches, as they come to a step.

    Raises:
        Impure: If there are integers of more than 32 bits: a program cuts them.
    """
    arrays, sizes = table.step_arrays(), table.sizes
    if any(map(_is_long, jax.tree.leaves(arrays))):
        raise Impure("the data has integers of more than 32 bits")
    for size in filter(None, (sizes.batch if sizes.full else 0, sizes.partial)):
        yield jax.tree.map(
            lambda a, size=size: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), arrays
        )


def _is_long(array: Any) -> bool:
    if array.dtype.kind not in "iu" or array.dtype.itemsize < 8 or not array.size:
        return False
    bounds = np.iinfo(np.int32 if array.dtype.kind == "i" else np.uint32)
    return bool(array.min() < bounds.min or array.max() > bounds.max)
