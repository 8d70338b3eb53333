"""Functions of the script's, parsed and compiled anew under their own file and lines."""

from __future__ import annotations

import ast
import inspect
import sys
import sysconfig
import textwrap
from types import CellType, FrameType, FunctionType, MethodType, SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from onefit.scripts.tensorflow import data_loops, loop_statements, parts, statements
from onefit.scripts.tensorflow.arrays import creation
from onefit.scripts.tensorflow.conversion.lambdas import definition_of
from onefit.scripts.tensorflow.conversion.nodes import RUNTIME, inner_nodes, load
from onefit.scripts.tensorflow.conversion.rewriting import Rewriting
from onefit.scripts.tensorflow.undefined import Undefined

PYTHON = "__onefit_python__"
"""Marks a function whose statements stay Python's own."""

# By the function, not its code: functions of one code may have other cells.
_converted: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_reasons: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # by the code of the function


def of_era(tree: ast.Module, text: str) -> ast.Module:
    """The tree of a function as it was compiled; an old script's was made into another one before.

    Args:
        tree: The tree of its text.
        text: Its text.
    """
    return tree


def converted(function: Any) -> Any:
    """A function with statements that may depend on tensors; the function itself if it has none.

    Args:
        function: A function or method of the script's, or anything that can be called.
    """
    if isinstance(function, MethodType):
        return MethodType(converted(function.__func__), function.__self__)
    if not isinstance(function, FunctionType) or not _is_of_the_script(function):
        return function
    if function.__code__ in _reasons:
        return function
    if function not in _converted:
        try:
            _converted[function] = _rewritten(function)
        except Exception as error:
            reason = "its source is not there" if isinstance(error, OSError) else str(error)
            _reasons[function.__code__] = reason
            return function
    return _converted[function]


def not_rewritten() -> str:
    """Of the functions that run, the innermost that was not rewritten, and why; `""` if none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if code in _reasons:
            place = f"{code.co_filename}:{frame.f_lineno}"
            return f"{code.co_name} ({place}) was not rewritten: {_reasons[code]}."
        frame = frame.f_back
    return ""


def called(function: Any) -> Any:
    """What is called in a converted function: functions of the script's are converted, too."""
    if function is range:
        return loop_statements.range_of
    if function is enumerate:
        return data_loops.enumerate_of
    if function is creation.range:
        return loop_statements.tensor_range
    if isinstance(function, FunctionType | MethodType):
        return converted(function)
    return converted(as_method(function))


def as_method(function: Any) -> Any:
    """The `__call__` of an object of a class of the script's; anything else as it is."""
    call = getattr(type(function), "__call__", None)  # noqa: B004 - the function itself is wanted
    if isinstance(call, FunctionType) and _is_of_the_script(call):
        return MethodType(call, function)
    return function


def _is_of_the_script(function: FunctionType) -> bool:
    file = function.__code__.co_filename
    libraries = (sysconfig.get_path("stdlib"), "site-packages", "dist-packages")
    if hasattr(function, PYTHON):
        return False
    # A function that has this among its free variables is converted already.
    return RUNTIME not in function.__code__.co_freevars and not any(
        part in file for part in libraries
    ) and not file.startswith(_OURS)  # fmt: skip


_OURS = __file__.rpartition("scripts")[0]


def _rewritten(function: FunctionType) -> Any:
    # Of its code: of a function that `functools.wraps` has dressed, `inspect` gives the source of
    # the one within it.
    code = function.__code__
    first = 1
    if code.co_name == "<lambda>":
        definition: ast.stmt = definition_of(code)
    else:
        lines, first = inspect.getsourcelines(code)
        text = textwrap.dedent("".join(lines))
        definition = of_era(ast.parse(text), text).body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise ValueError("it is a coroutine")
    if _is_generator(definition):
        raise ValueError("it is a generator")
    # What is converted is the function below its decorators: `tf.function` would wrap it once
    # more.
    definition.decorator_list, definition.returns = [], None
    _without_values(definition.args)
    _mangle(definition, function.__qualname__)
    Rewriting(definition).rewrite()
    free = [*code.co_freevars, RUNTIME]
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    body: list[ast.stmt] = [definition, ast.Return(load(definition.name))]
    # Only a function within another can have free variables. The factory has those of the old
    # function as arguments, and its cells are put in their place below.
    factory = ast.FunctionDef("factory", arguments, body, [], None)
    module = ast.fix_missing_locations(ast.Module([factory], []))
    ast.increment_lineno(module, first - 1)
    names: dict[str, Any] = {}
    exec(compile(module, code.co_filename, "exec"), names)
    made = names["factory"](*([None] * len(free)))
    cells = dict(zip(code.co_freevars, function.__closure__ or ()))
    cells[RUNTIME] = CellType(_STATEMENTS)
    # Python has sorted the names by now, and left out those that are not read any more.
    closure = tuple(cells[name] for name in made.__code__.co_freevars)
    new = FunctionType(
        made.__code__.replace(co_name=code.co_name),
        function.__globals__,
        function.__name__,
        function.__defaults__,
        closure,
    )
    new.__kwdefaults__ = function.__kwdefaults__
    new.__qualname__ = function.__qualname__
    return new


def _mangle(definition: ast.FunctionDef, qualname: str) -> None:
    """Write private names of a class, as `self.__x`, as Python does there."""
    kind = qualname.rpartition(".")[0].rpartition(".")[2].lstrip("_")
    if not kind or kind.endswith(">"):
        return
    for node in ast.walk(definition):
        field = {ast.Attribute: "attr", ast.Name: "id", ast.arg: "arg"}.get(type(node))
        name = getattr(node, field) if field else ""
        if field and name.startswith("__") and not name.endswith("__"):
            setattr(node, field, f"_{kind}{name}")


def _without_values(arguments: ast.arguments) -> None:
    """Defaults and annotations are the old function's: they are not evaluated again."""
    arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
    arguments.kw_defaults = [one and ast.Constant(None) for one in arguments.kw_defaults]
    for one in ast.walk(arguments):
        if isinstance(one, ast.arg):
            one.annotation = None


def _is_generator(definition: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in inner_nodes(definition)
    )


_STATEMENTS = SimpleNamespace(
    called=called,
    undefined=Undefined,
    both=statements.both,
    either=statements.either,
    opposite=statements.opposite,
    expression_if=statements.expression_if,
    if_statement=statements.if_statement,
    while_statement=loop_statements.while_statement,
    for_statement=loop_statements.for_statement,
    part_read=parts.part_read,
    attribute_written=parts.attribute_written,
    item_written=parts.item_written,
)
"""What a rewritten function calls."""
