"""The documentation builds as a site: every link leads somewhere, and no page asks a server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import onefit

ROOT = Path(__file__).parents[2]
ASKS = re.compile(r'<(?:script|img|link)\b[^>]*(?:src|href)="(https?:[^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    words = ["-q", "-W", "--keep-going", "-d", str(folder / "doctrees"), "docs", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there(site):
    pages = {p.relative_to(ROOT / "docs").with_suffix("") for p in (ROOT / "docs").rglob("*.md")}
    built = {p.relative_to(site).with_suffix("") for p in site.rglob("*.html")}
    assert pages <= built


def test_no_page_asks_a_server(site):
    for page in site.rglob("*.html"):
        asked = ASKS.findall(page.read_text())
        assert not asked, f"{page.name} asks {asked}"


def test_every_public_name_is_in_the_reference(site):
    text = (site / "api.html").read_text()
    for name in onefit.__all__:
        if not name.startswith("__"):
            assert f'id="onefit.{name}"' in text, f"docs/api.md lacks onefit.{name}"


def test_the_reference_for_programs_names_every_page(site):
    told = (site / "llms.txt").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert f"({page.name})" in told or page.name == "index.md", page.name
