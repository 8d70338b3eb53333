"""What a run hands over to its checkpoint at a border, and how it goes on from that.

The orders of rows are not kept: where `np.random` stood before they were drawn is, and they are
drawn again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from onefit.findings import Finding
from onefit.training.checkpoints.random_states import random_states, set_random_states
from onefit.training.data.tables import Table


class Place(NamedTuple):
    """Where a feed begins: enough to make the same feed again.

    Args:
        epoch: Its first epoch.
        rate: The learning rate there, if a schedule is asked for the ones to come.
        random: The generators of random numbers there, see `random_states.py`.
        mark: What else decides about the orders to come, see `Table.mark`.
    """

    epoch: int
    rate: float = 0.0
    random: Any = None
    mark: Any = None


def place_now(epoch: int, table: Table | None, rate: float = 0.0) -> Place:
    """The place of a feed that is about to be drawn."""
    return Place(epoch, rate, random_states(), None if table is None else table.mark())


def go_back(table: Table | None, start: Place, wanted: Place) -> None:
    """Have a table and the generators draw next what they have drawn at a place.

    Args:
        table: The table; `None` for a stream.
        start: Where the fit began.
        wanted: The place.
    """
    # Where an epoch goes on from the one before, no state of a generator tells the rows: all epochs
    # are drawn again from the first.
    if table is not None and table.follows:
        set_random_states(start.random)
        table.back_to(start.mark)
        for _ in range(wanted.epoch - start.epoch):
            table.order(1, 1)
    elif table is not None:
        table.back_to(wanted.mark)
    set_random_states(wanted.random)


def held(tree: Any, donated: bool) -> list[Any]:
    """The arrays of a pytree, to be written while the training goes on.

    Args:
        tree: The pytree.
        donated: Whether the next call of a program takes over their memory.
    """
    leaves = jax.tree.leaves(tree)
    if not donated:
        return leaves
    copies = [np.array(leaf) for leaf in leaves]
    # `packed` copies what can be written to; these are copies already.
    for copy in copies:
        copy.flags.writeable = False
    return copies


def put(leaves: list[Any], like: Any) -> Any:
    """The inverse of `held`.

    Args:
        leaves: What was held.
        like: A pytree of the same structure, shapes and dtypes.

    Raises:
        ValueError: If it is another one.
    """
    expected, structure = jax.tree.flatten(like)
    forms = [(np.shape(leaf), np.asarray(leaf).dtype.name) for leaf in expected]
    if forms != [(leaf.shape, leaf.dtype.name) for leaf in leaves]:
        raise ValueError("a checkpoint holds a state of another form")
    return jax.tree.unflatten(structure, [jnp.array(leaf) for leaf in leaves])


def packed_finding(found: Finding | None) -> tuple[str, str, str] | None:
    """A finding in plain values."""
    return None if found is None else (found.code, found.where, found.evidence)


def finding_of(told: tuple[str, str, str] | None) -> Finding | None:
    """The inverse of `packed_finding`."""
    return None if told is None else Finding(*told)
