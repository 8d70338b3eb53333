"""Members on their way through a program, and those that wait for a slot."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from onefit.population.models.initial_weights import Start


class Going:
    """A member on its way.

    Args:
        place: Its place in the group.
        start: Where it starts.
    """

    def __init__(self, place: int, start: Start) -> None:
        """Before its first epoch."""
        self.place, self.stream = place, start.stream
        self.state: Any = start.state
        self.own: Any = None
        self.epoch = 0
        self.stopped = False  # it has finished
        self.halted = False  # a rule has ended it
        self.rate: float | None = None  # set by a schedule


class Queue:
    """Members that wait for a slot.

    `closed` says that no more are taken, and that those under way end with their epoch; `hurried`,
    that they end at once.
    """

    def __init__(self, going: list[Going]) -> None:
        """All of them, in order."""
        self.waiting = deque(going)
        self.lock = threading.Lock()
        self.closed = self.hurried = False

    def take(self, most: int, joins: Callable[[Going, list[Going]], bool]) -> list[Going]:
        """The next members; none if it is closed.

        Args:
            most: How many at most.
            joins: Whether a member can go with those that were taken before it; one that cannot
                keeps its place in the queue.
        """
        taken: list[Going] = []
        with self.lock:
            passed: list[Going] = []
            while self.waiting and len(taken) < most and not self.closed:
                member = self.waiting.popleft()
                (taken if joins(member, taken) else passed).append(member)
            self.waiting.extendleft(reversed(passed))
        return taken
