"""IPython's names for scripts, from an onefit that is installed as users install it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import onefit

SCRIPT = """
    from importlib.machinery import PathFinder
    theirs = PathFinder.find_spec
    def without(name, *where):
        return None if name.partition(".")[0] == "IPython" else theirs(name, *where)
    PathFinder.find_spec = without  # an environment in which IPython is not installed
    import keras
    import some_library  # asks first: what the script has imported is there for all
    from IPython.display import HTML, display
    import IPython
    display(3, HTML("<b>"))
    print(some_library.HAS_IPYTHON, get_ipython().run_line_magic("ls"))
"""
LIBRARY = """
try:
    import IPython
    HAS_IPYTHON = True
except ImportError:
    HAS_IPYTHON = False
"""


def test_the_scripts_own_imports_of_ipython_are_answered_and_those_of_libraries_are_not(tmp_path):
    folder = tmp_path / "site-packages"
    kept = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(onefit.__file__).parent, folder / "onefit", ignore=kept)
    (folder / "some_library.py").write_text(LIBRARY)
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    told = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras2", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    assert told.stdout.splitlines() == ["3", "<HTML: <b>>", "False None"], told.stderr
