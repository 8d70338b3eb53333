"""Runs on disk: one SQLite file in the user's state folder, safe when many processes write at once.

A run is one row, written as a whole in one transaction: a process that is killed loses what it had
not written, and nothing of others. The record itself is compressed JSON; the columns beside it are
what a list of runs shows, so that a list reads no record.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from onefit import environment
from onefit.runs.processes import ended
from onefit.runs.record import Run
from onefit.runs.serialization import from_json, to_json

VERSION = 1
"""The version of the tables; a file of a later one is left alone."""

MOST_RUNS = 1000
"""How many runs are kept where `ONEFIT_RUNS_MAX` does not say."""

# With `autoincrement` SQLite remembers the highest number that there ever was, for `_next`.
_TABLES = """
create table if not exists runs (
    number integer primary key autoincrement,
    key text not null unique,
    started real not null,
    seconds real not null,
    script text not null,
    ended text not null,
    fits integer not null,
    headline text not null,
    record blob not null
)
"""


class StoreError(Exception):
    """Runs cannot be read or written: the message says which file, and why."""


@dataclass(frozen=True)
class Row:
    """What a list shows of a run.

    Args:
        number: Its number.
        started: When, in seconds since 1970.
        seconds: How long it took.
        script: What was run.
        ended: `"finished"`, `"interrupted"`, `"failed"`, `"running"` or `"killed"`.
        fits: How many trainings there were.
        headline: What came of it, in a few words.
    """

    number: int
    started: float
    seconds: float
    script: str
    ended: str
    fits: int
    headline: str


def turned_off() -> bool:
    """Whether `ONEFIT_RUNS` says that no runs are kept: `off`, `0`, `no` or `false`."""
    return os.environ.get("ONEFIT_RUNS", "").strip().lower() in ("off", "0", "no", "false")


def path() -> Path:
    """The file that holds the runs; `ONEFIT_RUNS` names another folder for it.

    Raises:
        StoreError: If that is in the home of a user that there is not.
    """
    named = os.environ.get("ONEFIT_RUNS", "").strip()
    # Where no new ones are kept, those of before can still be listed.
    if not named or turned_off() or named.lower() in ("on", "1", "yes", "true"):
        return _usual() / "runs.sqlite"
    folder = environment.absolute(named)
    if not folder:
        raise StoreError(f"expected ONEFIT_RUNS to be a folder or off, received {named!r}")
    return Path(folder) / "runs.sqlite"


def _usual() -> Path:
    """`onefit` in the user's state folder; a relative one does not count (XDG says)."""
    import platformdirs

    folder = platformdirs.user_state_dir("onefit", appauthor=False)
    if not os.path.isabs(folder):
        folder = environment.absolute(os.path.join("~", ".local", "state", "onefit"))
    return Path(folder)


def most_runs() -> int:
    """How many runs are kept.

    Raises:
        StoreError: If `ONEFIT_RUNS_MAX` is no number above 0.
    """
    given = os.environ.get("ONEFIT_RUNS_MAX", "")
    if given and not (given.isdecimal() and int(given) > 0):
        told = f"expected ONEFIT_RUNS_MAX to be a number above 0, received {given!r}"
        raise StoreError(f"{told}; ONEFIT_RUNS=off keeps no runs")
    return int(given or MOST_RUNS)


class Store:
    """The runs in one file.

    Args:
        file: The file; it and its folder are made where they are needed. Defaults to `path()`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(Path(folder) / "runs.sqlite")
    ...     number = store.keep(Run(key="1f", script="xor.py", ended="finished"), "loss 0.42", 1)
    ...     store.get(number).script, [row.headline for row in store.rows()]
    ('xor.py', ['loss 0.42'])
    """

    def __init__(self, file: Path | None = None) -> None:
        """Nothing is opened yet."""
        self.file = path() if file is None else file

    def keep(self, run: Run, headline: str, fits: int, patience: float = 2.0) -> int:
        """Write a run, or write it anew if it was written before; the oldest go.

        Args:
            run: The run; it gets its number.
            headline: What came of it, in a few words.
            fits: How many trainings there were.
            patience: Seconds to wait for other processes that write. Defaults to `2.0`.

        Returns:
            Its number.

        Raises:
            StoreError: If it cannot be written.
        """
        before = run.number, run.previous
        try:
            return self._write(run, headline, fits, patience)
        except StoreError:
            run.number, run.previous = before  # nobody is told a number that cannot be found
            raise

    def _write(self, run: Run, headline: str, fits: int, patience: float) -> int:
        with self._open(patience) as connection:
            most = most_runs()
            # Takes the lock at once. Otherwise SQLite refuses to write, without waiting, where
            # another process has written since this one began to read.
            connection.execute("begin immediate")
            if not run.number:
                found = connection.execute("select number from runs where key = ?", (run.key,))
                known = found.fetchone()
                # The number is part of the record, so it is needed before SQLite would give one.
                run.number = known[0] if known else self._next(connection)
                run.previous = _previous(connection, run)
            # The quickest level, since a script waits for it.
            record = zlib.compress(to_json(run).encode(), 1)
            connection.execute(
                "insert or replace into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run.number, run.key, run.started, run.seconds, run.script, run.ended, fits,
                 headline, record),
            )  # fmt: skip
            connection.execute("delete from runs where number <= ?", (run.number - most,))
            connection.execute("commit")
        return run.number

    def rows(self, script: str = "", most: int = -1) -> list[Row]:
        """What there is, the newest first.

        Args:
            script: Only runs whose script has this in its name. Defaults to `""`, all.
            most: How many at most. Defaults to `-1`, all.

        Raises:
            StoreError: If the file cannot be read.
        """
        if not self.file.exists():
            return []
        with self._open(2.0, reading=True) as connection:
            if not _version(connection):  # somebody is making it just now
                return []
            found = connection.execute(
                "select number, started, seconds, script, ended, fits, headline, "
                # The record names the process, which is looked for where no end is known.
                "case ended when 'running' then record end from runs "
                "where instr(script, ?) > 0 or ? = '' order by number desc limit ?",
                (script, script, most),
            )
            return [_row(*row) for row in found]

    def get(self, number: int | None = None) -> Run | None:
        """A run by its number.

        Args:
            number: The number; a negative one counts from the newest, -1. Defaults to `None`, the
                newest.

        Returns:
            The run, or `None` if there is none with that number.

        Raises:
            StoreError: If the file cannot be read.
        """
        if not self.file.exists():
            return None
        with self._open(2.0, reading=True) as connection:
            if not _version(connection):
                return None
            if number is None or number < 0:
                query, value = "order by number desc limit 1 offset ?", -(number or -1) - 1
            else:
                query, value = "where number = ?", number
            row = connection.execute(f"select record from runs {query}", (value,)).fetchone()
        if row is None:
            return None
        try:
            run = _read(row[0])
        except (ValueError, zlib.error) as error:
            raise StoreError(f"the record of a run in {self.file} is damaged: {error}") from error
        run.ended = ended(run)
        return run

    def clear(self, numbers: Iterable[int] | None = None) -> int:
        """Forget runs; their numbers are not given again.

        Args:
            numbers: Their numbers. Defaults to `None`, all.

        Returns:
            How many there were.

        Raises:
            StoreError: If the file cannot be written.
        """
        if not self.file.exists():
            return 0
        with self._open(2.0) as connection:
            if numbers is None:
                count = connection.execute("delete from runs").rowcount
            else:
                picked = json.dumps(list(numbers))
                query = "delete from runs where number in (select value from json_each(?))"
                count = connection.execute(query, (picked,)).rowcount
            # SQLite leaves what was deleted in the file and in its log until both are written anew;
            # what is forgotten is to be gone.
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")
        return int(count)

    def _next(self, connection: sqlite3.Connection) -> int:
        last = connection.execute("select seq from sqlite_sequence where name = 'runs'").fetchone()
        return int(last[0]) + 1 if last else 1

    @contextlib.contextmanager
    def _open(self, patience: float, reading: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work; a process that forks never shares one."""
        try:
            if not reading:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # To list runs is not to make an empty file.
            mode = "ro" if reading else "rwc"
            address = f"{self.file.absolute().as_uri()}?mode={mode}"
            # Without an isolation level Python begins no transactions of its own.
            connection = sqlite3.connect(address, timeout=patience, isolation_level=None, uri=True)
            try:
                if not reading:
                    self._prepare(connection)
                yield connection
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            damaged = "not a database" in str(error) or "malformed" in str(error)
            advice = "; move it away, and a new one is begun" if damaged else ""
            raise StoreError(f"{self.file}: {error}{advice}") from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # Readers do not wait for a writer then, and after a power cut the file is whole with the
        # last runs missing, at worst.
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        version = _version(connection)
        if version == VERSION:
            return
        if version > VERSION:
            raise sqlite3.DatabaseError("written by a later version of onefit")
        with contextlib.suppress(OSError):
            # Command lines and paths are the user's own business.
            os.chmod(self.file, 0o600)
        connection.execute(_TABLES)
        connection.execute(f"pragma user_version = {VERSION}")


def _read(record: bytes) -> Run:
    return from_json(zlib.decompress(record).decode())


def _row(*values: Any) -> Row:
    """A row of the list; for a run that has not said how it ended, its process is looked for."""
    *shown, record = values
    row = Row(*shown)
    if record is None:
        return row
    with contextlib.suppress(ValueError, zlib.error):
        return replace(row, ended=ended(_read(record)))
    return row


def _previous(connection: sqlite3.Connection, run: Run) -> int:
    """The number of the run of the same script before this one that came to its end with fits.

    0 where there is none.
    """
    found = connection.execute(
        "select number from runs where number < ? and script = ? and fits > 0 "
        "and ended in ('finished', 'interrupted') order by number desc limit 1",
        (run.number, run.script),
    ).fetchone()
    return int(found[0]) if found and run.script else 0


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])
