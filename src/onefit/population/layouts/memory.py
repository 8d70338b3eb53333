"""How much memory the members of a population take, and how many fit at once."""

from __future__ import annotations

from onefit.errors import PopulationError
from onefit.population.members.free_memory import check_members, free_bytes
from onefit.population.models.group import Group
from onefit.training.core.shapes import size_of
from onefit.training.rewrite.jaxprs import equations

SHARE = 0.25  # of the free memory that a population may take while it runs


def room_for(group: Group) -> int:
    """How many members of a group fit in memory at once.

    Raises:
        PopulationError: If not even one does, or if all of them together do not once trained.
    """
    one, free = member_bytes(group), free_bytes()
    left = state_bytes(group)  # what stays of each until the end
    if one + group.data.bytes > free:
        raise PopulationError(
            f"Expected a member to fit in memory. Received: one takes about {one / 2**20:,.0f} MiB "
            f"beside {group.data.bytes / 2**20:,.0f} MiB of data, and {free / 2**20:,.0f} MiB are "
            "free. Use a smaller batch or model."
        )
    # What is trained stays until the end, so all members have to fit, not only those under way.
    check_members(len(group.members), left, free)
    return max(1, int(free * SHARE) // max(1, one))


def member_bytes(group: Group) -> int:
    """What a member takes while it runs: its state in several copies, its orders and logs."""
    orders = 0 if group.ordered else 2 * 4 * group.chunk * group.sizes[0].rows
    return 2 * state_bytes(group) + working_bytes(group) + orders + 64 * group.chunk


def working_bytes(group: Group) -> int:
    """What a step of a member goes through: its state and its rules', and what it computes."""
    return state_bytes(group) + step_bytes(group)


def step_bytes(group: Group) -> int:
    """What a step of a member computes and holds at once."""
    step = group.steps.train.step
    inside = max(
        (v.aval.size * 4 for e in equations(step.jaxpr.jaxpr) for v in e.outvars), default=0
    )
    return 8 * int(inside)


def state_bytes(group: Group) -> int:
    """The bytes of a member's state and its rules'."""
    return size_of([group.starts[0].state, group.own_start])
