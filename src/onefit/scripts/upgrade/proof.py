"""Whether an upgraded script does what the old one does: both are run and compared to the bit."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onefit.runs.words import counted
from onefit.scripts.upgrade import folder_copy
from onefit.scripts.upgrade.printed import plain

TRIAL = Path(__file__).with_name("trial.py")
SECONDS = 600.0
_SUFFIX = re.compile(r"(\.weights)?\.(h5|hdf5)\b")  # Keras 3 asks for another one
_CLIPPED = ", with the cross-entropies of Keras on JAX, which round otherwise than those of logits"
_ROUNDING = 1e-3
_NO_BEST = re.compile(r"improved from (?:None|-?inf) to")
_RATE = re.compile(r"\blr: (?=[\d.])")
_ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt)\b(?!.*Warning)")


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


@dataclass(frozen=True)
class Ran:
    """One run of a script.

    Args:
        code: Its exit code; `None` where it was stopped.
        printed: What it printed, without times and redrawn lines.
        events: What Keras was asked, in order, with what it answered.
        error: The last line of standard error.
    """

    code: int | None
    printed: str
    events: list[dict[str, Any]]
    error: str


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

    Where they differ, the old one runs once more: with the cross-entropies of Keras on JAX if those
    of its era are others, since an upgraded script has none but these, and the answer says so; and
    as it is, since a script that does something else each time proves nothing.

    Args:
        before: The old script's text.
        after: The new one's.
        path: Where the script stands; its folder is where both run.
        era: The old script's era.
        seconds: When to stop either. Defaults to ten minutes.
        epochs: The most epochs of each `fit`. Defaults to `0`: as many as the script says.
        steps: The most steps of each epoch and of each evaluation. Defaults to `0`: as many as the
            script says.
        others: The new texts of modules beside the script, by their paths. Defaults to none.
    """
    with tempfile.TemporaryDirectory(prefix="onefit-proof-") as kept:

        def ran(source: str, name: str, losses: str = "own") -> Ran:
            words = [name, losses, str(epochs), str(steps)]
            texts = others if others and name == "-" else {}
            return _run(source, path, words, seconds, kept, texts)

        old = ran(before, era)
        if old.code != 0:
            return Proof("open", f"the script as it is {_ending(old, seconds)}")
        if not old.events and not old.printed.strip():
            return Proof("open", "the script builds no model, trains none and prints nothing")
        new = ran(after, "-")
        found = difference(old, new) if new.code == 0 else ""
        losses = saturated = ""
        if found and era == "tf2":
            clipped = ran(before, era, "clipped")
            # What differs after the losses is told once these are the same.
            if clipped.code == 0 and not _saturated(clipped, new):
                saturated = _saturated(old, new)
                is_alike = not difference(clipped, new)
                found = saturated or ("" if is_alike else found)
                losses = _CLIPPED
        again = ran(before, era) if found else old
        chance = difference(old, again) if again.code == 0 else ""
    if new.code != 0:
        kind = "open" if new.code is None else "different"
        return Proof(kind, f"the upgraded script {_ending(new, seconds)}")
    if chance:
        return Proof("open", f"the script as it is does something else each time: {chance}")
    if found:
        return Proof("different", found, bool(saturated))
    told = f"{_counted(old)} the same to the bit{_capped(epochs, steps)}{_replaced(old)}"
    return Proof("same", told + losses)


def _saturated(old: Ran, new: Ran) -> str:
    """Which loss shows that outputs saturate, where one is of logits and the other clipped.

    The first one that differs decides, since those after it grow apart by rounding alone.

    >>> def trained(loss):
    ...     return Ran(0, "", [{"verb": "fit", "history": {"loss": [loss.hex()]}}], "")
    >>> _saturated(trained(0.5), trained(0.5000001))
    ''
    >>> _saturated(trained(483.0), trained(15.5)).partition(": ")[0]
    'an output saturates, and the loss is 15.5 and not 483'
    """
    for one, other in zip(old.events, new.events):
        before, after = _first_loss(one), _first_loss(other)
        if before is not None and after is not None and before != after:
            if abs(after - before) <= _ROUNDING * abs(before):
                return ""
            return (
                f"an output saturates, and the loss is {after:.4g} and not {before:.4g}: the old "
                "script takes it from the logits, as tf.keras 2 did, and Keras on JAX clips "
                "probabilities; scale the inputs, or use from_logits=True"
            )
    return ""


def _first_loss(event: dict[str, Any]) -> float | None:
    """The loss of the first epoch of a fit, or of a batch.

    >>> _first_loss({"verb": "train_on_batch", "result": ["0x1.0p+0", "0x1.8p+1"]})
    1.0
    """
    found = event.get("history", {}).get("loss") or event.get("result")
    number = found[0] if isinstance(found, list) and found else found
    if isinstance(number, str) and number.startswith(("0x", "-0x")):
        return float.fromhex(number)
    return None


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


def _replaced(ran: Ran) -> str:
    """Which files of `keras.datasets` were random numbers.

    >>> _replaced(Ran(0, "", [{"verb": "file", "name": "mnist.npz"}], ""))
    '; random numbers stood in for mnist.npz, which could not be downloaded'
    """
    names = dict.fromkeys(one["name"] for one in ran.events if one["verb"] == "file")
    if not names:
        return ""
    return f"; random numbers stood in for {', '.join(names)}, which could not be downloaded"


def difference(old: Ran, new: Ran) -> str:
    """The first thing in which two runs differ; `""` where there is none.

    >>> difference(Ran(0, "1", [], ""), Ran(0, "2", [], ""))
    "line 1 of the output: '1' was printed, '2' is"

    Files of weights have the suffixes that Keras 3 asks for, and the learning rate its name.

    >>> difference(Ran(0, "saving best.hdf5", [], ""), Ran(0, "saving best.weights.h5", [], ""))
    ''
    >>> difference(Ran(0, "- lr: 0.1", [], ""), Ran(0, "- learning_rate: 0.1", [], ""))
    ''
    """
    for place, (one, other) in enumerate(zip(_of_today(old.events), _of_today(new.events)), 1):
        if one != other:
            parts = [name for name in one if one.get(name) != other.get(name)]
            return f"call {place} of Keras ({one['verb']}): its {' and '.join(parts)} differ"
    if len(old.events) != len(new.events):
        return f"Keras was called {len(old.events)} times, and now {len(new.events)} times"
    lines = zip(old.printed.split("\n"), new.printed.split("\n"))
    for number, (line, other_line) in enumerate(lines, start=1):
        if _named_today(line) != _named_today(other_line):
            return f"line {number} of the output: {line!r} was printed, {other_line!r} is"
    if old.printed.count("\n") != new.printed.count("\n"):
        return "one of the two printed more lines"
    return ""


def _of_today(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a script was answered, with the log `lr` under its name of today.

    >>> _of_today([{"verb": "fit", "history": {"loss": [1], "lr": [2]}}])
    [{'verb': 'fit', 'history': {'loss': [1], 'learning_rate': [2]}}]
    """
    return [
        one | {"history": {_LOGS.get(name, name): kept for name, kept in one["history"].items()}}
        if "history" in one
        else one
        for one in events
    ]


_LOGS = {"lr": "learning_rate"}


def _named_today(line: str) -> str:
    """A line of output with the names of today of files, of the rate, and of no best one yet."""
    line = _NO_BEST.sub("improved from None to", line)
    return _RATE.sub("learning_rate: ", _SUFFIX.sub(".h5", line))


def _run(
    source: str,
    path: Path,
    how: list[str],
    seconds: float,
    kept: str,
    others: Mapping[Path, str],
) -> Ran:
    with tempfile.TemporaryDirectory(prefix="onefit-proof-") as room:
        folder = folder_copy.copied(path.resolve().parent, Path(room))
        script, record = folder / path.with_suffix(".py").name, Path(room, "record.json")
        script.unlink(missing_ok=True)
        script.write_text(source, "utf-8")
        folder_copy.replace(folder, path, others)
        words = [sys.executable, str(TRIAL), script.name, str(record), *how, kept]
        environment = {
            **_keeping(kept),
            **os.environ,
            "KERAS_BACKEND": "jax",
            "MPLBACKEND": "Agg",
            "PYTHONHASHSEED": "0",
            "PYTHONIOENCODING": "utf-8",
        }
        code, out, err = process(words, folder, environment, seconds)
        events = json.loads(record.read_text("utf-8")) if record.exists() else []
        return Ran(code, plain(out).replace(room, "FOLDER"), events, _error(err))


def _error(told: str) -> str:
    """The line of standard error that says what stopped a script.

    >>> _error("Traceback\\n  x\\nValueError: no rows\\n----\\nFor simplicity, JAX has removed ...")
    'ValueError: no rows'
    >>> _error("killed")
    'killed'
    """
    lines = [line for line in told.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines or [""])[-1]


def process(
    words: list[str], folder: Path, environment: dict[str, str], seconds: float
) -> tuple[int | None, str, str]:
    """Run a command; its exit code, `None` where it was stopped, and what it wrote.

    Args:
        words: The command.
        folder: Where it runs.
        environment: Its variables.
        seconds: When to stop it.
    """
    started = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=os.name == "posix",
    )
    try:
        out, err = started.communicate(timeout=seconds)
        return started.returncode, out, err
    except subprocess.TimeoutExpired:
        _stop(started)
        return None, *started.communicate()


def _keeping(folder: str) -> dict[str, str]:
    """The variables by which JAX keeps everything that it compiles in a folder."""
    return {
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def _stop(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _ending(ran: Ran, seconds: float) -> str:
    if ran.code is None:
        return f"was stopped after {seconds:.0f} s"
    return f"ends with an error: {ran.error[:300]}"


def _counted(ran: Ran) -> str:
    """What was compared."""
    verbs = [one["verb"] for one in ran.events]
    models, fits = verbs.count("model"), verbs.count("fit")
    calls = len(verbs) - models - verbs.count("file")
    weights = sum(len(one.get("weights", ())) for one in ran.events)
    lines = len(ran.printed.splitlines())
    return (
        f"{counted(calls, 'call')} of Keras with {counted(fits, 'training')}, "
        f"{counted(models, 'model')} in the end, {counted(weights, 'array')} of weights and "
        f"{counted(lines, 'printed line')} are"
    )
