"""Scripts and the modules beside them that they import, which have to be upgraded together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import libcst as cst

from onefit.scripts.eras import evidence, model_files
from onefit.scripts.eras.era import Era, named
from onefit.scripts.eras.texts import imported
from onefit.scripts.upgrade import files
from onefit.scripts.upgrade.constants import initializers
from onefit.scripts.upgrade.exports import NO_FILES, Files
from onefit.scripts.upgrade.occurrences import Occurrences
from onefit.scripts.upgrade.saved_files import written_files
from onefit.scripts.upgrade.trained_files import trained_in

Group = dict[Path, "Source"]
"""Files that belong together by their absolute paths, what is imported first."""


class Words(NamedTuple):
    """What sources name.

    Args:
        identifiers: The names that they use.
        initializers: The functions that they give to layers as initializers.
    """

    identifiers: frozenset[str] = frozenset()
    initializers: frozenset[str] = frozenset()


NO_WORDS = Words()
MOST_MODULES = 200
"""Modules beside one script that are looked at."""


@dataclass
class Source:
    """One file.

    Args:
        path: Where it stands.
        text: Its text; a notebook's code cells in a row.
        is_named: Whether the user named it, and not a script that imports it.
        kept: What a notebook keeps of its runs, as comments. Defaults to nothing.
        imports: The files that it imports, with its names for what it takes from each.
        importers: The files that import it.
    """

    path: Path
    text: str
    is_named: bool
    kept: str = ""
    imports: dict[Path, dict[str, str]] = field(default_factory=dict)
    importers: set[Path] = field(default_factory=set)

    @property
    def is_script(self) -> bool:
        """Whether it is run by itself: no other file imports it, or it says what it does then."""
        return not self.importers or "__main__" in self.text

    def taken(self, others: Iterable[Source]) -> set[str]:
        """The names that other files take from it; `"*"` for all."""
        found: set[str] = set()
        for one in others:
            found.update(name or "*" for name in one.imports.get(self.path, {}).values())
        return found


def groups(paths: Iterable[Path], refuse: Callable[[Path, Exception], None]) -> list[Group]:
    """The files that belong together, by imports; what is imported stands before who imports it.

    Args:
        paths: The files that the user named, without repetitions.
        refuse: Tells of a file that cannot be read.

    Returns:
        Groups of sources by their absolute paths, in the order of the first named file of each.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        try:
            source = Source(path, files.read(path), True, files.kept(path))
        except (ValueError, OSError) as error:
            refuse(path, error)
            continue
        # Two spellings of a path may name one file.
        found.setdefault(path.absolute(), source).is_named = True
    for home in list(found):
        _follow(found, home)
    for one, source in found.items():
        for path in source.imports:
            found[path].importers.add(one)
    return list(_joined(found))


def eras(group: Group, asked: str | None) -> dict[Path, Era]:
    """The era of each file of a group: a module is of the era of the script that imports it.

    Args:
        group: The sources by their paths.
        asked: The era that the user named; `None` for what the sources show.
    """
    shown = {
        one: _shown_era(source.text + source.kept, str(one.parent)) for one, source in group.items()
    }
    found: dict[Path, Era] = {}
    # Scripts first: what they show counts for a module before what the module shows by itself.
    for one in sorted(group, key=lambda path: bool(group[path].importers)):
        for path in reached(group, one):
            # A module of two scripts gets the first old era.
            if path not in found or not found[path].is_old:
                found[path] = shown[one] if shown[one].is_old else shown[path]
    if asked is None:
        return found
    return {one: era if era.name == asked else named(asked) for one, era in found.items()}


def _shown_era(source: str, folder: str) -> Era:
    """The era of a source by what it shows, or by a file that it loads."""
    found = evidence.read(source, folder)
    return found if found.is_old else model_files.era_of_loaded(source, folder)


def files_of_models(group: Group, others: Iterable[Group]) -> Files:
    """The files of models that a group's sources write and load, and those that stand beside them.

    Args:
        group: The sources by their paths.
        others: All groups.

    Returns:
        Names as the sources write them.
    """
    homes = {one.parent for one in group}
    near = [text.text for one in others for path, text in one.items() if path.parent in homes]
    return Files(written_files(near), trained_in(near)) if len(near) > 1 else NO_FILES


def words_of(group: Group) -> dict[Path, Words]:
    """What each file names that runs in one process with others, of a group with several.

    Args:
        group: The sources by their paths.

    Returns:
        For each path the words of all files that are reached from a script that reaches it.
    """
    if len(group) < 2:
        return dict.fromkeys(group, NO_WORDS)
    own = {one: _words(source.text) for one, source in group.items()}
    found = dict.fromkeys(group, NO_WORDS)
    for script in group:
        near = reached(group, script)
        together = Words(*(frozenset().union(*each) for each in zip(*(own[one] for one in near))))
        for one in near if group[script].is_script else ():
            found[one] = Words(*(a | b for a, b in zip(found[one], together)))
    return found


def _words(text: str) -> Words:
    """What a source names; nothing where it is no Python 3."""
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError:
        return NO_WORDS
    return Words(frozenset(Occurrences.of(module).identifiers({})), initializers(module))


def _follow(found: Group, script: Path) -> None:
    """Add the modules in a script's folder that it imports, and those that they import."""
    waiting, seen = [script], {script}
    while waiting and len(seen) <= MOST_MODULES:
        home = waiting.pop(0)
        source = found[home]
        for name, names in imported(source.text, str(home.parent), str(script.parent)).items():
            path = Path(name)
            if path not in found:
                try:
                    found[path] = Source(_shown(path, source), files.read(path), False)
                except (ValueError, OSError):
                    continue
            if path != home:
                source.imports.setdefault(path, {}).update(names)
            if path not in seen:
                seen.add(path)
                waiting.append(path)


def _shown(path: Path, source: Source) -> Path:
    """A file as the user would name it, who named another one beside it."""
    if source.path.is_absolute():
        return path
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _joined(found: Group) -> Iterator[Group]:
    left = dict.fromkeys(found)
    while left:
        first = next(iter(left))
        together, waiting = {first}, [first]
        while waiting:
            source = found[waiting.pop()]
            near = {*source.imports, *source.importers} - together
            together |= near
            waiting += near
        for one in together:
            del left[one]
        yield {one: found[one] for one in _sorted(found, [one for one in found if one in together])}


def _sorted(found: Group, paths: list[Path]) -> list[Path]:
    """Files of a group, what is imported first."""
    done: dict[Path, None] = {}

    def add(path: Path, above: frozenset[Path]) -> None:
        for one in found[path].imports:
            # Two modules may import each other: then neither can wait for the other one.
            if one not in above and one not in done:
                add(one, above | {path})
        done.setdefault(path)

    for path in paths:
        add(path, frozenset({path}))
    return list(done)


def reached(group: Group, script: Path) -> list[Path]:
    """A script and all that it imports, by itself or through others.

    Args:
        group: The sources by their paths.
        script: One of the paths.
    """
    found = {script: None}
    waiting = [script]
    while waiting:
        near = [one for one in group[waiting.pop()].imports if one not in found]
        found.update(dict.fromkeys(near))
        waiting += near
    return list(found)
