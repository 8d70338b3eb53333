"""JAX is chosen before any of the tests imports Keras; LibCST looks at its own classes once."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest

from onefit.scripts.upgrade import proof as proofs
from onefit.training.host.backend import choose_jax

choose_jax()
collect_ignore_glob = ["golden/*"]

METHODS: dict[type, list[str]] = {}
"""The methods of LibCST's providers of metadata, by their classes."""
_find_methods = cst.BatchableCSTVisitor.get_visitors


def _methods_of(visitor):
    """Looked up among some 1,600 names for each source, they took a third of a short upgrade."""
    names = METHODS.get(type(visitor))
    if names is None:
        names = METHODS[type(visitor)] = list(_find_methods(visitor))
    return {name: getattr(visitor, name) for name in names}


cst.BatchableCSTVisitor.get_visitors = _methods_of

SERVER = Path(__file__).with_name("trial_server.py")


@pytest.fixture(scope="session")
def trial_server(tmp_path_factory):
    """A process that has imported Keras, and forks one for each trial.

    What JAX compiles for one of them is kept for the others.
    """
    environment = {
        **os.environ,
        **proofs._keeping(str(tmp_path_factory.mktemp("programs"))),
        **{"KERAS_BACKEND": "jax", "MPLBACKEND": "Agg"},
        **{"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"},
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(SERVER)], env=environment, **pipes) as server:
        yield server
        server.stdin.close()


@pytest.fixture
def forked_trials(trial_server, tmp_path_factory, monkeypatch):
    """Proofs run their scripts in processes that are forked, rather than started anew."""
    written = tmp_path_factory.mktemp("written")

    def process(words, folder, environment, seconds):
        files = {"out": str(written / "out"), "error": str(written / "error")}
        request = {"words": words, "folder": str(folder), "environment": environment, **files}
        print(json.dumps(request), file=trial_server.stdin, flush=True)
        if not select.select([trial_server.stdout], [], [], seconds)[0]:
            trial_server.kill()
            raise TimeoutError(words)
        out, error = (Path(one).read_bytes().decode("utf-8", "replace") for one in files.values())
        return int(trial_server.stdout.readline()), out.replace("\r\n", "\n"), error

    monkeypatch.setattr(proofs, "process", process)


@pytest.fixture
def each_run_once(forked_trials, monkeypatch):
    """A script that a proof runs again is not run again: these draw nothing from a clock.

    A proof of a difference runs the old script twice, to see whether chance made it, and these
    tests prove one old script several times.
    """
    run, known = proofs._run, {}

    def once(source, path, how, *rest):
        key = source, path, *how
        if key not in known:
            known[key] = run(source, path, how, *rest)
        return known[key]

    monkeypatch.setattr(proofs, "_run", once)
