"""Datasets of `fit`, `evaluate` and `predict`: their numbers are looked at batch by batch.

A dataset may leave rows out, so what its arrays hold is no error before it is read. Where arrays
hold nothing wrong, which is nearly always, the dataset stays what it is: a table with an order.
"""

from __future__ import annotations

from typing import Any

from keras.src.trainers.data_adapters import data_adapter_utils

from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.row_batches import row_batches
from onefit.scripts.tensorflow.data.stage import Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.keras.given_data import check_batch, check_targets, has_checks


def checked(model: Any, data: Any) -> Any:
    """A dataset whose batches are looked at before the model has them; other data as they are.

    Args:
        model: The model.
        data: What it is given.
    """
    if not isinstance(data, Dataset) or not has_checks(model):
        return data
    looked_at = Checked(data.stage, model)
    rows = row_batches(data.stage)
    if rows is not None:
        try:
            looked_at.check(rows.arrays)
        except InvalidArgumentError:
            pass  # the batch in which it is read raises it, if there is one
        else:
            return data
    return data.of(looked_at)


class Checked(Stage):
    """The batches of another stage; one with a number that has no row, or no class, raises.

    Args:
        source: The other stage.
        model: The model that takes them.
    """

    def __init__(self, source: Stage, model: Any) -> None:
        """Keep both."""
        self.source, self.model = source, model
        self.spec, self.written, self.fresh = source.spec, source.written, source.fresh

    def start(self) -> Elements:
        """Batch after batch."""
        return map(self.check, self.source.start())

    def check(self, batch: Element) -> Element:
        """A batch, or all rows, with no such number in it.

        Raises:
            InvalidArgumentError: As TensorFlow does on a CPU, with the place in the batch.
        """
        x, y, _ = data_adapter_utils.unpack_x_y_sample_weight(batch)
        check_batch(self.model, x)
        check_targets(self.model, y)
        return batch

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()
