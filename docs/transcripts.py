"""Run the console blocks of the pages, and write down what was printed.

    python docs/transcripts.py [PAGE ...]     # rewrite the pages; all of them if none is named

A block that is marked `console` shows commands after `$` and what they print. The blocks of a page
run from top to bottom in one folder, with the scripts of `examples` and `examples/pages` and no run
kept yet. A comment before a block, `<!-- until: accuracy: 1.00 -->`, asks to repeat it until it
prints that text. The tests run the same commands and compare what is left without numbers and
curves.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?:<!-- until: (?P<until>.*?) -->\n)?^```console\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
MOST_TRIES = 50


@dataclass
class Block:
    """A console block of a page.

    Args:
        start: Where its text begins in the page.
        text: The text, commands and what they printed.
        until: What it has to print; `""` for anything.
    """

    start: int
    text: str
    until: str

    @property
    def commands(self) -> list[str]:
        """The commands, without the `$`."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]


def pages() -> list[Path]:
    """The pages that have console blocks."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if BLOCK.search(page.read_text(encoding="utf-8"))]


def blocks(text: str) -> list[Block]:
    """The console blocks of a page, from top to bottom."""
    return [
        Block(found.start("text"), found["text"], found["until"] or "")
        for found in BLOCK.finditer(text)
    ]


class Reader:
    """Somebody who follows a page: a folder with the scripts, and an environment.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        """Bring the scripts."""
        self.folder = folder
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=_caches)
        for script in (ROOT / "examples" / "pages").glob("*.py"):
            shutil.copy(script, folder)
        activate = folder / ".venv" / "bin" / "activate"
        activate.parent.mkdir(parents=True)
        activate.write_text(f'export PATH="{Path(sys.executable).parent}:$PATH"\n')
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": tools, "ONEFIT_RUNS": str(folder / ".runs")}
        self.environment.pop("ONEFIT_QUIET", None)

    def run(self, command: str) -> str:
        """What a command prints, on both of its streams."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
        )
        return done.stdout.replace(f"{self.folder}{os.sep}", "")

    @contextlib.contextmanager
    def trying(self) -> Iterator[Callable[[], None]]:
        """A block that can be begun again: what is given forgets the runs that were kept in it."""
        runs = Path(self.environment["ONEFIT_RUNS"])
        with tempfile.TemporaryDirectory() as folder:
            before = Path(folder) / "runs"
            if runs.exists():
                shutil.copytree(runs, before)

            def again() -> None:
                shutil.rmtree(runs)
                if before.exists():
                    shutil.copytree(before, runs)

            yield again

    def follow(self, block: Block) -> str:
        """The text of a block as it is printed now."""
        return "".join(f"$ {command}\n{self.run(command)}" for command in block.commands)


def _caches(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def followed(page: Path) -> Iterator[tuple[Block, str]]:
    """The blocks of a page, each with what it prints now."""
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder).resolve())
        for block in blocks(page.read_text(encoding="utf-8")):
            yield block, reader.follow(block)


def rewrite(page: Path) -> None:
    """Put into a page what its blocks print now."""
    text = page.read_text(encoding="utf-8")
    parts, end = [], 0
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder).resolve())
        for block in blocks(text):
            with reader.trying() as again:
                printed = reader.follow(block)
                for _ in range(MOST_TRIES):
                    if block.until in printed:
                        break
                    again()
                    printed = reader.follow(block)
            parts += [text[end : block.start], printed]
            end = block.start + len(block.text)
    page.write_text("".join([*parts, text[end:]]), encoding="utf-8")


_TIME = r"\d[\d.]* (?:ms|s)\b(?! \()|\d+ min \d+ s"
_NUMBER = r"(?<![A-Za-z])[+-]?(?:\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|NaN|none)\b"
_CURVE = re.compile(
    r"^( +(?:val_)?\w+) +(?:\S+ [▁▂▃▄▅▆▇█×]+ +\S+|\S+ in every epoch)(?= {2}|$) *(.*)$"
)


def essence(text: str) -> list[str]:
    """What a transcript says apart from times, numbers and the shapes of curves."""
    lines = []
    for line in text.splitlines():
        if line.startswith("onefit doctor:"):
            lines.append(line)
            break  # what was tried depends on how much time there was
        if re.search(r"^  \d+ of \d+ other starts of this network", line):
            continue  # only short fits that ended badly have it
        if re.search(r"^ *\S* ?[┤│└]|^  time +\S+ \S+ -> ", line):
            continue  # a line of a chart, or one that stands there if two runs took unequal times
        curve = _CURVE.match(line)
        if curve:
            compared = re.search(r"always answering [^,]*", curve[2])  # and not, if it is better
            line = f"{curve[1]} CURVE {compared[0] if compared else ''}"
        line = re.sub(rf" after (?:{_TIME}) of XLA compile", "", line)
        line = re.sub(_TIME, "TIME", line)
        line = re.sub(r"[▁▂▃▄▅▆▇█×]+", "BARS", line)
        lines.append(re.sub(r" +", " ", re.sub(_NUMBER, "N", line)).rstrip())
    return lines


if __name__ == "__main__":
    for name in [Path(word).resolve() for word in sys.argv[1:]] or pages():
        rewrite(name)
