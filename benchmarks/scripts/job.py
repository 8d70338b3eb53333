"""What the scripts share: the job, the rows, the first weights, and the line of JSON they print.

A script is started as ``script.py job.json``. It imports nothing of the driver's and nothing that
its peer would not import anyway, so that its process costs what a user's process costs.
"""

import json
import os
import resource
import sys
import time

import numpy as np

with open(sys.argv[1]) as _file:
    JOB = json.load(_file)
_loaded = {}
_compiled = {"seconds": 0.0, "programs": 0}


def since_start():
    """Seconds since the driver started this process."""
    return time.time() - float(os.environ["BENCHMARK_STARTED"])


def timed(function, *arguments, **keywords):
    """Call a function: its result and the seconds that it took."""
    started = time.perf_counter()
    result = function(*arguments, **keywords)
    return result, time.perf_counter() - started


def median_seconds(function, calls):
    """The median duration of some calls, after one that is not counted."""
    function()
    return float(np.median([timed(function)[1] for _ in range(calls)]))


def prediction_times(predict, x, name):
    """Median seconds of one row and of 1000 rows, and what forty new batch sizes take together."""
    programs = compiled()[1]
    sizes = sum(timed(predict, x[:rows])[1] for rows in range(2, 42))
    return {
        f"{name}, 40 new batch sizes": sizes,
        f"{name}, programs for them": compiled()[1] - programs,
        f"{name}, 1 row": median_seconds(lambda: predict(x[:1]), 1000),
        f"{name}, 1000 rows": median_seconds(lambda: predict(x[:1000]), 50),
    }


def arrays(name, rows=None):
    """The inputs and targets of a data set that the driver has written."""
    if name not in _loaded:
        with np.load(JOB["data"][name]) as file:
            _loaded[name] = file["x"], file["y"]
    x, y = _loaded[name]
    return x[:rows], y[:rows]


def first_weights(shapes):
    """Glorot's uniform weights for every matrix or kernel, zeros for every vector."""
    random = np.random.default_rng(JOB.get("seed", 0))
    return [_glorot(random, tuple(shape)) for shape in shapes]


def _glorot(random, shape):
    if len(shape) < 2:
        return np.zeros(shape, "float32")
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return random.uniform(-limit, limit, shape).astype("float32")


def start_orders(rows):
    """Begin the sequence of orders that a new Keras model draws after ``np.random.seed(0)``."""
    np.random.seed(0)
    np.random.permutation(rows)  # Keras looks at one batch of a new model before it trains


def orders(rows, epochs):
    """The order of the rows in each epoch, as ``keras.Model.fit`` draws it."""
    return np.stack([np.random.permutation(rows) for _ in range(epochs)])


def batches(order, batch_size):
    """Split one epoch's order into batches; the last one may be smaller."""
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def watch_compiler():
    """Count what XLA compiles from here on, where JAX is at work."""
    if "jax" not in sys.modules:
        return
    from jax import monitoring

    def heard(event, seconds, **_):
        if event == "/jax/core/compile/backend_compile_duration":
            _compiled["seconds"] += seconds
            _compiled["programs"] += 1

    monitoring.register_event_duration_secs_listener(heard)


def compiled():
    """Seconds in XLA's compiler (or in its cache) and the number of programs, so far."""
    return _compiled["seconds"], _compiled["programs"]


def memory_mb():
    """The resident memory of this process, now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def forget_peak():
    """Let ``peak_mb`` start anew (Linux)."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak_mb():
    """The highest resident memory since the last ``forget_peak``."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def tell_fit(fit, model, seconds, losses, **values):
    """Report consecutive fits of one model; of very many models only some are told.

    ``first_s`` is the first call, ``run_s`` the median of the later ones.
    """
    if model % fit.get("tell_every", 1) == 0:
        tell(
            fit=fit["name"],
            model=model,
            first_s=seconds[0],
            run_s=float(np.median(seconds[1:] or seconds)),
            loss=losses[-1],
            **values,
            peak_mb=peak_mb(),
            memory_mb=memory_mb(),
            done_s=since_start(),
        )


def tell(**values):
    """Print one line of JSON, which the driver collects."""
    print(json.dumps({name: _rounded(value) for name, value in values.items()}), flush=True)


def _rounded(value):
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    if isinstance(value, int) or not hasattr(value, "__float__"):
        return value
    return float(f"{value:.6g}")
