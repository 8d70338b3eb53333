"""Make the pages of this folder, and the pictures of them: `python docs/reports/make.py`.

The pictures need Chromium; where it is not installed, the pages are made without them.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["ONEFIT_RUNS"] = "off"

import onefit

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
HEIGHTS = {"tutorial": 1500, "digits": 1960}
"""The scripts whose reports are shown, and how much of each is in its picture."""


def page(name: str) -> None:
    """Run a script, and write the report of it, without the name of any folder."""
    from onefit.reports import Page, Report
    from onefit.runs.recorder import RECORDER
    from onefit.runs.verdict import lines
    from onefit.scripts.page import look

    onefit.install(watch=True)
    RECORDER.begin("run")
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    RECORDER.finish("finished")
    run = RECORDER.complete()
    run.script, run.folder, run.commit = f"examples/{name}.py", "", ""
    run.command = ["onefit", "run", "--report", f"{name}.html", run.script]
    for fit in run.fits:
        fit.file = run.script
    run.verdict = lines(run)
    Page(Report(run, look(run))).save(HERE / f"{name}.html")


def picture(name: str, browser: str) -> None:
    """Take a picture of a page, and make its file small."""
    from PIL import Image

    file = HERE / f"{name}.png"
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-quic", "--hide-scrollbars", f"--user-data-dir={profile}",
             f"--window-size=1040,{HEIGHTS[name]}", f"--screenshot={file}",
             (HERE / f"{name}.html").as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    with Image.open(file) as image:
        image.convert("RGB").quantize(160).save(file, optimize=True)


def main() -> None:
    """Make what is named in the arguments, or everything, each in a process of its own."""
    if sys.argv[1:]:
        page(sys.argv[1])
        return
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    for name in HEIGHTS:
        subprocess.run([sys.executable, __file__, name], check=True)
        if browser:
            picture(name, browser)


if __name__ == "__main__":
    main()
