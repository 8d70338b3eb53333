"""`if`, `while` and `for` over tensors, `tf.cond` and the like give what TensorFlow gives."""

from __future__ import annotations

import json

import array_cases
import control_cases
import pytest
import record_tapes
import tape_cases
from test_tapes import compare

CASES = control_cases.CASES | array_cases.CASES
RESULTS = json.loads(record_tapes.RECORD.read_text())


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


@pytest.mark.parametrize("name", CASES)
def test_what_scripts_do_with_control_flow(tf, name):
    compare(tape_cases.plain(CASES[name](tf)), RESULTS[name])


def test_an_error_has_the_line_of_the_script(tf):
    @tf.function
    def called(x):
        y = x + 1
        return float(y)  # this line

    with pytest.raises(TypeError, match=r"a tensor inside a tf\.function") as caught:
        called(tf.constant(1.0))
    lines = [entry for entry in caught.traceback if str(entry.path) == __file__]
    assert "this line" in str(lines[-1].statement)


def test_a_name_of_one_branch_only(tf):
    @tf.function
    def called(x):
        if x > 0:
            y = x
        return y

    with pytest.raises((ValueError, UnboundLocalError), match="'y'"):
        called(tf.constant(1.0))


def test_a_loop_that_changes_a_dtype(tf):
    @tf.function
    def called(n):
        total = 0
        for _ in tf.range(n):
            total = total + 1.5
        return total

    with pytest.raises(TypeError, match=r"'total'|Cannot convert 1\.5"):
        called(tf.constant(3))


def test_a_break_that_depends_on_a_tensor_in_a_python_loop(tf):
    @tf.function
    def called(x):
        for value in [1.0, 2.0]:
            if x > value:
                break
        return x

    with pytest.raises(TypeError, match=r"tf\.range"):
        called(tf.constant(3.0))
