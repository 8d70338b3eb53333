"""`if`, `while` and `for` over tensors, `tf.cond` and the like give what TensorFlow gives."""

from __future__ import annotations

import json

import array_cases
import control_cases
import loop_cases
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


@pytest.mark.filterwarnings("ignore:The tf.function:RuntimeWarning")
@pytest.mark.parametrize("name", loop_cases.CASES)
def test_what_loops_leave_behind(tf, name):
    compare(tape_cases.plain(loop_cases.results(tf, loop_cases.CASES[name])), RESULTS[name])


@pytest.mark.filterwarnings("ignore:The tf.function:RuntimeWarning")
@pytest.mark.parametrize("name", loop_cases.MORE)
def test_what_tensorflow_refuses_is_as_in_python(tf, name):
    case = loop_cases.MORE[name]
    alone = [
        tf.nest.map_structure(tf.convert_to_tensor, called(tf.constant(value)))
        for called, value in case(tf)
    ]
    compare(tape_cases.plain(loop_cases.results(tf, case)), tape_cases.plain(alone))


def test_an_error_has_the_line_of_the_script(tf):
    @tf.function
    def called(x):
        y = x + 1
        return float(y)  # this line

    with pytest.raises(TypeError, match=r"a tensor inside a tf\.function") as caught:
        called(tf.constant(1.0))
    lines = [entry for entry in caught.traceback if str(entry.path) == __file__]
    assert "this line" in str(lines[-1].statement)


def test_and_and_or_compute_the_other_side_where_it_is_needed(tf):
    """The results are TensorFlow 2.21's."""
    count = tf.Variable(0)

    def counted(value):
        count.assign_add(1)
        return value

    @tf.function
    def to_the_end(x, n):
        i = tf.constant(0)
        while i < n and x[i] > 0:
            i += 1
        return i

    @tf.function
    def several(x, i):
        return (i < 2 and x[i] > 0 and counted(x[i + 1] > 0)), (i >= 2 or x[i] > 0)

    @tf.function
    def denied(x):
        return not x

    x = tf.constant([1.0, 2.0])
    assert int(to_the_end(x, tf.constant(2))) == 2
    assert [bool(one) for one in several(x, tf.constant(5))] == [False, True]
    assert int(count) == 0
    assert [bool(one) for one in several(x, tf.constant(0))] == [True, True]
    assert int(count) == 1
    assert denied(tf.constant([True, False])).numpy().tolist() == [False, True]
    with pytest.raises(TypeError, match="bool"):
        denied(tf.constant(0))


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


def test_a_loop_over_python_that_a_tensor_leaves_runs_step_by_step(tf):
    @tf.function
    def called(x):
        for value in [1.0, 2.0]:
            if x < value:
                break
            x = x * 10.0
        return x

    with pytest.warns(RuntimeWarning, match="called leaves a loop over a Python sequence"):
        assert called(tf.constant(1.5)).numpy() == 150.0


def test_a_name_that_is_none_before_a_loop(tf):
    @tf.function
    def called(n):
        loss = None
        for i in tf.range(n):
            loss = i * 2
        return loss

    with pytest.raises((TypeError, ValueError), match=r"'loss'.* None before the loop"):
        called(tf.constant(3))
