"""What is a `Sequence` of the time: a `PyDataset` that knows how many batches it has."""

from __future__ import annotations

from typing import Any

import keras

_order = {"is_of_then": True}


def leave() -> None:
    """Let the batches come in the order of today, where nothing else depends on it: in a proof."""
    _order["is_of_then"] = False


def is_as_today(data: Any, steps: Any) -> bool:
    """Whether a `Sequence` is left to Keras: nothing but the order of its batches was another."""
    # Pictures of Keras's own generators are only put in another order when an epoch ends.
    told = is_told_ends(data) and type(data).on_epoch_end.__module__.partition(".")[0] != "keras"
    is_plain = not told and steps in (None, data.num_batches)
    return is_plain and not _order["is_of_then"]


def has_length(data: Any) -> bool:
    """Whether data are a `Sequence`.

    Args:
        data: What a verb of a model is given.

    Raises:
        ValueError: If it is one without batches: no round of it would end, or Keras 3 fails
            without a word.
    """
    if not isinstance(data, keras.utils.PyDataset) or data.num_batches is None:
        return False
    if data.num_batches == 0:
        raise ValueError(
            "Expected a Sequence that has batches. Received: one of length 0, as of a folder in "
            "which no pictures were found."
        )
    return True


def is_told_ends(data: Any) -> bool:
    """Whether something happens at the `on_epoch_end` of a `Sequence`."""
    return has_length(data) and type(data).on_epoch_end is not keras.utils.PyDataset.on_epoch_end
