"""The folder of a search: what was tried is kept there until the search has ended."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator

from onefit.atomic_file import atomic_file
from onefit.errors import PopulationError
from onefit.training.checkpoints.generations import remove
from onefit.training.checkpoints.identity import Parts, changed
from onefit.training.checkpoints.request import Request, asking

FORMAT = 2  # 1 had all arguments as one part
HEAD = "search.json"


class SearchFolder:
    """A folder with a checkpoint for each part of a search, and what the search is.

    Args:
        folder: Where.
        parts: What decides about the numbers of the search, each part as short text.
        resume: Whether to go on from what is there, or to remove it.
    """

    def __init__(self, folder: str | os.PathLike[str], parts: Parts, resume: bool) -> None:
        """Look at what is there, and say what the search is.

        Raises:
            PopulationError: If it is damaged, or of another search.
            OSError: If the folder cannot be written.
        """
        self.path = Request.of(folder).folder
        self.path.mkdir(parents=True, exist_ok=True)
        if resume:
            self._check(parts)
        else:
            self.clear()
            # `clear` may have removed the folder as well.
            self.path.mkdir(parents=True, exist_ok=True)
        with atomic_file(self.path / HEAD) as file:
            file.write(json.dumps({"format": FORMAT, "parts": parts}).encode())

    def _check(self, parts: Parts) -> None:
        """Refuse what is not this search."""
        head = self.path / HEAD
        if not head.exists():
            return
        advice = "Give another folder, or `resume=False` to remove what is there and begin anew."
        try:
            found = json.loads(head.read_text())
            before, version = dict(found["parts"]), found["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise PopulationError(
                f"Expected a search in {self.path}. Received: a damaged {HEAD}: {error}. {advice}"
            ) from None
        if version != FORMAT:
            raise PopulationError(
                f"Expected a search of format {FORMAT}. Received: {self.path}, of format "
                f"{version}, which another version of onefit has written. {advice}"
            )
        if differing := changed(before, parts):
            raise PopulationError(
                f"Expected the search that was begun in {self.path}. Received: one of which "
                f"{', '.join(differing)} changed. {advice}"
            )

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Have the population that is trained in this block keep a checkpoint that stays."""
        with asking(Request(self.path / name, stays=True)):
            yield

    def clear(self) -> None:
        """Remove what the search has kept, and the folder if it is empty then."""
        # Only what is ours: the user may have put other files into the folder.
        for path in self.path.glob("part-*"):
            remove(path)
        (self.path / HEAD).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()


def part_of(folder: SearchFolder | None, name: str) -> contextlib.AbstractContextManager[None]:
    """A block in which a population is kept, if there is a folder for it."""
    return contextlib.nullcontext() if folder is None else folder.part(f"part-{name}")
