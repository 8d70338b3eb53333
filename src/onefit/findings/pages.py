"""The page of each code, as Markdown: `python -m onefit.findings > docs/findings.md`."""

from __future__ import annotations

from onefit.findings.codes import CODES

HEAD = """\
# Findings

A finding is one thing worth telling: why something runs step by step, what looks wrong. Each has a
code that keeps its meaning. `onefit findings CODE` prints what stands here.

<!-- Written by `python -m onefit.findings > docs/findings.md`; change src/onefit/findings/codes.py.
-->
"""


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
    meaning = CODES[code]
    return f"{code} {meaning.title}\n\n{meaning.why}\n\nFix: {meaning.fix}."


def markdown() -> str:
    """The documentation of all codes, with an anchor for each.

    >>> '<a id="of101"></a>' in markdown()
    True
    """
    return HEAD + "".join(_section(code) for code in CODES)


def _section(code: str) -> str:
    meaning = CODES[code]
    return (
        f'\n<a id="{code.lower()}"></a>\n## {code}: {meaning.title}\n\n'
        f"*{meaning.severity.capitalize()}.* {meaning.why}\n\n**Fix:** {meaning.fix}.\n"
    )
