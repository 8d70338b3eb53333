"""What a layout is decided by: members of one structure, traced and ready to run."""

from __future__ import annotations

from typing import Any, Protocol

from onefit.population.members.member import Member
from onefit.population.members.shared_data import Data
from onefit.population.models.initial_weights import Start
from onefit.training.callbacks.rule import Rule
from onefit.training.core.phase import Phase
from onefit.training.core.rows import Sizes


class Members(Protocol):
    """The part of a job that layouts and memory depend on.

    Args:
        members: Who they are.
        starts: Where each of them starts.
        own_start: The rules' states before the first epoch.
        data: The table and the validation data.
        sizes: Sizes of the training and of the validation rows; `None` without validation.
        train: The traced steps of an epoch.
        rules: The callbacks that are part of the program.
        last: How many epochs a member runs at most.
        length: How many of them one call runs at most.
        stops: Whether a rule can end a member before its last epoch.
        ordered: Whether every member reads the whole table as it lies.
    """

    members: list[Member]
    starts: list[Start]
    own_start: list[Any]
    data: Data
    sizes: tuple[Sizes, Sizes | None]
    train: Phase
    rules: list[Rule]
    last: int
    length: int
    stops: bool

    @property
    def ordered(self) -> bool:
        """Whether every member reads the whole table as it lies."""
        ...
