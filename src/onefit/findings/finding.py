"""One type for everything that is worth telling: a fallback's reason, a warning, a diagnosis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from onefit.errors import DiagnosisError
from onefit.findings.codes import CODES

GRADES = ("", "certain", "verified", "hunch")
"""How sure a diagnosis is; `""` for what is no diagnosis."""


@dataclass(frozen=True)
class Finding:
    """One thing worth telling, with what it rests on and what to do about it.

    Args:
        code: A code of the registry, `"OF101"` for example: `onefit findings OF101` is its page.
        where: The thing it is about: a layer, an argument, a callback. Defaults to `""`.
        evidence: What was seen, in one clause. Defaults to `""`.
        grade: How sure a diagnosis is: `"certain"` (algebra or a count proves it), `"verified"` (an
            experiment has shown it), `"hunch"`; `""` for what is no diagnosis. Defaults to `""`.
        fix: What to do about it, as an imperative. Defaults to what the code says.

    Raises:
        KeyError: If the code is not in the registry.
        ValueError: If the grade is none of these.

    >>> found = Finding("OF101", where="model.compile(run_eagerly=True)")
    >>> found.severity, found.title
    ('note', 'the model asks to run eagerly')
    >>> print(found)
    OF101 the model asks to run eagerly: model.compile(run_eagerly=True)
    """

    code: str
    where: str = ""
    evidence: str = ""
    grade: str = field(default="", repr=False)
    fix: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a code that has no page, and take the code's fix where there is no own one."""
        if self.code not in CODES:
            raise KeyError(f"Expected a code of the registry. Received: {self.code!r}.")
        if self.grade not in GRADES:
            raise ValueError(f"Expected a grade of {GRADES}. Received: {self.grade!r}.")
        if not self.fix:
            object.__setattr__(self, "fix", CODES[self.code].fix)

    @property
    def severity(self) -> str:
        """`"note"`, `"warning"` or `"error"`."""
        return CODES[self.code].severity

    @property
    def title(self) -> str:
        """What the code says, as a clause."""
        return CODES[self.code].title

    @property
    def own_fix(self) -> str:
        """The fix if it is not the one that the code gives to all, or mends an error; else `""`."""
        is_general = self.fix == CODES[self.code].fix
        return "" if is_general and self.severity != "error" else self.fix

    @property
    def link(self) -> str:
        """The command that prints what there is to say about the code."""
        return f"onefit findings {self.code}"

    def apply(self) -> NoReturn:
        """The changed model, of a finding whose cure is one: `onefit.diagnose` makes such.

        Raises:
            DiagnosisError: The cure of this one is no change of a model, or is not known.
        """
        raise DiagnosisError(
            "Expected a finding whose cure is a change of the model, found by `onefit.diagnose`. "
            f"Received: {self.code}. Do by hand: {self.fix}"
        )

    def __str__(self) -> str:
        """Code, title, where and evidence in one line."""
        told = f"{self.code} {self.title}"
        if self.where:
            told += f": {self.where}"
        if self.evidence:
            told += f" ({self.evidence})"
        return told


def render(findings: Iterable[Finding]) -> str:
    """Write findings as text, a block each: the line, the fix, the link.

    >>> print(render([Finding("OF101", where="model.compile(run_eagerly=True)")]))
    OF101 the model asks to run eagerly: model.compile(run_eagerly=True)
          fix: compile the model without run_eagerly=True
          see: onefit findings OF101
    """
    return "\n".join(f"{f}\n      fix: {f.fix}\n      see: {f.link}" for f in findings)
