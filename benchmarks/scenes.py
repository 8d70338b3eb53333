"""Scenes in which stock Keras on JAX fails and onefit works, both counted.

    python benchmarks/scenes.py                     # the table of docs/sameness.md
    python benchmarks/scenes.py fork server         # some scenes

Every scene runs in a process of its own, one with stock Keras and one with onefit, and prints how
many of its attempts ended as a user would expect. A process that hangs is ended after two minutes.
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

LIMIT = 120.0  # seconds after which a process is said to hang
Counts = tuple[int, int]  # attempts that ended well, and all


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


def interrupted(train: Callable[[Any], Any]) -> bool:
    """Whether a model is usable after Ctrl-C in the middle of a call."""
    model = net()
    x, y = data()
    model.fit(x, y, verbose=0)
    model.evaluate(x, y, verbose=0)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        train(model)
    except KeyboardInterrupt:
        return usable(model)
    except Exception:
        return False
    return False  # it was over before


def ctrl_c_in_fit() -> Counts:
    """Ctrl-C in the middle of a fit leaves a usable model."""
    x, y = data()
    done = [interrupted(lambda m: m.fit(x, y, epochs=10**6, verbose=0)) for _ in range(15)]
    return sum(done), len(done)


def ctrl_c_in_evaluate() -> Counts:
    """Ctrl-C in the middle of an evaluation leaves a usable model."""
    import numpy as np

    x, y = (np.tile(part, (3000, 1)) for part in data())
    done = [interrupted(lambda m: m.evaluate(x, y, 64, verbose=0)) for _ in range(15)]
    return sum(done), len(done)


def time_limit() -> Counts:
    """A signal's handler raises in the middle of a fit (a time limit): the model is usable."""

    class Late(Exception):
        pass

    def late(*_: Any) -> None:
        raise Late

    signal.signal(signal.SIGALRM, late)
    x, y = data()
    done = []
    for _ in range(12):
        model = net()
        model.fit(x, y, verbose=0)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            model.fit(x, y, epochs=10**6, verbose=0)
        except Late:
            done.append(usable(model))
        except Exception:
            done.append(False)
    return sum(done), len(done)


def handler_saves() -> Counts:
    """A signal's handler saves the model in the middle of a fit."""
    import keras

    folder = tempfile.mkdtemp()
    x, y = data()
    done: list[bool] = []
    for number in range(12):
        model = net()
        model.fit(x, y, verbose=0)
        path = f"{folder}/{number}.keras"
        saved: list[bool] = []

        def save(*_: Any, m: Any = model, path: str = path, told: Any = saved) -> None:
            try:
                m.save(path)
                told.append(keras.saving.load_model(path).count_params() == m.count_params())
            except Exception:
                told.append(False)
            m.stop_training = True

        signal.signal(signal.SIGALRM, save)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            model.fit(x, y, epochs=10**4, verbose=0)
            done.append(saved == [True] and usable(model))
        except Exception:
            done.append(False)
    return sum(done), len(done)


def looks() -> Counts:
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
    over = time.monotonic() + LIMIT / 3

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
    return sum(done), len(done)


def generator_predicts() -> Counts:
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
    return sum(done), len(done)


def threads() -> Counts:
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
    return sum(done), len(done)


def fork() -> Counts:
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
    return sum(done), len(done)


def server() -> Counts:
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
    return sum(done), len(done)


SCENES: dict[str, Callable[[], Counts]] = {
    scene.__name__: scene
    for scene in (
        ctrl_c_in_fit, ctrl_c_in_evaluate, time_limit, handler_saves, looks, generator_predicts,
        threads, fork, server,
    )
}  # fmt: skip


def one(name: str, way: str) -> None:
    """Run one scene one way, and print its counts."""
    import onefit

    if way == "onefit":
        onefit.install()
    print(json.dumps(SCENES[name]()), flush=True)
    os._exit(0)  # threads of a broken fit may still wait


def counted(name: str, way: str) -> str:
    """What a process of its own counts, in words."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, way]
    environment = os.environ | {"KERAS_BACKEND": "jax", "PYTHONUNBUFFERED": "1"}
    try:
        told = subprocess.run(command, env=environment, capture_output=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return "hangs"
    lines = [line for line in told.stdout.splitlines() if line.startswith(b"[")]
    if not lines:
        return f"the process ends with {told.returncode}"
    well, tried = json.loads(lines[-1])
    return f"{well:,} of {tried:,}"


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
