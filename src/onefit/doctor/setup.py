"""A training as it is tried: a model that can be made again, its data, and how long it trains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from onefit.doctor.task import Task
from onefit.population.members.paths import RATE
from onefit.population.models.copies import Edit, copy_of

if TYPE_CHECKING:
    from keras import Layer

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of inputs and labels.

    Args:
        x: Inputs: an array, or a list or dict of arrays.
        y: Labels, one array.
        weights: Of shape `(rows,)`, or `None`.
    """

    x: Any
    y: Array
    weights: Array | None = None

    def __len__(self) -> int:
        """How many rows."""
        return len(self.y)

    def at(self, places: Any) -> Rows:
        """Some of the rows."""
        weights = None if self.weights is None else self.weights[places]
        return Rows(mapped(self.x, lambda one: one[places]), self.y[places], weights)


def mapped(x: Any, change: Callable[[Array], Array]) -> Any:
    """Each array of inputs changed."""
    if isinstance(x, dict):
        return {name: change(one) for name, one in x.items()}
    if isinstance(x, list | tuple):
        return [change(one) for one in x]
    return change(x)


def arrays(x: Any) -> list[Array]:
    """The arrays of inputs."""
    if isinstance(x, dict):
        return list(x.values())
    return list(x) if isinstance(x, list | tuple) else [x]


@dataclass(frozen=True, eq=False)
class Setup:
    """A training of one network.

    Args:
        model: The user's compiled model, which is copied and never trained.
        task: What it is to do.
        rows: What it is trained on.
        held: Rows that it is judged on; `None` if it is judged on `rows`.
        epochs: How many.
        batch: Rows a batch.
        shuffle: Whether the rows are drawn in a new order in each epoch.
        callbacks: Those that act on the training.
        threshold: From where one number means the second of two classes.
        rate: A learning rate in place of the optimizer's. Defaults to `None`.
        edits: Changes of the configs of layers. Defaults to none.
        compiled: Other arguments of `compile`. Defaults to none.
        class_weight: As `fit` takes it. Defaults to `None`.
        mean: What was subtracted from the labels. Defaults to `0.0`.
        scale: What the labels were divided by. Defaults to `1.0`.
        changes: The names of what was changed, in order.
        is_cut: Whether it is trained on a part of its rows, so with fewer updates. Defaults to
            `False`.
        is_short: Whether it is trained for fewer epochs than it was written for. Defaults to
            `False`.
        heavier: How many times as long a step takes as one of the training as it is written, about.
            Defaults to `1.0`.
    """

    model: Any
    task: Task
    rows: Rows
    held: Rows | None
    epochs: int
    batch: int
    shuffle: bool = True
    callbacks: tuple[Any, ...] = ()
    threshold: float = 0.5
    rate: float | None = None
    edits: tuple[Edit, ...] = ()
    compiled: Mapping[str, Any] = field(default_factory=dict)
    class_weight: Mapping[int, float] | None = None
    mean: Any = 0.0
    scale: Any = 1.0
    changes: tuple[str, ...] = ()
    is_cut: bool = False
    is_short: bool = False
    heavier: float = 1.0

    def make(self, with_metrics: bool = False) -> Any:
        """A compiled model with fresh weights, as Keras makes it from the global seed.

        Args:
            with_metrics: Whether it has the metrics of the user's model. Defaults to `False`:
                where no callback looks at them it has none, since skills are computed here.
        """

        def edit(layer: Layer, config: dict[str, Any]) -> type[Layer] | None:
            kinds = [one(layer, config) for one in self.edits]
            return next((one for one in kinds if one is not None), None)

        compiled = dict(self.compiled)
        if not self.callbacks and not with_metrics:
            compiled |= {"metrics": None, "weighted_metrics": None}
        values = {} if self.rate is None else {RATE: self.rate}
        if "optimizer" in compiled:
            # Each model has one of its own: Keras builds an optimizer for one model's variables.
            compiled["optimizer"] = type(compiled["optimizer"]).from_config(
                compiled["optimizer"].get_config()
            )
            if self.rate is not None:
                compiled["optimizer"].learning_rate = self.rate
        return copy_of(self.model, values, edit, compiled)

    @property
    def judged(self) -> Rows:
        """The rows that it is judged on."""
        return self.rows if self.held is None else self.held

    @property
    def steps(self) -> int:
        """Updates in all."""
        return self.epochs * -(-len(self.rows) // self.batch)

    def with_edit(self, edit: Edit) -> Setup:
        """With one more change of the layers' configs."""
        return replace(self, edits=(*self.edits, edit))

    def but(self, **changed: Any) -> Setup:
        """With other values of some fields."""
        return replace(self, **changed)

    def scaled(self, predicted: Array) -> Array:
        """Predictions in the labels' own units."""
        return predicted * np.asarray(self.scale) + np.asarray(self.mean)
