"""What a proof says of scripts that do not come to their end."""

from __future__ import annotations

import re
from dataclasses import replace

from onefit.scripts.upgrade.comparison import Ran, listed

_ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt)\b(?!.*Warning)")
_ARGUMENTS = re.compile(r"\bargv\b|\bArgumentParser\b|\bapp\.flags\b|\bdocopt\b|\boptparse\b")
_MOST = 300
"""The most letters of an error that are told."""


def error(told: str) -> str:
    """The line of standard error that says what stopped a script.

    Args:
        told: What it wrote there.

    >>> error("Traceback\\n  x\\nValueError: no rows\\n----\\nFor simplicity, JAX has removed ...")
    'ValueError: no rows'
    >>> error("killed"), error("a.py:3: UserWarning: old\\n  f(1)")
    ('killed', '')
    """
    lines = [line for line in told.splitlines() if line.strip() and "Warning: " not in line]
    errors = [line for line in lines if _ERROR.match(line)]
    # The last one: a traceback shows the error that caused another one before it.
    return (errors or [line for line in lines if not line.startswith(" ")] or [""])[-1]


def line(told: str, name: str) -> int:
    """The line of a script in which it stopped; 0 where that is not told.

    Args:
        told: What it wrote to standard error.
        name: The script's name, without its folder.

    >>> line('Traceback\\n  File "/room/a.py", line 7, in <module>\\nOSError: no file', "a.py")
    7
    """
    places = re.findall(rf'^  File "(?:.*[/\\])?{re.escape(name)}", line (\d+)', told, re.MULTILINE)
    return int(places[-1]) if places else 0


def ending(ran: Ran, seconds: float, source: str = "") -> str:
    """How a run ended that did not come to the script's end.

    Args:
        ran: The run.
        seconds: When it was stopped, if it was.
        source: The script, which may want what a proof does not give it. Defaults to nothing.

    >>> ending(Ran(1, "", [], "OSError: no file", 7), 60)
    'ends with an error in line 7: OSError: no file'
    >>> ending(Ran(2, "", [], ""), 60, "name = sys.argv[1]")
    'ends with exit code 2 (a proof gives it no arguments)'
    """
    if ran.code is None:
        return f"was stopped after {seconds:.0f} s (--epochs and --steps cut trainings)"
    place = f" in line {ran.line}" if ran.line else ""
    told = f"an error{place}: {ran.error[:_MOST]}" if ran.error else f"exit code {ran.code}"
    # `sys.argv[1]` is out of range, and a parser of arguments ends without a traceback.
    is_asking = ran.error.startswith("IndexError") or not ran.line
    if is_asking and _ARGUMENTS.search(source):
        return f"ends with {told} (a proof gives it no arguments)"
    if ran.error.startswith("EOFError: EOF when reading a line"):
        return f"ends with {told} (a proof answers no input)"
    return f"ends with {told}"


def shorter(old: Ran, new: Ran) -> tuple[Ran, Ran]:
    """Two runs as far as both went.

    Args:
        old: The old script's run.
        new: The upgraded one's.

    >>> one, other = shorter(Ran(1, "a\\nb", [], ""), Ran(1, "a", [], ""))
    >>> one.printed, other.printed
    ('a', 'a')
    """
    calls = min(len(old.events), len(new.events))
    texts = [one.printed.splitlines() for one in (old, new)]
    printed = ["\n".join(one[: min(map(len, texts))]) for one in texts]
    first = replace(old, events=old.events[:calls], printed=printed[0])
    return first, replace(new, events=new.events[:calls], printed=printed[1])


def is_earlier(new: Ran, old: Ran) -> bool:
    """Whether an upgraded script stops before the old one does.

    Args:
        new: The upgraded one's run.
        old: The old script's.
    """
    if new.code in (0, None):
        return False
    lines = [len(one.printed.splitlines()) for one in (new, old)]
    return len(new.events) < len(old.events) or lines[0] < lines[1]


def both(old: Ran, new: Ran, seconds: float, source: str) -> str:
    """What is told of a script that fails as it is, and of the upgraded one, the same until then.

    Args:
        old: The old script's run.
        new: The upgraded one's.
        seconds: When either was stopped, if it was.
        source: The old script.

    >>> failed = Ran(1, "1\\n", [], "OSError: no file")
    >>> both(failed, failed, 60, "").partition(", and ")[2]
    'so does the upgraded one; until then 1 printed line is the same to the bit'
    """
    told = f"the script as it is {ending(old, seconds, source)}"
    if new.code == 0:
        told = f"{told}, and the upgraded one comes to its end"
    elif (new.code, new.error) == (old.code, old.error):
        told = f"{told}, and so does the upgraded one"
    else:
        told = f"{told}, and the upgraded one {ending(new, seconds)}"
    shared = shorter(old, new)[0]
    if not shared.events and not shared.printed.strip():
        return told
    return f"{told}; until then {listed(shared)} the same to the bit"
