"""Whether an upgraded script does what the old one does: both are run and compared to the bit."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from onefit.runs.words import counted
from onefit.scripts.upgrade import failures, folder_copy, notebooks
from onefit.scripts.upgrade.comparison import Ran, difference, differences, listed, saturation
from onefit.scripts.upgrade.printed import plain
from onefit.scripts.upgrade.tensorflow_parts import NEEDED, is_named

TRIAL = Path(__file__).with_name("trial.py")
SECONDS = 600.0
_CLIPPED = ", with the cross-entropies of Keras on JAX, which round otherwise than those of logits"


@dataclass(frozen=True)
class Proof:
    """What two runs showed.

    Args:
        verdict: `"same"`, `"different"`, or `"open"` where one run did not come to its end.
        told: What was compared, or what differs first.
        saturates: Whether they differ because an output saturates, which only `logits=True` of
            `upgraded` keeps. Defaults to `False`.
    """

    verdict: str
    told: str
    saturates: bool = False


def prove(
    before: str,
    after: str,
    path: Path,
    era: str,
    seconds: float = SECONDS,
    epochs: int = 0,
    steps: int = 0,
    others: Mapping[Path, str] | None = None,
) -> Proof:
    """Run a script as it was and upgraded, with the same seeds, and compare.

    The old one runs under its era, the new one under plain Keras 3 on JAX; both are trained by
    stock Keras in copies of the script's folder. JAX keeps what it compiles for the first run, so
    that the second one finds it, where both compute the same.

    A script that fails as it is proves nothing, but is compared as far as it comes.

    Where they differ, the old one runs once more: with the cross-entropies of Keras on JAX if those
    of its era are others, since an upgraded script has none but these, and the answer says so; and
    as it is, since a script that does something else each time proves nothing.

    Args:
        before: The old script's text.
        after: The new one's.
        path: Where the script stands; its folder is where both run.
        era: The old script's era; `"tf2:acc"` with what its logs call the accuracy.
        seconds: When to stop either. Defaults to ten minutes.
        epochs: The most epochs of each `fit`. Defaults to `0`: as many as the script says.
        steps: The most steps of each epoch and of each evaluation. Defaults to `0`: as many as the
            script says.
        others: The new texts of modules beside the script, by their paths. Defaults to none.
    """
    if path.suffix == ".ipynb":
        before, after = notebooks.showing(before), notebooks.showing(after)
    if told := folder_copy.too_large(path.resolve()):
        return Proof("open", told)
    with tempfile.TemporaryDirectory(prefix="onefit-proof-") as kept:

        def ran(source: str, name: str, losses: str = "own") -> Ran:
            words = [name, losses, str(epochs), str(steps)]
            # Upgraded modules go with the upgraded script; the old one imports them as they stand.
            texts = others if others and name == "-" else {}
            return _run(source, path, words, seconds, kept, texts)

        old = ran(before, era)
        if old.code is None:
            return Proof("open", f"the script as it is {failures.ending(old, seconds)}")
        if old.code == 0 and not old.events and not old.printed.strip():
            return Proof("open", "the script builds no model, trains none and prints nothing")
        new = ran(after, "-")

        def compared(one: Ran) -> tuple[Ran, Ran]:
            return (one, new) if old.code == 0 else failures.shorter(one, new)

        # If the upgraded script alone fails, that is the difference, and is told as such below.
        found = differences(*compared(old)) if new.code == 0 or old.code else ""
        losses = saturated = ""
        # In Keras 1 and 2 they were those of probabilities, as today on JAX.
        if found and era.startswith("tf2"):
            clipped = ran(before, era, "clipped")
            # What differs after the losses is told once these are the same.
            if clipped.code == old.code and not saturation(clipped, new):
                saturated = saturation(old, new)
                found = saturated or differences(*compared(clipped))
                losses = _CLIPPED
        # Two runs that agree need no third one: chance would not have made them alike to the bit.
        again = ran(before, era) if found else old
        chance = difference(old, again) if again.code == old.code else ""
    if new.code != 0 and _WITHOUT_TENSORFLOW.search(new.error):
        return Proof("open", f"the upgraded script {NEEDED}, and it is not installed")
    if (new.code and not old.code) or (not found and failures.is_earlier(new, old)):
        return Proof("different", f"the upgraded script {failures.ending(new, seconds)}")
    if new.code is None:
        return Proof("open", f"the upgraded script {failures.ending(new, seconds)}")
    if chance:
        return Proof("open", f"the script as it is does something else each time: {chance}")
    if found:
        return Proof("different", found, bool(saturated))
    if old.code:
        return Proof("open", f"{failures.both(old, new, seconds, before)}{losses}")
    told = f"{listed(old)} the same to the bit{_capped(epochs, steps)}{_replaced(old)}"
    return Proof("same", told + losses + _needed([after, *(others or {}).values()]))


def _capped(epochs: int, steps: int) -> str:
    """What was cut.

    >>> _capped(1, 0), _capped(2, 5)
    (', at most 1 epoch of each fit', ', at most 2 epochs of each fit and 5 steps of each epoch')
    """
    parts = []
    if epochs:
        parts.append(f"{counted(epochs, 'epoch')} of each fit")
    if steps:
        parts.append(f"{counted(steps, 'step')} of each epoch")
    return f", at most {' and '.join(parts)}" if parts else ""


def _needed(texts: Iterable[str]) -> str:
    """That TensorFlow has to be there for an upgraded script and its modules.

    >>> _needed(["import keras  # was tensorflow"])
    ''
    >>> _needed(["import numpy, tensorflow as tf"]).partition(", ")[0]
    '; the upgraded script still imports tensorflow'
    """
    sources = list(texts)
    here = "" if importlib.util.find_spec("tensorflow") else ", whose stand-in answered here"
    if any(_TENSORFLOW.search(one) for one in sources):
        return (
            "; the upgraded script still imports tensorflow, so it runs where TensorFlow is "
            f"installed, and under onefit run{here}"
        )
    if any(map(is_named, sources)):
        told = f"; the upgraded script {NEEDED}, so it runs where that is installed, and under"
        return f"{told} onefit run{here}"
    return ""


_TENSORFLOW = re.compile(r"^[ \t]*(?:import|from)[ \t][^#\n]*\btensorflow\b", re.MULTILINE)
_WITHOUT_TENSORFLOW = re.compile(
    r"requires TensorFlow|requires the tensorflow|No module named 'tensorflow"
)


def _replaced(ran: Ran) -> str:
    """Which files of `keras.datasets` were random numbers.

    >>> _replaced(Ran(0, "", [{"verb": "file", "name": "mnist.npz"}], ""))
    '; random numbers stood in for mnist.npz, which could not be downloaded'
    """
    names = dict.fromkeys(one["name"] for one in ran.events if one["verb"] == "file")
    if not names:
        return ""
    return f"; random numbers stood in for {', '.join(names)}, which could not be downloaded"


def _run(
    source: str,
    path: Path,
    how: list[str],
    seconds: float,
    kept: str,
    others: Mapping[Path, str],
) -> Ran:
    with tempfile.TemporaryDirectory(prefix="onefit-proof-") as room:
        folder = folder_copy.copied(path.resolve(), Path(room))
        script, record = folder / path.with_suffix(".py").name, Path(room, "record.json")
        script.write_text(source, "utf-8")
        folder_copy.replace(folder, path, others)
        words = [sys.executable, str(TRIAL), script.name, str(record), *how, kept]
        words.append("notebook" if path.suffix == ".ipynb" else "script")
        environment = {
            # Before the user's variables: a cache that is set there stays the one that is used.
            **_keeping(kept),
            **os.environ,
            "KERAS_BACKEND": "jax",
            # A window would wait until somebody closes it.
            "MPLBACKEND": "Agg",
            # Else a set of texts would have another order in each run.
            "PYTHONHASHSEED": "0",
            "PYTHONIOENCODING": "utf-8",
        }
        code, out, err = process(words, folder, environment, seconds)
        events = json.loads(record.read_text("utf-8")) if record.exists() else []
        # a notebook's cells have lines of their own
        line = failures.line(err, script.name) if path.suffix == ".py" else 0
        # Each run has a folder of its own, and scripts print where their files are.
        printed = plain(out).replace(room, "FOLDER")
        return Ran(code, printed, events, failures.error(err) if code else "", line)


def process(
    words: list[str], folder: Path, environment: dict[str, str], seconds: float
) -> tuple[int | None, str, str]:
    """Run a command; its exit code, `None` where it was stopped, and what it wrote.

    Args:
        words: The command.
        folder: Where it runs.
        environment: Its variables.
        seconds: When to stop it.

    Raises:
        SystemExit: If a signal that ends this process came meanwhile, as shells tell it.
    """
    with _Ending() as ending:
        started = subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            # A script that asks for something ends with an EOFError at once, and does not wait for
            # the end of its time.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # By it `_stop` reaches the processes that the script starts, too.
            start_new_session=os.name == "posix",
        )
        ending.watch(started)
        try:
            printed = started.communicate(timeout=seconds)
            code: int | None = started.returncode
        except subprocess.TimeoutExpired:
            _stop(started)
            code, printed = None, started.communicate()
    if ending.received:
        raise SystemExit(128 + ending.received)
    # as text, `communicate` would make lines of carriage returns, by which bars are drawn again
    out, error = (one.decode("utf-8", "replace").replace("\r\n", "\n") for one in printed)
    return code, out, error


class _Ending:
    """Signals that end this process stop the command for which it waits, and are kept.

    The command runs in a session of its own, which Ctrl-C does not reach. An exception of a handler
    could be raised anywhere, in a callback of the garbage collector too, where Python drops it; so
    the handler raises none.
    """

    def __init__(self) -> None:
        """None has come yet."""
        self.received = 0
        self.started: subprocess.Popen[bytes] | None = None
        self.before: dict[int, Any] = {}

    def __enter__(self) -> _Ending:
        """Handle them from now on; signals come to the main thread alone."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self.before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Handle them as before."""
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def watch(self, started: subprocess.Popen[bytes]) -> None:
        """Stop this command when one comes, or now if one has come.

        Args:
            started: The command.
        """
        self.started = started
        if self.received:
            _stop(started)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.received = number
        if self.started is not None:
            _stop(self.started)


def _keeping(folder: str) -> dict[str, str]:
    """The variables by which JAX keeps everything that it compiles in a folder."""
    return {
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    if os.name != "posix":
        process.kill()
    elif process.returncode is None:  # else its number may be that of another one
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
