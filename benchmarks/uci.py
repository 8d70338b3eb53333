"""Ensembles of small networks on the UCI regression sets, beside what is published of MC dropout.

    python benchmarks/uci.py FOLDER              # all nine; into docs/populations/ensemble.md
    python benchmarks/uci.py FOLDER --quick      # two splits of each set; prints, writes nothing
    python benchmarks/uci.py FOLDER --sets yacht energy

`FOLDER` has, for each set, `NAME.csv.gz` (columns `x0`, ..., `y`) and `NAME.splits.json.gz`: the
test rows of each split that Gal and Ghahramani (2016) have published, and how many hidden units
their network has.

For each split an ensemble of five networks is trained (Lakshminarayanan et al. 2017): each gives
a mean and a variance, and learns by the likelihood of the targets. The training rows are divided
into five parts; each network stops by one of them and is trained on the other four. Weight decay
and loss are those with the best likelihood on these parts. So the test rows of a split decide
nothing, and all networks that are tried are counted and timed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import statistics
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pages import put

ROOT = Path(__file__).resolve().parent.parent
RESULTS, PAGE = ROOT / "benchmarks/results/uci.json", ROOT / "docs/populations/ensemble.md"
PARTS = 5


@dataclass(frozen=True)
class Set:
    """A table, and what is published of it.

    Args:
        file: The name of its files.
        dropout: The mean test log-likelihood of MC dropout, as Gal and Ghahramani's repository has
            it.
        dropout_rmse: Its mean root of the mean squared error.
    """

    file: str
    dropout: float
    dropout_rmse: float


SETS = {
    "boston": Set("bostonHousing", -2.402, 2.904),
    "concrete": Set("concrete", -2.937, 4.826),
    "energy": Set("energy", -1.212, 0.539),
    "kin8nm": Set("kin8nm", 1.136, 0.079),
    "naval": Set("naval-propulsion-plant", 4.450, 0.001),
    "power": Set("power-plant", -2.808, 4.014),
    "protein": Set("protein-tertiary-structure", -2.871, 4.274),
    "wine": Set("wine-quality-red", -0.928, 0.622),
    "yacht": Set("yacht", -1.250, 0.666),
}

RATE = 0.01
LARGE = 5_000  # rows from which there are half as many values to choose from


@dataclass(frozen=True)
class Recipe:
    """How networks are trained: for all sets by the same rule, which knows their rows alone.

    Args:
        epochs: At most.
        batch: Rows a batch.
        decays: Weight decays to choose from.
        powers: To choose from, how much the loss weighs rows that are taken for noisy; see
            `Likelihood`.
    """

    epochs: int
    batch: int
    decays: tuple[float, ...]
    powers: tuple[float, ...] = (0.5, 1.0)

    @classmethod
    def of(cls, rows: int) -> Recipe:
        """The recipe for a table with so many rows."""
        batch = next(size for size, most in BATCHES if rows < most)
        epochs = int(min(300, max(20, 400_000 // rows)))
        return cls(epochs, batch, (0.01,) if rows >= LARGE else (0.01, 0.1))


BATCHES = ((32, 5_000), (64, 20_000), (128, math.inf))


def read(folder: Path, file: str) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], int]:
    """A set's inputs, targets, test rows of each split, and hidden units."""
    with gzip.open(folder / f"{file}.csv.gz", "rt") as lines:
        table = np.loadtxt(lines, delimiter=",", skiprows=1)
    with gzip.open(folder / f"{file}.splits.json.gz", "rt") as content:
        told = json.load(content)
    tests = [np.asarray(rows, int) for rows in told["test_rows"]]
    return table[:, :-1], table[:, -1], tests, int(told["n_hidden"])


@dataclass
class Split:
    """A split, with the rows that its networks are trained on and stop by.

    Args:
        train: The training rows, in an order of their own.
        test: The test rows.
        mean: The mean of each column over the training rows, the target's last.
        scale: The standard deviation, likewise.
    """

    train: np.ndarray
    test: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, table: np.ndarray, test: np.ndarray, seed: int) -> Split:
        """Draw an order of the rows that are not tested on, and scale by them."""
        train = np.setdiff1d(np.arange(len(table)), test)
        train = np.random.default_rng(seed).permutation(train)
        scale = table[train].std(0)
        return cls(train, test, table[train].mean(0), np.where(scale > 0, scale, 1.0))

    def scaled(self, table: np.ndarray) -> np.ndarray:
        """The whole table in units of the training rows."""
        return ((table - self.mean) / self.scale).astype("float32")

    def parts(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each network, the rows that it is trained on and those that it stops by."""
        size = len(self.train) // PARTS  # parts of one size share a program; the rest is trained on
        held = [self.train[at * size : (at + 1) * size] for at in range(PARTS)]
        return [(np.setdiff1d(self.train, part), part) for part in held]


def network(columns: int, hidden: int, decay: float, power: float) -> Any:
    """A network with a mean and a variance."""
    import keras
    from keras import ops

    class Likelihood(keras.losses.Loss):
        """The negative log-likelihood, each row weighed by a power of its variance.

        With 0 it is the likelihood alone. With 0.5 (Seitzer et al. 2022) a network goes on to learn
        from rows that it has taken for noisy; with 1 it learns its mean as by the squared error.
        """

        def __init__(self, power: float) -> None:
            super().__init__()
            self.power = power

        def call(self, target: Any, told: Any) -> Any:
            # `variance ** power`, so that the power may be an input: all networks are one program
            variance = ops.stop_gradient(ops.softplus(told[:, 1:]) + 1e-6)
            return surprise(target, told) * ops.exp(self.power * ops.log(variance))

        def get_config(self) -> dict[str, Any]:
            return {"power": self.power}

    layers = [keras.layers.Dense(hidden, activation="relu"), keras.layers.Dense(2)]
    net = keras.Sequential([keras.Input((columns,)), *layers])
    optimizer = keras.optimizers.AdamW(RATE, weight_decay=decay)
    net.compile(optimizer, Likelihood(power), metrics=[surprise])
    return net


def surprise(target: Any, told: Any) -> Any:
    """The negative log-likelihood of a normal distribution, without its constant."""
    from keras import ops

    mean, variance = told[:, :1], ops.softplus(told[:, 1:]) + 1e-6
    return 0.5 * (ops.log(variance) + ops.square(target - mean) / variance)


def trained(one: Set, folder: Path, splits: int) -> dict[str, Any]:
    """Train the ensembles of a set, and judge them on the test rows."""
    import onefit  # noqa: I001  (before Keras: it chooses the backend)
    from keras import callbacks

    x, y, tests, hidden = read(folder, one.file)
    table = np.column_stack([x, y])
    own = [Split.of(table, test, seed) for seed, test in enumerate(tests[:splits])]
    copies = np.concatenate([split.scaled(table) for split in own])  # each split has its own scale
    folds = [
        (train + at * len(table), held + at * len(table))
        for at, split in enumerate(own)
        for train, held in split.parts()
    ]
    told = {"monitor": "val_surprise", "mode": "min"}
    recipe = Recipe.of(len(table))
    patience = max(10, recipe.epochs // 6)
    stop = callbacks.EarlyStopping(patience=patience, restore_best_weights=True, **told)
    slower = callbacks.ReduceLROnPlateau(factor=0.3, patience=patience // 2, **told)
    began, worked = time.perf_counter(), time.process_time()
    nets = onefit.fit_many(
        partial(network, x.shape[1], hidden),
        copies[:, :-1],
        copies[:, -1:],
        folds=folds,
        sweep={"decay": list(recipe.decays), "power": list(recipe.powers)},
        epochs=recipe.epochs,
        batch_size=recipe.batch,
        validation_batch_size=4096,
        callbacks=[slower, stop],
        verbose=0,
    )
    seconds = time.perf_counter() - began
    combinations = [dict(m.values) for m in nets.members[:: len(folds)]]
    best = np.asarray(nets.table()["val_surprise"]).reshape(len(combinations), len(own), PARTS)
    chosen = best.mean(2).argmin(0)
    scores = [
        judged(nets, int(chosen[at]) * len(folds) + at * PARTS, split, table)
        for at, split in enumerate(own)
    ]
    return {
        "seconds": seconds,
        "processor seconds": time.process_time() - worked,
        "compile seconds": nets.compile_seconds,
        "networks": len(folds),
        "tried": len(nets),
        "epochs": float(np.median(nets.epochs)),
        "diverged": int(nets.diverged.sum()),
        "layout": str(nets.jobs[0].plan.layout),
        "chosen": [combinations[at] for at in chosen],
        "log-likelihood": [score[0] for score in scores],
        "rmse": [score[1] for score in scores],
    }


def judged(nets: Any, first: int, split: Split, table: np.ndarray) -> tuple[float, float]:
    """The ensemble's test log-likelihood and error, in the target's own units.

    The mixture of the members' normal distributions is taken as one, with its mean and variance.
    """
    rows = split.scaled(table)[split.test]
    members = [nets[first + member] for member in range(PARTS)]
    told = np.stack([net.predict(rows[:, :-1], batch_size=8192, verbose=0) for net in members])
    told = told.astype(float)
    means, variances = told[..., 0], np.logaddexp(0, told[..., 1]) + 1e-6
    mean = means.mean(0)
    variance = (variances + means**2).mean(0) - mean**2
    scale, shift = split.scale[-1], split.mean[-1]
    off = table[split.test, -1] - (mean * scale + shift)
    variance = variance * scale**2
    logs = -0.5 * (np.log(2 * math.pi * variance) + off**2 / variance)
    return float(logs.mean()), float(np.sqrt((off**2).mean()))


def page(found: dict[str, Any]) -> str:
    """What is measured, for the page."""
    lines, better = [], 0
    for name, told in found["sets"].items():
        one = SETS[name]
        (mean, error), (rmse, rmse_error) = map(_mean, (told["log-likelihood"], told["rmse"]))
        better += mean > one.dropout
        won = "better" if mean > one.dropout else "**worse**"
        lines.append(
            f"| {name} | {len(told['rmse'])} | {mean:.3f} ± {error:.3f} | {one.dropout:.3f} "
            f"| {won} | {rmse:.3g} ± {rmse_error:.2g} | {one.dropout_rmse:.3g} | {told['tried']} "
            f"| {told['seconds']:.1f} |"
        )
    counts = ("networks", "tried")
    networks, tried = (sum(told[name] for told in found["sets"].values()) for name in counts)
    about = {name: found[name] for name in ("seconds", "cores", "date", "versions")}
    sizes = {"better": better, "sets": len(lines), "networks": networks, "tried": tried}
    about["plural"] = "" if found["cores"] == 1 else "s"
    about["shared"] = SHARED if found["load"] > found["cores"] + 1 else ""
    return TEXT.format(rows="\n".join(lines), **sizes, **about)


def _mean(values: list[float]) -> tuple[float, float]:
    """The mean over splits and its standard error."""
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return statistics.fmean(values), error


SHARED = " Other work ran on the machine at the same time, so times are longer than they would be."
TEXT = """## On the UCI regression sets

Written by `benchmarks/uci.py` on {cores} core{plural}, {date}, with {versions}.

Nine tables, with the splits that [Gal and Ghahramani (2016)](https://arxiv.org/abs/1506.02142)
have published, and their hidden layer (50 units; 100 for protein). For each split an ensemble
of five networks is trained, each of which gives a mean and a variance ([Lakshminarayanan et al.
2017](https://arxiv.org/abs/1612.01474)): {networks} networks. With all that were tried to
choose weight decay and loss, {tried} networks were trained in **{seconds:.0f} s**, compiling
included.{shared}

On {better} of {sets} sets the mean test log-likelihood is better than what [their
repository](https://github.com/yaringal/DropoutUncertaintyExps) publishes of MC dropout.

| set | splits | log-likelihood | MC dropout | | RMSE | MC dropout | networks | s |
|---|---|---|---|---|---|---|---|---|
{rows}

± is the standard error over splits. Log-likelihood and RMSE are of test rows, in the target's
own units.

How it is done: the training rows of a split are divided into five parts, and each network stops
by one of them and is trained on the other four. Weight decay (0.01 or 0.1; of tables with 5,000
rows and more 0.01) and the loss (how much it weighs rows that a network takes for noisy) are chosen
by the same parts, for each split by itself. Inputs and targets are scaled by the training rows.
Everything else follows from one rule for all sets, which looks at the number of rows alone. So the
test rows of a split decide nothing. The rule and the values to choose from were made once, with a
look at validation rows of concrete; whoever made them had seen what earlier settings get on the
test rows. They were changed once since, to take less time: at most 300 epochs instead of 400 (of
larger tables 400,000 rows instead of 500,000), and 32 rows a batch for the smallest tables instead
of 16. That was decided by processor time, and by validation rows of energy, kin8nm and naval.
Where the difference is smaller than the standard error, as on boston and wine, neither is better
for certain.

All splits of a set are one call of `fit_many`: the table is in memory once for each split,
scaled by its training rows, and `folds` has five pairs of rows for each. The script is
[`benchmarks/uci.py`](../../benchmarks/uci.py).
"""


def main() -> None:
    """Train all sets, or some, and write the page when all splits of all sets were trained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--quick", action="store_true", help="two splits of each set")
    given = parser.parse_args()
    import onefit  # noqa: F401  (before Keras: it chooses the backend)

    began = time.perf_counter()
    sets = {}
    for name in given.sets:
        told = sets[name] = trained(SETS[name], given.folder, 2 if given.quick else 20)
        (mean, error), (rmse, _) = map(_mean, (told["log-likelihood"], told["rmse"]))
        print(
            f"{name:9} log-likelihood {mean:.3f} ± {error:.3f} (MC dropout {SETS[name].dropout}), "
            f"RMSE {rmse:.4g} ({SETS[name].dropout_rmse}), {told['tried']} networks in "
            f"{told['seconds']:.1f} s, {told['processor seconds']:.1f} s of processor time, "
            f"{told['compile seconds']:.1f} s compiling, {told['epochs']:.0f} epochs",
            flush=True,
        )
    seconds = time.perf_counter() - began
    print(f"{sum(told['tried'] for told in sets.values())} networks in {seconds:.0f} s")
    if given.quick or set(given.sets) != set(SETS):
        return
    found = {
        "sets": sets,
        "seconds": seconds,
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[2],
        "date": time.strftime("%Y-%m-%d"),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("onefit", "keras", "jax")),
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    put(PAGE, "uci", page(found))


if __name__ == "__main__":
    main()
