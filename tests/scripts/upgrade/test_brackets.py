"""What is written in the place of a part of an expression stays one part of it."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.brackets import closed

PARTS = ("a", "-a", "not a", "a + b", "a * b", "a ** b", "a | b", "a << b", "a < b", "a or b")
PLACES = (
    *("x + 3", "3 - x", "x * 3", "3 / x", "x ** 2", "2 ** x", "-x", "not x", "x < 3", "3 == x"),
    *("x and 3", "0 or x", "3 if x else 4", "x if 1 else 4", "x & 6", "6 << x", "f(x)", "x.real"),
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("part", [*PARTS, "a if b else 0"])
def test_a_part_is_computed_first(place, part):
    whole = cst.parse_expression(place).visit(Putting(cst.parse_expression(part)))
    expected = ast.dump(ast.parse(place.replace("x", f"({part})")))
    assert ast.dump(ast.parse(cst.Module([]).code_for_node(whole))) == expected


class Putting(cst.CSTTransformer):
    """Puts an expression in the place of `x`."""

    def __init__(self, part):
        self.part = part

    def leave_Name(self, original_node, updated_node):
        return self.part if original_node.value == "x" else updated_node

    def on_leave(self, original_node, updated_node):
        return super().on_leave(original_node, closed(updated_node))


def test_a_source_that_python_takes_has_all_of_its_brackets():
    here = Path(__file__).parents[3] / "src" / "onefit"
    for path in (*(here / "population" / "results").glob("d*.py"), here / "console.py"):
        module = cst.parse_module(path.read_text())
        assert module.visit(Putting(cst.Name("x"))).code == module.code


def test_functions_of_the_backend_are_one_part_of_an_expression():
    """Keras 2.2.4 divided by the result, and took the shape of the difference."""
    source = """
from keras import backend as K
def f(a, x):
    return 1 / K.l2_normalize(a + x, -1), K.int_shape(a - x), K.ndim(a * x), -K.sqrt(x) ** 2
"""
    found = {}
    exec(upgraded(source, "keras2").after, found)
    a, x = np.array([[1.0, 2.0]], "float32"), np.array([[2.0, 2.0]], "float32")
    normalized, shape, rank, negative = found["f"](a, x)
    np.testing.assert_allclose(normalized, [[5 / 3, 5 / 4]], rtol=1e-6)
    assert (shape, rank) == ((1, 2), 2)
    np.testing.assert_allclose(negative, [[-2, -2]], rtol=1e-6)


def test_an_argument_is_computed_once():
    """A layer that is called in the argument is one layer."""
    source = "from keras import backend as K\ny = K.l2_normalize(made(), 1)\n"
    after = upgraded(source, "keras2").after
    assert after.count("made()") == 1
