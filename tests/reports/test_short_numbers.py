"""Numbers in the text of a page and under the pointer are written alike."""

import json
import math
import shutil
import subprocess
from importlib import resources

import pytest

from onefit.reports.scales import short

NUMBERS = [0.25, -3.0, 0.0, 12.345, 998.7, 999.7, 1234.6, -56789.4, 123456.7, 9999999.6, 1e7, 1e9]
NUMBERS += [1.5e9, 2.34e-4, 1e-4, 1.2e-300, math.nan, math.inf, -math.inf]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js, which reads JavaScript")
def test_a_number_under_the_pointer_is_written_as_in_the_text():
    script = resources.files("onefit.reports").joinpath("page.js").read_text(encoding="utf-8")
    begin = script.index("function short")
    function = script[begin : script.index("\n}\n", begin) + 3]
    words = json.dumps([str(one).replace("inf", "Infinity") for one in NUMBERS])
    words = words.replace('"nan"', '"NaN"')
    told = f"console.log(JSON.stringify({words}.map(Number).map(short)))"
    found = subprocess.run(
        ["node", "-e", function + told], capture_output=True, text=True, check=True, timeout=300
    )
    assert json.loads(found.stdout) == [short(one) for one in NUMBERS]
