"""Searches: Optuna's trials as populations beside stock Keras in Optuna's own loop, and halving.

    pip install "onefit[search]"
    python benchmarks/searches.py optuna abalone.csv.gz    # writes results/searches.json, and
    python benchmarks/searches.py halving pima.csv.gz      # into docs/populations/search.md
    python benchmarks/searches.py optuna abalone.csv.gz --quick       # prints, writes nothing

The tables are files of comma-separated values, the target in the last column, words among the
inputs as codes. `optuna`: 256 trials, five epochs each, of a network of 10,000 weights; learning
rate, dropout and weight decay are searched. Stock Keras trains some of the same trials in
Optuna's own loop, in a process of its own, and its time is multiplied to all of them; no trial
depends on how many others there are, but for Optuna's own time. `halving`: 256 configurations on
five folds, from ten seeds, with and without taking out those that fall behind.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
import textwrap
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pages import put

ROOT = Path(__file__).resolve().parent.parent
RESULTS, PAGE = ROOT / "benchmarks/results/searches.json", ROOT / "docs/populations/search.md"
TRIALS, EPOCHS = 256, 5
HALVING, LONGEST, FOLDS = 4, 48, 5


def table(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Scaled inputs, and the last column: scaled too, unless it has two values."""
    with gzip.open(path, "rt") as lines:
        _, *rows = csv.reader(lines)
    columns = [_numbers(column) for column in zip(*rows)]
    x, y = np.stack(columns[:-1], 1), columns[-1]
    classes = np.unique(y)
    y = (y == classes[1]) if len(classes) == 2 else (y - y.mean()) / y.std()
    return ((x - x.mean(0)) / x.std(0)).astype("float32"), y.astype("float32")


def _numbers(column: tuple[str, ...]) -> np.ndarray:
    try:
        return np.asarray(column, float)
    except ValueError:
        return np.unique(column, return_inverse=True)[1].astype(float)


def network(columns: int, learning_rate: float, drop: float, decay: float) -> Any:
    """About 10,000 weights."""
    import keras

    dense = keras.layers.Dense
    layers = [dense(100, "relu"), keras.layers.Dropout(drop), dense(90, "relu"), dense(1)]
    net = keras.Sequential([keras.Input((columns,)), *layers])
    net.compile(keras.optimizers.AdamW(learning_rate, weight_decay=decay), "mse")
    return net


def populations(path: Path, trials: int) -> dict[str, Any]:
    """Optuna's trials, each turn of which is a population."""
    began = time.perf_counter()
    import onefit

    x, y = table(path)

    def build(learning_rate: float, drop: float, decay: float) -> Any:
        return network(x.shape[1], learning_rate, drop, decay)

    space = {
        "learning_rate": onefit.log_uniform(1e-4, 1e-1),
        "drop": onefit.uniform(0.05, 0.5),
        "decay": onefit.log_uniform(1e-5, 1e-1),
    }
    arguments = {"validation_split": 0.2, "epochs": EPOCHS, "verbose": 0, "baselines": False}
    imported = time.perf_counter() - began
    nets = onefit.search(build, x, y, space=space, trials=trials, sampler="tpe", **arguments)
    seconds = time.perf_counter() - began - imported
    return {
        "trials": len(nets),
        "seconds": seconds,
        "import": imported,
        "compile": nets.compile_seconds,
        "weights": int(nets[0].count_params()),
        "best": nets.choose().mean,
        "layout": str(nets.jobs[0].plan.layout),
    }


def loop(path: Path, trials: int) -> dict[str, Any]:
    """The same space in Optuna's own loop, each trial trained by stock Keras on JAX."""
    began = time.perf_counter()
    import keras
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    x, y = table(path)

    def objective(trial: Any) -> float:
        keras.utils.set_random_seed(0)
        rate = trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)
        drop = trial.suggest_float("drop", 0.05, 0.5)
        decay = trial.suggest_float("decay", 1e-5, 1e-1, log=True)
        net = network(x.shape[1], rate, drop, decay)
        told = net.fit(x, y, epochs=EPOCHS, validation_split=0.2, verbose=0)
        return float(told.history["val_loss"][-1])

    imported = time.perf_counter() - began
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=trials)
    seconds = time.perf_counter() - began - imported
    return {"trials": trials, "seconds": seconds, "import": imported, "best": study.best_value}


def optuna_beside_keras(path: Path, quick: bool) -> dict[str, Any]:
    """Both in turns, each in a process of its own."""
    turns, stock = (1, 3) if quick else (3, 16)
    found: dict[str, list[dict[str, Any]]] = {"populations": [], "loop": []}
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    for _ in range(turns):
        for way, count in (("populations", 32 if quick else TRIALS), ("loop", stock)):
            command = [sys.executable, "-W", "ignore", __file__, way, str(path)]
            command += ["--trials", str(count)]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
            found[way].append(json.loads(done.stdout.splitlines()[-1]))
            print(way, found[way][-1], flush=True)
    return found


def small(drop: float, learning_rate: float, decay: float) -> Any:
    """A network for a small table of two classes."""
    import keras

    layers = [keras.layers.Dense(16, "relu"), keras.layers.Dropout(drop)]
    net = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=decay)
    net.compile(optimizer, "binary_crossentropy")
    return net


def halving(path: Path, quick: bool) -> list[dict[str, Any]]:
    """Searches with and without halving, from several seeds: work, and who wins."""
    import onefit  # noqa: I001  (before Keras: it chooses the backend)
    from keras.callbacks import EarlyStopping
    from onefit.population.results.configurations import configurations

    x, y = table(path)
    space = {
        "learning_rate": onefit.log_uniform(1e-4, 1e-1),
        "drop": onefit.uniform(0.05, 0.6),
        "decay": onefit.log_uniform(1e-5, 1.0),
    }
    trials, seeds = (32, 2) if quick else (TRIALS, 10)
    found = []
    for seed in range(seeds):
        arguments = {"space": space, "trials": trials, "folds": FOLDS, "stratify": True}
        arguments |= {"callbacks": [EarlyStopping(patience=10, restore_best_weights=True)]}
        arguments |= {"epochs": LONGEST, "seed": seed, "verbose": 0, "baselines": False}
        took = []
        for factor in (None, HALVING):
            began = time.perf_counter()
            nets = onefit.search(small, x, y, halving=factor, **arguments)
            took.append((time.perf_counter() - began, int(nets.epochs.sum()), nets))
        full, halved = took[0][2], took[1][2]
        scores = [one.scores["val_loss"] for one in configurations(full)]
        best, won = full.choose(), halved.choose()
        behind = scores[won.configuration].mean - best.mean
        found.append(
            {
                "seconds": [took[0][0], took[1][0]],
                "epochs": [took[0][1], took[1][1]],
                "same": won.configuration == best.configuration,
                "behind": behind,
                "error": best.error,
                "good": bool(behind <= best.error),
            }
        )
        print(found[-1], flush=True)
    return found


def optuna_text(found: dict[str, Any]) -> str:
    """What is measured of Optuna, for the page."""
    ours, stock = found["turns"]["populations"], found["turns"]["loop"]
    seconds = statistics.median(one["seconds"] for one in ours)
    each = statistics.median(one["seconds"] / one["trials"] for one in stock)
    trials, factor = ours[0]["trials"], each * ours[0]["trials"] / seconds
    return (
        f"{trials} trials of a network of {ours[0]['weights']:,} weights, {EPOCHS} epochs of a "
        f"table of {found['rows']:,} rows, take **{seconds:.1f} s** with `sampler='tpe'`, "
        f"compiling included. Stock Keras in Optuna's own loop takes {each:.2f} s a trial, on "
        f"{stock[0]['trials']} trials, so {each * trials:.0f} s for all of them: **{factor:.0f} "
        f"times** as long. (Medians of {len(ours)} processes each, on {found['cores']} cores; "
        f"{found['versions']}; `benchmarks/searches.py`.)"
    )


def halving_text(found: dict[str, Any]) -> str:
    """What is measured of halving, for the page."""
    seeds = found["seeds"]
    work = statistics.median(one["epochs"][0] / one["epochs"][1] for one in seeds)
    faster = statistics.median(one["seconds"][0] / one["seconds"][1] for one in seeds)
    same, good = (sum(one[name] for one in seeds) for name in ("same", "good"))
    return (
        f"Measured with {TRIALS} configurations on {FOLDS} folds of a table of {found['rows']:,} "
        f"rows, {LONGEST} epochs, `halving={HALVING}`, from {len(seeds)} seeds: **{work:.1f} "
        f"times** fewer epochs than the whole search, which takes {faster:.1f} times as long: both "
        f"build and compile the models. In {same} of {len(seeds)} searches the configuration that "
        f"wins is the one that the whole search chooses, and in {good} it is that one or not worse "
        f"by more than its standard error. "
        f"({found['cores']} cores; {found['versions']}; `benchmarks/searches.py`.)"
    )


TEXTS = {"optuna": optuna_text, "halving": halving_text}


def publish(name: str, found: dict[str, Any]) -> None:
    """Keep the numbers, and put them between the marks of the page."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[name] = found
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    put(PAGE, name, textwrap.fill(TEXTS[name](found), 112, break_on_hyphens=False))


def main() -> None:
    """Measure one of the two, or be one of the processes of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["optuna", "halving", "populations", "loop"])
    parser.add_argument("table", type=Path)
    parser.add_argument("--quick", action="store_true", help="few trials, and nothing is written")
    parser.add_argument("--trials", type=int, default=TRIALS, help="used by the script itself")
    given = parser.parse_args()
    if given.what in ("populations", "loop"):
        one = {"populations": populations, "loop": loop}[given.what]
        print(json.dumps(one(given.table, given.trials)))
        return
    found: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "cores": len(os.sched_getaffinity(0)),
        "versions": ", ".join(f"{n} {version(n)}" for n in ("onefit", "keras", "jax", "optuna")),
        "rows": len(table(given.table)[0]),
    }
    if given.what == "optuna":
        found["turns"] = optuna_beside_keras(given.table, given.quick)
    else:
        found["seeds"] = halving(given.table, given.quick)
    print(TEXTS[given.what](found))
    if not given.quick:
        publish(given.what, found)


if __name__ == "__main__":
    main()
