"""JAX is chosen before any of the tests imports Keras; LibCST looks at its own classes once."""

from __future__ import annotations

import libcst as cst

from onefit.training.host.backend import choose_jax

choose_jax()
collect_ignore_glob = ["golden/*"]

METHODS: dict[type, list[str]] = {}
"""The methods of LibCST's providers of metadata, by their classes."""
_find_methods = cst.BatchableCSTVisitor.get_visitors


def _methods_of(visitor):
    """Looked up among some 1,600 names for each source, they took a third of a short upgrade."""
    names = METHODS.get(type(visitor))
    if names is None:
        names = METHODS[type(visitor)] = list(_find_methods(visitor))
    return {name: getattr(visitor, name) for name in names}


cst.BatchableCSTVisitor.get_visitors = _methods_of
