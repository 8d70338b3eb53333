"""One `onefit upgrade`: each file upgraded, shown or written, and proved where that is asked."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onefit.console import tell
from onefit.runs.words import counted
from onefit.scripts.eras import clues, requirements, silent_defaults
from onefit.scripts.eras.era import Era
from onefit.scripts.upgrade import files, import_groups, notebooks, tensorflow_keras
from onefit.scripts.upgrade.exports import Beside, Files
from onefit.scripts.upgrade.import_groups import Group
from onefit.scripts.upgrade.journal import Note, once_each
from onefit.scripts.upgrade.proof import Proof, prove
from onefit.scripts.upgrade.upgrade import LOGITS, Upgrade, upgraded

TO_DO, REFUSED, DIFFERENT, OPEN = 1, 2, 4, 5
_WRITTEN = "an output saturates, so cross-entropies of logits are written into it (OF215)"


@dataclass
class Session:
    """What was asked, and what became of the files so far.

    Args:
        write: Write the files.
        check: Show no differences; something to do is an error.
        is_proved: Run each script before and after.
        epochs: The most epochs of each `fit` in a proof; 0 for all.
        steps: The most steps of each epoch in a proof; 0 for all.
        timeout: When to stop a script of a proof, in seconds.
        select: The only codes to apply; `None` for all.
        ignore: Codes not to apply.
        unsafe: Apply rules that may change numbers.
        logits: Write cross-entropies of logits; a proof does so where an output saturates.
        era: The era of all scripts; `None` for what each shows.
        as_json: Tell everything as JSON.
    """

    write: bool = False
    check: bool = False
    is_proved: bool = False
    epochs: int = 0
    steps: int = 0
    timeout: float = 600.0
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    unsafe: bool = False
    logits: bool = False
    era: str | None = None
    as_json: bool = False
    records: list[dict[str, Any]] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, given: argparse.Namespace) -> Session:
        """The session that the words of a command line ask for."""
        return cls(
            write=given.write,
            check=given.check,
            is_proved=given.prove,
            epochs=given.epochs,
            steps=given.steps,
            timeout=given.timeout,
            select=given.select,
            ignore=given.ignore,
            unsafe=given.unsafe,
            logits=given.logits,
            era=given.era,
            as_json=given.json,
        )

    def run(self, paths: Sequence[str]) -> int:
        """Upgrade all files.

        Args:
            paths: Files and folders.

        Returns:
            0, 1 where `check` found something to do, 2 where a file could not be read, 4 where a
            proof found a difference, 5 where none did, but one could not be done.
        """
        found = import_groups.groups(files.scripts(paths), self._refuse)
        for group in found:
            self._group(group, found)
        if self.as_json:
            print(json.dumps(self.records, indent=1))
        elif not any(
            one.get("changes") or one.get("left") or "error" in one for one in self.records
        ):
            tell(f"{counted(len(self.records), 'file')}, nothing of an older Keras: nothing to do")
        # A difference weighs more than a proof that could not be done, though its number is lower.
        return DIFFERENT if DIFFERENT in self.codes else max(self.codes, default=0)

    def is_chosen(self, code: str) -> bool:
        """Whether the rules of a code are to be applied."""
        return (self.select is None or code in self.select) and code not in self.ignore

    def upgrades(
        self, group: Group, files_beside: Files, logits: bool = False
    ) -> dict[Path, Upgrade]:
        """Each file of a group that can be read; what is imported comes first, and is known then.

        Args:
            group: Files that import one another.
            files_beside: The files of models that they and those beside them write and load.
            logits: Write cross-entropies of logits. Defaults to `False`.
        """
        eras, words = import_groups.eras(group, self.era), import_groups.words_of(group)
        found: dict[Path, Upgrade] = {}
        for one, source in group.items():
            taken = frozenset(source.taken(group.values()))
            beside = Beside(taken=taken, files=files_beside, **words[one]._asdict())
            for path, names in source.imports.items():
                if path in found:
                    beside.take(found[path].exports, names)
            try:
                found[one] = upgraded(
                    source.text,
                    eras[one],
                    is_chosen=self.is_chosen,
                    unsafe=self.unsafe,
                    beside=beside,
                    logits=logits,
                )
            except Exception as error:  # a fault of onefit's own costs one file, not the others
                self._refuse(source.path, error)
        return found

    def proof(self, one: Path, found: dict[Path, Upgrade]) -> Proof:
        """The proof of a script, with the new texts of the modules that are upgraded with it.

        Args:
            one: The script, as `found` has it.
            found: The upgrades of its group.
        """
        era = found[one].era
        others = {path: upgrade.after for path, upgrade in found.items() if path != one}
        texts, cut = (found[one].before, found[one].after), (self.epochs, self.steps)
        # With the accuracy's name: what a notebook has printed tells it, and is not in its text.
        return prove(*texts, one, f"{era.name}:{era.accuracy}", self.timeout, *cut, others)

    def _group(self, group: Group, others: list[Group]) -> None:
        """Files that import one another are upgraded, proved and written together."""
        files_beside = import_groups.files_of_models(group, others)
        found = self.upgrades(group, files_beside, self.logits)
        proofs = self._proofs(group, found)
        if any(one.saturates for one in proofs.values()) and self.is_chosen(LOGITS):
            found, proofs = self._of_logits(group, files_beside, found, proofs)
        is_different = any(one.verdict == "different" for one in proofs.values())
        if is_different:
            self.codes.add(DIFFERENT)
        if any(one.verdict == "open" for one in proofs.values()):
            self.codes.add(OPEN)
        # Backwards, since what is imported comes first: a script is told of before its modules.
        for one in sorted(found, key=list(found).index, reverse=True):
            if found[one].is_changed and self.check:
                self.codes.add(TO_DO)
            self._tell(group, one, found[one], proofs.get(one))
            if self.write and found[one].is_changed:
                self._write(group[one].path, found[one], proofs.get(one), is_different)

    def _write(self, path: Path, found: Upgrade, proof: Proof | None, is_different: bool) -> None:
        """Write a file unless a proof of its group found a difference; either is told."""
        try:
            if not is_different:
                files.write(path, found.after)
        except (OSError, ValueError) as error:
            return self._refuse(path, error)
        for record in self.records:
            if record["file"] == str(path):
                record["written"] = not is_different
        is_open = proof is not None and proof.verdict == "open"
        written = "written, though it is not proved" if is_open else "written"
        told = "not written, as a proof found a difference" if is_different else written
        return None if self.as_json else tell(f"  {told}")

    def _of_logits(
        self,
        group: Group,
        files_beside: Files,
        found: dict[Path, Upgrade],
        proofs: dict[Path, Proof],
    ) -> tuple[dict[Path, Upgrade], dict[Path, Proof]]:
        """The files with cross-entropies of logits, if these are what they lacked."""
        # All files of the group: a loss that one compiles may read the activation of another.
        again = self.upgrades(group, files_beside, logits=True)
        others = self._proofs(group, again)
        if any(one.saturates for one in others.values()):  # what takes no logits is listed
            return {one: replace(found[one], remains=again[one].remains) for one in found}, proofs
        told = {one: f"{proof.told}; {_WRITTEN}" for one, proof in others.items()}
        return again, {one: replace(others[one], told=words) for one, words in told.items()}

    def _proofs(self, group: Group, found: dict[Path, Upgrade]) -> dict[Path, Proof]:
        """The proofs of the scripts of a group, if they are asked for."""
        proofs: dict[Path, Proof] = {}
        for one in found if self.is_proved else ():
            near = (found[path] for path in import_groups.reached(group, one) if path in found)
            if group[one].is_script and any(each.is_changed for each in near):
                proofs[one] = self.proof(one, found)
        return proofs

    def _tell(self, group: Group, one: Path, found: Upgrade, proof: Proof | None) -> None:
        """Keep the record of a file, and show it; one that was not named has to have changed."""
        source = group[one]
        if not source.is_named and not (found.changes or found.remains):
            return
        importers = sorted(str(group[path].path) for path in source.importers)
        self.records.append(_record(source.path, found, proof, importers))
        if self.as_json:
            return
        self._show(source.path, found)
        if not source.is_named and (found.changes or found.remains):
            tell(f"  imported by {', '.join(importers)}, and upgraded with it")
        if proof is not None:
            tell(f"  {_proved(proof)}")

    def _refuse(self, path: Path, error: Exception) -> None:
        """Tell of a file that cannot be read, upgraded or written; the others go on."""
        self.codes.add(REFUSED)
        told = f"{path}: {_unreadable(error)}"
        self.records.append({"file": str(path), "error": told})
        return None if self.as_json else tell(told)

    def _show(self, path: Path, found: Upgrade) -> None:
        """The differences on standard output, what is told about them on standard error."""
        if found.is_changed and not self.check and not self.write:
            sys.stdout.writelines(_difference(path, found))
            # What follows is on standard error, and would otherwise come before it in a terminal.
            sys.stdout.flush()
        if not found.changes and not found.remains:
            asked = None if found.era.is_old else _of_project(path, found.before)
            if asked is not None:
                era, [told] = asked.name, asked.evidence
                tell(f"{path}: {told}; --era {era} upgrades a script for it that shows nothing old")
            elif not found.era.is_old and tensorflow_keras.is_all(found.before):
                told = "written for tensorflow.keras; --era tf2 rewrites its imports to keras"
                tell(f"{path}: {told}{_otherwise(found.before)}")
            elif not found.era.is_old and tensorflow_keras.is_part(found.before):
                told = "written for tensorflow.keras and more of TensorFlow; --era tf2 rewrites "
                told += "what is Keras's, and lists the rest"
                tell(f"{path}: {told}{_otherwise(found.before)}")
            elif not found.era.is_old and clues.is_undated([found.before]):
                left = ", ".join(silent_defaults.of([found.before]))
                era = "keras2" if clues.is_of_keras(found.before) else "tf2"
                told = f"nothing shows for which Keras; --era {era} writes what it had: {left}"
                tell(f"{path}: {told}") if left else None
            return
        tell(f"{path}: written for {found.era.title}; {_counted(found.changes)}")
        for told in once_each(found.remains):
            tell(f"  left, {told}")


def _otherwise(source: str) -> str:
    """What tf.keras 2 had otherwise, in a script for it that shows nothing old."""
    left = ", ".join(silent_defaults.of([source])) if clues.is_undated([source]) else ""
    return f", with what it had: {left}" if left else ""


def _of_project(path: Path, source: str) -> Era | None:
    """The era of the Keras that the project of a script asks for."""
    is_plain = clues.is_of_keras(source)
    if not is_plain and not (clues.is_of_tensorflow(source) and "keras" in source):
        return None
    return requirements.era(str(path.parent), is_plain)


def _difference(path: Path, found: Upgrade) -> Iterable[str]:
    """The lines of a unified diff."""
    texts = (found.before, found.after)
    before, after = ([notebooks.shown(line) for line in one.splitlines(True)] for one in texts)
    for line in difflib.unified_diff(before, after, f"{path}", f"{path}"):
        # As `diff` itself marks it: else the next line of the diff would run into this one.
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _counted(changes: Sequence[Note]) -> str:
    """How much was done, by code.

    >>> _counted([Note(1, "OF203", "a"), Note(2, "OF203", "b")])
    '2 changes: OF203 2'
    """
    if not changes:
        return "nothing to change"
    by_code = Counter(one.code for one in changes)
    each = ", ".join(f"{code} {count}" for code, count in sorted(by_code.items()))
    return f"{counted(len(changes), 'change')}: {each}"


def _proved(proof: Proof) -> str:
    words = {"same": "proved", "different": "not the same", "open": "not proved"}
    return f"{words[proof.verdict]}: {proof.told}"


def _record(
    path: Path, found: Upgrade, proof: Proof | None, importers: list[str]
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "file": str(path),
        "era": found.era.name,
        "changed": found.is_changed,
        "changes": [vars(one) for one in found.changes],
        "left": [vars(one) for one in found.remains],
    }
    if importers:
        record["imported by"] = importers
    if proof is not None:
        record["proof"] = vars(proof)
    return record


def _unreadable(error: Exception) -> str:
    """What is wrong with a file, with its line."""
    if isinstance(error, SyntaxError):
        line = f" in line {error.lineno}" if error.lineno else ""
        return f"expected Python 3; received something else{line}: {error.msg}"
    if isinstance(error, OSError):
        return f"expected a file that can be read and written; received: {error.strerror}"
    if not isinstance(error, ValueError):
        told = f"{type(error).__name__}: {error}"
        return f"onefit failed on it, and left it as it is ({told}); please report this"
    return str(error)
