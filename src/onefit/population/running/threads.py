"""Run jobs on all cores, with the bar in the main thread, where Ctrl-C arrives."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor, wait

from onefit.population.running.group import Job
from onefit.population.running.histories import Record
from onefit.population.running.lanes import Lane
from onefit.population.running.progress import Bar
from onefit.population.running.queue import Queue
from onefit.runs import journal

LOOKS = 0.1  # seconds between two looks at the lanes


def together(jobs: list[Job], population: Record, bar: Bar, verb: str = "fit_many") -> None:
    """Run one job after the other, each in its lanes.

    Ctrl-C ends the run after the calls that are under way; the members that have finished by then
    are the population.
    """
    lanes: list[Lane] = []
    queue: Queue | None = None
    try:
        _compile_ahead(jobs[1:], population)
        for job in jobs:
            queue = job.queue()
            job.program(job.layout.slots)
            note = population.note_for(job)
            opened = [Lane(job, queue, note) for _ in range(job.layout.lanes)]
            lanes += opened
            _run(opened, bar)
    except KeyboardInterrupt:
        population.interrupted = True
        if queue is not None:
            queue.closed = True
    finally:
        population.seconds = sum(lane.seconds for lane in lanes)
        population.compile_seconds = sum(job.compile_seconds for job in jobs)
        bar.show(last=True)
    journal.note(
        verb,
        in_program=True,
        compile_seconds=population.compile_seconds,
        run_seconds=population.seconds,
    )


def _compile_ahead(jobs: list[Job], population: Record) -> None:
    """Compile the programs of later jobs while the first are compiled and run."""

    def work() -> None:
        for job in jobs:
            if population.interrupted:
                return
            with contextlib.suppress(Exception):  # raised again where the job is run
                job.program(job.layout.slots)

    if jobs:
        threading.Thread(target=work, name="onefit-ahead").start()


def _run(lanes: list[Lane], bar: Bar) -> None:
    """Run lanes in a thread each; XLA works in them at the same time."""

    def go(lane: Lane) -> None:
        try:
            lane.run()
        except BaseException:  # raised in the main thread below
            lane.queue.closed = True
            raise

    threads = ThreadPoolExecutor(len(lanes), "onefit-lane")
    running = [threads.submit(go, lane) for lane in lanes]
    threads.shutdown(wait=False)
    try:
        while wait(running, LOOKS).not_done:
            bar.show()
    except KeyboardInterrupt:
        for lane in lanes:
            lane.queue.closed = True
        while not all(run.done() for run in running):
            with contextlib.suppress(KeyboardInterrupt):
                wait(running)
        raise
    for run in running:
        run.result()
