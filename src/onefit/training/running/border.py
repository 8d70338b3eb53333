"""What is seen of a model from elsewhere while it trains: its state at the last border.

A button's thread, a signal's handler or the generator of the batches may ask for the weights, save
the model, predict or evaluate while it trains. Keras reads a model variable by variable; a border
could come in between. So such a call gets a copy of the whole state, for itself alone: the numbers
that it reads are those of one border, and what it writes (an evaluation its metrics) does not meet
the training.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

import jax.numpy as jnp
import keras
from keras import Model, StatelessScope

from onefit.training.core.state import State, grouped
from onefit.training.host.keras_private import in_stateless_scope
from onefit.training.host.tracebacks import without_ours
from onefit.training.host.variables import set_values, values_of, variables
from onefit.training.programs.donation import donates

_under_way: list[Border] = []
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Border:
    """A model in a fit or in an evaluation.

    Args:
        model: The model.
    """

    def __init__(self, model: Model) -> None:
        """Nobody looks yet."""
        self.model, self.thread = model, threading.get_ident()
        self.passes = self.lent = False
        self.readers = self.waiting = 0
        self.changed = threading.Condition()

    # Looked up when somebody asks: a short fit ends before anybody does.
    @cached_property
    def groups(self) -> State:
        """The model's variables."""
        return variables(self.model)

    @cached_property
    def variables(self) -> list[Any]:
        """The same, one after the other."""
        return list(itertools.chain.from_iterable(self.groups))

    def order(self, groups: State | None = None) -> None:
        """Look where the variables stand now; a layer that is frozen moves its own."""
        self.groups = groups or variables(self.model)
        self.variables = list(itertools.chain.from_iterable(self.groups))

    def concerns(self, model: Model) -> bool:
        """Whether a model is this one, a part of it, or shares variables with it."""
        known = set(map(id, self.variables))
        return model is self.model or any(id(v) in known for v in model.variables)

    def state(self) -> State:
        """The values of the model."""
        return grouped(values_of(self.variables), self.groups)

    @contextlib.contextmanager
    def passing(self, groups: State | None = None) -> Iterator[None]:
        """While steps are run, and not Keras's callbacks: whoever looks now is not one of them.

        Args:
            groups: The model's variables, if they have just been looked up.
        """
        before, self.passes = self.passes, True
        if not before:  # callbacks have had their say
            self.order(groups)
        try:
            yield
        finally:
            self.passes = before

    @contextlib.contextmanager
    def lending(self, donated: bool) -> Iterator[None]:
        """While a program has the state; if it takes its memory over, nobody looks meanwhile."""
        if not donated:
            yield
            return
        with self.changed:
            # Who waits goes first: a training lends its state again at once, and no reader would
            # get its turn.
            self.changed.wait_for(lambda: not self.readers and not self.waiting)
            self.lent = True
        try:
            yield
        finally:
            with self.changed:
                self.lent = False
                self.changed.notify_all()

    def write(self, state: State) -> None:
        """Give the model the state of a border, when nobody reads."""
        with self.changed:
            self.changed.wait_for(lambda: not self.readers)
            set_values(self.variables, itertools.chain.from_iterable(state))

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """While the model itself is read: the training waits at its next border."""
        with self.changed:
            self.waiting += 1
            try:
                self.changed.wait_for(lambda: not self.lent)
                self.readers += 1
            finally:
                self.waiting -= 1
        try:
            yield
        finally:
            with self.changed:
                self.readers -= 1
                self.changed.notify_all()

    def seen(self) -> list[Any]:
        """The values of all variables at the last border, to do with them what one likes."""
        with self.reading() if donates(values_of(self.variables)) else contextlib.nullcontext():
            # copies, because Keras's own loops donate what they are given
            return list(map(jnp.copy, values_of(self.variables)))


@contextlib.contextmanager
def under_way(model: Model) -> Iterator[Border]:
    """A fit or an evaluation of a model; one within another is a part of it."""
    # Over a copy, because fits of other threads begin and end meanwhile.
    mine = [b for b in tuple(_under_way) if b.model is model and b.thread == threading.get_ident()]
    if mine or in_stateless_scope():
        yield mine[0] if mine else Border(model)
        return
    border = Border(model)
    _under_way.append(border)
    try:
        yield border
    finally:
        _under_way.remove(border)


@contextlib.contextmanager
def looking(model: Model, waits: bool = False) -> Iterator[None]:
    """Read a model: in the middle of a fit or an evaluation, a copy of its state.

    Keras's callbacks, between an epoch's steps and the next one's, are at home: what they read and
    write is the model itself.

    Args:
        model: The model.
        waits: Whether the training waits instead, because the reader makes variables of its own;
            in the scope in which a copy is seen, Keras allows none. Defaults to `False`.
    """
    found = [b for b in tuple(_under_way) if b.concerns(model)]
    home = [b for b in found if b.thread == threading.get_ident()]
    if not found or in_stateless_scope() or (home and not any(b.passes for b in home)):
        yield
        return
    # This thread's own fit before those of others that share variables with it.
    border = (home or found)[0]
    if waits:
        with border.reading():
            yield
        return
    held, values = values_of(border.variables), border.seen()
    try:
        with StatelessScope(list(zip(border.variables, values))):
            yield
    finally:  # Keras's own loops, which serve some kinds of data, empty the variables
        lost = [(v, value) for v, value in zip(border.variables, held) if v._value is None]
        for variable, value in lost:
            variable._value = value


def looks(reader: Callable[_Asked, _Answer], waits: bool = False) -> Callable[_Asked, _Answer]:
    """A function whose first argument is a model that it reads, see `looking`."""

    @wraps(reader)
    def call(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        try:
            # Nearly always: nothing trains, and a call of a model costs one comparison more.
            if not _under_way or not args:
                return reader(*args, **kwargs)
            with looking(args[0], waits):
                return reader(*args, **kwargs)
        except BaseException as error:
            without_ours(error)
            raise

    return call


def replace() -> None:
    """Let Keras's own ways to read a model see the last border."""
    for name in _NAMES:
        own = _OWN.get(name)
        if vars(keras.Model).get(name) is own:
            _ours[name] = looks(own or _inherited(name), name in _WAITING)
            setattr(keras.Model, name, _ours[name])


def restore() -> None:
    """Give Keras's own ways back; what somebody else has put over ours stays."""
    for name, ours in _ours.items():
        if vars(keras.Model).get(name) is not ours:
            continue
        if name in _OWN:
            setattr(keras.Model, name, _OWN[name])
        else:
            delattr(keras.Model, name)


def _inherited(name: str) -> Callable[..., Any]:
    """A method that `keras.Model` inherits, as the classes above it have it when it is called."""

    @wraps(getattr(keras.Model, name))
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(keras.Model, self), name)(*args, **kwargs)

    return method


_NAMES = (
    "__call__", "export", "get_weights", "predict_on_batch", "save", "save_weights",
    "test_on_batch",
)  # fmt: skip
_WAITING = ("export", "save", "save_weights")
_OWN = {name: vars(keras.Model)[name] for name in _NAMES if name in vars(keras.Model)}
_ours: dict[str, Callable[..., Any]] = {}
