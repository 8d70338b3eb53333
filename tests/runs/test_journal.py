from __future__ import annotations

import tracemalloc

import pytest

from onefit.findings import Finding
from onefit.runs import journal


@pytest.fixture(autouse=True)
def _own_journal():
    journal.clear()
    yield
    journal.clear()


def _note(verb: str, **changes) -> None:
    journal.note(verb, **{"in_program": True, "compile_seconds": 0.0, "run_seconds": 0.5} | changes)


def test_calls_add_up_per_verb_and_over_all():
    _note("fit", compile_seconds=2.0)
    _note("fit", in_program=False)
    _note("predict", run_seconds=0.25)
    total = journal.total()
    assert list(total.verbs) == ["fit", "predict"]
    assert total.verbs["fit"] == journal.Tally(1, 1, 2.0, 1.0)
    assert total.verbs["predict"] == journal.Tally(1, 0, 0.0, 0.25)
    assert (total.compile_seconds, total.run_seconds) == (2.0, 1.25)


def test_findings_are_counted():
    eager, other = Finding("OF101", where="a"), Finding("OF101", where="b")
    _note("fit", in_program=False, findings=(eager, other))
    _note("fit", in_program=False, findings=(eager,))
    assert journal.total().findings == {eager: 2, other: 1}


def test_a_total_is_a_copy():
    _note("fit")
    before = journal.total()
    _note("fit")
    assert before.verbs["fit"].in_program == 1


def test_memory_stays_flat_over_many_notes_and_findings():
    for number in range(200):
        _note("predict", findings=(Finding("OF101", where=f"call {number}"),))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(5000):
        _note("predict", findings=(Finding("OF101", where=f"later {number}"),))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 10_000
    assert len(journal.total().findings) == journal.MOST_FINDINGS
    assert sum(journal.total().findings.values()) == 5200
