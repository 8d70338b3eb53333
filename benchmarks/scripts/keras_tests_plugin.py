"""A pytest plugin that writes what comes of each of Keras's tests to a file, a line of JSON each.

The way is in the environment: KERAS_TESTS_WAY is `onefit`, which installs onefit before Keras is
imported, or `stock`. KERAS_TESTS_FILE is where the lines go. With onefit, a line says how many
calls of `fit`, `evaluate` and `predict` ran inside the test, and how many of them as one program.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

WAY = os.environ["KERAS_TESTS_WAY"]
LINES = open(os.environ["KERAS_TESTS_FILE"], "a", buffering=1)  # noqa: SIM115 (as long as pytest)
ORDER = ("passed", "skipped", "xfailed", "xpassed", "failed", "error")  # the last one counts
worst: dict[str, tuple[str, str]] = {}
calls = {"fit": 0, "evaluate": 0, "predict": 0}

if WAY == "onefit":
    import onefit

    onefit.install()


def write(node: str, **values: Any) -> None:
    """Add a line about a test."""
    file, _, test = node.partition("::")
    LINES.write(json.dumps({"way": WAY, "file": file, "test": test} | values) + "\n")


def pytest_configure() -> None:
    """Count the calls of the three verbs, whichever way they are run."""
    from keras.src.backend.jax.trainer import JAXTrainer

    for verb in calls:
        setattr(JAXTrainer, verb, _counted(verb, getattr(JAXTrainer, verb)))


def pytest_unconfigure() -> None:
    """No more lines."""
    LINES.close()


def _counted(verb: str, method: Any) -> Any:
    from functools import wraps

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        calls[verb] += 1
        return method(*args, **kwargs)

    return call


def programs() -> int:
    """How many calls have run as one program so far."""
    if WAY != "onefit":
        return 0
    from onefit.runs import journal

    return sum(tally.in_program for tally in journal.total().verbs.values())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say which tests there are, and leave out those that have ended in an earlier process."""
    ended = ended_before()
    for item in items:
        write(item.nodeid, state="found")
    left_out = [item for item in items if item.nodeid in ended]
    items[:] = [item for item in items if item.nodeid not in ended]
    config.hook.pytest_deselected(items=left_out)


def ended_before() -> set[str]:
    """The tests that the file tells of as done, this way."""
    with open(os.environ["KERAS_TESTS_FILE"]) as lines:
        told = [json.loads(line) for line in lines]
    return {
        f"{line['file']}::{line['test']}"
        for line in told
        if line["state"] == "done" and line["way"] == WAY
    }


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A file that cannot be imported is one outcome."""
    if report.outcome != "passed":
        write(f"{report.nodeid}::", state="done", outcome=report.outcome, why=reason(report))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Run a test and write what came of it."""
    before, ran = dict(calls), programs()
    write(item.nodeid, state="begun")
    result = yield
    outcome, why = worst.pop(item.nodeid, ("passed", ""))
    made = {verb: calls[verb] - before[verb] for verb in calls if calls[verb] > before[verb]}
    write(
        item.nodeid, state="done", outcome=outcome, why=why, calls=made, programs=programs() - ran
    )
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst of a test's setup, call, subtests and teardown."""
    outcome = report.outcome
    if outcome == "failed" and report.when != "call":
        outcome = "error"
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if outcome == "skipped" else "xpassed"
    if ORDER.index(outcome) >= ORDER.index(worst.get(report.nodeid, ("passed", ""))[0]):
        worst[report.nodeid] = outcome, reason(report)


def reason(report: Any) -> str:
    """The first line of why a test failed or was skipped."""
    told = report.longrepr
    crash = getattr(told, "reprcrash", None)
    if crash is not None:
        lines = crash.message.splitlines()
    elif isinstance(told, tuple):
        lines = [told[2]]
    else:
        lines = [line for line in str(told or "").splitlines() if line.startswith("E  ")][-1:]
    return lines[0][:200] if lines else ""
