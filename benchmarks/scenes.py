"""Scenes in which stock Keras on JAX fails and onefit works, both counted.

    python benchmarks/scenes.py                     # the table of docs/sameness.md
    python benchmarks/scenes.py fork server         # some scenes

Every scene runs in a process of its own, one with stock Keras and one with onefit, and says of each
attempt whether it ended as a user would expect. A process that hangs is ended after five minutes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

LIMIT = 300.0  # seconds after which a process is said to hang
PRESS = 0.5  # seconds from the begin of a call to Ctrl-C, or to another signal
LOST = 10.0  # seconds after which a fit that has not heard it is stopped


def data() -> tuple[Any, Any]:
    """Rows for a small network."""
    import numpy as np

    x = np.random.default_rng(0).normal(size=(2048, 8)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


def net() -> Any:
    """A small network."""
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "relu")])
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse", metrics=["mae"])
    return model


def usable(model: Any) -> bool:
    """Whether a model can still be read, predict and train."""
    import numpy as np

    x, y = data()
    try:
        weights = model.get_weights()
        model.predict(x[:32], verbose=0)
        model.fit(x[:32], y[:32], verbose=0)
    except Exception:
        return False
    return all(np.isfinite(weight).all() for weight in weights)


def disturbed(number: int, act: Callable[[Any], Any]) -> Iterator[bool]:
    """Whether a model is usable after a signal in the middle of a call, and the call has heard it.

    Args:
        number: The signal. What its handler raises ends the call.
        act: Makes the call, which is long.
    """
    model = None
    for _ in range(15):
        if model is None or not usable(model):
            model = net()
            usable(model)  # all is compiled
        heard = False
        timers = [
            threading.Timer(PRESS, os.kill, (os.getpid(), number)),
            threading.Timer(LOST, stop, (model,)),
        ]
        for timer in timers:
            timer.start()
        try:
            act(model)
        except (KeyboardInterrupt, TimeoutError):
            heard = True
        except Exception:
            heard = False
        for timer in timers:
            timer.cancel()
        well = heard and usable(model)
        if not well:
            model = None
        yield well


def stop(model: Any) -> None:
    """End a call that has not heard a signal."""
    model.stop_training = model.stop_evaluating = True


def long_fit(model: Any) -> None:
    """A fit that goes on for minutes."""
    x, y = data()
    model.fit(x, y, epochs=10**6, verbose=0)


def long_evaluation(model: Any) -> None:
    """An evaluation that goes on for seconds."""
    import numpy as np

    x, y = (np.tile(part, (3000, 1)) for part in data())
    model.evaluate(x, y, 32, verbose=0)


def ctrl_c_in_fit() -> Iterator[bool]:
    """Ctrl-C in the middle of a fit leaves a usable model."""
    yield from disturbed(signal.SIGINT, long_fit)


def ctrl_c_in_evaluate() -> Iterator[bool]:
    """Ctrl-C in the middle of an evaluation leaves a usable model."""
    yield from disturbed(signal.SIGINT, long_evaluation)


def time_limit() -> Iterator[bool]:
    """A time limit (a handler that raises) in the middle of a fit leaves a usable model."""

    def late(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    yield from disturbed(signal.SIGALRM, long_fit)


def handler_saves() -> Iterator[bool]:
    """A signal's handler saves the model in the middle of a fit."""
    import keras

    folder = tempfile.mkdtemp()
    model, saved = net(), []

    def save(*_: Any) -> None:
        path = f"{folder}/{len(saved)}.keras"
        try:
            model.save(path)
            saved.append(keras.saving.load_model(path).count_params() == model.count_params())
        except Exception:
            saved.append(False)
        model.stop_training = True

    signal.signal(signal.SIGALRM, save)
    for number in range(12):
        if not usable(model):
            model = net()
        signal.setitimer(signal.ITIMER_REAL, PRESS)
        try:
            long_fit(model)
        except Exception:
            saved[number:] = [False]
        yield len(saved) == number + 1 and saved[number] and usable(model)
        saved[number + 1 :] = []


def looks() -> Iterator[bool]:
    """`get_weights`, `save`, `predict`, `m(x)`, `evaluate` from another thread during a fit."""
    import numpy as np

    x, y = data()
    path = f"{tempfile.mkdtemp()}/m.keras"
    kinds: list[Callable[[Any], Any]] = [
        lambda m: m.get_weights(),
        lambda m: m.save(path),
        lambda m: m.predict(x[:8], verbose=0),
        lambda m: np.asarray(m(x[:8])),
        lambda m: m.evaluate(x[:64], y[:64], verbose=0),
    ]
    model, done = net(), []
    model.fit(x, y, verbose=0)
    for kind in kinds:
        kind(model)
    over = time.monotonic() + LIMIT / 2

    def look() -> None:
        try:
            while len(done) < 1400 and time.monotonic() < over:
                for kind in kinds:
                    try:
                        found = kind(model)
                        parts = found if isinstance(found, list) else [found]
                        done.append(all(np.isfinite(p).all() for p in parts if p is not None))
                    except Exception:
                        done.append(False)
        finally:
            model.stop_training = True

    thread = threading.Thread(target=look)
    thread.start()
    while thread.is_alive():  # stock Keras's own fit may fail, too
        try:
            model.fit(x, y, epochs=10**6, verbose=0)
        except Exception:
            model = net()
    thread.join()
    yield from done


def generator_predicts() -> Iterator[bool]:
    """A generator predicts with the model that it feeds."""
    import numpy as np

    x, y = data()
    model, done = net(), []
    model.fit(x, y, verbose=0)

    def hardest() -> Iterator[Any]:
        while True:
            try:
                found = model.predict(x[:256], verbose=0)
                done.append(bool(np.isfinite(found).all()))
                rows = np.argsort(-np.abs(found - y[:256])[:, 0])[:32]
            except Exception:
                done.append(False)
                rows = np.arange(32)
            yield x[rows], y[rows]

    try:
        model.fit(hardest(), steps_per_epoch=43, epochs=10, verbose=0)
    except Exception:
        done.append(False)
    yield from done


def threads() -> Iterator[bool]:
    """`predict` from eight threads at once."""
    import numpy as np

    x, _ = data()
    model = net()
    model.compile("adam", "mse")
    expected = [model.predict(x[at : at + 32], verbose=0) for at in range(0, 320, 32)]

    def ask(number: int) -> bool:
        at = number % 10
        try:
            found = model.predict(x[at * 32 : at * 32 + 32], verbose=0)
        except Exception:
            return False
        return bool(np.array_equal(found, expected[at]))

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(ask, range(1200)))
    yield from done


def fork() -> Iterator[bool]:
    """A forked child predicts what its parent has predicted before."""
    import numpy as np

    x, _ = data()
    model, done = net(), []
    expected = model.predict(x[:32], verbose=0)
    for _ in range(3):
        child = os.fork()
        if not child:
            found = model.predict(x[:32], verbose=0)
            os._exit(0 if np.array_equal(found, expected) else 1)
        over = time.monotonic() + 20
        ended, status = os.waitpid(child, os.WNOHANG)
        while not ended and time.monotonic() < over:
            time.sleep(0.05)
            ended, status = os.waitpid(child, os.WNOHANG)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        done.append(bool(ended) and status == 0)
    yield from done


def server() -> Iterator[bool]:
    """A web server with a thread for each request answers eight clients."""
    import urllib.request
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    x, _ = data()
    model = net()
    expected = [float(model.predict(x[at : at + 1], verbose=0)[0, 0]) for at in range(8)]

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = int(self.path[1:])
            try:
                told, code = repr(float(model.predict(x[at : at + 1], verbose=0)[0, 0])), 200
            except Exception as error:
                told, code = str(error), 500
            self.send_response(code)
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

    serving = Server(("127.0.0.1", 0), Answers)
    threading.Thread(target=serving.serve_forever, daemon=True).start()

    def ask(at: int) -> bool:
        address = f"http://127.0.0.1:{serving.server_port}/{at % 8}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return float(answer.read()) == expected[at % 8]
        except Exception:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(ask, range(240)))
    serving.shutdown()
    yield from done


SCENES: dict[str, Callable[[], Iterator[bool]]] = {
    scene.__name__: scene
    for scene in (
        ctrl_c_in_fit, ctrl_c_in_evaluate, time_limit, handler_saves, looks, generator_predicts,
        threads, fork, server,
    )
}  # fmt: skip


def one(name: str, way: str) -> None:
    """Run one scene one way, and print its counts after each attempt."""
    import onefit

    if way == "onefit":
        onefit.install()
    done: list[bool] = []
    for well in SCENES[name]():
        done.append(bool(well))
        print(json.dumps([sum(done), len(done)]), flush=True)
    os._exit(0)  # threads of a broken fit may still wait


def counted(name: str, way: str) -> str:
    """What a process of its own counts, in words."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, way]
    environment = os.environ | {"KERAS_BACKEND": "jax", "PYTHONUNBUFFERED": "1"}
    then = ""
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=LIMIT)
        told = done.stdout
        if done.returncode:
            then = f"the process ends with {done.returncode}"
    except subprocess.TimeoutExpired as error:
        told, then = error.stdout or b"", f"nothing more after {LIMIT:.0f} s"
    lines = [line for line in told.splitlines() if line.startswith(b"[")]
    counts = "{:,} of {:,}".format(*json.loads(lines[-1])) if lines else ""
    return ", then ".join(filter(None, (counts, then)))


def main() -> None:
    """Print the table, or run the scene that `--one` names."""
    if sys.argv[1:2] == ["--one"]:
        return one(*sys.argv[2:])
    print("| scene | onefit | stock Keras on JAX |\n|---|---|---|")
    for name in sys.argv[1:] or SCENES:
        words = (SCENES[name].__doc__ or "").rstrip(".")
        print(f"| {words} | {counted(name, 'onefit')} | {counted(name, 'stock')} |", flush=True)
    return None


if __name__ == "__main__":
    main()
