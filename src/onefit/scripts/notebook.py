"""`%load_ext onefit` in IPython and Jupyter; then `%onefit` tells what ran so far."""

from __future__ import annotations

from typing import Any

from onefit.runs import journal
from onefit.scripts.activation import activate, deactivate
from onefit.scripts.summary import line


def load(shell: Any) -> None:
    """Make the notebook's trainings programs, and give it the magic `%onefit`.

    Args:
        shell: IPython's shell.
    """
    activate()
    shell.register_magic_function(_onefit, magic_kind="line", magic_name="onefit")


def unload(shell: Any) -> None:
    """Undo `load`.

    Args:
        shell: IPython's shell.
    """
    deactivate()
    shell.magics_manager.magics["line"].pop("onefit", None)


def _onefit(_: str) -> None:
    """Print what ran as one program so far, for how long, and what fell back."""
    print(line(journal.total()))
