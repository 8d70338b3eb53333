"""A function of the script's, rewritten so that `if`, `while` and `for` may depend on tensors.

The source of the function is parsed, its statements become calls of `statements.py`, and the result
is compiled under the same file and lines, so that an error shows the line of the script.
"""

from __future__ import annotations

import ast
import inspect
import sys
import sysconfig
import textwrap
from types import CellType, FunctionType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

from onefit.scripts.tensorflow import arrays, statements
from onefit.scripts.tensorflow.undefined import Undefined

RUNTIME = "__onefit_statements__"
_converted: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def converted(function: Any) -> Any:
    """A function with statements that may depend on tensors; the function itself if it has none.

    Args:
        function: A function or method of the script's, or anything that can be called.
    """
    if isinstance(function, MethodType):
        return MethodType(converted(function.__func__), function.__self__)
    if not isinstance(function, FunctionType) or not _is_of_the_script(function):
        return function
    if function not in _converted:
        try:
            _converted[function] = _rewritten(function)
        except Exception:
            return function  # without source, or of a kind that is not rewritten
    return _converted[function]


def called(function: Any) -> Any:
    """What is called in a converted function: functions of the script's are converted, too."""
    if function is range:
        return statements.range_of
    if function is arrays.range:
        return statements.tensor_range
    return converted(function) if isinstance(function, FunctionType | MethodType) else function


def _is_of_the_script(function: FunctionType) -> bool:
    file = function.__code__.co_filename
    libraries = (sysconfig.get_path("stdlib"), "site-packages", "dist-packages")
    return RUNTIME not in function.__code__.co_freevars and not any(
        part in file for part in libraries
    ) and not file.startswith(_OURS)  # fmt: skip


_OURS = __file__.rpartition("scripts")[0]


def _rewritten(function: FunctionType) -> Any:
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    (definition,) = tree.body
    if not isinstance(definition, ast.FunctionDef) or _is_generator(definition):
        return function
    definition.decorator_list, definition.returns = [], None
    _without_values(definition.args)
    _Rewriting(definition).rewrite()
    free = [*function.__code__.co_freevars, RUNTIME]
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    body: list[ast.stmt] = [definition, ast.Return(_load(definition.name))]
    factory = ast.FunctionDef("factory", arguments, body, [], None)
    module = ast.fix_missing_locations(ast.Module([factory], []))
    ast.increment_lineno(module, first - 1)
    names: dict[str, Any] = {}
    exec(compile(module, function.__code__.co_filename, "exec"), names)
    made = names["factory"](*([None] * len(free)))
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    cells[RUNTIME] = CellType(sys.modules[__name__])
    closure = tuple(cells[name] for name in made.__code__.co_freevars)
    new = FunctionType(
        made.__code__, function.__globals__, function.__name__, function.__defaults__, closure
    )
    new.__kwdefaults__ = function.__kwdefaults__
    new.__qualname__ = function.__qualname__
    return new


def _without_values(arguments: ast.arguments) -> None:
    """Defaults and annotations are the old function's: they are not evaluated again."""
    arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
    arguments.kw_defaults = [one and ast.Constant(None) for one in arguments.kw_defaults]
    for one in ast.walk(arguments):
        if isinstance(one, ast.arg):
            one.annotation = None


def _is_generator(definition: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in _own(definition))


def _own(node: ast.AST) -> list[ast.AST]:
    """The nodes inside, but for those of functions and classes in it."""
    found = []
    for child in ast.iter_child_nodes(node):
        found.append(child)
        if not isinstance(child, _SCOPES):
            found.extend(_own(child))
    return found


_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def _assigned(nodes: list[ast.stmt]) -> list[str]:
    """The names that statements assign to, in order."""
    found = dict.fromkeys(
        name
        for node in nodes
        for one in [node, *([] if isinstance(node, _SCOPES) else _own(node))]
        for name in _targets(one)
    )
    return list(found)


def _targets(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    return []


def _has(nodes: list[ast.stmt], kinds: Any, loops: bool = True) -> bool:
    """Whether there is such a statement in a block; with `loops`, in the loops in it as well."""
    for node in nodes:
        if isinstance(node, kinds):
            return True
        if isinstance(node, _SCOPES) or (not loops and isinstance(node, ast.For | ast.While)):
            continue
        blocks = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
        blocks += [handler.body for handler in getattr(node, "handlers", [])]
        if any(block and _has(block, kinds, loops) for block in blocks if isinstance(block, list)):
            return True
    return False


RETURN = "__onefit_return__"


class _Rewriting:
    """Rewrites one function.

    Args:
        definition: The function, which is changed.
    """

    def __init__(self, definition: ast.FunctionDef) -> None:
        self.definition = definition
        self.count = 0
        self.outer = {
            name
            for node in _own(definition)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }

    def rewrite(self) -> None:
        body = self.definition.body
        if any(isinstance(node, ast.If) and _has([node], ast.Return, True) for node in body):
            body = [*self._without_returns(body), _return(_load(RETURN))]
        assigned = _assigned(body)
        body = self._block(body)
        given = {arg.arg for arg in ast.walk(self.definition.args) if isinstance(arg, ast.arg)}
        own = [name for name in assigned if name not in given | self.outer]
        defined = [
            ast.Assign([_store(name)], _call("undefined", ast.Constant(name))) for name in own
        ]
        doc = 1 if ast.get_docstring(self.definition, clean=False) is not None else 0
        heads = [n for n in body[doc:] if isinstance(n, ast.Global | ast.Nonlocal)]
        rest = [n for n in body[doc:] if n not in heads]
        needed = defined if self.count else []
        self.definition.body = [*body[:doc], *heads, *needed, *rest]

    def _without_returns(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """A block that assigns what it would return: what follows an `if` goes into branches."""
        for place, node in enumerate(block):
            rest = block[place + 1 :]
            if isinstance(node, ast.Return):
                value = node.value or ast.Constant(None)
                return [*block[:place], _located(ast.Assign([_store(RETURN)], value), node)]
            if isinstance(node, ast.If) and _has([node], ast.Return):
                body = self._without_returns([*node.body, *rest])
                other = self._without_returns([*node.orelse, *rest])
                return [*block[:place], _located(ast.If(node.test, body, other), node)]
            if _has([node], ast.Return):
                raise ValueError("a return in a loop")
        return [*block, ast.Assign([_store(RETURN)], ast.Constant(None))]

    def _block(self, block: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for node in block:
            found.extend(_located(one, node) for one in self._statement(node))
        return found

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.If) and not _has([node], _LEAVING):
            return self._if(node)
        returns = _has([node], ast.Return)
        if isinstance(node, ast.While) and not node.orelse and not returns:
            return self._while(node)
        if isinstance(node, ast.For) and not node.orelse and not returns:
            return self._for(node)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list) and inner and not isinstance(node, _SCOPES):
                setattr(node, name, self._block(inner))
        for handler in getattr(node, "handlers", []):
            handler.body = self._block(handler.body)
        return [_Expressions().visit(node)]

    def _if(self, node: ast.If) -> list[ast.stmt]:
        names = self._names([*node.body, *node.orelse])
        test = _Expressions().visit(node.test)
        body, other = self._block(node.body), self._block(node.orelse)
        functions, (one, two) = self._functions(names, {"body": body, "otherwise": other})
        call = _call("if_statement", test, _load(one), _load(two), *self._state(names))
        return [*functions, ast.Expr(call)]

    def _while(self, node: ast.While) -> list[ast.stmt]:
        before, block, flag = self._without_jumps(node.body)
        names = self._names([*before, *block])
        test = _Expressions().visit(node.test)
        if flag:
            test = _call("both", _lambda(_not(_load(flag))), _lambda(test))
        functions, (body,) = self._functions(names, {"body": self._block(block)})
        call = _call("while_statement", _lambda(test), _load(body), *self._state(names))
        return [*before, *functions, ast.Expr(call)]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        before, block, flag = self._without_jumps(node.body)
        target = ast.Assign([node.target], _load("__onefit_one__"))
        names = self._names([target, *before, *block])
        inner = self._block([_located(target, node), *block])
        functions, (body,) = self._functions(names, {"body": inner}, ["__onefit_one__"])
        goes_on = _lambda(_not(_load(flag))) if flag else ast.Constant(None)
        sequence = _Expressions().visit(node.iter)
        call = _call("for_statement", sequence, _load(body), goes_on, *self._state(names))
        return [*before, *functions, ast.Expr(call)]

    def _without_jumps(self, block: list[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt], str]:
        """A loop's block without `break` and `continue`: a flag, and `else` for what they skip."""
        if not _has(block, _LEAVING, loops=False):
            return [], block, ""
        self.count += 1
        flag = f"__onefit_break_{self.count}"
        leaves = _has(block, ast.Break, loops=False)
        first = [ast.Assign([_store(flag)], ast.Constant(False))] if leaves else []
        return list(first), self._jumped(block, flag), flag if leaves else ""

    def _jumped(self, block: list[ast.stmt], flag: str) -> list[ast.stmt]:
        for place, node in enumerate(block):
            head, rest = block[:place], block[place + 1 :]
            if isinstance(node, ast.Continue):
                return head or [ast.Pass()]
            if isinstance(node, ast.Break):
                return [*head, _located(ast.Assign([_store(flag)], ast.Constant(True)), node)]
            if isinstance(node, ast.If) and _has([node], _LEAVING, loops=False):
                body = self._jumped([*node.body, *rest], flag)
                other = self._jumped([*node.orelse, *rest], flag)
                return [*head, _located(ast.If(node.test, body, other), node)]
        return block or [ast.Pass()]

    def _names(self, nodes: list[ast.stmt]) -> list[str]:
        return [name for name in _assigned(nodes) if not name.startswith("__onefit_made_")]

    def _functions(
        self, names: list[str], blocks: dict[str, list[ast.stmt]], given: list[str] | None = None
    ) -> tuple[list[ast.stmt], list[str]]:
        """The blocks as functions of the names, and functions that get and put these."""
        self.count += 1
        self._get, self._put = (f"__onefit_made_{kind}_{self.count}" for kind in ("get", "put"))
        made, called = [], []
        for kind, block in blocks.items():
            called.append(f"__onefit_made_{kind}_{self.count}")
            made.append(self._function(called[-1], names, given or [], block or [ast.Pass()]))
        values = ast.Tuple([_load(name) for name in names], ast.Load())
        made.append(self._function(self._get, [], [], [_return(values)]))
        targets = ast.Tuple([_store(name) for name in names], ast.Store())
        assign: ast.stmt = ast.Assign([targets], _load("__onefit_values__"))
        put: list[ast.stmt] = [assign] if names else [ast.Pass()]
        made.append(self._function(self._put, names, ["__onefit_values__"], put))
        return made, called

    def _function(
        self, name: str, names: list[str], given: list[str], body: list[ast.stmt]
    ) -> ast.stmt:
        outer = [one for one in names if one in self.outer]
        local = [one for one in names if one not in self.outer]
        scopes: list[ast.stmt] = []
        if outer:
            scopes.append(self._outer_scope(outer))
        if local:
            scopes.append(ast.Nonlocal(local))
        arguments = ast.arguments([], [ast.arg(one) for one in given], None, [], [], None, [])
        return ast.FunctionDef(name, arguments, [*scopes, *body], [], None)

    def _outer_scope(self, names: list[str]) -> ast.stmt:
        globals_ = {
            name
            for node in _own(self.definition)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        return ast.Global(names) if set(names) <= globals_ else ast.Nonlocal(names)

    def _state(self, names: list[str]) -> list[ast.expr]:
        told = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return [_load(self._get), _load(self._put), told]


_LEAVING = (ast.Break, ast.Continue)


class _Expressions(ast.NodeTransformer):
    """Rewrites `and`, `or`, `not`, `a if b else c` and calls."""

    def _scope(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_ClassDef = visit_AsyncFunctionDef = _scope

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        name = "both" if isinstance(node.op, ast.And) else "either"
        return _located(_call(name, *map(_lambda, node.values)), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        return _located(_not(node.operand), node) if isinstance(node.op, ast.Not) else node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        return _located(
            _call("expression_if", node.test, _lambda(node.body), _lambda(node.orelse)), node
        )

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        node.func = _located(_call("called", node.func), node)
        return node


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _return(value: ast.expr) -> ast.stmt:
    return ast.Return(value)


def _lambda(body: ast.expr) -> ast.expr:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


def _not(value: ast.expr) -> ast.expr:
    return _call("opposite", value)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(_load(RUNTIME), name, ast.Load()), list(args), [])


def _located(node: Any, like: ast.AST) -> Any:
    """A new node at the place of another, and all in it that has none."""
    return ast.fix_missing_locations(ast.copy_location(node, like))


undefined = Undefined
both, either, opposite = statements.both, statements.either, statements.opposite
expression_if, if_statement = statements.expression_if, statements.if_statement
while_statement, for_statement = statements.while_statement, statements.for_statement
