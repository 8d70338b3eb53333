"""What is a `Sequence` of the time: a `PyDataset` that knows how many batches it has."""

from __future__ import annotations

from typing import Any

import keras


def has_length(data: Any) -> bool:
    """Whether data are a `Sequence`."""
    return isinstance(data, keras.utils.PyDataset) and data.num_batches is not None


def is_told_ends(data: Any) -> bool:
    """Whether something happens at the `on_epoch_end` of a `Sequence`."""
    return has_length(data) and type(data).on_epoch_end is not keras.utils.PyDataset.on_epoch_end
