"""Names, arguments and methods of the time give what they gave (record_calls.py)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .results import same

HERE = Path(__file__).parent
CODE = """
import json, sys
sys.path.insert(0, {here!r})
from record_calls import lines, names, result
from onefit.scripts import naming, eras
from onefit.scripts.eras import syntax
naming.provide()
eras.begin("import keras", {era!r})
found = {{}}
for line in lines({era!r}):
    try:
        plain = syntax.text(line.replace("._keras_shape", ".shape"))
        found[line] = result(plain, names({era!r}))
    except Exception as error:
        found[line] = f"{{type(error).__name__}}: {{error}}"
print("RESULTS", json.dumps(found))
"""


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_lines_give_what_they_gave(era, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE.format(here=str(HERE), era=era)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "RESULTS" in ran.stdout, ran.stderr
    found = json.loads(ran.stdout.rpartition("RESULTS ")[2])
    then = json.loads((HERE / "calls" / f"{era}.json").read_text())
    assert found.keys() == then.keys()
    different = {
        line: (then[line], found[line]) for line in then if not same(then[line], found[line])
    }
    assert not different
