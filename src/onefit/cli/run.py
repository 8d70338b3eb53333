"""`onefit run script.py`: an unchanged Keras script, each of its trainings one program."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from onefit.cli.counts import count

USAGE = """\
onefit run [--explain] [--strict] [--quiet] [--verify] [--restarts N] [--json FILE]
                  [--report [FILE.html]] [--era NAME] [--checkpoint [FOLDER]] [--doctor] TARGET
                  [ARGUMENT ...]

TARGET is what python takes: script.py, a folder or zip with __main__.py, -m module, -c code, or -
for standard input; or a notebook, notebook.ipynb. All that stands behind it belongs to the
script."""

ERAS = ("keras1", "keras2", "tf2", "keras3")
SWITCHES = {
    "--explain": "print each plan on standard error before its run",
    "--strict": "make a fallback an error, with exit code 3",
    "--quiet": "no verdict on standard error at the end",
    "--verify": "train both ways and tell on standard error whether they differ; exit code 4 if so",
    "--doctor": "examine the last fit at the end, by experiments (see `onefit doctor`)",
}
VALUED = ("--restarts", "--json", "--era")
"""Switches that take the next word as their value."""


def split(words: list[str], valued: Sequence[str] = VALUED) -> tuple[list[str], list[str]]:
    """Divide the words of the command line before the target: ours, and the script's.

    Args:
        words: The words after `onefit`.
        valued: Switches that take the next word as their value. Defaults to those of `run`.

    >>> split(["run", "--strict", "train.py", "--strict"])
    (['run', '--strict'], ['train.py', '--strict'])
    >>> split(["run", "--restarts", "16", "train.py"])
    (['run', '--restarts', '16'], ['train.py'])
    >>> split(["run", "-m", "project.train", "-c"])
    (['run'], ['-m', 'project.train', '-c'])
    >>> split(["run", "--report", "xor.html", "xor.py"])
    (['run', '--report', 'xor.html'], ['xor.py'])
    >>> split(["run", "--checkpoint", "backup", "train.py"])
    (['run', '--checkpoint', 'backup'], ['train.py'])
    >>> split(["run", "--checkpoint", "train.py", "data.csv"])
    (['run', '--checkpoint'], ['train.py', 'data.csv'])
    >>> split(["run", "--strict", "--", "train.py"])
    (['run', '--strict'], ['--', 'train.py'])
    """
    for place, word in enumerate(words[1:], start=1):
        before = words[place - 1]
        if before in valued or (before == "--report" and _is_page(word)):
            continue
        # Its folder may be left out: the last word is the target, whatever it is called.
        if before == "--checkpoint" and len(words) > place + 1 and _is_folder(word):
            continue
        if word in ("-", "--") or word[:2] in ("-m", "-c") or not word.startswith("-"):
            return words[:place], words[place:]
    return words, []


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    # `split` knows whole words: a shortened switch would lose its value to the script.
    parser.usage, parser.allow_abbrev = USAGE, False
    for flag, told in SWITCHES.items():
        parser.add_argument(flag, action="store_true", help=told)
    told = "train each fit from N starts, and give the script the best"
    parser.add_argument("--restarts", type=count, default=1, metavar="N", help=told)
    told = "write the record of the run to FILE, or to standard output for -"
    parser.add_argument("--json", default="", metavar="FILE", help=told)
    told = "write a report to look at: onefit-report.html, or the file that is named"
    parser.add_argument(
        "--report", nargs="?", const="onefit-report.html", default="", metavar="FILE.html",
        help=told,
    )  # fmt: skip
    told = "keep checkpoints in FOLDER, from which the script, run again, goes on after a crash"
    parser.add_argument(
        "--checkpoint", nargs="?", const="", default=None, metavar="FOLDER", help=told
    )
    told = "the Keras for which the script was written; keras3 translates nothing"
    parser.add_argument("--era", choices=ERAS, default=None, help=told)
    parser.set_defaults(command=command, parser=parser, hint=hint)


def hint(unknown: Sequence[str]) -> str:
    """What somebody may have meant by switches that `onefit run` does not have.

    >>> hint(["--strcit"])
    '; did you mean --strict?'
    >>> hint(["-u"])
    '; switches of python go to python: python -u -m onefit run ...'
    """
    import difflib

    first = unknown[0]
    near = difflib.get_close_matches(first, [*SWITCHES, *VALUED, "--report", "--checkpoint"], n=1)
    if near:
        return f"; did you mean {near[0]}?"
    if first.startswith("--"):
        return "; switches of the script go behind its name"
    value = " VALUE" if first in ("-X", "-W") else ""
    return f"; switches of python go to python: python {first}{value} -m onefit run ..."


def command(given: argparse.Namespace) -> int:
    """Run `given.script` as python would and return its exit code."""
    from onefit.scripts import Target, run

    target = Target.of(given.script)
    if target is None:
        told = "expected script.py, -m module, -c code or -; received nothing to run"
        raise SystemExit(given.parser.error(told))
    if given.restarts > 1 and given.verify:
        given.parser.error(
            "expected --restarts or --verify; received both: stock Keras trains one start, so "
            "there is nothing to compare with; verify without --restarts"
        )
    if given.checkpoint is not None and given.verify:
        given.parser.error(
            "expected --checkpoint or --verify, which trains each fit twice; received both: leave "
            "one of them out"
        )
    question = None
    if given.doctor:
        from onefit.doctor.question import Question

        question = Question()
    return run(
        target,
        explain=given.explain,
        strict=given.strict,
        quiet=given.quiet,
        verify=given.verify,
        restarts=given.restarts,
        json=given.json,
        report=given.report,
        era=given.era,
        checkpoint=given.checkpoint,
        doctor=question,
    )


def _is_page(word: str) -> bool:
    """Whether a word behind `--report` is the file to write: it ends as no script does."""
    return word.lower().endswith((".html", ".htm"))


def _is_folder(word: str) -> bool:
    """Whether a word behind `--checkpoint` is the folder, and not the script already."""
    import os

    script = word.lower().endswith((".py", ".pyc", ".pyz", ".zip", ".ipynb"))
    return not (word.startswith("-") or script or os.path.exists(os.path.join(word, "__main__.py")))
