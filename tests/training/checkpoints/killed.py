"""A process whose children train and are killed.

A job is a line, `KIND EPOCHS FOLDER SECONDS RESULT`. So many seconds after the first checkpoint
that it sees, a child ends by SIGKILL, without warning. If it comes to the end before, the result
of the training is written down. JAX starts anew in each child; what is imported is imported once.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))

from kinds import outcome, start

import onefit
from onefit.training.checkpoints import checkpoint


def kill(folder: Path, seconds: float) -> None:
    while not list(folder.glob("generation-*")):
        time.sleep(0.005)
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def main(kind: str, epochs: str, folder: str, seconds: str, result: str) -> None:
    checkpoint.INTERVAL, checkpoint.SHARE = 0.03, 0.5
    os.chdir(Path(folder).parent)
    model, given = start(kind)
    begun = threading.Event()
    write = checkpoint.Checkpoint.write

    def written(*words: object) -> None:
        begun.set()
        write(*words)

    def wait() -> None:
        begun.wait()
        kill(Path(folder), float(seconds))

    checkpoint.Checkpoint.write = written
    if float(seconds) >= 0:
        threading.Thread(target=wait, daemon=True).start()
    history = onefit.fit(model, **given, epochs=int(epochs), checkpoint=folder)
    Path(result).write_bytes(pickle.dumps(outcome(model, given, history)))


def child(job: str) -> int:
    """Fork, train in the child, and wait for what becomes of it: its signal or exit code."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            main(*job.rstrip("\n").split("\t"))
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    _, status = os.waitpid(number, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    for line in sys.stdin:
        print(child(line), flush=True)
