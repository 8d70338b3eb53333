"""Run the code blocks of the README and of the documentation as tests, and keep no runs.

The Python blocks of a page share their names and run from top to bottom, in an empty folder. A
block inside a comment (`<!--- invisible-code-block: python`) prepares what the reader already has.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def _enter(names: dict[str, Any]) -> None:
    """Go to an empty folder."""
    stack = names["_stack"] = contextlib.ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    stack.enter_context(contextlib.chdir(folder))


def _leave(names: dict[str, Any]) -> None:
    """Go back, and leave Keras as it was."""
    import onefit

    names.pop("_stack").close()
    onefit.uninstall()


os.environ.setdefault("KERAS_BACKEND", "jax")
# Tests keep no runs in the home of whoever runs them; those about runs name a folder.
os.environ["ONEFIT_RUNS"] = "off"
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/populations/*.md", "docs/reports/*.md"],
    setup=_enter,
    teardown=_leave,
).pytest()
