"""A case: a model and some calls of its verbs, drawn by number, run both ways and compared."""

from __future__ import annotations

import contextlib
import io
import random
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import keras
import numpy as np

from ..both import ONEFIT, STOCK, arguments_of, compare, settled, weights_of
from . import hooks, streams
from .actions import ACTIONS, MODEL_ACTIONS, World
from .arguments import VALIDATIONS, VALUES, VERBS
from .forms import DTYPES, FORMS, KINDS, SHAPES, formed
from .hooks import GIVEN, HOOKS, Hook
from .models import COMMON, MODELS, inputs_for, targets_for
from .streams import ELEMENTS, Stream

LONGEST = 60  # seconds of one call; one that takes longer hangs
Data = str | Stream


@dataclass(frozen=True)
class Call:
    """One call of a verb, in plain values.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        rows: Rows of arrays.
        x: The form of the inputs, or a stream.
        y: The form of the targets; empty for none.
        weights: The form of the sample weights; empty for none.
        validation: How validation data are given; empty for none.
        validation_x: The form of their inputs.
        callbacks: A callback, or what is given in its place.
        values: For some other arguments, which of their `VALUES`.
        positional: How many arguments are given without their names.
    """

    verb: str
    rows: int = 8
    x: Data = "array"
    y: str = "array"
    weights: str = ""
    validation: str = ""
    validation_x: str = "array"
    callbacks: Hook | str = "None"
    values: tuple[tuple[str, int], ...] = ()
    positional: int = 0


@dataclass(frozen=True)
class Case:
    """A model and what is called on it."""

    model: str
    calls: tuple[Call, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return f"{self.model}: " + "; ".join(map(text, self.calls))


def text(part: Any) -> str:
    """A call, a stream or a callback without what is as usual, and the values it stands for."""
    told = [
        f"{f.name}={text(value) if hasattr(value, '__dataclass_fields__') else repr(value)}"
        for f in fields(part)
        if (value := getattr(part, f.name)) != f.default and f.name != "values"
    ]
    given = [f"{name}={VALUES[name][number]!r}" for name, number in getattr(part, "values", ())]
    return f"{type(part).__name__}({', '.join(told + given)})"


def draw(number: int) -> Case:
    """The case of a number."""
    rng = random.Random(number)
    model = rng.choice(COMMON if rng.random() < 0.7 else sorted(MODELS))
    calls = rng.choices((1, 2, 3), (6, 3, 1))[0]
    return Case(model, tuple(_call(rng) for _ in range(calls)))


def _call(rng: random.Random) -> Call:
    verb = rng.choices(("fit", "evaluate", "predict"), (6, 2, 2))[0]
    given: dict[str, Any] = {"rows": rng.choice((1, 5, 8, 8))}
    if verb == "fit" and rng.random() < 0.5:
        given["values"] = (("epochs", VALUES["epochs"].index(2)),)
    if verb == "predict":
        given["y"] = ""
    for _ in range(rng.choices((0, 1, 2, 3), (1, 5, 3, 1))[0]):
        oddity = rng.choice(ODDITIES)
        given |= oddity(rng, verb, given)
    return Call(verb, **given)


def _inputs(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    return {"x": rng.choice(sorted(rng.choice((DTYPES, SHAPES, KINDS))))}


def _targets(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    return {"y": rng.choice(["", *FORMS])}


def _weights(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    return {"weights": "array" if rng.random() < 0.4 else rng.choice(sorted(FORMS))}


def _validation(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    odd = rng.random() < 0.3
    return {
        "validation": rng.choice(sorted(VALIDATIONS)),
        "validation_x": rng.choice(sorted(FORMS)) if odd else "array",
    }


def _value(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    name = rng.choice(VERBS[verb])
    others = tuple(pair for pair in given.get("values", ()) if pair[0] != name)
    return {"values": (*others, (name, rng.randrange(len(VALUES[name]))))}


def _callback(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    if rng.random() < 0.4:
        return {"callbacks": rng.choice(sorted(GIVEN))}
    hook = rng.choice(HOOKS)
    actions = sorted(ACTIONS) if "batch" in hook else sorted(ACTIONS | MODEL_ACTIONS)
    return {"callbacks": Hook(hook, rng.choice(actions), rng.choice((0, 0, 1, 2)))}


def _stream(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    stream: dict[str, Any] = {"kind": rng.choice(sorted(streams.KINDS))}
    if rng.random() < 0.3:
        stream["form"] = rng.choice(sorted(ELEMENTS))
    if rng.random() < 0.4:
        stream["sizes"] = rng.choice([(), (4,), (4, 4, 2), (1, 2, 3), (2, 4, 4), (4,) * 7])
    if rng.random() < 0.3:
        stream[rng.choice(("odd", "odd_y"))] = rng.choice(sorted(FORMS))
    if rng.random() < 0.5:
        stream["action"] = rng.choice(sorted(ACTIONS))
    stream |= {"at": rng.choice((0, 1, 1, 2)), "buffer": rng.random() < 0.2}
    found: dict[str, Any] = {"x": Stream(**stream), "y": "" if rng.random() < 0.95 else "array"}
    if "endless" in stream["kind"]:
        name = "steps_per_epoch" if verb == "fit" else "steps"
        values = tuple(pair for pair in given.get("values", ()) if pair[0] != name)
        found["values"] = (*values, (name, VALUES[name].index(3)))
    return found


def _positional(rng: random.Random, verb: str, given: Any) -> dict[str, Any]:
    return {"positional": rng.randrange(4)}


ODDITIES: tuple[Callable[..., dict[str, Any]], ...] = (
    _inputs, _targets, _weights, _validation, _value, _value, _value, _callback, _callback,
    _stream, _stream, _positional,
)  # fmt: skip


def arguments(call: Call, model: str, world: World) -> tuple[list[Any], dict[str, Any]]:
    """What a call passes, by place and by name, made anew."""
    given: dict[str, Any] = {}
    stream = isinstance(call.x, Stream)
    given["x"] = (
        streams.made(call.x, model, world)
        if isinstance(call.x, Stream)
        else formed(inputs_for(model, call.rows), call.x)
    )
    if call.y:
        given["y"] = formed(targets_for(model, call.rows), call.y)
    if call.weights:
        weights = np.linspace(0, 1, call.rows, dtype="float32")
        given["sample_weight"] = formed(weights, call.weights)
    if call.validation:
        x, y = formed(inputs_for(model, 5), call.validation_x), targets_for(model, 5)
        given["validation_data"] = VALIDATIONS[call.validation](x, y, np.ones(5, "float32"))
    for name, number in call.values:
        given[name] = VALUES[name][number]
    if call.callbacks != "None":
        given["callbacks"] = hooks.made(call.callbacks, world)
    given.setdefault("verbose", 0)
    if stream and not call.y:
        given.pop("y", None)
    places = [given.pop(name) for name in list(given)[: call.positional] if name in ("x", "y")]
    return places, given


def run(case: Case, verbs: dict[str, Callable[..., Any]]) -> list[dict[str, Any]]:
    """What comes of each call of a case, one way."""
    keras.utils.clear_session(
        free_memory=False
    )  # a search for garbage takes longer than most cases
    keras.utils.set_random_seed(7)
    model = MODELS[case.model]()
    return [outcome(call, case.model, model, verbs) for call in case.calls]


def outcome(call: Call, name: str, model: Any, verbs: dict[str, Any]) -> dict[str, Any]:
    """What comes of one call: result, error, warnings, print, state, and what was seen."""
    world = World(model)
    places, given = arguments(call, name, world)
    out, error, result = io.StringIO(), None, None
    with (
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(out),
        surroundings(),
        bounded(),
    ):
        warnings.simplefilter("always")
        try:
            result = verbs[call.verb](model, *places, **given)
        except BaseException as raised:
            error = (type(raised).__name__, settled_error(str(raised)))
    history = call.verb == "fit" and result is not None
    return {
        "error": error,
        "result": (list(result.history.items()), result.epoch, result.params)
        if history
        else arguments_of(result),
        "warnings": sorted(
            {
                f"{w.category.__name__}: {settled_error(str(w.message))}"
                for w in warned
                if w.category is not DeprecationWarning  # meant for Keras's authors
            }
        ),
        "printed": settled(out.getvalue()),
        "seen": [arguments_of(entry) for entry in world.seen],
        "stop_training": getattr(model, "stop_training", None),
        "numpy": np.random.get_state()[1:],
        "random": random.getstate(),
        "state": weights_of(model),
    }


@contextlib.contextmanager
def surroundings() -> Iterator[None]:
    """A context that a stream should see as it is under stock Keras."""
    import decimal

    from . import actions

    token = actions.CONTEXT.set("set")
    actions.LOCAL.value = "set"
    try:
        with np.errstate(over="ignore"), decimal.localcontext() as context:
            context.prec = 5
            yield
    finally:
        actions.CONTEXT.reset(token)
        del actions.LOCAL.value


class Hangs(BaseException):
    """A call takes longer than `LONGEST`."""


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Raise `Hangs` in a block that takes too long."""

    def late(number: int, frame: Any) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def settled_error(message: str) -> str:
    """A message without addresses, and without the name of the class that Python puts in front."""
    message = re.sub(r"0x[0-9a-f]+", "0x", message)
    return message.replace("JAXTrainer.", "").replace("Trainer.", "")


EMPTY = ("TypeError", "'NoneType' object is not callable")
"""Stock Keras's error where somebody reads a variable whose value a step has."""
REFUSED = ("masked arrays are not supported", "as an abstract array")
"""JAX's errors about arrays that it takes all the same once the step is compiled."""


def is_better(call: Call, stock: Any, onefit: Any) -> bool:
    """Whether stock Keras fails where onefit is meant not to, so that nothing can be compared.

    A stream may read the rate while a step has it: stock Keras has emptied the variable by then.
    Arrays of a foreign byte order and masked ones are an error in JAX. A step that is compiled
    already reads their memory as it lies, and stock Keras trains with such numbers. Where a
    callback compiles the model in the middle, stock Keras ends with an error, and gives the new
    optimizer the old one's numbers.
    """
    compiles = isinstance(call.callbacks, Hook) and call.callbacks.action == "compiles"
    if compiles and stock == onefit == EMPTY:
        return True
    reads = isinstance(call.x, Stream) and call.x.action == "reads the rate"
    refused = onefit is not None and any(text in onefit[1] for text in REFUSED)
    return (reads and stock == EMPTY) or (stock is None and refused)


def differences(case: Case, tries: int = 4) -> list[str]:
    """What is not the same with stock Keras and with onefit.

    Where a stream fills one array again and again, stock Keras's numbers are not always its own: a
    step may read the array when the next batch is in it already. One try out of a few has to be the
    same.
    """
    found = compared(case)
    refilled = any(isinstance(call.x, Stream) and call.x.buffer for call in case.calls)
    while found and refilled and tries > 1:
        found, tries = compared(case), tries - 1
    return found


def compared(case: Case) -> list[str]:
    """What is not the same in one try."""
    expected, received = run(case, STOCK), run(case, ONEFIT)
    found = []
    for number, (a, b) in enumerate(zip(expected, received)):
        stock, onefit = a["error"], b["error"]
        if is_better(case.calls[number], stock, onefit):
            break
        if stock == onefit and stock is not None:
            if stock[0] == Hangs.__name__:  # how far it comes by then is a matter of speed
                break
            for one in (a, b):  # and so is whether the bar is shown in the middle of a pass
                one["printed"] = [line for line in one["printed"] if "━" not in line]
        lost = [name for name, value in a["state"].items() if getattr(value, "dtype", "O") == "O"]
        for name in lost:  # stock Keras leaves no model after some errors; onefit does
            del a["state"][name], b["state"][name]
        found += compare(a, b, f"call {number}")
        if lost or (stock is not None and case.model == "own"):  # its losses stay in stock Keras
            break
    return found
