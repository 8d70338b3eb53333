"""One script that is being upgraded: what its names mean, and what it will need."""

from __future__ import annotations

import libcst as cst
from libcst import metadata
from libcst.metadata import GlobalScope

from onefit.scripts.eras.era import Era
from onefit.scripts.upgrade.compiled import Compiled
from onefit.scripts.upgrade.constants import constants, given_names, initializers, saved_files
from onefit.scripts.upgrade.definitions import Definitions
from onefit.scripts.upgrade.exports import Beside, Exports
from onefit.scripts.upgrade.imports import Imports
from onefit.scripts.upgrade.journal import Journal
from onefit.scripts.upgrade.kinds import Kinds, OwnClass
from onefit.scripts.upgrade.knowledge import Knowledge, keras_name
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.references import References


class Script:
    """A script as it was, read before anything changes, with the notes on its upgrade.

    Args:
        wrapper: The module, with its metadata.
        era: Its era.
        journal: Where what was done, and what could not be, is noted.
        beside: What it has from modules beside it.
    """

    def __init__(
        self, wrapper: metadata.MetadataWrapper, era: Era, journal: Journal, beside: Beside
    ) -> None:
        """Read what names mean."""
        self.journal, self.era, self.beside = journal, era, beside
        self.module = wrapper.module
        self.knowledge = Knowledge(era, journal.is_chosen)
        self.names = Names(wrapper, self.knowledge, beside)
        self.kinds = Kinds(wrapper.module, self.names, self.knowledge, beside)
        self.imports = Imports(wrapper.module, self.knowledge, beside)
        self.references = References(self.names, self.imports.bindings)
        self.definitions = Definitions()
        self.constants = constants(wrapper.module, self.names)
        self.positions = wrapper.resolve(metadata.PositionProvider)
        self.saved = saved_files(wrapper.module) | beside.saved
        self.initializers = initializers(wrapper.module)
        self.called: set[cst.CSTNode] = set()
        self.applied: set[cst.CSTNode] = set()
        self.endings: set[cst.CSTNode] = set()
        self.inner: set[cst.CSTNode] = set()  # arguments of calls of the backend
        # Lines to stand before the statements that a walk is in, each with the call that wants it.
        self.firsts: list[list[tuple[cst.Call, cst.SimpleStatementLine]]] = []
        self.given_names = given_names(wrapper.module)
        self.begun: set[str] = set()  # models to which a layer was added
        self.logit_values: set[cst.CSTNode] = set()  # losses of compile, and activations
        self.classes: list[OwnClass] = []  # those in which the walk is
        self.compiled = Compiled(wrapper.module, self.kinds)

    def exports(self) -> Exports:
        """What modules that import this one may take from it, as it was."""
        names = {**self.beside.names, **self.imports.old_names(), **self.names.aliases}
        stars = tuple(one for one in self.names.stars if keras_name(one) is not None)
        holds = self.kinds.known.items()
        variables = {name: kind for (scope, name), kind in holds if isinstance(scope, GlobalScope)}
        return Exports(names, stars, self.kinds.functions, self.kinds.classes, variables)

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node of the module as it was parsed."""
        return self.positions[node].start.line

    def done(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what was done at a node."""
        self.journal.done(code, self.line(node), told)

    def left(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what could not be done at a node."""
        self.journal.left(code, self.line(node), told)
