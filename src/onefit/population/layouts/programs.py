"""The program of a group's plan: the whole run of a member, with an axis for members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import jax
import numpy as np

from onefit.population.layouts import axes, devices
from onefit.population.layouts.last_axis import members_last
from onefit.population.layouts.plan import GroupPlan
from onefit.population.models.group import Group
from onefit.population.models.member_step import AXIS, Count, MemberRun
from onefit.training.core.rows import Rows
from onefit.training.core.run import Carry, Feed, Run
from onefit.training.core.shapes import shapes
from onefit.training.host.variables import read
from onefit.training.programs import assembly
from onefit.training.programs.compilation import Program, compile_program
from onefit.training.programs.metrics import reset_of

SHARED = Carry(*cast(Any, (0, 0, 0, 0, None, 0)))
"""Which parts of a carry have a member axis: all but the position."""


def program_of(group: Group, plan: GroupPlan, slots: int) -> tuple[Program, bool]:
    """The program of a plan for so many members at a time, and whether it was compiled now."""
    steps, key = group.steps, (plan.key, slots)
    # The thread that compiles ahead may be at this very program: then it is waited for.
    with steps.lock:
        made = steps.programs.get(key)
        if made is not None:
            return made, False
        steps.programs[key] = made = compiled(group, plan, slots)
        return made, True


def compiled(group: Group, plan: GroupPlan, slots: int) -> Program:
    """Compile the function of a chunk for so many slots."""
    axis, count, steps = plan.layout.axis, plan.layout.devices, group.steps
    rules, state = [*group.rules, Count()], read(group.model)
    blank = assembly.blank_of(steps.train, steps.valid, rules, shapes(state), plan.chunk)
    one = shapes(assembly.first_carry(state, blank, group.own_start))
    carry = Carry(*(_batched(part, where, slots, axis) for part, where in zip(one, SHARED)))
    outside = (carry.last, carry.logs)
    feed = assembly.feed_shapes(plan.one, group.rules)
    inside = (steps.consts.axes(0), feed_axes(feed, plan.weighted), SHARED)
    consts = steps.consts.take(np.asarray([0]), lambda c: np.float32(0))
    consts = _batched(shapes(consts), inside[0], slots, axis)
    feed = _batched(feed, inside[1], slots, axis)
    kind = Run if axis == axes.ALONE else MemberRun
    run = kind(steps.train, steps.valid, reset_of(group.model), rules)
    function: Callable[..., Any] = run
    if axis == axes.FIRST:
        function = jax.vmap(
            run, in_axes=inside, out_axes=SHARED, axis_name=AXIS, axis_size=slots // count
        )
    elif axis == axes.LAST:
        function = members_last(run, inside, SHARED, AXIS, slots // count)
    if count > 1:
        carry = carry._replace(position=shapes(devices.start(state, count)))
        function = devices.divided(function, (consts, feed, carry), inside, axis, count)
    # The carry is always taken over: members are looked at between two calls only, as copies.
    return compile_program(function, (2,), None, outside, consts, feed, carry)


def feed_axes(feed: Feed, weighted: bool) -> Feed:
    """Which parts of a feed have a member axis, in the form of `jax.vmap`'s `in_axes`.

    Args:
        feed: The shapes of one member's feed.
        weighted: Whether each member has weights of its own, the last of the table's arrays.
    """

    def rows(own: Rows, weighted: bool) -> Rows:
        arrays = jax.tree.map(lambda _: None, own.arrays)
        if weighted:
            # `x` and `y` are shared; only the weights, which come third, have a row for each
            # member.
            arrays = (*arrays[:2], 0)
        return Rows(arrays, None if own.order is None else 0, None, None)

    valid = None if feed.valid is None else rows(feed.valid, weighted=False)
    rates = None if feed.rates is None else 0
    return Feed(rows(feed.train, weighted), valid, None, rates, 0, None, None)


def _batched(values: Any, where: Any, slots: int, axis: str) -> Any:
    """Shapes with a member axis, where `where` says so."""
    if axis == axes.ALONE or where is None:
        return values
    flat, structure = jax.tree.flatten(values)
    of_all = isinstance(where, int)
    places = [where] * len(flat) if of_all else structure.flatten_up_to(where)
    return structure.unflatten(
        [v if w is None else axes.shaped(v, slots, axis) for v, w in zip(flat, places)]
    )
