"""The page of each code, as Markdown: `python -m onefit.findings > docs/findings.md`."""

from __future__ import annotations

import difflib
import textwrap

from onefit.findings.alarms import ALARMS, PROGRAMS, SECONDS
from onefit.findings.changes import CHANGES, Change
from onefit.findings.codes import CODES
from onefit.findings.examples import EXAMPLES, Example
from onefit.findings.examples import HEAD as LINES

HEAD = """\
# Findings

A finding is something that onefit has noticed about a script and that you may want to know. The verdict
at the end of a run lists the findings, each with a code. This page explains every code and says what you
can do; on the command line, `onefit findings OF302` prints the same.

| Codes | What they are about | What onefit does |
|---|---|---|
| OF1xx | a call of `fit`, `evaluate` or `predict` that cannot run as one program | stock Keras runs it step by step, with the same numbers |
| OF2xx | something that has changed in Keras since an old script was written | the script gets what it was written for ([Old scripts](old-scripts.md)) |
| OF3xx | data, labels or settings that look wrong | nothing: the training is the one that Keras would run |
| OF4xx | [checkpoints](checkpoints.md): from where a training goes on | the training runs; the line says what that means for its checkpoint |
| OF5xx | why a network does not learn, or learns less than it could | nothing: the training is the one that Keras would run |
| OF6xx | an error of Keras or JAX, and what it wants of a script | the error is raised as it is; what to change stands below it |

The programs below OF5xx and OF6xx begin with these lines; the tests run each of them, with and
without its cure.

```python
HEAD_LINES```

A code keeps its meaning in later versions. Each one is an *error* (the result is worthless), a *warning*
(the result may not be what you expect) or a *note*.

<!-- Written by `python -m onefit.findings > docs/findings.md`; change src/onefit/findings/codes.
-->
"""  # noqa: E501


def page(code: str) -> str:
    """What a code means, why it is so, and what to do.

    Args:
        code: A code of the registry, `"OF101"` for example.

    Returns:
        A few lines of text.

    Raises:
        KeyError: If the code is not in the registry.

    >>> print(page("OF101").splitlines()[0])
    OF101 the model asks to run eagerly
    """
    meaning, change = CODES[code], CHANGES.get(code)
    text = f"{code} {meaning.title}\n\n{meaning.why}\n\nWhat to do: {meaning.fix}."
    text += f"\n\n{_alarms(code)}" if code in ALARMS else ""
    example = EXAMPLES.get(code)
    if example is not None:
        told = textwrap.indent(example.program, "    ")
        return f"{text}\n\nA program that draws it:\n\n{told}\nThe cure:\n\n{_cure(example)}"
    if change is None:
        return text
    return (
        f"{text}\n\nChanged with {change.since}.\n  before: {change.before}\n"
        f"  after:  {change.after}\n`onefit upgrade`: {change.upgrade}."
    )


def markdown() -> str:
    """The documentation of all codes, with an anchor for each.

    >>> '<a id="of101"></a>' in markdown()
    True
    """
    return HEAD.replace("HEAD_LINES", LINES) + "".join(_section(code) for code in CODES)


def _section(code: str) -> str:
    meaning, change = CODES[code], CHANGES.get(code)
    changed = "" if change is None else _changed(change)
    changed += f"\n{_alarms(code)}\n" if code in ALARMS else ""
    example = EXAMPLES.get(code)
    if example is not None:
        changed += f"\n```py\n{example.program}```\n\n```diff\n{_cure(example)}\n```\n"
    return (
        f'\n<a id="{code.lower()}"></a>\n## {code}: {meaning.title}\n\n'
        f"*{meaning.severity.capitalize()}.* {meaning.why}\n\n"
        f"**What to do:** {meaning.fix}.\n{changed}"
    )


def _alarms(code: str) -> str:
    """How often a finding is told of a healthy program."""
    told, suspected = ALARMS[code]
    by = f"with {SECONDS:g} seconds of experiments each" if SECONDS else "by the checks alone"
    return (
        f"False alarms: told of {told} of {PROGRAMS} healthy programs, {by}; suspected, which is "
        f"told to those who ask for `--hunches`, of {suspected} "
        f"({100 * suspected / PROGRAMS:.0f} %)."
    )


def _cure(example: Example) -> str:
    """The lines of a program that its cure changes, before and after."""
    lines = difflib.ndiff(example.broken.splitlines(), example.cured.splitlines())
    return "\n".join(line for line in lines if line[0] in "-+")


def _changed(change: Change) -> str:
    return (
        f"\nChanged with {change.since}. `onefit upgrade`: {change.upgrade}.\n\n```text\n"
        f"before: {change.before}\nafter:  {change.after}\n```\n"
    )
