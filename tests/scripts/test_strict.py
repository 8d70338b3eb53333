"""`onefit run --strict` ends with 3 after a fallback, whatever the script makes of the error."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

EAGER = """
    import atexit, sys, threading
    import keras, numpy as np
    x = np.ones((4, 1))
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    def fit():
        model.fit(x, x, verbose=0)
"""

CAUGHT = """
    try:
        fit()
    except Exception:
        print("went on")
"""

RAISES_ANOTHER = """
    try:
        fit()
    except Exception as error:
        raise OSError("another") from error
"""

IN_A_THREAD = """
    thread = threading.Thread(target=fit)
    thread.start()
    thread.join()
"""

IN_A_THREAD_THAT_OUTLIVES_THE_SCRIPT = """
    left_open = open("left_open.txt", "w")
    left_open.write("written")
    ended = threading.Event()
    def wait_and_fit():
        ended.wait()
        fit()
    threading.Thread(target=wait_and_fit).start()
    atexit.register(print, "at exit")
    threading.Timer(0.5, ended.set).start()
"""

EXITS = CAUGHT + "    sys.exit(0)\n"

EXITS_WITH_WORDS = CAUGHT + "    sys.exit('that is why')\n"


def call(folder, *words, script):
    return subprocess.run(
        [sys.executable, "-m", "onefit", "run", *words, "-"],
        input=textwrap.dedent(EAGER) + textwrap.dedent(script),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        (CAUGHT, "went on\n"),
        (RAISES_ANOTHER, ""),
        (IN_A_THREAD, ""),
        (IN_A_THREAD_THAT_OUTLIVES_THE_SCRIPT, "at exit\n"),
        (EXITS, "went on\n"),
        (EXITS_WITH_WORDS, "went on\n"),
    ],
)
def test_strict_ends_with_3(tmp_path, script, printed):
    ours = call(tmp_path, "--strict", "--quiet", script=script)
    assert (ours.returncode, ours.stdout) == (3, printed)
    lines = ours.stderr.splitlines()
    assert lines[-1] == "onefit: because of --strict the exit code is 3"
    assert lines[-2].startswith("onefit: Expected fit to run as a program") and "OF101" in lines[-2]
    assert ours.stderr.count("onefit: because") == 1
    assert ("that is why\n" in ours.stderr) == (script is EXITS_WITH_WORDS)


def test_what_the_script_left_open_is_written(tmp_path):
    call(tmp_path, "--strict", "--quiet", script=IN_A_THREAD_THAT_OUTLIVES_THE_SCRIPT)
    assert (tmp_path / "left_open.txt").read_text() == "written"


def test_without_strict_nothing_changes(tmp_path):
    ours = call(tmp_path, "--quiet", script=IN_A_THREAD)
    assert (ours.returncode, ours.stdout, ours.stderr) == (0, "", "")


def test_strict_changes_nothing_where_all_is_in_programs(tmp_path):
    script = "    model.compile('sgd', 'mse')\n    fit()\n    sys.exit(7)"
    ours = call(tmp_path, "--strict", "--quiet", script=script)
    assert (ours.returncode, ours.stdout, ours.stderr) == (7, "", "")


def test_an_error_that_nobody_catches_is_told_once(tmp_path):
    ours = call(tmp_path, "--strict", "--quiet", script="    fit()")
    assert ours.returncode == 3
    assert ours.stderr.count("\n") == 1 and "OF101" in ours.stderr
