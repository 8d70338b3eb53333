"""The data of a population: on the device once, for all members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.classes import check_named, check_weighable
from onefit.population.members.member import Member
from onefit.population.members.paths import Split
from onefit.training.core.rows import MOST_ROWS, Sizes
from onefit.training.core.shapes import size_of
from onefit.training.data.tables import Table, is_table
from onefit.training.host.keras_private import JAXEpochIterator, data_adapter_utils


class Data:
    """A table of which members read rows, and what they are validated on.

    Args:
        given: The arguments of `fit`, with the whole data.
        by_rows: Whether members are validated on rows of the same table.
    """

    def __init__(self, given: dict[str, Any], by_rows: bool) -> None:
        """Let Keras check and convert the arrays, and put them on the device."""
        self.given = given
        table = _table(
            given["x"],
            given["y"],
            given["sample_weight"],
            given["batch_size"],
            given["class_weight"],
        )
        self.batch = table.sizes.batch
        # Programs count rows in 32 bit.
        self.valid_batch = min(given["validation_batch_size"] or self.batch, MOST_ROWS)
        self.rows = table.sizes.rows
        self.host = table.host_arrays()
        self.arrays = table.arrays()
        self.shared_validation = not by_rows
        self.valid_arrays: Any = None
        self.valid_sizes: Sizes | None = None
        self.own_weights: np.ndarray | None = None
        self.valid_host = self.host
        self.shared_parts: tuple[Any, Any, Any] = (None, None, None)  # that all are validated on
        if by_rows:
            if given["class_weight"] is not None:  # Keras weighs classes in training alone
                self.valid_host = self.host[:2]
            self.valid_arrays = self.arrays[: len(self.valid_host)]
        elif given["validation_data"] is not None:
            x, y, weight = data_adapter_utils.unpack_x_y_sample_weight(given["validation_data"])
            valid = _table(x, y, weight, self.valid_batch, None)
            self.valid_arrays, self.valid_sizes = valid.arrays(), valid.sizes
            self.shared_parts = _unpacked(valid.host_arrays())

    @property
    def key(self) -> Any:
        """Structure, shapes and dtypes, without the rows: what a model is built for."""
        leaves, structure = jax.tree.flatten(self.host)
        return structure, tuple((a.shape[1:], str(a.dtype)) for a in leaves)

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        """The whole table as it was given: x, y and weights, as NumPy arrays."""
        return _unpacked(self.host)

    @property
    def bytes(self) -> int:
        """What the data takes on the device."""
        # Members that are validated on rows of the table need no memory for them.
        shared = size_of(self.arrays)
        return shared if not self.shared_validation else shared + size_of(self.valid_arrays)

    def sizes_of(self, member: Member) -> tuple[Sizes, Sizes | None]:
        """The sizes of a member's training and validation."""
        batch = member.batch_size or self.batch
        train = sizes(member.rows(self.rows), batch)
        shared = self.given["validation_batch_size"] or member.batch_size is None
        valid_batch = self.valid_batch if shared else batch
        if not self.shared_validation:
            held = 0 if member.valid is None else len(member.valid)
            return train, sizes(held, valid_batch) if held else None
        held = 0 if self.valid_sizes is None else self.valid_sizes.rows
        return train, sizes(held, valid_batch) if held else None

    def of(self, member: Member, own: Split | None) -> dict[str, Any]:
        """A member's own arguments of `fit`, as a user would give them to train it alone.

        Args:
            member: The member.
            own: Its hyper-parameters, among them weights; `None` if it has none of its own.
        """
        given = dict(self.given, class_weight=None, validation_split=0.0, validation_data=None)
        packed = self.host
        if member.train is not None:
            packed = jax.tree.map(lambda a: np.asarray(a)[member.train], packed)
        given["x"], given["y"], given["sample_weight"] = _unpacked(packed)
        given["batch_size"] = member.batch_size or given["batch_size"]
        given["epochs"] = member.epochs or given["epochs"]
        if own is not None and own.class_weight is not None:
            given["sample_weight"], given["class_weight"] = None, dict(own.class_weight)
        if own is not None and own.row_weights is not None:
            rows = slice(None) if member.train is None else member.train
            given["sample_weight"] = own.row_weights[rows]
        if not self.shared_validation and _some(member):
            rows = jax.tree.map(lambda a: np.asarray(a)[member.valid], self.valid_host)
            given["validation_data"] = rows
        elif self.shared_validation:
            given["validation_data"] = self.given["validation_data"]
        return given

    def rows_of(self, rows: np.ndarray) -> Any:
        """Some rows of `x, y, weights`, as they would be given to `evaluate`."""
        return _unpacked(jax.tree.map(lambda a: np.asarray(a)[rows], self.valid_host))

    def check_classes(self, weights: Sequence[Mapping[int, float] | None]) -> None:
        """Refuse class weights for a class that no row has: Keras would not look at them."""
        check_named(_unpacked(self.host)[1], {name for own in weights for name in own or {}})

    def check_weights(self, weights: Sequence[np.ndarray | None]) -> None:
        """Refuse weights of members' own that are not one for each row, or are not alone."""
        several = jax.tree.structure(_unpacked(self.host)[1]).num_leaves > 1
        for own in weights:
            if own is not None and several:
                raise PopulationError(
                    "Expected one `y` with a sweep over 'sample_weight'. Received: several outputs."
                    " Give `sample_weight` to `fit_many`, which all members share."
                )
            if own is not None and len(own) != self.rows:
                raise PopulationError(
                    f"Expected weights of shape ({self.rows},) to sweep 'sample_weight' over, one "
                    f"for each row. Received: {own.shape}. Give the rows of all folds a weight."
                )

    def weigh(self, members: Sequence[Member], splits: Sequence[Split]) -> Data:
        """The same data with weights of each member's own, of its classes or of its rows."""
        if all(own.class_weight is None and own.row_weights is None for own in splits):
            return self
        _, y, weight = _unpacked(self.host)
        if any(own.class_weight is not None for own in splits):
            check_weighable(y, weight)
        # Ones for a member without weights of its own: all members go through one program, which
        # reads some.
        table = np.ones((len(members), self.rows), np.float32)
        for place, own in enumerate(splits):
            if own.row_weights is not None:
                table[place] = own.row_weights
            elif own.class_weight is not None:
                classes = dict(own.class_weight)
                table[place] = data_adapter_utils.class_weight_to_sample_weights(y, classes)
        # Not by `__init__`, which would put all arrays on the device once more.
        made = object.__new__(Data)
        made.__dict__.update(self.__dict__)
        made.own_weights = table
        # Those of the first member, for the shapes with which a step is traced.
        made.arrays = (*self.arrays[:2], jax.device_put(table[0]))
        return made


def sizes(rows: int, batch: int) -> Sizes:
    """The sizes of so many rows.

    >>> sizes(10, 4)
    Sizes(rows=10, batch=4, full=2, partial=2)
    """
    return Sizes(rows, batch, rows // batch, rows % batch)


def _some(member: Member) -> bool:
    return member.valid is not None and len(member.valid) > 0


def _unpacked(packed: Any) -> tuple[Any, Any, Any]:
    x, y, weight = data_adapter_utils.unpack_x_y_sample_weight(packed)
    return x, y, weight


def _table(x: Any, y: Any, weight: Any, batch: Any, class_weight: Any) -> Table:
    iterator = JAXEpochIterator(
        x=x,
        y=y,
        sample_weight=weight,
        batch_size=batch,
        # Keras's iterator checks and converts; the orders are drawn for each member.
        shuffle=False,
        class_weight=class_weight,
    )
    if not is_table(iterator):
        raise PopulationError(
            "Expected dense arrays of numbers. Received data that is read batch by batch: "
            f"{type(x).__name__}. Members read rows in orders of their own: give arrays that fit "
            "in memory."
        )
    table = Table(iterator)
    if not table.sizes.rows:
        raise PopulationError("Expected rows to train on. Received: none.")
    return table
