"""Classes and functions of a user's own, of which a file has no more than the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras

LAMBDA = "__lambda__"
FUNCTIONS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
"""Modules of Keras in which it looks for a function by its name."""

LONGEST = 200
"""Characters of what Keras says."""


def unknown(config: Any, known: Mapping[str, Any] | None = None) -> list[str]:
    """The names in a model's configuration from which Keras could not make it in this process.

    Args:
        config: What `keras.saving.serialize_keras_object` has made of a model.
        known: Classes and functions by their names, as Keras's `custom_objects`. Defaults to
            `None`: none.

    >>> unknown({"class_name": "Twice", "module": None, "registered_name": "Twice", "config": {}})
    ['Twice']
    """
    found = [name for name in _names(config) if not _is_known(name, known or {})]
    return sorted(set(found))


def has_lambda(config: Any) -> bool:
    """Whether a layer of a model is a `lambda`, which is code, and not loaded."""
    return any(part["class_name"] == LAMBDA for part in _parts(config))


def warning(config: Any) -> str:
    """What is to be known before a model is saved; empty if it can be made again."""
    if config is None:
        return (
            "its models cannot be made of the file: Keras has no configuration of them. Table and "
            "histories are there, and the weights as arrays"
        )
    if has_lambda(config):
        return (
            "its models cannot be made of the file: a `Lambda` layer has a `lambda`, which is "
            "code, and not loaded. Write a layer of your own, or a function that is registered"
        )
    names = unknown(config)
    if not names:
        return ""
    return (
        f"Keras does not know {_listed(names)}. Register what is yours with "
        "`keras.saving.register_keras_serializable`, or give it when it is loaded: "
        f"`onefit.load(path, custom_objects={_given(names)})`"
    )


def cure(config: Any, known: Mapping[str, Any] | None, said: BaseException | None) -> str:
    """What to do where Keras could not make a model of a file, and what it says.

    Args:
        config: The model's configuration.
        known: What was given as `custom_objects`.
        said: What Keras has raised; `None` if there is no configuration.
    """
    names = unknown(config, known) if config is not None else []
    if names:
        return (
            f"Give what is yours: `onefit.load(path, custom_objects={_given(names)})`; or register "
            "it with `keras.saving.register_keras_serializable` before it is used."
        )
    build = "Build the model, and give it the weights of a member, which are arrays of the file."
    if config is None or has_lambda(config):
        return build
    first = " ".join(str(said).split("config=")[0].split())
    short = f"{first[:LONGEST].rsplit(' ', 1)[0]} …" if len(first) > LONGEST else first
    return f"{build} A class with arguments of its own needs `get_config`; Keras says: {short}"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(map(repr, names[:-1])), repr(names[-1])][len(names) < 2 :])


def _given(names: list[str]) -> str:
    short = [name.split(">")[-1] for name in names]  # behind its package
    return "{" + ", ".join(f"{name!r}: {name}" for name in short) + "}"


def _names(config: Any) -> Iterator[str]:
    """The names of what is not Keras's own."""
    for part in _parts(config):
        kind, registered = part["class_name"], part.get("registered_name")
        if kind == "function":
            yield part["config"]
        elif kind != LAMBDA and registered and not str(part.get("module")).startswith("keras"):
            yield registered


def _parts(config: Any) -> Iterator[dict[str, Any]]:
    """The configurations in a configuration."""
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            yield config
        for value in config.values():
            yield from _parts(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from _parts(value)


def _is_known(name: str, known: Mapping[str, Any]) -> bool:
    return (
        name in known
        # A registered class has its package before its name: `package>Name`.
        or name.split(">")[-1] in known
        or keras.saving.get_registered_object(name) is not None
        or any(hasattr(getattr(keras, module), name) for module in FUNCTIONS)
    )
