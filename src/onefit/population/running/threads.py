"""Run jobs on all cores, with the main thread free for Ctrl-C."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from onefit.population.running.histories import Record
from onefit.population.running.job import Job
from onefit.population.running.lanes import Lane
from onefit.population.running.progress import Bar
from onefit.population.running.queue import Queue
from onefit.population.running.snapshots import Identity, Snapshots
from onefit.runs import journal
from onefit.training.checkpoints.checkpoint import checkpoint_of
from onefit.training.checkpoints.request import Request

LOOKS = 0.1  # seconds between two looks at the lanes


def kept_together(
    jobs: list[Job],
    population: Record,
    bar: Bar,
    request: Request | None,
    verb: str = "fit_many",
    seeded: bool = True,
) -> None:
    """Run jobs; where checkpoints are asked for, from the last one on, and keep new ones.

    Args:
        jobs: The jobs.
        population: Their members' histories.
        bar: Shows how far they are.
        request: What is asked for, or `None`.
        verb: What the user has called. Defaults to `"fit_many"`.
        seeded: As in `Identity`.

    Raises:
        CheckpointError: If another process trains with the folder.
    """
    with checkpoint_of(request, lambda: Identity(population, jobs, seeded)) as checkpoint:
        if checkpoint is None:
            return together(jobs, population, bar, verb)
        snapshots = Snapshots(population, jobs, checkpoint)
        snapshots.resume()
        together(jobs, population, bar, verb, snapshots)
        return snapshots.finish()


def together(
    jobs: list[Job],
    population: Record,
    bar: Bar,
    verb: str = "fit_many",
    snapshots: Snapshots | None = None,
) -> None:
    """Run one job after the other, each in its lanes; snapshots of them are written if asked for.

    Ctrl-C ends the run after the epochs that are under way, and a second Ctrl-C at once: then
    members that were in the middle of an epoch are lost. `population.interrupted` says that it
    was pressed.
    """
    lanes: list[Lane] = []
    queue: Queue | None = None
    bar.watch(population)
    try:
        jobs = [job for job in jobs if job.left]
        _compile_ahead(jobs[1:], population)
        for number, job in enumerate(jobs, start=1):
            queue = job.queue()
            bar.stage(f"compiling {number} of {len(jobs)} programs")
            job.program(job.plan.layout.slots)
            note = population.note_for(job)
            border = None if snapshots is None else snapshots.border_for(job)
            opened = [Lane(job, queue, note, border) for _ in range(job.plan.layout.lanes)]
            lanes += opened
            bar.stage("")
            _run(opened, bar, snapshots)
    except KeyboardInterrupt:
        population.interrupted = True
        if queue is not None:
            queue.closed = True
        for job in jobs:
            _put_back(job, population)
    finally:
        population.seconds = sum(lane.seconds for lane in lanes)
        population.compile_seconds = sum(job.compile_seconds for job in jobs)
    journal.note(
        verb,
        in_program=True,
        compile_seconds=population.compile_seconds,
        run_seconds=population.seconds,
    )


def _put_back(job: Job, population: Record) -> None:
    """Members that were to go on and have not come to an end are where they were before."""
    for place, before in job.before.items():
        if place not in job.outcomes:
            job.outcomes[place] = before
            number = job.members[place].number
            population.epochs[number] = before.epochs
            for values in population.history.values():
                values[number, before.epochs :] = np.nan


def _compile_ahead(jobs: list[Job], population: Record) -> None:
    """Compile the programs of later jobs while the first are compiled and run."""

    def work() -> None:
        for job in jobs:
            # Nobody waits for the programs of the jobs that were to follow.
            if population.interrupted:
                return
            with contextlib.suppress(Exception):  # raised again where the job is run
                job.program(job.plan.layout.slots)

    if jobs:
        threading.Thread(target=work, name="onefit-ahead").start()


def _run(lanes: list[Lane], bar: Bar, snapshots: Snapshots | None) -> None:
    """Run lanes in a thread each; XLA works in them at the same time."""

    def go(lane: Lane) -> None:
        try:
            lane.run()
        except BaseException:  # raised in the main thread below
            lane.queue.closed = True
            raise

    threads = ThreadPoolExecutor(len(lanes), "onefit-lane")
    running = [threads.submit(go, lane) for lane in lanes]
    # No more work comes. It is waited for below, where Ctrl-C gets through.
    threads.shutdown(wait=False)
    try:
        while wait(running, LOOKS).not_done:
            bar.show()
            if snapshots is not None:
                snapshots.write_if_due()
    except KeyboardInterrupt:
        for lane in lanes:
            lane.queue.closed = True
        bar.stage("interrupted, the epoch under way is finished (Ctrl-C once more: at once)")
        while not all(run.done() for run in running):
            try:
                wait(running)
            except KeyboardInterrupt:
                for lane in lanes:
                    lane.queue.hurried = True
        raise
    for run in running:
        run.result()
