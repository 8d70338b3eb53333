"""Several devices: each holds its share of the members, and runs the same program on it.

Nothing is exchanged between them, so a member computes what it would compute on one device.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from onefit.population.layouts.axes import FIRST
from onefit.population.layouts.last_axis import flags
from onefit.training.core import position
from onefit.training.core.run import Carry

NAME = "devices"


def mesh(devices: int) -> Mesh:
    """The first devices of this process, in a row."""
    return Mesh(np.asarray(jax.local_devices()[:devices]), (NAME,))


def on_all(values: Any, devices: int) -> Any:
    """Arrays that all members share, put on every device."""
    return jax.device_put(values, NamedSharding(mesh(devices), PartitionSpec()))


def start(state: Any, devices: int) -> np.ndarray:
    """The position before the first step; each of several devices has its own.

    Args:
        state: The state of one member.
        devices: How many devices there are.
    """
    one = position.start(state)
    # The members on one device may all have stopped while those on another go on.
    return one if devices == 1 else np.tile(one, (devices, 1))


def divided(
    function: Callable[..., Any], arguments: tuple[Any, ...], inside: Any, axis: str, devices: int
) -> Callable[..., Any]:
    """A function of some members as one of `devices` times as many.

    Args:
        function: `(consts, feed, carry) -> carry`.
        arguments: The shapes of its arguments for all members.
        inside: For each a pytree prefix: `None` where it is shared, else it has a member axis.
        axis: Where the member axis stands.
        devices: How many devices there are.
    """
    *rest, carry = (specs(a, where, axis) for a, where in zip(arguments, inside))
    carry = carry._replace(position=PartitionSpec(NAME))

    def share(consts: Any, feed: Any, carry: Carry) -> Carry:
        after = function(consts, feed, carry._replace(position=carry.position[0]))
        return after._replace(position=after.position[None])

    return jax.shard_map(
        share, mesh=mesh(devices), in_specs=(*rest, carry), out_specs=carry, check_vma=False
    )


def specs(values: Any, where: Any, axis: str) -> Any:
    """How the leaves of an argument lie on the devices: divided by members, or whole on each."""

    def spec(value: Any, of_each: bool) -> PartitionSpec:
        if not of_each:
            return PartitionSpec()
        before = 0 if axis == FIRST else len(value.shape) - 1
        return PartitionSpec(*[None] * before, NAME)

    flat, structure = jax.tree.flatten(values)
    return structure.unflatten([spec(v, b) for v, b in zip(flat, flags(where, values))])
