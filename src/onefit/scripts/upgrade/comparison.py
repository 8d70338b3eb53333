"""What two runs of a script showed, and the first thing in which they differ, in words."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onefit.runs.words import counted

_SUFFIX = re.compile(r"(\.weights)?\.(h5|hdf5|keras)\b")  # Keras 3 asks for one
_ROUNDING = 1e-3
# Before the first epoch the best value was `inf` or `-inf`, and is `None` in Keras 3.
_NO_BEST = re.compile(r"improved from (?:None|-?inf) to")
_RATE = re.compile(r"\blr: (?=[\d.])")
Alike = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Ran:
    """One run of a script.

    Args:
        code: Its exit code; `None` where it was stopped.
        printed: What it printed, without times and redrawn lines.
        events: What Keras was asked, in order, with what it answered.
        error: The last line of standard error.
        line: The line of the script in which it stopped. Defaults to `0`: not told.
    """

    code: int | None
    printed: str
    events: list[dict[str, Any]]
    error: str
    line: int = 0


def saturation(old: Ran, new: Ran) -> str:
    """Which loss shows that outputs saturate, where one is of logits and the other clipped.

    The first one that differs decides, since those after it grow apart by rounding alone.

    Args:
        old: The old script's run.
        new: The upgraded one's.

    >>> def trained(loss):
    ...     return Ran(0, "", [{"verb": "fit", "history": {"loss": [loss.hex()]}}], "")
    >>> saturation(trained(0.5), trained(0.5000001))
    ''
    >>> saturation(trained(483.0), trained(15.5)).partition(": ")[0]
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
    # With metrics, `train_on_batch` gives a list that begins with the loss.
    number = found[0] if isinstance(found, list) and found else found
    # Other answers are arrays, as of `predict`, of which a trial keeps digests.
    if isinstance(number, str) and number.startswith(("0x", "-0x")):
        return float.fromhex(number)
    return None


def difference(old: Ran, new: Ran, alike: Alike = operator.eq) -> str:
    """The first thing in which two runs differ; `""` where there is none.

    Args:
        old: The old script's run.
        new: The upgraded one's.
        alike: When two answers, or two lines, are the same. Defaults to equality.

    >>> difference(Ran(0, "1", [], ""), Ran(0, "2", [], ""))
    "line 1 of the output: '1' was printed, '2' is"

    Files of weights have the suffixes that Keras 3 asks for, and the learning rate its name.

    >>> difference(Ran(0, "saving best.hdf5", [], ""), Ran(0, "saving best.weights.h5", [], ""))
    ''
    >>> difference(Ran(0, "- lr: 0.1", [], ""), Ran(0, "- learning_rate: 0.1", [], ""))
    ''
    """
    calls = 0
    for one, other in zip(_of_today(old.events), _of_today(new.events)):
        if not alike(one, other):
            return _of_events(calls + 1, one, other, alike)
        calls += one["verb"] not in _NO_CALLS
    if len(old.events) != len(new.events):
        counts = [_joined(_of_keras(ran)) or "no call of Keras" for ran in (old, new)]
        return f"the old script has {counts[0]}, and the upgraded one {counts[1]}"
    lines = zip(old.printed.split("\n"), new.printed.split("\n"))
    for number, (line, other_line) in enumerate(lines, start=1):
        if not alike(_named_today(line), _named_today(other_line)):
            return f"line {number} of the output: {line!r} was printed, {other_line!r} is"
    more = old.printed.count("\n") - new.printed.count("\n")
    if more:
        return f"the {'old' if more > 0 else 'upgraded'} script prints more lines"
    return ""


def differences(old: Ran, new: Ran) -> str:
    """The first thing in which two runs differ, and the first one that is no rounding.

    Args:
        old: The old script's run.
        new: The upgraded one's.

    >>> told = differences(Ran(0, "1.0001\\na", [], ""), Ran(0, "1.0002\\nb", [], ""))
    >>> told.partition("; ")[2]
    "beyond rounding, line 2 of the output: 'a' was printed, 'b' is"
    """
    found, beyond = difference(old, new), difference(old, new, _but_for_rounding)
    return found if beyond in ("", found) else f"{found}; beyond rounding, {beyond}"


def _but_for_rounding(one: Any, other: Any) -> bool:
    """Whether two answers or lines are the same but for the last digits of their numbers.

    What digests stand for is not known, but for its type and shape.

    >>> _but_for_rounding("loss: 0.5001", "loss: 0.5002"), _but_for_rounding("[1.]", "[1.], x")
    (True, False)
    >>> _but_for_rounding("float32[2] 0a", "float32[2] 0b"), _but_for_rounding("0x1.0p+0", "a")
    (True, False)
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _but_for_rounding(one[name], other[name]) for name in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_but_for_rounding, one, other))
    if not (isinstance(one, str) and isinstance(other, str)) or one == other:
        return bool(one == other)
    if _DIGEST.fullmatch(one) and _DIGEST.fullmatch(other):
        return one.rpartition(" ")[0] == other.rpartition(" ")[0]
    # Single numbers are kept in full, as `float.hex` writes them.
    if one.lstrip("-").startswith("0x") and other.lstrip("-").startswith("0x"):
        return _is_near(float.fromhex(one), float.fromhex(other))
    parts = [_NUMBER.split(each) for each in (one, other)]
    numbers = [[float(number) for number in _NUMBER.findall(each)] for each in (one, other)]
    is_one_text = [each.split() for each in parts[0]] == [each.split() for each in parts[1]]
    return is_one_text and all(map(_is_near, *numbers))


def _is_near(one: float, other: float) -> bool:
    # Two losses near 0 may be what rounding left of them, and far apart by their ratio.
    return math.isclose(one, other, rel_tol=_ROUNDING, abs_tol=1e-6)


_DIGEST = re.compile(r"\w+\[[\d, ]*\] [0-9a-f]+")
_NUMBER = re.compile(r"-?\d+\.\d*(?:e[-+]?\d+)?")
_NO_CALLS = ("model", "file")
"""What stands beside the calls of Keras: models in the end, files that random numbers replaced."""


def _of_events(
    number: int, one: dict[str, Any], other: dict[str, Any], alike: Alike = operator.eq
) -> str:
    """How two events differ that stand at one place.

    Args:
        number: That of the next call of Keras.
        one: What the old script did.
        other: What the upgraded one did.
        alike: When two answers are the same. Defaults to equality.

    >>> one = {"verb": "predict", "result": "a"}
    >>> _of_events(3, one, {"verb": "predict", "result": "b"})
    'call 3 of Keras (predict): its result differs'
    >>> _of_events(3, one, {"verb": "model", "name": "net"})
    "where the old script has call 3 of Keras (predict), the upgraded one has the model 'net'"
    """
    if _named(number, one) != _named(number, other):
        names = _named(number, one), _named(number, other)
        return f"where the old script has {names[0]}, the upgraded one has {names[1]}"
    if one["verb"] == "model":
        return f"the weights of {_named(number, one)} in the end differ"
    parts = [name for name in one if not alike(one.get(name), other.get(name))]
    is_one = len(parts) == 1 and parts[0] != "weights"
    differ = "differs" if is_one else "differ"
    return f"{_named(number, one)}: its {' and '.join(parts)} {differ}"


def _named(number: int, event: dict[str, Any]) -> str:
    """An event in words."""
    kinds = {"model": "the model {!r}", "file": "the file {}"}
    if event["verb"] in kinds:
        return kinds[event["verb"]].format(event["name"])
    return f"call {number} of Keras ({event['verb']})"


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
    return _RATE.sub("learning_rate: ", _SUFFIX.sub("", line))


def listed(ran: Ran) -> str:
    """What was compared, with its verb.

    Args:
        ran: A run.

    >>> listed(Ran(0, "1\\n", [{"verb": "fit", "weights": ["a", "b"]}], ""))
    '1 call of Keras with 1 training, 2 arrays of weights and 1 printed line are'
    >>> listed(Ran(0, "1\\n", [], ""))
    '1 printed line is'
    """
    lines = len(ran.printed.splitlines())
    parts = _of_keras(ran) + ([counted(lines, "printed line")] if lines else [])
    return f"{_joined(parts)} {'is' if len(parts) == 1 and parts[0].startswith('1 ') else 'are'}"


def _of_keras(ran: Ran) -> list[str]:
    """How many calls of Keras, models and weights a run shows."""
    verbs = [one["verb"] for one in ran.events]
    models, fits = verbs.count("model"), verbs.count("fit")
    calls = len(verbs) - models - verbs.count("file")
    weights = sum(len(one.get("weights", ())) for one in ran.events)
    trained = f" with {counted(fits, 'training')}" if fits else ""
    return [
        told
        for count, told in (
            (calls, f"{counted(calls, 'call')} of Keras{trained}"),
            (models, f"{counted(models, 'model')} in the end"),
            (weights, f"{counted(weights, 'array')} of weights"),
        )
        if count
    ]


def _joined(parts: list[str]) -> str:
    """Some things in a row.

    >>> _joined(["a"]), _joined(["a", "b", "c"]), _joined([])
    ('a', 'a, b and c', '')
    """
    return " and ".join(one for one in (", ".join(parts[:-1]), *parts[-1:]) if one)
