"""What a population goes on from after a crash: each member's last border, and the histories.

Members do not depend on each other, so a snapshot needs no moment at which all of them stand
still: it is what each lane has last left here. Members that have not begun are not in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import jax
import numpy as np

from onefit.population.layouts import axes
from onefit.population.running.histories import Record
from onefit.population.running.job import Job, Outcome
from onefit.population.running.queue import Going
from onefit.training.checkpoints import identity
from onefit.training.checkpoints.checkpoint import Checkpoint
from onefit.training.core.run import Carry

WAY = "a population"
ARGUMENTS = ("batch_size", "epochs", "shuffle", "validation_batch_size", "validation_freq")

Entry = dict[str, Any]


class Identity:
    """The parts of a population that decide about its numbers.

    Args:
        record: The population.
        jobs: Its jobs.
        seeded: Whether the seeds of its members are what the user has given. Those of restarts are
            drawn where the script stands, which an unseeded one does somewhere else every time.
            Defaults to `True`.
    """

    def __init__(self, record: Record, jobs: Sequence[Job], seeded: bool = True) -> None:
        """Look at nothing yet: members are trained on copies of model and callbacks."""
        self.record, self.jobs, self.seeded = record, jobs, seeded

    @cached_property
    def parts(self) -> identity.Parts:
        """Each part as short text."""
        given = self.record.given
        models = [[identity.layers_of(j.model), identity.compiled_with(j.model)] for j in self.jobs]
        callbacks = jax.tree.leaves(given["callbacks"])
        members = [[m.seed * self.seeded, dict(m.values)] for m in self.record.members]
        rows = [[a for a in (m.train, m.valid) if a is not None] for m in self.record.members]
        tables = [j.group.data for j in self.jobs]
        data = [jax.tree.leaves((t.arrays, t.valid_arrays, t.own_weights)) for t in tables]
        return {
            **identity.surroundings_of(),
            "the model": identity.digest(models),
            "the data": identity.data_digest(data),
            "the members": identity.digest([members, identity.data_digest(rows)]),
            "the layout": identity.digest([str(job.plan.layout) for job in self.jobs]),
            "the arguments": identity.digest({name: given[name] for name in ARGUMENTS}),
            "the callbacks": identity.digest([identity.callback_of(c) for c in callbacks]),
        }


class Snapshots:
    """The last border of each member on its way, and what a checkpoint makes of them.

    Args:
        record: The histories.
        jobs: The jobs.
        checkpoint: Where it is written.
    """

    def __init__(self, record: Record, jobs: Sequence[Job], checkpoint: Checkpoint) -> None:
        """No member has begun."""
        self.record, self.jobs, self.checkpoint = record, jobs, checkpoint
        self.borders: dict[int, Entry] = {}
        self.lock = threading.Lock()

    def resume(self) -> None:
        """Put members where an interrupted run has left them, if there was one."""
        saved = self.checkpoint.saved(WAY)
        if saved is None:
            return
        record = self.record
        record.history = saved["history"]
        ends = {number: entry["epoch"] for number, entry in saved["members"].items()}
        for number in range(len(record.members)):
            end = ends.get(number, record.epochs[number])  # where a member was taken up
            # The histories may be ahead of a member's last border: what lies beyond is run again.
            for table in record.history.values():
                table[number, end:] = np.nan
        for job in self.jobs:
            for place, member in enumerate(job.members):
                if member.number in saved["members"]:
                    entry = saved["members"][member.number]
                    self._put(job, place, entry)
                    record.epochs[member.number] = entry["epoch"]
                    record.finished[member.number] = entry["finished"]

    def _put(self, job: Job, place: int, entry: Entry) -> None:
        """Put a member where it was."""
        start = job.group.starts[place]
        state = jax.tree.unflatten(jax.tree.structure(start.state), entry["state"])
        own = jax.tree.unflatten(jax.tree.structure(job.group.own_start), entry["own"])
        if entry["finished"]:
            state, own = jax.tree.map(lambda a: np.asarray(a)[None], (state, own))
            job.outcomes[place] = Outcome(state, own, 0, entry["epoch"], entry["halted"])
            return
        going = Going(place, start)
        going.state, going.own = state, own
        going.epoch, going.rate = entry["epoch"], entry["rate"]
        going.stream.go_on_from(entry["stream"])
        job.under_way[place] = going

    def border_for(self, job: Job) -> Callable[[list[Going], Carry | None], None]:
        """A function that takes the members of a lane at a border."""

        def border(going: list[Going], carry: Carry | None) -> None:
            """Keep where they are; their values are in the carry, if there is one."""
            if carry is not None:
                state = jax.tree.map(np.array, axes.first(carry.state, job.axis))
                own = jax.tree.map(np.array, axes.first(carry.rules, job.axis))
            found = {}
            for slot, member in enumerate(going):
                values = (member.state, member.own)
                if carry is not None:
                    values = jax.tree.map(lambda a, s=slot: a[s], (state, own))
                found[job.members[member.place].number] = _entry(
                    *values, member.epoch, rate=member.rate, stream=member.stream.position()
                )
            with self.lock:
                self.borders |= found

        return border

    def write_if_due(self) -> None:
        """Begin to write, if it is time."""
        if self.checkpoint.due:
            self.checkpoint.write(WAY, self.content)

    def finish(self) -> None:
        """The run has ended, or Ctrl-C has ended it."""
        self.checkpoint.interrupted = self.record.interrupted
        if self.record.interrupted:
            # A border may be on its way to the disk, and this one must come after it.
            self.checkpoint.wait()
            self.checkpoint.write(WAY, self.content)
        else:
            # of a rung of a search, those that were taken out have not, and are not to go on
            self.checkpoint.finish(WAY, lambda: self.content() | {"ended": True})

    def content(self) -> dict[str, Any]:
        """What can be gone on from now."""
        with self.lock:
            members = dict(self.borders)
        for job in self.jobs:
            # A list, because lanes put members down meanwhile.
            for place, outcome in list(job.outcomes.items()):
                if outcome.halted or outcome.epochs >= job.last:  # Ctrl-C puts others down, too
                    ended = _entry(*job.outcome(place), halted=outcome.halted, finished=True)
                    members[job.members[place].number] = ended
        count = sum(entry["finished"] for entry in members.values())
        total = len(self.record.members)
        with self.record.lock:
            history = {name: table.copy() for name, table in self.record.history.items()}
        return {
            "ended": count == total,
            "where": f"with {count} of {total} members finished",
            "members": members,
            "history": history,
        }


def _entry(
    state: Any,
    own: Any,
    epoch: int,
    *,
    rate: float | None = None,
    stream: Any = None,
    halted: bool = False,
    finished: bool = False,
) -> Entry:
    """A member at a border, in plain values and arrays."""
    return {
        "state": [np.asarray(leaf) for leaf in jax.tree.leaves(state)],
        "own": [np.asarray(leaf) for leaf in jax.tree.leaves(own)],
        "epoch": int(epoch),
        "rate": rate,
        "stream": stream,
        "halted": bool(halted),
        "finished": finished,
    }
