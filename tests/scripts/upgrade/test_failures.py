"""A script that fails as it is proves nothing; what it does until then is compared."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_trials")]

FAILING = """\
import sys
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
model = Sequential([Dense(output_dim=2, input_dim=3)])
model.compile("sgd", "mse")
model.fit(np.ones((4, 3)), np.ones((4, 2)), nb_epoch=2, verbose=0)
print("trained")
{line}
"""


def proof_of(line, tmp_path, change=lambda after: after):
    path = tmp_path / "old.py"
    path.write_text(FAILING.format(line=line))
    found = upgraded(path.read_text(), "keras1")
    return prove(found.before, change(found.after), path, "keras1", 300)


SAME = "until then 1 call of Keras with 1 training, 2 arrays of weights and 1 printed line are"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("open('rows.csv')", "an error in line 9: FileNotFoundError: [Errno 2] No such file or"),
        (
            "sys.exit(3 if len(sys.argv) < 2 else 0)",
            "exit code 3 (a proof gives it no arguments), and so does",
        ),
        ("input()", "an error in line 9: EOFError: EOF when reading a line (a proof answers no"),
    ],
)
def test_a_script_that_fails_as_it_did_is_not_proved_and_what_was_the_same_is_told(
    line, told, tmp_path
):
    found = proof_of(line, tmp_path)
    assert found.verdict == "open"
    assert found.told.startswith(f"the script as it is ends with {told}")
    assert "and so does the upgraded one" in found.told and SAME in found.told


def test_an_upgraded_script_that_differs_before_the_old_one_fails_is_not_the_same(tmp_path):
    found = proof_of("1 / 0", tmp_path, lambda after: after.replace("epochs=2", "epochs=1"))
    assert found.verdict == "different"
    assert found.told.startswith("call 1 of Keras (fit): its history and weights differ")


def test_one_that_fails_before_it_is_not_the_same(tmp_path):
    found = proof_of("1 / 0", tmp_path, lambda after: after.replace("model.fit", "model.fitted"))
    assert found.verdict == "different"
    assert found.told.startswith("the upgraded script ends with an error in line 7: AttributeError")


def test_one_that_does_not_fail_is_told(tmp_path):
    found = proof_of("1 / 0", tmp_path, lambda after: after.replace("1 / 0", "1 / 1"))
    assert found.verdict == "open" and SAME in found.told
    assert "line 9: ZeroDivisionError: division by zero, and the upgraded one comes" in found.told
