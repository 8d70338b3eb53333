"""What onefit tells on standard error, where there is one."""

from __future__ import annotations

import contextlib
import sys


def tell(text: object) -> None:
    """Write a line on standard error; nowhere if it is closed.

    A process that was started without one (`2>&-`) has `None` in its place, for which `print` would
    take standard output: the script's own.

    Args:
        text: What to tell.

    >>> tell("onefit: one line")
    """
    write(text, sys.stderr)


def write(text: object, stream: object) -> None:
    """The same on a stream that may be closed, or `None`.

    Args:
        text: What to tell.
        stream: Where to.
    """
    if stream is not None:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            print(text, file=stream, flush=True)  # type: ignore[call-overload]


def write_to(file: str, text: str, command: str) -> None:
    """Write text to a file, or say in a line why that cannot be.

    Args:
        file: The file; `-` for standard output.
        text: The text.
        command: Who asked for it, for the line.
    """
    if file == "-":
        write(text, sys.__stdout__)
        return
    try:
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(f"{text}\n")
    except OSError as error:
        write(f"{command}: --json {file}: {error}", sys.__stderr__)
