"""Whether a method has any effect: a callback may override a hook and yet do nothing in it.

KerasTuner's callback hands each batch to methods of the tuner that are there to be overridden; a
checkpoint looks at each batch to find that it saves by epochs. What such a method does is followed
through its source, without running it: attributes are looked up as they are now, methods are
entered, conditions are decided. Whatever is not understood may have an effect.
"""

from __future__ import annotations

import ast
import dis
import functools
import inspect
import operator
import sys
import tokenize
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType
from typing import Any, NamedTuple, cast

from keras.callbacks import Callback

from onefit.training.host.bytecode import number


def idle(method: Any) -> bool:
    """Whether a hook, called with a number and logs, has no effect.

    An attribute that decides may not be assigned to anywhere, but in an `__init__`, in the files of
    what was read and in the script: otherwise it could be another one in the next epoch.

    >>> from keras.callbacks import ModelCheckpoint
    >>> idle(ModelCheckpoint("best.keras").on_train_batch_end)
    True
    >>> idle(ModelCheckpoint("best.keras", save_freq=10).on_train_batch_end)
    False
    """
    reading = _Reading()
    try:
        reading.call(method, [_UNKNOWN], {"logs": _UNKNOWN})
    except _Effect:
        return False
    return reading.settled()


class _Effect(Exception):
    """Something has an effect, or is not understood."""


class _Unknown:
    """A value that only a run can tell: it may be handed on, and nothing else."""


_UNKNOWN = _Unknown()
_NOTHING = object()
_MODEL = vars(Callback)["model"]  # it brings the model's variables up to date, and so do we
_DEEP = 20  # calls within calls that are followed
_BY_NAME = {"setattr", "__setattr__", "delattr", "__dict__", "vars"}
_RUNS_LATER = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_COMPARES: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip


class _Reading:
    """Follows calls, and notes which attributes and files their outcome rests on."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.files: set[str] = set()
        self.depth = 0

    def settled(self) -> bool:
        """Whether no attribute that was looked up is assigned to later on."""
        script = getattr(sys.modules.get("__main__"), "__file__", None)
        try:
            files = [_file(name) for name in {*self.files, script} - {None}]
        except _Effect:
            return False
        return not any(
            _assigns(code, self.names)
            for file in files
            for code in file.codes.values()
            if code.co_name != "__init__"
        )

    def call(self, method: Any, args: list[Any], named: dict[str, Any]) -> Any:
        """What a method returns."""
        function = method.__func__ if isinstance(method, MethodType) else None
        # A bound on the depth, because a method that calls itself would be followed for ever.
        if not isinstance(function, FunctionType) or self.depth == _DEEP:
            raise _Effect
        if function.__code__.co_flags & _RUNS_LATER:
            raise _Effect
        try:
            signature = inspect.signature(function, follow_wrapped=False)
            bound = signature.bind(method.__self__, *args, **named)
        except (TypeError, ValueError) as error:
            raise _Effect from error
        bound.apply_defaults()
        self.files.add(function.__code__.co_filename)
        self.depth += 1
        try:
            _, value = _Body(self, method, dict(bound.arguments)).run(_syntax(function).body)
        finally:
            self.depth -= 1
        return value

    def attribute(self, owner: Any, name: str) -> Any:
        """What an attribute is, where looking it up is no more than that."""
        held: dict[str, Any] = getattr(owner, "__dict__", {})
        classes = type(owner).__mro__
        if isinstance(owner, super):
            parent: Any = owner
            owner, held = parent.__self__, {}
            mro = type(owner).__mro__
            classes = mro[mro.index(parent.__thisclass__) + 1 :]
        looking_up: Any = type(owner).__getattribute__
        # A class that looks its attributes up by itself may do anything on the way.
        if looking_up is not object.__getattribute__:
            raise _Effect
        member = next((vars(cls)[name] for cls in classes if name in vars(cls)), _NOTHING)
        self.names.add(name)
        if member is _MODEL:
            return _UNKNOWN
        if isinstance(member, property):
            return self.call(MethodType(cast(Any, member.fget), owner), [], {})
        # Python's own order: a data descriptor of the class comes before what the object holds, and
        # that before everything else of the class.
        if name in held and not hasattr(type(member), "__set__"):
            return held[name]
        if isinstance(member, FunctionType):
            return MethodType(member, owner)
        if member is _NOTHING or hasattr(type(member), "__get__"):
            raise _Effect
        return member


class _Body:
    """Follows the statements of one call."""

    def __init__(self, reading: _Reading, method: MethodType, held: dict[str, Any]) -> None:
        self.reading, self.method, self.held = reading, method, held
        self.function = cast(FunctionType, method.__func__)

    def run(self, statements: list[ast.stmt]) -> tuple[bool, Any]:
        """Whether statements return, and what."""
        for statement in statements:
            match statement:
                case ast.Pass():
                    pass
                case ast.Expr(value=value):
                    self.value(value)
                case ast.Return(value=value):
                    return True, None if value is None else self.value(value)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if self.local(name):
                    self.held[name] = self.value(value)
                case ast.If(test=test, body=body, orelse=other):
                    returned, value = self.run(body if self.true(self.value(test)) else other)
                    if returned:
                        return True, value
                case _:
                    raise _Effect
        return False, None

    def local(self, name: str) -> bool:
        """Whether a name is one of the function's own, which nothing outside sees."""
        return name in self.function.__code__.co_varnames

    def value(self, node: ast.expr) -> Any:
        """What an expression is."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name) if name in self.held:
                return self.held[name]
            case ast.Attribute(value=owner, attr=name):
                return self.reading.attribute(self.value(owner), name)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.true(self.value(operand))
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if self.true(self.value(test)) else other)
            case ast.BoolOp(op=op, values=nodes):
                for inner in nodes[:-1]:
                    value = self.value(inner)
                    if self.true(value) == isinstance(op, ast.Or):
                        return value
                return self.value(nodes[-1])
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.compare(type(op), self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id="super"), args=[], keywords=[]):
                return self.parent()
            case ast.Call(func=called, args=args, keywords=keywords):
                method, values = self.value(called), [self.value(arg) for arg in args]
                named = {str(k.arg): self.value(k.value) for k in keywords if k.arg is not None}
                if len(named) < len(keywords):
                    raise _Effect
                return self.reading.call(method, values, named)
        raise _Effect

    def parent(self) -> Any:
        """What `super()` is in this function."""
        cells = dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or ()))
        if "__class__" not in cells or "super" in {*self.held, *self.function.__globals__}:
            raise _Effect
        return super(cells["__class__"].cell_contents, self.method.__self__)

    def compare(self, op: type, left: Any, right: Any) -> Any:
        """A comparison of two plain values."""
        if op not in _COMPARES or not (number(left) and number(right)):
            raise _Effect
        try:
            return _COMPARES[op](left, right)
        except TypeError as error:
            raise _Effect from error

    def true(self, value: Any) -> bool:
        """Whether a plain value is true."""
        if not number(value):
            raise _Effect
        return bool(value)


class _File(NamedTuple):
    """A file of source: its functions and their code, by name and first line."""

    functions: dict[tuple[str, int], ast.FunctionDef]
    codes: dict[tuple[str, int], CodeType]


@functools.cache
def _file(name: str) -> _File:
    try:
        with tokenize.open(name) as opened:
            text = opened.read()
        # Without `dont_inherit` the file would be compiled with this file's own `annotations`, and
        # its code would differ from that of the function in memory.
        tree, code = ast.parse(text), compile(text, name, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError) as error:
        raise _Effect from error
    functions = {
        # The first line of a function's code is that of its first decorator.
        (node.name, min([node.lineno, *(d.lineno for d in node.decorator_list)])): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    return _File(functions, {(c.co_name, c.co_firstlineno): c for c in _codes(code)})


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _assigns(code: CodeType, attributes: set[str]) -> bool:
    """Whether code assigns to one of the attributes, or may do so by its name."""
    # Where an attribute is set by a name in a string, the strings say which ones it may be.
    if _BY_NAME & {*code.co_names}:
        flat = (c if isinstance(c, tuple) else (c,) for c in code.co_consts)
        return any(isinstance(c, str) and c in attributes for consts in flat for c in consts)
    return not attributes.isdisjoint(code.co_names) and any(
        i.opname in ("STORE_ATTR", "DELETE_ATTR") and i.argval in attributes
        for i in dis.get_instructions(code)
    )


def _syntax(function: FunctionType) -> ast.FunctionDef:
    """The source of a function, if it is that of its code: a file may have been changed since."""
    code = function.__code__
    file, key = _file(code.co_filename), (code.co_name, code.co_firstlineno)
    if key not in file.functions or _essence(file.codes[key]) != _essence(code):
        raise _Effect
    return file.functions[key]


def _essence(code: CodeType) -> tuple[Any, ...]:
    consts = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    return code.co_code, consts, code.co_names, code.co_varnames, code.co_freevars, code.co_flags
