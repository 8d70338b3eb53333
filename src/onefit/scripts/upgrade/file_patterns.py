"""Lines that look for files of models by their names of then: `glob("weights*.hdf5")`.

Where a line shows which files it means, it asks for them by the suffix that they have in Keras 3;
else it is listed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

import libcst as cst

from onefit.scripts.upgrade import endings
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.saved_files import called, is_of_template

GLOBS = frozenset({"glob", "iglob", "rglob", "fnmatch", "fnmatchcase"})
ASKING = frozenset({
    "exists", "isfile", "lexists", "stat", "getsize", "getmtime", "getctime", "remove", "unlink",
    "copy", "copyfile", "move", "rename", "open", "download", "load_model", "load_weights",
})  # fmt: skip
"""What is given the name of one file."""
_INSIDE = frozenset({"isdir", "listdir", "rmtree", "walk", "scandir", "File"})
"""What asks what is in a folder, or in a file of HDF5: Keras 3 puts other things there."""
_TAKING_APART = frozenset({
    "replace", "rstrip", "strip", "split", "rsplit", "removesuffix", "partition", "rpartition",
})  # fmt: skip
_PATTERNS = frozenset({"compile", "findall", "finditer", "fullmatch", "match", "search", "sub"})
_SUFFIXES = (".hdf5", ".h5")


@dataclass(frozen=True)
class Asked:
    """What is found of an expression that asks for files.

    Args:
        told: What to list; `""` for nothing.
        before: The end that it has; `""` where it stays.
        after: The end that it gets.
    """

    told: str = ""
    before: str = ""
    after: str = ""


NOTHING = Asked()


class Patterns:
    """The files that a script writes under other names than then.

    Args:
        renamed: Their names, or the ends of these, as they were and as they are.
        held: What names of the script hold.
        ended: The names of the script that hold names of today already.
        aliases: Other names of `glob`, as in `from glob import glob as g`.
    """

    def __init__(
        self,
        renamed: Mapping[str, str],
        held: endings.Held,
        ended: Collection[str],
        aliases: Collection[str],
    ) -> None:
        """Remember them."""
        self.renamed, self.held, self.ended = renamed, held, ended
        self.globs = GLOBS | set(aliases)
        self.suffixes = {
            (suffix, _end(old, new, suffix))
            for old, new in renamed.items()
            for suffix in _SUFFIXES
            if old.endswith(suffix)
        }

    def of_argument(self, call: cst.Call, node: cst.BaseExpression) -> Asked:
        """What is to be done with an argument of a call, or with the text whose method it is.

        Args:
            call: The call.
            node: The argument.
        """
        name = called(call)
        text = endings.text(node, self.held)
        if name not in self.globs | ASKING | _INSIDE or not text:
            return NOTHING
        holder = endings.last(node, self.held)[0]
        if holder in self.ended:
            return NOTHING
        found = self._of_pattern(text) if name in self.globs else self._of_name(text)
        # The end stands in a variable, which other lines may use, or the inside is another one.
        if found.after and (holder or name in _INSIDE):
            return Asked(_told(repr(text), ""))
        return found

    def _of_name(self, text: str) -> Asked:
        """What is to be done with the name of one file, or with what makes it."""
        ends, is_maybe = set(), False
        # `s.weights.h5` ends as `s.h5` does, and is that file's new name.
        if any(is_of_template(new, _sample(text, "00")) for new in self.renamed.values()):
            return NOTHING
        for old, new in self.renamed.items():
            if is_of_template(old, _sample(text, "00")) or old == text:
                before, after = _common(old, new)
                is_maybe |= not old.removesuffix(before).rpartition("/")[2]  # only its end is told
                ends.add((before, after))
        if len(ends) == 1 and not is_maybe:
            return Asked("", *ends.pop())
        return Asked(_told(repr(text), "")) if ends else NOTHING

    def _of_pattern(self, text: str) -> Asked:
        """What is to be done with a pattern of names."""
        suffix = next((one for one in _SUFFIXES if text.endswith(one)), "")
        pattern = text.rpartition("/")[2]
        ends, is_maybe = set(), False
        for old, new in self.renamed.items() if suffix else ():
            if not old.endswith(suffix):
                continue
            if not old.removesuffix(suffix).rpartition("/")[2]:  # only its end is told
                is_maybe |= not _fits(new, pattern)
            elif _fits(old, pattern) and not _fits(new, pattern):
                ends.add(_end(old, new, suffix))
        if len(ends) == 1 and not is_maybe:
            return Asked("", suffix, ends.pop())
        return Asked(_told(repr(text), "")) if ends or is_maybe else NOTHING

    def of_text(self, call: cst.Call) -> Iterator[str]:
        """What to list of a call that looks at the end of a text.

        Args:
            call: The call.
        """
        name = called(call)
        words = [word for one in call.args for word in _words(one.value)]
        for word in words:
            for suffix, end in self.suffixes:
                # `name.split(".")[-1]` is compared with a suffix without its dot.
                is_suffix = word in (suffix, suffix[1:])
                is_other = is_suffix and name == "endswith" and not end.endswith(word)
                is_other |= is_suffix and name in _TAKING_APART
                if name in _PATTERNS and re.search(rf"\b{suffix[1:]}[)$\\bZ]*$", word):
                    is_other = True
                if is_other:
                    yield _told(repr(word), end)

    def of_comparison(self, node: cst.Comparison) -> Iterator[str]:
        """What to list of a comparison with the end of a text: `f[-5:] == ".hdf5"`.

        Args:
            node: The comparison.
        """
        sides = (node.left, *(one.comparator for one in node.comparisons))
        for word in (word for one in sides for word in _words(one)):
            for suffix, end in self.suffixes:
                # `.weights.h5` still ends with `.h5`: the comparison has the same answer then.
                if word in (suffix, suffix[1:]) and not end.endswith(word):
                    yield _told(repr(word), end)


def asked(call: cst.Call) -> list[cst.BaseExpression]:
    """The expressions of a call that may name files: its arguments, and `Path(...)` before it.

    Args:
        call: The call.
    """
    owner = call.func.value if isinstance(call.func, cst.Attribute) else None
    return [*(one.value for one in call.args), *([owner] if isinstance(owner, cst.Call) else [])]


def old_name(word: str) -> str:
    """What is told of the name of then.

    Args:
        word: The name, as it is written.
    """
    return f"{word} is the name of then: Keras 3 asks for another suffix, and the file has that"


def _told(word: str, end: str) -> str:
    if not end:
        return old_name(word)
    return f"{word} is the end of then: files of models that the script writes end with {end} now"


def _words(node: cst.BaseExpression) -> list[str]:
    """The texts that stand in an expression: one, or those of a list of some."""
    found = read(node)
    found = list(found) if isinstance(found, list | tuple) else [found]
    if isinstance(node, cst.Set):
        found = [read(one.value) for one in node.elements]
    return [one for one in found if isinstance(one, str)]


def _common(old: str, new: str) -> tuple[str, str]:
    """The ends in which two names differ.

    >>> _common("best.hdf5", "best.weights.h5"), _common("net", "net.keras")
    (('.hdf5', '.weights.h5'), ('', '.keras'))
    """
    suffix = next((one for one in _SUFFIXES if old.endswith(one)), "")
    return suffix, _end(old, new, suffix)


def _end(old: str, new: str, suffix: str) -> str:
    """The suffix that a name has now."""
    return new.removeprefix(old.removesuffix(suffix))


def _sample(template: str, value: str) -> str:
    """A name that a template makes.

    >>> _sample("w-{epoch:02d}-%.2f.h5", "1")
    'w-1-1.h5'
    """
    return re.sub(r"\{[^}]*\}|%[-\d.]*[a-zA-Z]", value, template)


def _fits(name: str, pattern: str) -> bool:
    """Whether a pattern takes some names that a template makes."""
    # A pattern with question marks takes names of one length, which depends on the numbers that the
    # template is given.
    values = ("0", "00", "000", "0000", "0.00", "0.000", "0.0000")
    samples = (_sample(name, one).rpartition("/")[2] for one in values)
    return any(fnmatch(one, pattern) for one in samples)
