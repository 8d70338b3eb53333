"""`%load_ext onefit` in IPython and Jupyter; then `%onefit` tells what ran so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onefit.runs.recorder import RECORDER
from onefit.scripts.activation import activate, deactivate
from onefit.scripts.summary import is_quiet, say, verdict

if TYPE_CHECKING:
    from onefit.reports import Page

HELP = """\
%onefit          what came of this notebook's trainings so far; the run is kept
%onefit report [FILE.html]   the same to look at: curves, mistakes, the network
%onefit doctor [SWITCH ...]  why the last training does not learn, by experiments of about ten
                 seconds; `%onefit doctor --help` has the switches
%onefit --help   this text
%unload_ext onefit   give Keras its own fit, evaluate and predict back"""


def load(shell: Any) -> None:
    """Make the notebook's trainings programs, and give it the magic `%onefit`.

    Args:
        shell: IPython's shell.

    Raises:
        BackendError: If Keras was imported on another backend.
    """
    activate(watch=True)
    RECORDER.begin("notebook")
    if not is_quiet():
        RECORDER.say = say
    shell.register_magic_function(_onefit, magic_kind="line", magic_name="onefit")


def unload(shell: Any) -> None:
    """Undo `load`.

    Args:
        shell: IPython's shell.
    """
    deactivate()
    shell.magics_manager.magics["line"].pop("onefit", None)


def _onefit(words: str) -> Page | None:
    """Print what came of the notebook's trainings so far; `%onefit --help` says more."""
    command, *files = words.split(maxsplit=1) or [""]
    if command == "doctor":
        _doctor(files[0] if files else "")
        return None
    if command != "report":
        if command not in ("", "-h", "--help"):
            expected = "Expected no word, `report`, `doctor` or `--help`."
            print(f"{expected} Received: {words.strip()!r}.\n")
        print(HELP if words.strip() else verdict())
        return None
    from onefit.scripts.page import page

    found = page()
    if files:
        print(found.save(files[0].strip("'\"")))
    return found


def _doctor(words: str) -> None:
    """Examine the notebook's last training, or the one that the switches ask for."""
    from onefit.doctor.question import Question
    from onefit.scripts.examination import Examination

    try:
        question = Question.of(words)
    except SystemExit:
        return  # argparse has told what was expected
    asked = Examination(question)
    asked.look()
    for line in asked.tell():
        print(line)
