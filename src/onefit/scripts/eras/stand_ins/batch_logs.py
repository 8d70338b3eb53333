"""What callbacks were told of a batch: its own loss and metrics, its number and its size.

Keras 3 tells the means over the epoch so far; the batch's own numbers follow from two of them.
Source: `_fit_loop` in `keras/engine/training_arrays.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from onefit.scripts.eras.stand_ins.number_types import as_kind
from onefit.scripts.eras.stand_ins.validation import count_step, size_of

Method = Callable[..., Any]
_MEANS = "_means_until_now"


def told_at_begin(original: Method) -> Method:
    """`on_batch_begin` was told the batch's number and size."""

    @wraps(original)  # it stays one of Keras's own that do nothing
    def on_train_batch_begin(self: Any, batch: int, logs: Any = None) -> None:
        self.on_batch_begin(batch, {**_places(self, batch), **(logs or {})})

    return on_train_batch_begin


def told_at_end(original: Method) -> Method:
    """`on_batch_end` was told the numbers of the batch."""

    @wraps(original)
    def on_train_batch_end(self: Any, batch: int, logs: Any = None) -> None:
        self.on_batch_end(batch, of_batch(self, batch, logs or {}))

    return on_train_batch_end


def of_lambdas(original: Method) -> Method:
    """The same for the functions of a `LambdaCallback`."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        begin, end = kwargs.get("on_train_batch_begin"), kwargs.get("on_train_batch_end")
        if begin is not None:
            kwargs["on_train_batch_begin"] = lambda batch, logs: begin(batch, _places(self, batch))
        if end is not None:
            kwargs["on_train_batch_end"] = lambda batch, logs: end(
                batch, of_batch(self, batch, logs or {})
            )
        original(self, *args, **kwargs)

    return __init__


def of_batch(callback: Any, batch: int, means: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a batch.

    Args:
        callback: Which is told; it keeps the means until then.
        batch: The batch's number in its epoch.
        means: Those of the epoch with this batch.
    """
    size = size_of(batch, callback) or 1  # where no size is known, batches count alike
    # With the first batch of an epoch the means begin anew.
    rows, before = vars(callback).get(_MEANS, (0, {})) if batch else (0, {})
    after = {name: float(mean) for name, mean in means.items()}
    vars(callback)[_MEANS] = rows + size, after
    found: dict[str, Any] = _places(callback, batch)
    count_step(callback)
    for name, mean in after.items():
        # Both means count rows: `mean * rows` is the sum so far, and the difference of two the
        # batch's.
        own = (mean * (rows + size) - before.get(name, 0.0) * rows) / size
        # The digits beyond float32 are those of the subtraction.
        found[name] = as_kind(float(np.float32(own)), np.float32)
    return found


def _places(callback: Any, batch: int) -> dict[str, Any]:
    size = size_of(batch, callback)
    return {"batch": batch} if size is None else {"batch": batch, "size": size}
