"""The file of runs, from outside: other processes, kill -9, broken files, full of runs."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time

import pytest

from onefit.runs.record import Fit, Run
from onefit.runs.store import Store, StoreError, most_runs


def _kept(store, count=1, **changes):
    runs = [Run(key=os.urandom(16).hex(), script="a.py", **changes) for _ in range(count)]
    return [store.keep(run, "a headline", 1) for run in runs]


def _python(code, *words):
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


WRITES = """
    import os, sys
    from pathlib import Path
    from onefit.runs.record import Fit, Run
    from onefit.runs.store import Store
    store = Store(Path(sys.argv[1]))
    print("ready", flush=True)
    number = 0
    while number < int(sys.argv[2]) or not int(sys.argv[2]):
        run = Run(key=os.urandom(16).hex(), script=sys.argv[3])
        run.fits = [Fit(history={"loss": [1.0 / (i + 1) for i in range(1000)]})]
        store.keep(run, "loss", 1, patience=30)
        number += 1
"""


def test_a_run_comes_back_as_it_was(tmp_path):
    store = Store(tmp_path / "state" / "runs.sqlite")
    run = Run(key="1", script="a.py", fits=[Fit(history={"loss": [0.5, float("inf")]})])
    assert store.keep(run, "headline", 1) == run.number == 1
    assert store.get(1) == store.get() == store.get(-1) == run
    assert store.get(2) is None
    run.ended = "finished"
    store.keep(run, "another", 1)
    assert [(row.number, row.ended, row.headline) for row in store.rows()] == [
        (1, "finished", "another")
    ]


def test_a_run_that_could_not_be_written_has_no_number(tmp_path):
    """The disk is full when the record is written, not when the file is opened."""
    store = Store(tmp_path / "runs.sqlite")
    _kept(store)
    connection = sqlite3.connect(store.file)
    connection.execute(
        "create trigger no_room before insert on runs begin select raise(abort, 'no room'); end"
    )
    connection.close()
    run = Run(key="1", script="a.py")
    with pytest.raises(StoreError, match="no room"):
        store.keep(run, "a headline", 1)
    assert (run.number, run.previous, len(store.rows())) == (0, 0, 1)


def test_newest_first_and_by_script(tmp_path):
    store = Store(tmp_path / "runs.sqlite")
    for name in ("one.py", "two.py", "one.py"):
        store.keep(Run(key=os.urandom(8).hex(), script=f"/work/{name}"), "", 0)
    assert [row.number for row in store.rows()] == [3, 2, 1]
    assert [row.number for row in store.rows(script="one")] == [3, 1]
    assert [row.number for row in store.rows(most=1)] == [3]
    assert store.get(-2).number == 2


def test_a_run_is_compared_with_the_last_one_that_trained_and_did_not_fail(tmp_path):
    store = Store(tmp_path / "runs.sqlite")
    ends = ["finished", "interrupted", "failed", "running", "finished"]
    runs = [Run(key=f"{at}", script="a.py", ended=ended) for at, ended in enumerate(ends)]
    for run, fits in zip(runs, [1, 1, 1, 1, 0]):
        store.keep(run, "", fits)
    last = Run(key="last", script="a.py")
    store.keep(last, "", 1)
    assert [run.previous for run in (*runs, last)] == [0, 1, 2, 2, 2, 2]


def test_the_folder_is_the_users_own(tmp_path):
    store = Store(tmp_path / "state" / "onefit" / "runs.sqlite")
    _kept(store)
    assert stat.S_IMODE(store.file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600


def test_the_oldest_go_and_numbers_are_not_given_again(tmp_path, monkeypatch):
    monkeypatch.setenv("ONEFIT_RUNS_MAX", "3")
    store = Store(tmp_path / "runs.sqlite")
    assert _kept(store, 5) == [1, 2, 3, 4, 5]
    assert [row.number for row in store.rows()] == [5, 4, 3]
    assert store.clear() == 3
    assert store.rows() == []
    assert _kept(store) == [6]


def test_many_processes_write_at_once(tmp_path):
    file = tmp_path / "runs.sqlite"
    writers = [_python(WRITES, file, 15, f"script {number}") for number in range(6)]
    assert [writer.communicate(timeout=300)[1] for writer in writers] == [""] * 6
    rows = Store(file).rows()
    assert sorted(row.number for row in rows) == list(range(1, 91))
    for number in range(6):
        assert sum(row.script == f"script {number}" for row in rows) == 15


def test_kill_9_loses_at_most_what_is_being_written(tmp_path):
    file = tmp_path / "runs.sqlite"
    seen = 0
    for _ in range(4):
        writer = _python(WRITES, file, 0, "script")
        try:
            writer.stdout.readline()
            while len(Store(file).rows()) < seen + 3 and writer.poll() is None:
                time.sleep(0.01)
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        rows = Store(file).rows()
        assert len(rows) >= seen + 3
        seen = len(rows)
        assert sorted(row.number for row in rows) == list(range(1, seen + 1))
        assert Store(file).get(seen).fits[0].epochs == 1000
    checked = sqlite3.connect(file).execute("pragma integrity_check").fetchone()
    assert checked == ("ok",)


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be read" * 99])
def test_a_broken_file_is_told(tmp_path, content):
    file = tmp_path / "runs.sqlite"
    file.write_bytes(content)
    if content:
        with pytest.raises(StoreError, match=r"runs.sqlite.*not a database"):
            _kept(Store(file))
    else:
        assert _kept(Store(file)) == [1]  # an empty file is an empty database


def test_a_later_version_is_left_alone(tmp_path):
    file = tmp_path / "runs.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("pragma user_version = 99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="later version"):
        _kept(Store(file))
    assert file.read_bytes()[100:] == before[100:]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        _kept(Store(tmp_path / "file" / "onefit" / "runs.sqlite"))


def test_a_limit_that_is_no_number_is_told(monkeypatch):
    monkeypatch.setenv("ONEFIT_RUNS_MAX", "²")  # a digit to `isdigit`, and no number to `int`
    with pytest.raises(StoreError, match="expected ONEFIT_RUNS_MAX to be a number"):
        most_runs()
