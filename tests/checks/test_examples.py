"""The program on the page of each code draws that code, and with its cure it does not."""

from __future__ import annotations

import keras
import pytest

from onefit.checks import findings
from onefit.checks.errors import explained
from onefit.findings import CODES
from onefit.findings.alarms import ALARMS, PROGRAMS
from onefit.findings.examples import EXAMPLES
from onefit.findings.pages import page
from onefit.training.observation.case import USUAL, case_of

LEARNING = [code for code in EXAMPLES if code.startswith("OF5")]
ERRORS = [code for code in EXAMPLES if code.startswith("OF6")]
STOCK = keras.Model.fit


def _case(source, trained, monkeypatch):
    """What a program fits, without the training where that is not needed."""
    seen = []

    def fit(self, x, y, **settings):
        history = STOCK(self, x, y, **settings).history if trained else None
        seen.append(case_of(self, USUAL | {"x": x, "y": y} | settings, history))

    monkeypatch.setattr(keras.Model, "fit", fit)
    keras.utils.set_random_seed(0)
    exec(compile(source, "example.py", "exec"), {})
    return seen[0]


def test_each_finding_has_its_measured_false_alarms_on_its_page():
    assert {one for one in CODES if one.startswith("OF5")} == set(ALARMS)
    assert PROGRAMS >= 70
    assert sum(told for told, _ in ALARMS.values()) <= 0.02 * PROGRAMS
    for code, (told, suspected) in ALARMS.items():
        words = f"told of {told} of {PROGRAMS} healthy programs"
        assert words in page(code) and f", of {suspected} (" in page(code)


@pytest.mark.filterwarnings("ignore:You are using a softmax")
@pytest.mark.parametrize("code", LEARNING)
def test_a_program_draws_its_code_and_its_cure_does_not(code, monkeypatch):
    example = EXAMPLES[code]
    assert example.line in example.program
    broken = findings(_case(example.broken, example.trained, monkeypatch))
    assert broken[0].code == code
    cured = findings(_case(example.cured, example.trained, monkeypatch))
    assert code not in [one.code for one in cured if one.grade in ("certain", "hunch")]


@pytest.mark.parametrize("code", ERRORS)
def test_a_program_fails_with_its_code_and_runs_with_its_cure(code, monkeypatch):
    example, seen = EXAMPLES[code], []

    def fit(self, x, y, epochs, verbose):
        seen.append(case_of(self, USUAL | {"x": x, "y": y}))
        return STOCK(self, x, y, epochs=1, verbose=verbose)

    monkeypatch.setattr(keras.Model, "fit", fit)
    with pytest.raises(Exception) as raised:  # each kind of Keras's own errors
        exec(compile(example.broken, "example.py", "exec"), {})
    found = explained(raised.value, seen[0] if seen else None)
    assert found is not None and found.code == code
    exec(compile(example.cured, "example.py", "exec"), {})


def test_the_page_shows_both():
    told = page("OF501")
    assert '    layers.Dense(1, activation="softmax"),' in told.replace("        ", "    ")
    assert '+     layers.Dense(1, activation="sigmoid"),' in told
