"""One script that is being upgraded: what its names mean, and what it will need."""

from __future__ import annotations

import functools
from typing import NamedTuple

import libcst as cst
from libcst import metadata
from libcst.metadata import GlobalScope

from onefit.scripts.eras import functional_calls
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.rule import Meaning
from onefit.scripts.upgrade import tensorflow_keras
from onefit.scripts.upgrade.choices import Choices
from onefit.scripts.upgrade.compiled import Compiled
from onefit.scripts.upgrade.constants import constants, given_names, initializers
from onefit.scripts.upgrade.definitions import Definitions
from onefit.scripts.upgrade.draws import Draws
from onefit.scripts.upgrade.exports import NO_FILES, Beside, Exports
from onefit.scripts.upgrade.file_names import FileNames
from onefit.scripts.upgrade.graph_layers import GraphLayers
from onefit.scripts.upgrade.handed_on import handed_on
from onefit.scripts.upgrade.imports import Imports
from onefit.scripts.upgrade.journal import Journal, Note
from onefit.scripts.upgrade.kinds import Kinds, OwnClass
from onefit.scripts.upgrade.knowledge import Knowledge, keras_name
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.references import References


class State(NamedTuple):
    """What an upgrade has noted and needs.

    Args:
        changes: The notes on what was done.
        remains: Those on what could not be done.
        definitions: What is written into the script: statements, modules and classes.
        references: What it imports, and all that is bound.
    """

    changes: frozenset[Note]
    remains: frozenset[Note]
    definitions: tuple[dict[str, cst.CSTNode], set[str], dict[str, list[Meaning]]]
    references: tuple[dict[str, str], dict[str, str]]


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
        # The wrapper's copy of the module, since what is known of nodes is known of its nodes
        # alone.
        self.module = wrapper.module
        self.knowledge = Knowledge(era, journal.is_chosen)
        self.names = Names(wrapper, self.knowledge, beside)
        self.kinds = Kinds(wrapper.module, self.names, self.knowledge, beside)
        self.imports = Imports(wrapper.module, self.knowledge, beside)
        self.references = References(self.names, self.imports.bindings)
        self.definitions = Definitions("load_model()" in self.names.identifiers)
        self.constants = constants(wrapper.module, self.names)
        self.positions = wrapper.resolve(metadata.PositionProvider)
        # Without the rule of names the files of other scripts keep theirs, too.
        files = beside.files if journal.is_chosen("OF208") else NO_FILES
        self.files = FileNames(wrapper.module, self.names, self.kinds, files)
        self.initializers = initializers(wrapper.module) | beside.initializers
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
        self.compiled = Compiled(wrapper.module, self.kinds, beside.definitions)
        self.graph_layers = GraphLayers(wrapper.module, self.names, self.kinds, self.compiled)
        self.choices = Choices(wrapper.module, self.names)
        self.draws = Draws(wrapper.module, self.names, self.kinds)
        self.handed_on = handed_on(wrapper.module, self.names)

    @functools.cached_property
    def phased(self) -> frozenset[tuple[int, int]]:
        """Where layers of a functional model are called with `training=`."""
        return functional_calls.places_with_a_phase(self.module.code)

    @functools.cached_property
    def is_keras_alone(self) -> bool:
        """Whether it is one for tf.keras 2 that has nothing else of TensorFlow."""
        return self.era.name == "tf2" and tensorflow_keras.is_all(self.module.code)

    def state(self) -> State:
        """What is noted and needed so far, for `restore`."""
        definitions, references = self.definitions, self.references
        classes = {name: list(rules) for name, rules in definitions.classes.items()}
        return State(
            frozenset(self.journal.changes),
            frozenset(self.journal.remains),
            (dict(definitions.statements), set(definitions.modules), classes),
            (dict(references.needed), dict(references.bindings)),
        )

    def restore(self, state: State) -> None:
        """Forget what was noted and needed since then.

        Args:
            state: What `state` gave.
        """
        self.journal.changes, self.journal.remains = set(state.changes), set(state.remains)
        statements, modules, classes = state.definitions
        self.definitions.statements = dict(statements)
        self.definitions.modules = set(modules)
        self.definitions.classes = {name: list(rules) for name, rules in classes.items()}
        needed, bindings = map(dict, state.references)
        self.references.needed, self.references.bindings = needed, bindings

    def exports(self) -> Exports:
        """What modules that import this one may take from it, as it was."""
        names = {**self.beside.names, **self.imports.old_names(), **self.names.aliases}
        stars = tuple(
            one
            for one in self.names.stars
            if keras_name(self.knowledge.of_tf_keras(one)) is not None
        )
        holds = self.kinds.known.items()
        variables = {name: kind for (scope, name), kind in holds if isinstance(scope, GlobalScope)}
        kinds = self.kinds.functions, self.kinds.classes, variables
        return Exports(names, stars, *kinds, self.compiled.functions)

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node of the module as it was parsed."""
        return self.positions[node].start.line

    def done(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what was done at a node."""
        self.journal.done(code, self.line(node), told)

    def left(self, code: str, node: cst.CSTNode, told: str) -> None:
        """Note what could not be done at a node."""
        self.journal.left(code, self.line(node), told)
