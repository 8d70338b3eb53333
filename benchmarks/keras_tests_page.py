"""The page on Keras's own tests, from their file of results."""

from __future__ import annotations

from typing import Any


def page(results: dict[str, Any]) -> str:
    """The page from the results."""
    total, files = results["total"], results["files"]
    rows = ["| folder | files | tests | calls of a verb | as one program | with stock Keras too |"]
    rows.append("|---|---|---|---|---|---|")
    folders = dict.fromkeys(name.split("/")[2] for name in files)
    for folder in folders:
        own = [f for name, f in files.items() if name.split("/")[2] == folder]
        tests = sum(sum(f["outcomes"].values()) for f in own)
        both = sum(f["stock"] is not None for f in own)
        numbers = (len(own), tests, sum(f["calls"] for f in own), sum(f["programs"] for f in own))
        told = " | ".join(f"{number:,}" for number in numbers)
        rows.append(f"| `{folder}` | {told} | {both} of {len(own)} files |")
    outcomes = ", ".join(f"{n:,} {name}" for name, n in total["outcomes with onefit"].items())
    return TEXT.format(
        release=results["release"], date=results["date"], table="\n".join(rows),
        files=f"{total['files']} of {results['files_of_the_release']}",
        tests=f"{total['tests']:,}", outcomes=outcomes, calls=f"{total['calls']:,}",
        programs=f"{total['programs']:,}", differences=listed(results["differences"]),
        again=listed(results["same_when_run_again"]),
        versions=", ".join(f"{name} {version}" for name, version in results["versions"].items()),
    )  # fmt: skip


def listed(found: dict[str, dict[str, list[str]]]) -> str:
    """Tests with their outcomes, both ways."""
    lines = [
        f"- `{test}`: onefit {', '.join(o['onefit'])}; stock {', '.join(o['stock'])}"
        for test, o in found.items()
    ]
    return "\n".join(lines) or "None."


TEXT = """# Keras's own tests

Written by `benchmarks/keras_tests.py` on {date}, from the tests of Keras {release}. Versions:
{versions}.

{tests} tests, of {files} files (`keras/src/**/*_test.py`), have run with onefit installed; how many
ran with stock Keras too is in the table. The script goes on with the other files where it is called
again. How to repeat it: `benchmarks/README.md`.

With onefit: {outcomes}. A test that is skipped needs another backend, several devices, or
a package that is not installed.

## Differences

{differences}

Differed once, and were the same in some of three more runs each way:

{again}

## What ran

{table}

`fit`, `evaluate` and `predict` were called {calls} times inside the tests, {programs} calls as one
program. A file whose tests called none of the three, and all passed or were skipped, runs with
onefit only: a counter around the three methods shows that none was called.
"""
