"""Write ``docs/benchmarks.md`` and its figures: ``python benchmarks/report.py``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import bars
import figures
import results
import summary
from results import Case, digits
from summary import table

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
SEARCH = HERE / "results" / "search.json"

OPENING = """# {title}

This page compares the speed of onefit with that of other libraries on the same tasks, including the
tasks on which onefit is slower. The page is written by `python benchmarks/report.py` from the files in
`benchmarks/results`; `benchmarks/README.md` says how to repeat every measurement.

**How it was measured.** Each value is the median of {turns} runs, with half of the range behind "±". A
run is a whole process. The libraries take turns (A, B, C, A, B, C, ...), so that a ratio compares
processes that ran one after the other. A *cold* process is the first one ever: it begins with an empty
cache folder. A *second* process finds the programs that the first one has compiled. A library that keeps
nothing on the disk has only one kind of process.

**What is the same for all.** All libraries get the same data, initial weights, order of the rows, batch
size and number of epochs, and use Adam. There are two exceptions: scikit-learn draws its own weights,
and TensorFlow shuffles with its own generator. The final losses are listed as well as the times, because
a fast training that has learned nothing is worthless.

| Name in the tables | What it is |
|---|---|
| onefit | the Keras script, unchanged, run with `onefit run` |
| keras-jax | the same script with stock Keras on JAX |
| keras-jax-steps | the same, with the largest possible `steps_per_execution` |
| tensorflow | the same script with Keras on TensorFlow |
| torch, torch-compile | a training loop in PyTorch with fused Adam; in the second case with the loss compiled by `torch.compile` |
| jax-scan | the whole training as one `scan` written by hand in JAX, with compiled programs kept on the disk: the fastest that XLA can be expected to be |
| sklearn | scikit-learn's `MLPClassifier` |
| numpy | the forward pass, the gradients and Adam written by hand in NumPy |
"""  # noqa: E501


def main() -> None:
    """Read the results, draw the figures, write the page."""
    gpu = "--gpu" in sys.argv
    found = results.read(HERE / "results" / ("gpu" if gpu else ""))
    if not found:
        sys.exit("expected results in benchmarks/results, found none; run benchmarks/run.py first")
    name = "benchmarks-gpu" if gpu else "benchmarks"
    drawn = figures.draw(found, DOCS / "figures", name)
    (DOCS / f"{name}.md").write_text("\n".join(page(found, drawn, gpu)) + "\n")
    if not gpu:
        summary.write(found, DOCS.parent / "README.md")


def page(found: dict[str, Case], drawn: dict[str, str], gpu: bool) -> Iterator[str]:
    """The lines of the page."""
    turns = set(map(turns_of, found.values()))
    span = " to ".join(str(n) for n in sorted({min(turns), max(turns)}))
    yield OPENING.format(title=f"Benchmarks{' on a GPU' * gpu}", turns=span)
    yield from machine(found)
    if not gpu:  # the bars, and what is said of those that are missed, are those of two cores
        yield "## Goals\n"
        yield "Each row is a goal that onefit was built for. Where a goal was not reached, the last"
        yield "column says what stands in the way. The *bare scan* is `jax-scan`.\n"
        yield from goals(found)
    for name, case in found.items():
        yield f"## {case.found['title']}\n"
        turns = turns_of(case)
        yield f"{turns} turn{'s' * (turns > 1)}, {case.found['date']}.\n"
        if "note" in case.found:
            yield f"{case.found['note']}\n"
        yield from ABOUT.get(name, ())
        if name in drawn:
            yield f"![{case.found['title']}](figures/{drawn[name]})\n"
        yield from TABLES.get(name, fits)(case)
        for failure in case.failures():
            yield f"Failed: {failure}\n"
    if not gpu and SEARCH.exists():
        yield from search(json.loads(SEARCH.read_text()))


def search(found: dict[str, Any]) -> Iterator[str]:
    """A search of KerasTuner, whole."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    turns = len(found["seconds"]["onefit"])
    yield f"## A search with KerasTuner\n\n{turns} turns, {found['date']}; {versions}.\n"
    yield "A `RandomSearch` of six trials of 20 epochs over the units of a hidden layer and the"
    yield "learning rate, on 2,000 rows of 20 columns (`benchmarks/search.py`). Each search is a"
    yield "cold process, and compiles its programs for each number of units."
    yield f"The trials' scores are {'the same' if found['same'] else 'not the same'}.\n"
    rows = (
        [way, digits(median(s)), ", ".join(map(digits, s))] for way, s in found["seconds"].items()
    )
    yield from table(["", "median, s", "each, s"], rows)


def turns_of(case: Case) -> int:
    """How often each peer had its turn."""
    return 1 + max(run["turn"] for run in case.found["runs"])


def machine(found: dict[str, Case]) -> Iterator[str]:
    """The machine and the versions."""
    case = next(iter(found.values())).found
    about = case["machine"]
    gpus = "".join(f", {gpu}" for gpu in about["gpu"])
    memory = f"{about['memory_gib']:.0f} GiB of memory"
    yield f"**Machine.** {about['cpu']}, {about['cores']} cores, {memory}, {about['system']}{gpus}."
    for limit in (c for c in found.values() if "limits" in c.peers):
        rate, bandwidth = (limit.cell("limits", k) for k in ("matmul_gflops", "bandwidth_gb_s"))
        yield f"It reached {rate} GFLOP/s in products of float32 matrices, and moved"
        yield f"{bandwidth} GB/s."
        break
    others = [run["others"] for other in found.values() for run in other.found["runs"]]
    yield f"While a benchmark ran, other processes used {median(others):.2f} cores in the median"
    disturbed = sum(share > 0.15 for share in others)
    yield f"and {max(others):.2f} at most; it was more than 0.15 for {disturbed} of {len(others)}"
    yield "runs."
    versions: dict[str, str] = {}
    for other in found.values():
        for packages in other.found["versions"].values():
            versions |= packages
    listed = ", ".join(f"{package} {version}" for package, version in sorted(versions.items()))
    dates = sorted(other.found["date"] for other in found.values())
    span = " to ".join(sorted({dates[0], dates[-1]}))
    yield f"The versions were {listed}. It was measured on: {span}; each table has its date.\n"


def goals(found: dict[str, Case]) -> Iterator[str]:
    """The table of claims."""
    rows = (
        [bar.what, bar.goal, bar.measured, bars.MET[bar.met], bars.limit(bar)]
        for bar in bars.bars(found)
    )
    yield from table(["What", "Goal", "Measured", "Reached", "What stands in the way"], rows)


def whole(case: Case) -> Iterator[str]:
    """Whole processes: wall and CPU time, memory, loss."""
    header = [
        "peer",
        "process",
        "wall, s",
        "CPU, s",
        "fit, s",
        "peak memory, MB",
        "final loss",
        "times onefit",
    ]
    yield from table(header, (row for peer in case.peers for row in _whole_rows(case, peer)))


def _whole_rows(case: Case, peer: str) -> Iterator[list[str]]:
    processes = dict.fromkeys(r["process"] for r in case.found["runs"] if r["peer"] == peer)
    for process in processes:
        cells = [
            case.cell(peer, key, process=process) for key in ("wall_s", "cpu_s", "fit_s", "peak_mb")
        ]
        loss = case.median(peer, "loss", process=process)
        ratio = case.ratio(peer, "onefit", "wall_s", process=process)
        yield [peer, process, *cells, "–" if loss is None else f"{loss:.4f}", digits(ratio)]


def fits(case: Case) -> Iterator[str]:
    """Fits: an epoch of the later call, the first call, memory, losses."""
    peers = [peer for peer in case.peers if peer != "limits"]
    yield "Time of an epoch once everything is compiled, in milliseconds:\n"
    yield from table(["fit", *peers], (_epoch_row(case, fit, peers) for fit in case.fits))
    yield "Time of the first call (one epoch, including compilation) in seconds, in a cold and in a"
    yield "second process:\n"
    yield from table(["fit", *peers], (_first_row(case, fit, peers) for fit in case.fits))
    yield "How many seconds of the cold first call XLA's compiler took, and the peak memory in"
    yield "MB:\n"
    both = [p for p in peers if p in ("onefit", "jax-scan", "keras-jax")]
    header = ["fit", *(f"compile, {p}" for p in both), *(f"memory, {p}" for p in peers)]
    yield from table(header, (_compile_row(case, fit, both, peers) for fit in case.fits))
    yield "Loss in the last epoch:\n"
    yield from table(["fit", *peers], (_loss_row(case, fit, peers) for fit in case.fits))


def dense(case: Case) -> Iterator[str]:
    """Fits of dense nets, with their share of what the machine can do."""
    yield from fits(case)
    yield "Which share of the machine's rate of matrix products was reached. Networks of a million"
    yield "weights do not fit into the caches; for these the second number is the share of the"
    yield "memory bandwidth that Adam alone needs:\n"
    peers = [peer for peer in case.peers if peer != "limits"]
    yield from table(["fit", *peers], (_share_row(case, fit, peers) for fit in case.fits))


def _share_row(case: Case, fit: dict, peers: list[str]) -> Iterator[str]:
    yield fit["name"]
    for peer in peers:
        multiply, move = (f(case, peer, fit) for f in (bars.matmul_share, bars.bandwidth_share))
        large = bars.operations(fit) > 3e6
        yield "–" if multiply is None else f"{multiply:.0%}" + (f", {move:.0%}" if large else "")


def _epoch_row(case: Case, fit: dict, peers: list[str]) -> list[str]:
    scale = 1000 / fit["epochs"][-1]
    return [fit["name"], *(case.cell(peer, "run_s", fit["name"], scale=scale) for peer in peers)]


def _first_row(case: Case, fit: dict, peers: list[str]) -> Iterator[str]:
    yield fit["name"]
    for peer in peers:
        second, cold = (
            case.median(peer, "first_s", fit["name"], process=p) for p in ("second", "cold")
        )
        if second is None or cold is None:
            yield "–"
        else:
            yield digits(cold) + (f" / {digits(second)}" if second != cold else "")


def _compile_row(case: Case, fit: dict, both: list[str], peers: list[str]) -> list[str]:
    compiled = [case.cell(peer, "compile_s", fit["name"], process="cold") for peer in both]
    memory = [case.median(peer, "peak_mb", fit["name"]) for peer in peers]
    return [fit["name"], *compiled, *("–" if m is None else digits(m) for m in memory)]


def _loss_row(case: Case, fit: dict, peers: list[str]) -> list[str]:
    losses = [case.median(peer, "loss", fit["name"]) for peer in peers]
    return [fit["name"], *("–" if loss is None else f"{loss:.5f}" for loss in losses)]


def measured(case: Case) -> Iterator[str]:
    """Predictions: whatever the scripts measured, a row a measure."""
    names: dict[str, None] = {}
    for run in case.found["runs"]:
        for line in run["printed"]:
            names |= dict.fromkeys(line.get("measured", {}))
    rows = (
        [_in_units(name), *(_measured_cell(case, p, name) for p in case.peers)] for name in names
    )
    yield from table(["", *case.peers], rows)


def _in_units(name: str) -> str:
    if name.endswith("1 row"):
        return f"{name} (us)"
    return name if "memory" in name or "programs" in name else f"{name} (ms)"


def _measured_cell(case: Case, peer: str, name: str) -> str:
    scale = (
        1e6 if name.endswith("1 row") else 1.0 if "memory" in name or "programs" in name else 1e3
    )
    return case.cell(peer, name, scale=scale)


def startup(case: Case) -> Iterator[str]:
    """Start-up: whole processes, and the first loss on the screen."""
    header = ["what", "process", "wall, s", "import, s", "first loss, s", "peak memory, MB"]
    rows = []
    for peer in case.peers:
        for process in dict.fromkeys(r["process"] for r in case.found["runs"] if r["peer"] == peer):
            keys = ("wall_s", "import_s", "first_loss_s", "peak_mb")
            rows.append([peer, process, *(case.cell(peer, key, process=process) for key in keys)])
    yield from table(header, rows)


def first(case: Case) -> Iterator[str]:
    """First calls in pairs: both medians, and the median and the quartiles of their ratios."""
    rows = []
    for name, ratios in bars.first_ratios(case).items():
        told = [t for run in case.found["runs"] for t in run["printed"] if t["fit"] == name]
        ours, stock = (digits(median(t[key] for t in told)) for key in ("onefit_s", "stock_s"))
        low, middle, high = (digits(q) for q in quantiles(ratios, n=4))
        rows.append([name, ours, stock, middle, f"{low} to {high}", f"{len(ratios)}"])
    header = ["fit", "onefit, s", "keras-jax, s", "ratio", "half of the pairs", "pairs"]
    yield from table(header, rows)


def many(case: Case) -> Iterator[str]:
    """Many models: the time of each and the memory after some of them."""
    header = [
        "peer",
        "first model, s",
        "11th, s",
        "21st, s",
        "501st, s",
        *("memory after 1, MB", "11", "21", "501"),
    ]
    rows = []
    for peer in case.peers:
        cells = [
            case.cell(peer, k, "many", model=m)
            for k in ("first_s", "memory_mb")
            for m in (0, 10, 20, 500)
        ]
        rows.append([peer, *cells])
    yield from table(header, rows)


TABLES = {
    "tutorial": whole,
    "dense_table": dense,
    "dense_fashion": dense,
    "predict": measured,
    "startup": startup,
    "many": many,
    "first": first,
}
ABOUT = {
    "tutorial": (
        "The script of the tutorial: a network with 2, 4 and 1 units learns XOR in 1000 epochs of "
        "one batch of four rows; then it is evaluated and predicts.\n",
    ),
    "tutorial_fit": ("Three new models are each fitted twice; the table shows the first model.\n",),
    "first": (
        "One epoch of a network that is new to the process, including the time of XLA's compiler. "
        "In each pair onefit trains one network and stock Keras trains another one like it, in one "
        "process and in either order; the first two fits of the process are not counted. (In the "
        "tables above, the fits of a process follow each other. If the weights of a fit have the "
        "shapes of those before, stock Keras finds small programs there that onefit does not "
        "need.)\n",
    ),
    "loop": (
        "200 calls of `fit(epochs=1)` for a network with 32, 64, 64 and 1 units on 128 rows in "
        "batches of 32.\n",
    ),
    "many": (
        "Models with 32, 64, 64 and 1 units, each trained for two epochs on 512 rows. Stock Keras "
        "on JAX trains 21 of them only.\n",
    ),
}

if __name__ == "__main__":
    main()
