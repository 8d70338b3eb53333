"""Statements and expressions of a function become calls of `statements.py`."""

from __future__ import annotations

import ast
from typing import Any

from onefit.scripts.tensorflow.conversion.nodes import (
    SCOPES,
    assigned_names,
    call,
    has,
    inner_nodes,
    lambda_of,
    load,
    located,
    negated,
    returned,
    store,
)

RETURN = "__onefit_return__"
IN_A_LOOP = "it returns from within a loop, or another block that is no `if`"


class Rewriting:
    """Rewrites one function.

    Args:
        definition: The function, which is changed.
    """

    def __init__(self, definition: ast.FunctionDef) -> None:
        """Keep it, and which names are its own."""
        self.definition = definition
        self.count = 0
        self.outer = {
            name
            for node in inner_nodes(definition)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }

    def rewrite(self) -> None:
        """Change the definition."""
        body = self.definition.body
        if any(isinstance(node, ast.If) and has([node], ast.Return, True) for node in body):
            body = [*self._without_returns(body), returned(load(RETURN))]
        assigned = assigned_names(body)
        body = self._block(body)
        given = {arg.arg for arg in ast.walk(self.definition.args) if isinstance(arg, ast.arg)}
        own = [name for name in assigned if name not in given | self.outer]
        defined = [ast.Assign([store(name)], call("undefined", ast.Constant(name))) for name in own]
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
                return [*block[:place], located(ast.Assign([store(RETURN)], value), node)]
            if isinstance(node, ast.If) and has([node], ast.Return):
                body = self._without_returns([*node.body, *rest])
                other = self._without_returns([*node.orelse, *rest])
                return [*block[:place], located(ast.If(node.test, body, other), node)]
            if has([node], ast.Return):
                raise ValueError(IN_A_LOOP)
        return [*block, ast.Assign([store(RETURN)], ast.Constant(None))]

    def _block(self, block: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for node in block:
            found.extend(located(one, node) for one in self._statement(node))
        return found

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.If) and not has([node], _LEAVING):
            return self._if(node)
        returns = has([node], ast.Return)
        if isinstance(node, ast.While) and not node.orelse and not returns:
            return self._while(node)
        if isinstance(node, ast.For) and not node.orelse and not returns:
            return self._for(node)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list) and inner and not isinstance(node, SCOPES):
                setattr(node, name, self._block(inner))
        for handler in getattr(node, "handlers", []):
            handler.body = self._block(handler.body)
        return [_Expressions().visit(node)]

    def _if(self, node: ast.If) -> list[ast.stmt]:
        if has([node], ast.Return):  # it would return from the block's function alone
            raise ValueError(IN_A_LOOP)
        names = self._names([*node.body, *node.orelse])
        test = _Expressions().visit(node.test)
        body, other = self._block(node.body), self._block(node.orelse)
        functions, (one, two) = self._functions(names, {"body": body, "otherwise": other})
        made = call("if_statement", test, load(one), load(two), *self._state(names))
        return [*functions, ast.Expr(made)]

    def _while(self, node: ast.While) -> list[ast.stmt]:
        before, block, flag = self._without_jumps(node.body)
        names = self._names([*before, *block])
        test = _Expressions().visit(node.test)
        if flag:
            test = call("both", lambda_of(negated(load(flag))), lambda_of(test))
        functions, (body,) = self._functions(names, {"body": self._block(block)})
        made = call("while_statement", lambda_of(test), load(body), *self._state(names))
        return [*before, *functions, ast.Expr(made)]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        before, block, flag = self._without_jumps(node.body)
        target = ast.Assign([node.target], load("__onefit_one__"))
        names = self._names([target, *before, *block])
        inner = self._block([located(target, node), *block])
        functions, (body,) = self._functions(names, {"body": inner}, ["__onefit_one__"])
        goes_on = lambda_of(negated(load(flag))) if flag else ast.Constant(None)
        sequence = _Expressions().visit(node.iter)
        made = call("for_statement", sequence, load(body), goes_on, *self._state(names))
        return [*before, *functions, ast.Expr(made)]

    def _without_jumps(self, block: list[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt], str]:
        """A loop's block without `break` and `continue`: a flag, and `else` for what they skip."""
        if not has(block, _LEAVING, loops=False):
            return [], block, ""
        self.count += 1
        flag = f"__onefit_break_{self.count}"
        leaves = has(block, ast.Break, loops=False)
        first = [ast.Assign([store(flag)], ast.Constant(False))] if leaves else []
        return list(first), self._jumped(block, flag), flag if leaves else ""

    def _jumped(self, block: list[ast.stmt], flag: str) -> list[ast.stmt]:
        for place, node in enumerate(block):
            head, rest = block[:place], block[place + 1 :]
            if isinstance(node, ast.Continue):
                return head or [ast.Pass()]
            if isinstance(node, ast.Break):
                return [*head, located(ast.Assign([store(flag)], ast.Constant(True)), node)]
            if isinstance(node, ast.If) and has([node], _LEAVING, loops=False):
                body = self._jumped([*node.body, *rest], flag)
                other = self._jumped([*node.orelse, *rest], flag)
                return [*head, located(ast.If(node.test, body, other), node)]
        return block or [ast.Pass()]

    def _names(self, nodes: list[ast.stmt]) -> list[str]:
        return [name for name in assigned_names(nodes) if not name.startswith("__onefit_made_")]

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
        values = ast.Tuple([load(name) for name in names], ast.Load())
        made.append(self._function(self._get, [], [], [returned(values)]))
        targets = ast.Tuple([store(name) for name in names], ast.Store())
        assign: ast.stmt = ast.Assign([targets], load("__onefit_values__"))
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
            for node in inner_nodes(self.definition)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        return ast.Global(names) if set(names) <= globals_ else ast.Nonlocal(names)

    def _state(self, names: list[str]) -> list[ast.expr]:
        told = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return [load(self._get), load(self._put), told]


_LEAVING = (ast.Break, ast.Continue)


class _Expressions(ast.NodeTransformer):
    """Rewrites `and`, `or`, `not`, `a if b else c` and calls."""

    def _scope(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_ClassDef = visit_AsyncFunctionDef = _scope

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        name = "both" if isinstance(node.op, ast.And) else "either"
        return located(call(name, *map(lambda_of, node.values)), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        return located(negated(node.operand), node) if isinstance(node.op, ast.Not) else node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        return located(
            call("expression_if", node.test, lambda_of(node.body), lambda_of(node.orelse)), node
        )

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        node.func = located(call("called", node.func), node)
        return node
