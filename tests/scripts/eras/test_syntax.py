"""An array of one number is the number wherever an old script's lines say so, as NumPy took it."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from onefit.imports import ask_first, ask_no_more
from onefit.scripts.eras import syntax
from onefit.scripts.eras.own_modules import OwnModules

pytestmark = pytest.mark.unit
ENDS = ("\n", "\r\n", "\r")
OLD = '''import numpy as np
one = np.array([2.5])


class Score:
    def __init__(self, value):
        self.seen = float(
            value
        )


def told():
    parts = {"%d rows": 3}
    return [name % rows for name, rows in parts.items()], "%.1f" % (
        one
    )


whole = float \\
    (one)
text = f"""
{whole} and {
    float(one)
}"""
if True:
    kept = 7
'''


@pytest.mark.parametrize("end", ENDS)
def test_numbers_on_any_line_of_a_script(end: str) -> None:
    source = OLD.replace("\n", end)
    names: dict = {}
    exec(syntax.adapted(compile(source, "old.py", "exec"), source), names)
    assert names["whole"] == 2.5
    assert type(names["Score"](names["one"]).seen) is float
    assert names["told"]() == (["3 rows"], "2.5")
    assert names["text"].split() == ["2.5", "and", "2.5"]
    assert names["kept"] == 7


def test_functions_of_math_take_arrays_of_one_number() -> None:
    source = """
import math, numpy as np
one = np.array([[0.5]])
told = math.exp(one), math.pow(one + 1.5, 3), math.floor(*one[0]), math.log(8, one * 4)
"""
    names: dict = {}
    exec(syntax.adapted(compile(source, "old.py", "exec"), source), names)
    # What Python 3.6 with NumPy 1.18 gave, and Python 3.11 with NumPy 2.3.
    assert names["told"][:2] == (1.6487212707001282, 8.0)
    assert names["told"][3] == 3.0


def test_lines_of_errors_stay_those_of_the_script() -> None:
    source = 'import numpy as np\n\nrows = "%d rows" % np.array([1])\n\nraise KeyError(rows)\n'
    with pytest.raises(KeyError) as raised:
        exec(syntax.adapted(compile(source, "old.py", "exec"), source), {})
    assert raised.traceback[-1].lineno == 4  # counted from 0
    assert raised.value.args == ("1 rows",)


def test_modules_beside_the_script_are_read_likewise(tmp_path: Path, monkeypatch) -> None:
    inside = tmp_path / "beside_numbers"
    inside.mkdir()
    (inside / "__init__.py").write_text("from .told import told\n")
    (inside / "told.py").write_text("def told(x):\n    return float(x), '%.1f' % x\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    finder = OwnModules(str(tmp_path))
    ask_first(finder)
    try:
        told = importlib.import_module("beside_numbers").told
    finally:
        ask_no_more(finder)
    assert told(np.array([[2.5]])) == (2.5, "2.5")
    assert not (inside / "__pycache__").exists()  # plain python would run it


def test_an_array_has_the_shape_that_it_is_set_to() -> None:
    source = "import numpy as np\nx = np.ones((2, 3))\nx.set_shape((None, 3))\n"
    exec(syntax.adapted(compile(source, "old.py", "exec"), source), {})


def test_a_method_of_the_scripts_own_is_called_as_it_is() -> None:
    source = (
        "class Pen:\n    def set_shape(self, *given):\n        self.given = given\n"
        "pen = Pen()\npen.set_shape('arrow', 2)\nfirst = pen.given\npen.set_shape(*first)\n"
        "second = pen.given\npen.set_shape(3)\nthird = pen.given\n"
    )
    names: dict[str, object] = {}
    exec(syntax.adapted(compile(source, "old.py", "exec"), source), names)
    assert (names["first"], names["second"], names["third"]) == (("arrow", 2), ("arrow", 2), (3,))
