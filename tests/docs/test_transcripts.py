"""The console blocks of the pages print what the pages say, but for times and numbers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _transcripts():
    place = ROOT / "docs" / "transcripts.py"
    spec = importlib.util.spec_from_file_location("transcripts", place)
    module = sys.modules["transcripts"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TRANSCRIPTS = _transcripts()
PAGES = {str(page.relative_to(ROOT)): page for page in TRANSCRIPTS.pages()}


def test_the_pages_are_found():
    assert {"README.md", "docs/tutorial.md", "docs/verdict-and-runs.md"} <= PAGES.keys()


SLOW = ("docs/populations/", "docs/reports/")  # their Python blocks are run as tests anyway


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * n.startswith(SLOW)) for n in PAGES]
)
def test_a_page_shows_what_is_printed(name):
    for block, printed in TRANSCRIPTS.followed(PAGES[name]):
        assert block.commands, f"{name} has a console block without a command"
        assert TRANSCRIPTS.essence(printed) == TRANSCRIPTS.essence(block.text)


def test_the_essence_keeps_words_and_drops_numbers():
    one = "  loss  0.7 █▁ 0.5   still falling; always answering 0.500 gets 0.69\n  kept as run 1"
    other = "  loss  0.9 ▇▁ 1.00  flat; always answering 0.400 gets 0.68\n  kept as run 12"
    assert TRANSCRIPTS.essence(one) == TRANSCRIPTS.essence(other)
    assert TRANSCRIPTS.essence(one) != TRANSCRIPTS.essence(other.replace("kept", "lost"))
    assert TRANSCRIPTS.essence("  time         0.44 s -> 1 min 2 s") == []
    assert TRANSCRIPTS.essence("in 5 ms after 0.5 s of XLA compile") == ["in TIME"]
