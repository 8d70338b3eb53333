"""What a module has for those that import it, and what a script takes from modules beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import libcst as cst

STAR = "*"
Function = cst.FunctionDef | cst.Lambda
T = TypeVar("T")


class Exports(NamedTuple):
    """What others may take from a module, as it was.

    Args:
        names: Names of Keras's by the names that the module's imports gave them.
        stars: Modules of Keras of which it imports all names.
        functions: What its functions and classes give, by their names.
        classes: The classes of Keras's from which its own are made.
        variables: What its other names hold.
        definitions: Its functions themselves.
    """

    names: Mapping[str, str] = {}
    stars: tuple[str, ...] = ()
    functions: Mapping[str, str] = {}
    classes: Mapping[str, str] = {}
    variables: Mapping[str, str] = {}
    definitions: Mapping[str, Function] = {}


class Files(NamedTuple):
    """Files of models, by the ends of their names as far as these are told.

    Args:
        saved: Those that are written, and if weights alone are.
        trained: Those from which models are loaded to train on.
    """

    saved: frozenset[tuple[str, bool]] = frozenset()
    trained: frozenset[str] = frozenset()


NOTHING, NO_FILES = Exports(), Files()


@dataclass
class Beside:
    """What a script has from modules beside it, by its own names for that, and they from it.

    Args:
        names: Names of Keras's: `{"Dense": "keras.layers.core.Dense"}`. Defaults to none.
        stars: Modules of Keras of which a star brings all names. Defaults to none.
        functions: What functions and classes give. Defaults to none.
        classes: The classes of Keras's from which others are made. Defaults to none.
        variables: What other names hold. Defaults to none.
        taken: The names that others take from this one; `"*"` for all. Defaults to none.
        files: Files that scripts beside it write and load. Defaults to none.
        definitions: Functions themselves. Defaults to none.
        identifiers: The names of all that runs in one process with it. Defaults to none.
        initializers: The functions that these give to layers as initializers. Defaults to none.
    """

    names: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    files: Files = NO_FILES
    definitions: dict[str, Function] = field(default_factory=dict)
    identifiers: frozenset[str] = frozenset()
    initializers: frozenset[str] = frozenset()

    def take(self, exports: Exports, names: Mapping[str, str]) -> None:
        """Add what an import brings.

        Args:
            exports: What the module has.
            names: The script's names for what it takes: `{"f": "f"}`, the module as
                `{"layers": ""}`, a star as `{"*": "*"}`.

        >>> beside = Beside()
        >>> beside.take(Exports(functions={"make": "keras.Model"}), {"models": ""})
        >>> beside.functions
        {'models.make': 'keras.Model'}
        """
        for bound, name in names.items():
            if name == STAR:  # which brings what the module itself has by a star, too
                self.stars += exports.stars
            self.names.update(_under(bound, name, exports.names))
            self.functions.update(_under(bound, name, exports.functions))
            self.classes.update(_under(bound, name, exports.classes))
            self.variables.update(_under(bound, name, exports.variables))
            self.definitions.update(_under(bound, name, exports.definitions))

    def is_taken(self, names: Iterable[str]) -> bool:
        """Whether another module takes one of some names from this one."""
        return STAR in self.taken or bool(self.taken.intersection(names))


def _under(bound: str, name: str, known: Mapping[str, T]) -> dict[str, T]:
    """What is known of a module's names, under those that an import gives them."""
    if name == STAR:
        return dict(known)
    if not name:
        return {f"{bound}.{one}": value for one, value in known.items()}
    return {bound: known[name]} if name in known else {}
