"""Which names of a source are Keras's: through imports, aliases, stars and assignments."""

from __future__ import annotations

import functools

import libcst as cst
from libcst import matchers as m
from libcst import metadata

from onefit.scripts.upgrade.exports import Beside
from onefit.scripts.upgrade.knowledge import Knowledge, keras_name
from onefit.scripts.upgrade.occurrences import Occurrences, spelled


class Names:
    """The full names of a module's expressions.

    Args:
        wrapper: The module, with its metadata.
        knowledge: The rules of its era, for what a star imports.
        beside: What it has from modules beside it.
    """

    def __init__(
        self, wrapper: metadata.MetadataWrapper, knowledge: Knowledge, beside: Beside
    ) -> None:
        """Look at what is imported with a star, and what is assigned once."""
        self.knowledge, self.beside, self.module = knowledge, beside.names, wrapper.module
        self._contexts = wrapper.resolve(metadata.ExpressionContextProvider)
        self.scopes = wrapper.resolve(metadata.ScopeProvider)
        found = Occurrences.of(wrapper.module)
        self._words = found.words
        self.stars = [*found.stars, *beside.stars]
        self.imported = dict(found.imports)
        self.written, self.bound, self.values = found.written, found.bound, found.values
        self.outside, self.given = found.outside, found.given
        self.identifiers = found.identifiers(beside.names) | beside.identifiers
        self.assigned = found.assigned()
        self._qualified: dict[cst.CSTNode, set[metadata.QualifiedName]] = {}
        self.aliases: dict[str, str] = {}
        # In this order, `L = K.layers` finds what `K = keras` has put among the aliases before.
        for name, value in self.assigned.items():
            full = self.full(value)
            if full is not None and keras_name(full) is not None:
                self.aliases[name] = full

    def full(self, node: cst.CSTNode) -> str | None:
        """The full name of a name or of names with dots, through imports and aliases.

        Args:
            node: An expression of the module as it was parsed.

        Returns:
            `"tensorflow.keras.layers.Dense"`, for example; `None` for what is not imported.
        """
        dotted = spelled(node)
        if dotted is None or node in self._words:
            return None
        found = self._qualified_names(node)
        names = {one.name for one in found if one.source.name == "IMPORT"}
        if names:
            own = self._one(names) or ""
            return self._from_beside(dotted) or self.knowledge.of_tf_keras(own) or None
        root, _, rest = dotted.partition(".")
        if root in self.aliases:
            return self.knowledge.of_tf_keras(
                ".".join(one for one in (self.aliases[root], rest) if one)
            )
        if not found and self.stars and self._is_free(node, root):
            return self._from_beside(dotted) or self._from_star(dotted)
        return None

    def is_read(self, node: cst.CSTNode) -> bool:
        """Whether a name or an attribute is read where it stands: no keyword, and not assigned."""
        # To LibCST the keyword of an argument is a name that is read, too.
        is_read = self._contexts.get(node) is metadata.ExpressionContext.LOAD
        return is_read and node not in self._words

    def _qualified_names(self, node: cst.CSTNode) -> set[metadata.QualifiedName]:
        """What `QualifiedNameProvider` gives; it would walk through the whole module once more."""
        if node not in self._qualified:
            scope = self.scopes.get(node)
            self._qualified[node] = set(scope.get_qualified_names_for(node) if scope else ())
        return self._qualified[node]

    def _from_beside(self, dotted: str) -> str | None:
        """The full name of what the script has by way of a module beside it."""
        parts = dotted.split(".") if self.beside else []
        # The longest name first: `helpers.layers` may come from elsewhere than `helpers`.
        for end in range(len(parts), 0, -1):
            full = self.beside.get(".".join(parts[:end]))
            if full is not None:
                return ".".join((full, *parts[end:]))
        return None

    def keras(self, node: cst.CSTNode) -> str | None:
        """The full name as of the package `keras`; `None` for what is none of Keras's."""
        full = self.full(node)
        return keras_name(full) if full is not None else None

    def _one(self, names: set[str]) -> str | None:
        """One name for all that an import in a `try` may bring, where they mean the same."""
        # A layer for one GPU of NVIDIA is chosen where TensorFlow finds one: here it finds none.
        names = {one for one in names if ".CuDNN" not in one} or names
        if len(names) == 1:
            return next(iter(names))
        today = {}
        for name in sorted(names):
            old = keras_name(name)
            found = self.knowledge.today(old) if old is not None else None
            if found is None:
                return None
            today[found.name] = name
        return next(iter(today.values())) if len(today) == 1 else None

    def is_parameter(self, node: cst.CSTNode, name: str) -> bool:
        """Whether a name is one of a function's parameters where an expression stands."""
        scope = self.scopes.get(node)
        found = scope[name] if scope is not None and name in scope else ()
        return any(isinstance(getattr(one, "node", None), cst.Param) for one in found)

    def held(self, node: cst.Name) -> list[cst.BaseExpression]:
        """All that a name is assigned where it is bound; nothing if it is bound in another way.

        Other functions may have the same name for something else.

        Args:
            node: The name where it is read.
        """
        scope = self.scopes.get(node)
        bound = [one for one in scope[node.value]] if scope is not None else []
        values = [self._assigned.get(getattr(one, "node", None)) for one in bound]
        return [one for one in values if one is not None] if None not in values else []

    @functools.cached_property
    def _assigned(self) -> dict[cst.CSTNode | None, cst.BaseExpression]:
        """The value that each name gets which alone stands left of an equals sign."""
        found = (cst.ensure_type(one, cst.Assign) for one in m.findall(self.module, m.Assign()))
        return {one.targets[0].target: one.value for one in found if len(one.targets) == 1}

    def _is_free(self, node: cst.CSTNode, root: str) -> bool:
        scope = self.scopes.get(node)
        return scope is not None and root not in self.bound

    def _from_star(self, dotted: str) -> str | None:
        # As in Python, the last star has the last word.
        for home in reversed(self.stars):
            full = self.knowledge.of_tf_keras(f"{home}.{dotted}")
            old = keras_name(full)
            if old is not None and self.knowledge.today(old) is not None:
                return full
        return None
