"""What onefit means to reach, and what was measured: one row a claim."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from results import Case, digits

Results = dict[str, Case]


MET = {True: "yes", False: "**no**", None: "–"}


@dataclass(frozen=True)
class Bar:
    """One claim.

    Attributes:
        what: What is measured, and under which conditions.
        goal: The bar, as text.
        measured: The result, as text.
        met: Whether the bar is reached; None where it could not be measured.
    """

    what: str
    goal: str
    measured: str
    met: bool | None


def at_least(what: str, goal: float, ratio: float, text: str) -> Bar:
    """A bar on how many times faster onefit is; ``ratio`` is the peer's time by onefit's."""
    return _bar(what, f"{digits(goal)} times {text}", ratio, ratio >= goal, " times")


def at_most(what: str, goal: float, value: float, unit: str) -> Bar:
    """A bar on a time or a size."""
    return _bar(what, f"at most {digits(goal)} {unit}", value, value <= goal, f" {unit}")


def _bar(what: str, goal: str, value: float, met: bool, unit: str) -> Bar:
    missing = value is None or math.isnan(value)
    return Bar(
        what, goal, "not measured" if missing else digits(value) + unit, None if missing else met
    )


def bars(results: Results) -> Iterator[Bar]:
    """All bars whose case has results."""
    for name, function in _BARS:
        if name in results:
            yield from function(results[name])


def _tutorial(case: Case) -> Iterator[Bar]:
    for process, rows in (
        ("second", ((25, "tensorflow"), (15, "tensorflow"), (1, "sklearn"))),
        ("cold", ((12, "tensorflow"), (1, "torch"))),
    ):
        for goal, peer in rows:
            ratio = case.ratio(peer, "onefit", "wall_s", process=process)
            what = f"the tutorial's whole script, {process} process"
            yield at_least(what, goal, ratio, f"as fast as {peer}")


def _tutorial_fit(case: Case) -> Iterator[Bar]:
    what = "the tutorial's `fit`, second call in a process"
    fit = ("run_s", "tutorial")
    yield at_most(
        what + ", beside the bare scan", 3, case.ratio("onefit", "jax-scan", *fit), "times"
    )
    yield at_least(
        what, 200, case.ratio("keras-jax", "onefit", *fit), "as fast as stock Keras on JAX"
    )
    yield at_least(what, 5, case.ratio("numpy", "onefit", *fit), "as fast as NumPy by hand")
    yield at_most(what, 10, 1000 * (case.median("onefit", *fit) or math.nan), "ms")
    again = case.ratio("keras-jax", "onefit", "first_s", "tutorial", model=1)
    what = "the tutorial's `fit`, a new model of the same shape"
    yield at_least(what, 50, again, "as fast as stock Keras on JAX")


def _dense_small(case: Case) -> Iterator[Bar]:
    for fit in case.fits:
        if fit["batch_size"] == 32 and _weights(fit) < 3e5:
            key = ("run_s", fit["name"])
            what = f"{_about(case, fit)}, an epoch"
            yield at_least(what, 6, case.ratio("torch", "onefit", *key), "as fast as PyTorch eager")
            yield at_least(
                what, 3, case.ratio("keras-jax", "onefit", *key), "as fast as stock Keras on JAX"
            )
            yield at_most(
                what + ", beside the bare scan",
                1.15,
                case.ratio("onefit", "jax-scan", *key),
                "times",
            )


def _dense_large(case: Case) -> Iterator[Bar]:
    for fit in case.fits:
        if fit["batch_size"] >= 128 and _weights(fit) > 3e5:
            what = f"{_about(case, fit)}, an epoch"
            share = 100 * (matmul_share(case, "onefit", fit) or math.nan)
            yield _bar(
                what + ", share of the matmul rate", "at least 85 %", share, share >= 85, " %"
            )
            yield _fastest(
                case,
                fit,
                what,
                ("torch", "torch-compile", "keras-jax", "keras-jax-steps", "jax-scan"),
            )


def _fastest(case: Case, fit: dict[str, Any], what: str, peers: tuple[str, ...]) -> Bar:
    ratios = {peer: case.ratio(peer, "onefit", "run_s", fit["name"]) for peer in peers}
    known = {peer: ratio for peer, ratio in ratios.items() if not math.isnan(ratio)}
    if not known:
        return Bar(what, "not slower than any peer", "not measured", None)
    peer = min(known, key=known.get)
    measured = f"{digits(known[peer])} times as fast as {peer}, the fastest peer"
    return Bar(what, f"not slower than {', '.join(known)}", measured, known[peer] >= 0.95)


def _conv(case: Case) -> Iterator[Bar]:
    for fit in case.fits:
        yield _fastest(case, fit, f"conv net {fit['name']}, an epoch", ("keras-jax", "torch"))


def _sequences(case: Case) -> Iterator[Bar]:
    for fit in case.fits:
        yield _fastest(case, fit, f"{fit['name']}, an epoch", ("keras-jax",))
        yield _fastest(case, fit, f"{fit['name']}, an epoch", ("torch",))


def first_ratios(case: Case) -> dict[str, list[float]]:
    """Of each fit: onefit's first call by stock Keras's, of every pair."""
    found: dict[str, list[float]] = {fit["name"]: [] for fit in case.fits}
    for line in (line for run in case.found["runs"] for line in run["printed"]):
        found[line["fit"]].append(line["onefit_s"] / line["stock_s"])
    return {name: ratios for name, ratios in found.items() if ratios}


def _first(case: Case) -> Iterator[Bar]:
    for name, ratios in first_ratios(case).items():
        what = f"first call with XLA compile, empty cache: {name}"
        ratio = median(ratios)
        measured = f"{digits(ratio)} times (of {len(ratios)} pairs)"
        yield Bar(what, "at most 1.05 times stock Keras on JAX", measured, ratio <= 1.05)


def _loop(case: Case) -> Iterator[Bar]:
    ours, bare = (case.median(peer, "run_s", "loop") or math.nan for peer in ("onefit", "jax-scan"))
    yield at_most("`fit(epochs=1)` in a loop, overhead a call", 1, 1000 * (ours - bare), "ms")
    later = case.median("onefit", "later_programs", "loop")
    yield at_most(
        "`fit(epochs=1)` in a loop, XLA compiles after the first call",
        0,
        _number(later),
        "programs",
    )


def _predict(case: Case) -> Iterator[Bar]:
    for peer, how in (
        ("onefit-direct", "`onefit.predict`"),
        ("onefit", "installed `model.predict`"),
    ):
        one = 1e6 * _number(case.median(peer, "predict, 1 row"))
        yield at_most(f"{how} of one row", 60, one, "us")
    what = "40 new batch sizes (2 to 41) of `predict`"
    for peer, way, how in (
        ("onefit-direct", "predict in buckets", " with `buckets=True`"),
        ("onefit", "predict", " as it is"),
    ):
        programs = _number(case.median(peer, f"{way}, programs for them"))
        yield at_most(f"{what}{how}, XLA compiles", 6, programs, "programs")
    for key in ("1M rows", "1M rows, batches of 8192"):
        bare = _number(case.median("jax-scan", "1M rows"))
        ratio = _number(case.median("onefit", key)) / bare
        yield at_most(f"`predict` of {key}, beside one jitted call", 1.2, ratio, "times")
    added = _number(case.median("onefit", "10k predicts, memory added (MB)"))
    yield at_most("10,000 predicts, memory added", 2, added, "MB")


def _many(case: Case) -> Iterator[Bar]:
    counted = [
        _number(case.median("onefit", "programs", "many", model=m)) for m in range(0, 501, 10)
    ]
    yield at_most(
        "models 11, 21, ..., 501 of one shape, XLA compiles", 0, sum(counted[1:]), "programs"
    )
    memory = [_number(case.median("onefit", "memory_mb", "many", model=m)) for m in (10, 500)]
    yield at_most(
        "resident memory after 500 models, beside after 10", 1.02, memory[1] / memory[0], "times"
    )


def _startup(case: Case) -> Iterator[Bar]:
    yield at_most(
        "`import onefit`", 50, 1000 * _number(case.median("import onefit", "import_s")), "ms"
    )
    yield at_most(
        "`onefit --help`", 150, 1000 * _number(case.median("onefit --help", "wall_s")), "ms"
    )
    first = _number(case.median("onefit", "first_loss_s"))
    yield at_most("to a training's first loss on the screen, second process", 1.2, first, "s")


def matmul_share(case: Case, peer: str, fit: dict[str, Any]) -> float | None:
    """The multiplications of a fit's epoch by its time, as a share of the machine's rate."""
    rate, seconds = case.median("limits", "matmul_gflops"), case.median(peer, "run_s", fit["name"])
    if not rate or not seconds:
        return None
    return operations(fit) * fit["rows"] * fit["epochs"][-1] / seconds / (rate * 1e9)


def bandwidth_share(case: Case, peer: str, fit: dict[str, Any]) -> float | None:
    """The bytes that Adam must move in a fit, as a share of the machine's bandwidth.

    Each step reads the weights, the gradients and two moments and writes all but the gradients;
    the gradients are written too.
    """
    rate, seconds = case.median("limits", "bandwidth_gb_s"), case.median(peer, "run_s", fit["name"])
    if not rate or not seconds:
        return None
    steps = math.ceil(fit["rows"] / fit["batch_size"]) * fit["epochs"][-1]
    return 8 * 4 * _weights(fit) * steps / seconds / (rate * 1e9)


def operations(fit: dict[str, Any]) -> float:
    """Floating-point operations of a dense net for one row: forward, and two products backward.

    The gradient by the inputs is not needed for the first layer.
    """
    layers = fit["network"]["layers"]
    products = [a * b for a, b in itertools.pairwise(layers)]
    return 6 * sum(products) - 2 * products[0]


def _weights(fit: dict[str, Any]) -> int:
    layers = fit["network"]["layers"]
    return sum((a + 1) * b for a, b in itertools.pairwise(layers))


def _about(case: Case, fit: dict[str, Any]) -> str:
    where = "table" if fit["data"] == "table" else "Fashion-MNIST"
    return f"dense, {_weights(fit):,} weights, batch {fit['batch_size']}, {where}"


def _number(value: float | None) -> float:
    return math.nan if value is None else value


LIMITS = {  # what stands in the way of a bar that is missed; the first that fits counts
    "the tutorial's `fit`, second call": "The bare scan takes as long: XLA runs about 45 "
    "kernels in a step, and NumPy draws 1000 orders of the rows.",
    "the tutorial's `fit`, a new model": "Keras has to build a new model, and JAX to trace "
    "and lower it. Its compiled program is found, and not compiled again.",
    "40 new batch sizes": "With rows filled up, predictions have another last bit "
    "(`sameness_costs.py`). So every size is compiled once, as in stock Keras, unless "
    "`buckets=True` is asked for.",
    "first call with XLA compile": "The loops around the step have to be compiled as well.",
    "lstm": "XLA runs the recurrence as a loop of small kernels, PyTorch as one kernel.",
    "dense": "The kernels are those of the bare scan and of stock Keras; see their columns.",
    "conv": "XLA uses the convolutions of Eigen, PyTorch those of oneDNN.",
}


def limit(bar: Bar) -> str:
    """What stands in the way of a bar that is missed; empty if it is met."""
    if bar.met is not False:
        return ""
    return next((why for start, why in LIMITS.items() if bar.what.startswith(start)), "")


_BARS = (
    ("tutorial", _tutorial),
    ("tutorial_fit", _tutorial_fit),
    ("dense_table", _dense_small),
    ("dense_fashion", _dense_small),
    ("dense_table", _dense_large),
    ("dense_fashion", _dense_large),
    ("conv", _conv),
    ("sequences", _sequences),
    ("first", _first),
    ("loop", _loop),
    ("predict", _predict),
    ("many", _many),
    ("startup", _startup),
)
