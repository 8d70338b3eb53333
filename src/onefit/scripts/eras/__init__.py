"""Scripts for Keras 1 and 2 and `tf.keras` 2 on Keras 3: their names, arguments, defaults.

`evidence.py` reads for which Keras a script was written, from `clues.py`. `rules/` holds what
changed, a file for each kind of change; `stand_ins/` does what Keras 3 does no more.
`activation.py` puts it in place when the script imports Keras; docs/design/0050 says why it is done
so.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

    from onefit.scripts.eras.era import Era


_READING = ("load_model", "model_from_json")
"""What a script without an old name has to say for its models to be looked at."""


def begin(source: str, asked: str | None = None) -> None:
    """Put the era of a script in force before it runs. Nothing is loaded for a keras3 script.

    Args:
        source: The script's text.
        asked: The era that `--era` names. Defaults to what the script shows.
    """
    from onefit.scripts.eras import clues
    from onefit.scripts.eras.own_folders import texts_of_project

    # Python puts the script's folder there, in which it looks for the script's own modules first.
    folder = sys.path[0] if sys.path else None
    read = list(texts_of_project(source, folder))
    found = _era(source, folder, read, asked)
    if asked is None and (found is None or not (found.is_old or found.against)):
        found = _of_project(source, folder, read)
    if found is not None and found.is_old:
        from onefit import workers
        from onefit.scripts.eras import telling

        continue_in(found, source)
        workers.share(continue_in, era=found, source=source)
        telling.at_exit(found)
    elif asked is None:
        if any("TensorBoard" in one for one in read):
            from onefit.scripts.eras import event_logs

            event_logs.provide()
        if any(name in one for one in read for name in _READING):
            from onefit.scripts.eras import model_files

            model_files.watch(source, folder)
        if clues.is_undated(read):
            from onefit.scripts.eras import silent_defaults

            silent_defaults.tell_at_exit(read)


def _era(source: str, folder: str | None, texts: list[str], asked: str | None) -> Era | None:
    """The era that is asked for, or that the script shows; `None` where no word of it is old."""
    from onefit.scripts.eras import clues

    if asked is None and not any(map(clues.is_worth_reading, texts)):
        return None
    from onefit.scripts.eras import evidence
    from onefit.scripts.eras.era import named

    found = evidence.read(source, folder)
    # What was read knows more than a name: whether its Keras logged `acc` or `accuracy`.
    return found if asked in (None, found.name) else named(str(asked))


def _of_project(source: str, folder: str | None, texts: list[str]) -> Era | None:
    """The era of the Keras that the project asks for, of a script that does not show its own."""
    from onefit.scripts.eras import clues

    whole = "\n".join(texts)
    is_plain = clues.is_of_keras(whole)
    if not folder or not (is_plain or (clues.is_of_tensorflow(whole) and "keras" in whole)):
        return None
    from onefit.scripts.eras import requirements

    found = requirements.era(folder, is_plain)
    if found is None:
        return None
    from onefit.scripts.eras import evidence

    return evidence.read_beside(found, source, folder)


def adapted(code: CodeType, source: str) -> CodeType:
    """The code of a script as it runs in the era that is in force: as it is, for Keras 3.

    Args:
        code: The script's code.
        source: Its text.
    """
    # Looked up and not imported: for a script of Keras 3 nothing of an era is to be loaded.
    activation = sys.modules.get("onefit.scripts.eras.activation")
    if activation is None or not activation.is_active() or not source:
        return code
    from onefit.scripts.eras import syntax

    return syntax.adapted(code, source)


def continue_in(era: Era, source: str) -> None:
    """Put an era in force that is known already, as in a worker process of the script.

    Args:
        era: The script's era.
        source: The script's text.
    """
    from onefit.scripts.eras import activation, surroundings

    activation.activate(era)
    surroundings.restore(source)
