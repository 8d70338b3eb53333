"""The README's table: one row for each kind of work, wins and losses alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from results import Case, digits

MARKS = ("<!-- written by benchmarks/report.py -->", "<!-- end -->")
PEERS = {
    "onefit": "onefit",
    "keras-jax": "stock Keras on JAX",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "sklearn": "scikit-learn",
    "jax-scan": "JAX by hand",
}
ROWS = (  # case, what, measure, fit, process, scale, unit
    ("tutorial", "the tutorial's script, first process ever", "wall_s", None, "cold", 1, "s"),
    ("tutorial", "the same, second process", "wall_s", None, "second", 1, "s"),
    ("tutorial_fit", "its `fit`, second call", "run_s", "tutorial", "second", 1e3, "ms"),
    ("dense_table", "10^4 weights, batch 32, a table", "run_s", "1e4/32", "second", 1e3, "ms"),
    ("dense_fashion", "10^6, batch 128, Fashion-MNIST", "run_s", "1e6/128", "second", 1e3, "ms"),
    ("conv", "16 channels, pictures", "run_s", "2-D, 16 channels", "second", 1e3, "ms"),
    ("conv", "the same, first call ever", "first_s", "2-D, 16 channels", "cold", 1e3, "ms"),
    ("sequences", "LSTM, sequences", "run_s", "lstm", "second", 1e3, "ms"),
    ("loop", "`fit(epochs=1)` in a loop, a call", "run_s", "loop", "second", 1e3, "ms"),
    ("predict", "`predict` of one row", "predict, 1 row", None, "second", 1e6, "us"),
)


def write(found: dict[str, Case], readme: Path) -> None:
    """Put the table between the README's two marks."""
    before, rest = readme.read_text().split(MARKS[0])
    text = "\n".join(lines(found))
    readme.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


def lines(found: dict[str, Case]) -> Iterator[str]:
    """The machine, the table, the figure."""
    about = next(iter(found.values())).found["machine"]
    yield f"Medians on {about['cores']} cores ({about['cpu']}), whole processes in turns; fits are"
    yield "timed when compiled, but for the first calls. Conditions, spreads and every loss:"
    yield "[docs/benchmarks.md](docs/benchmarks.md).\n"
    yield from table(["", *PEERS.values()], rows(found))
    if "tutorial" in found:
        yield "![The tutorial, whole script](docs/figures/benchmarks-tutorial.svg)\n"


def rows(found: dict[str, Case]) -> Iterator[list[str]]:
    """What is measured, and each peer's median."""
    for case, what, key, fit, process, scale, unit in ROWS:
        if case in found:
            medians = [found[case].median(peer, key, fit, process=process) for peer in PEERS]
            yield [what, *("–" if m is None else f"{digits(scale * m)} {unit}" for m in medians)]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A Markdown table."""
    header = list(header)
    yield "| " + " | ".join(header) + " |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""
