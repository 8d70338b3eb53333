"""The Keras that a project asks for, where a script does not show it: `keras==2.2.4` in a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from onefit.scripts.eras.era import Era, named, of_version
from onefit.scripts.eras.own_folders import folders_above

_FILES = (
    "requirements",
    "environment",
    "conda",
    "pipfile",
    "setup.py",
    "setup.cfg",
    "pyproject.toml",
)
_ENDS = (".txt", ".yml", ".yaml", "pipfile", ".py", ".cfg", ".toml")
# Patterns are texts here: `re` compiles one when it is first needed, which most scripts never do.
_LINE = (
    r"(?i)(?<![\w.-])(keras|tensorflow(?:[-_](?:gpu|cpu|macos))?)(?![\w.-])"  # not keras-tuner
    r"""["'\s=]*?\s*((?:[<>=~!]=?=?\s*v?\d[\w.*]*[\s,]*)+)"""
)
# The last release of each kind, by which a bound such as `<2.4` is understood.
_RELEASES = {
    "keras": ("3.10.0", "2.15.0", "2.3.1", "2.2.5", "1.2.2"),
    "tensorflow": ("2.19.0", "2.15.1", "2.3.4", "1.15.5"),
}


class Requirement(NamedTuple):
    """A version that a project asks for.

    Args:
        package: `"keras"` or `"tensorflow"`.
        version: The newest that it allows.
        told: What the file says, with its name.
    """

    package: str
    version: str
    told: str


def of_project(folder: str) -> dict[str, Requirement]:
    """What the files beside a script, or above it in its project, ask for, by the package.

    Args:
        folder: The script's folder.
    """
    found: dict[str, Requirement] = {}
    for place in folders_above(folder):
        for name in sorted(os.listdir(place)):
            if name.lower().startswith(_FILES) and name.lower().endswith(_ENDS):
                with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                    for one in _read(name, file.read(200_000)):
                        found.setdefault(one.package, one)
    return found


def _read(name: str, text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        for package, wanted in re.findall(_LINE, line.partition("#")[0]):
            kind = "keras" if package.lower() == "keras" else "tensorflow"
            version = _newest(kind, re.sub(r"\s", "", wanted).strip(","))
            if version:
                yield Requirement(kind, version, f"{name} asks for {package}{wanted.strip(' ,')}")


def _newest(package: str, wanted: str) -> str:
    """The newest version that is allowed; `""` where that is not to be told.

    >>> _newest("keras", "==2.1.6"), _newest("keras", ">=2.0,<2.4"), _newest("keras", "=2.2.4")
    ('2.1.6', '2.3.1', '2.2.4')
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    exact = re.fullmatch(r"(?:={1,3}|~=)v?(\d+(?:\.\d+)*)(?:\.\*)?", wanted)
    if exact:
        return exact[1]
    try:
        allowed = SpecifierSet(wanted)
    except InvalidSpecifier:
        return ""
    return next((one for one in _RELEASES[package] if allowed.contains(one)), "")


def era(folder: str, is_plain: bool) -> Era | None:
    """The era of the Keras that a project asks for; `None` where it asks for none, or for Keras 3.

    Args:
        folder: The script's folder.
        is_plain: Whether the script imports the package `keras`, and not TensorFlow's.
    """
    found = of_project(folder)
    keras, tensorflow = found.get("keras"), found.get("tensorflow")
    if keras is not None and is_plain:
        made, told = of_version(keras.version), keras.told
    elif tensorflow is not None:
        made, told = _of_tensorflow(tensorflow.version, is_plain), tensorflow.told
    elif keras is not None and of_version(keras.version).is_old:
        made, told = Era("tf2"), keras.told
    else:
        return None
    return made._replace(evidence=(told,)) if made.is_old else None


def _of_tensorflow(version: str, is_plain: bool) -> Era:
    """The era of scripts that ran with a TensorFlow: 2.4 had Keras 2.4, and 2.16 Keras 3."""
    parts = [int(one) for one in version.split(".")[:2]]
    number = (parts[0], parts[1] if len(parts) > 1 else 0)
    if number >= (2, 16):
        return Era("keras3")
    if number < (2, 0):
        return named("keras2") if is_plain else Era("tf2", "acc")
    return Era("keras2") if is_plain and number < (2, 4) else Era("tf2")
