"""Modules that hold each other, and variables of open shapes, are those of TensorFlow."""

from __future__ import annotations

import json

import module_cases
import pytest
import record_tapes
import tape_cases
from test_tapes import compare

RESULTS = json.loads(record_tapes.RECORD.read_text())


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


@pytest.mark.parametrize("name", module_cases.CASES)
def test_modules_and_variables(tf, name):
    compare(tape_cases.plain(module_cases.CASES[name](tf)), RESULTS[name])
