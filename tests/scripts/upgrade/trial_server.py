"""A program that imports plain Keras once, and forks a process for each trial of a proof.

It reads a request a line, and answers with the exit code. JAX has not started when it forks. Two
thirds of a trial of a small script are the import of Keras, which is also its first line.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys

import keras  # noqa: F401


def next_trial():
    """Wait for requests; return from it in the process of each trial, and `None` at the end."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            return request
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def enter(request):
    """Become the process that would have been started."""
    for number, name in enumerate((os.devnull, request["out"], request["error"])):
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0)  # noqa: SIM115
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["words"][1:]
    sys.path[0] = os.path.dirname(sys.argv[0])


gc.collect()
gc.freeze()
asked = next_trial()
if asked is not None:
    enter(asked)
    runpy.run_path(sys.argv[0], run_name="__main__")
