"""Several devices: each holds its share of the members, and runs the same program on it.

Nothing is exchanged between them, so a member computes what it would compute on one device.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from onefit.population.axes import FIRST
from onefit.population.last import flags
from onefit.training.epochs import Carry

NAME = "devices"


def mesh(devices: int) -> Mesh:
    """The first devices of this process, in a row."""
    return Mesh(np.asarray(jax.local_devices()[:devices]), (NAME,))


def on_all(values: Any, devices: int) -> Any:
    """Arrays that all members share, put on every device."""
    return jax.device_put(values, NamedSharding(mesh(devices), PartitionSpec()))


def position(devices: int) -> Any:
    """Zero, for a position in the run; each of several devices has its own."""
    return np.int32(0) if devices == 1 else np.zeros(devices, np.int32)


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
    own = PartitionSpec(NAME)
    carry = carry._replace(epoch=own, step=own, valid_step=own, spent=own)

    def share(consts: Any, feed: Any, carry: Carry) -> Carry:
        after = function(consts, feed, at_position(carry, lambda value: value[0]))
        return at_position(after, lambda value: value[None])

    return jax.shard_map(
        share, mesh=mesh(devices), in_specs=(*rest, carry), out_specs=carry, check_vma=False
    )


def at_position(carry: Carry, change: Callable[[Any], Any]) -> Carry:
    """The carry with its position changed."""
    names = ("epoch", "step", "valid_step", "spent")
    return carry._replace(**{name: change(getattr(carry, name)) for name in names})


def specs(values: Any, where: Any, axis: str) -> Any:
    """How the leaves of an argument lie on the devices: divided by members, or whole on each."""

    def spec(value: Any, of_each: bool) -> PartitionSpec:
        if not of_each:
            return PartitionSpec()
        before = 0 if axis == FIRST else len(value.shape) - 1
        return PartitionSpec(*[None] * before, NAME)

    flat, structure = jax.tree.flatten(values)
    return structure.unflatten([spec(v, b) for v, b in zip(flat, flags(where, values))])
