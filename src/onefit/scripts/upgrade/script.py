"""One script that is being upgraded: what its names mean, and what it will need."""

from __future__ import annotations

import libcst as cst
from libcst import metadata

from onefit.scripts.eras.era import Era
from onefit.scripts.upgrade.compiled import Compiled
from onefit.scripts.upgrade.constants import constants, given_names, initializers, saved_files
from onefit.scripts.upgrade.definitions import Definitions
from onefit.scripts.upgrade.imports import Imports
from onefit.scripts.upgrade.journal import Journal
from onefit.scripts.upgrade.kinds import Kinds, OwnClass
from onefit.scripts.upgrade.knowledge import Knowledge
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.references import References


class Script:
    """A script as it was, read before anything changes, with the notes on its upgrade.

    Args:
        wrapper: The module, with its metadata.
        era: Its era.
        journal: Where what was done, and what could not be, is noted.
    """

    def __init__(self, wrapper: metadata.MetadataWrapper, era: Era, journal: Journal) -> None:
        """Read what names mean."""
        self.journal, self.era = journal, era
        self.knowledge = Knowledge(era, journal.is_chosen)
        self.names = Names(wrapper, self.knowledge)
        self.kinds = Kinds(wrapper.module, self.names, self.knowledge)
        self.imports = Imports(wrapper.module, self.names, self.knowledge)
        self.references = References(self.names, self.imports.bindings)
        self.definitions = Definitions()
        self.constants = constants(wrapper.module, self.names)
        self.positions = wrapper.resolve(metadata.PositionProvider)
        self.saved = saved_files(wrapper.module)
        self.initializers = initializers(wrapper.module)
        self.called: set[cst.CSTNode] = set()
        self.applied: set[cst.CSTNode] = set()
        self.inner: set[cst.CSTNode] = set()  # arguments of calls of the backend
        self.firsts: list[list[cst.SimpleStatementLine]] = []
        self.given_names = given_names(wrapper.module)
        self.begun: set[str] = set()  # models to which a layer was added
        self.classes: list[OwnClass] = []  # those in which the walk is
        self.compiled = Compiled(wrapper.module, self.kinds)

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node of the module as it was parsed."""
        return self.positions[node].start.line

    def done(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what was done at a node."""
        self.journal.done(code, self.line(node), told)

    def left(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what could not be done at a node."""
        self.journal.left(code, self.line(node), told)
