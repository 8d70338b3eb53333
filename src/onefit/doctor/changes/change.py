"""Something to try: a change of a setup, in the words of Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from onefit.doctor.decision import MARGIN, SMALL
from onefit.doctor.setup import Setup


@dataclass(frozen=True)
class Argument:
    """An argument of a call in the script as it is to be written.

    Args:
        call: `"compile"`, `"fit"`, `"optimizer"`, or the name of a layer of the model.
        name: The argument.
        code: Its expression; `""` for an argument that goes.
    """

    call: str
    name: str
    code: str


@dataclass(frozen=True, eq=False)
class Change:
    """Something to try.

    Args:
        code: The finding that it is if it helps.
        name: The change as one writes it: `'Adam(0.01)'`, `'epochs=5000'`.
        fix: The line to paste.
        apply: Makes the changed setup from a setup.
        why: What was seen that makes it worth trying. Defaults to `""`.
        cause: What a finding is about: a layer, an argument. Defaults to `""`.
        parts: The changes that it is made of, if it is several. Defaults to none.
        arguments: The arguments that say it in a script. Defaults to none: it changes data.
        usual: Whether it is what Keras takes by itself. Defaults to `False`.
        model: Makes a model that does the same inside, of a change of data; it returns `None` where
            that cannot be. Defaults to `None`: the model is the changed setup's.
    """

    code: str
    name: str
    fix: str
    apply: Callable[[Setup], Setup]
    why: str = ""
    cause: str = ""
    parts: tuple[Change, ...] = ()
    arguments: tuple[Argument, ...] = ()
    usual: bool = False
    model: Callable[[Setup], Any] | None = None

    @property
    def margin(self) -> float:
        """The gain that it has to show: little if it is wrong by its form, and costs little."""
        return SMALL if self.code == "OF504" else MARGIN

    def to(self, setup: Setup) -> Setup:
        """The changed setup, which knows the change by its name."""
        changed = self.apply(setup)
        return replace(changed, changes=(*setup.changes, self.name))
