"""The page of TensorFlow's names promises nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tensorflow-names.md"


def test_every_name_that_the_page_promises_is_there():
    import onefit.scripts.tensorflow as tf

    rows = re.findall(r"^\| `(tf[\w.]*)`, (\d+) of \d+ \| (.*?) \|", PAGE.read_text(), re.MULTILINE)
    assert len(rows) > 20
    for module, count, cell in rows:
        names = re.findall(r"`(\w+)`", cell)
        assert len(names) == int(count)
        found = tf
        for part in module.split(".")[1:]:
            found = getattr(found, part)
        assert [name for name in names if not hasattr(found, name)] == []
