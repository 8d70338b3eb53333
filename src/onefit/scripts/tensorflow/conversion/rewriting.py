"""Statements and expressions of a function become calls of `statements.py`."""

from __future__ import annotations

import ast
from collections import Counter
from copy import deepcopy
from typing import Any

from onefit.scripts.tensorflow.conversion.jumps import LEAVING, Jumps
from onefit.scripts.tensorflow.conversion.nodes import (
    SCOPES,
    assigned_names,
    assigned_parts,
    blocks_of,
    call,
    has,
    inner_nodes,
    lambda_of,
    load,
    located,
    negated,
    reads,
    returned,
    store,
)


class Rewriting:
    """Rewrites one function.

    Args:
        definition: The function, which is changed.
    """

    def __init__(self, definition: ast.FunctionDef) -> None:
        """Keep it, and which names are its own."""
        self.definition = definition
        self.jumps = Jumps()
        self.count = 0
        self.reads: Counter[str] = Counter()
        self.outer = {
            name
            for node in inner_nodes(definition)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }

    def rewrite(self) -> None:
        """Change the definition."""
        body = self.jumps.without_returns(self.definition.body)
        self.reads = reads(body)
        assigned = assigned_names(body)
        body = self._block(body)
        given = {arg.arg for arg in ast.walk(self.definition.args) if isinstance(arg, ast.arg)}
        # The blocks become inner functions with `nonlocal`, which is a SyntaxError for a name that
        # the function around them does not assign.
        own = [name for name in assigned if name not in given | self.outer]
        defined = [ast.Assign([store(name)], call("undefined", ast.Constant(name))) for name in own]
        doc = 1 if ast.get_docstring(self.definition, clean=False) is not None else 0
        # Python wants `global` and `nonlocal` before the first use of their names.
        heads = [n for n in body[doc:] if isinstance(n, ast.Global | ast.Nonlocal)]
        rest = [n for n in body[doc:] if n not in heads]
        # Only inner functions want the names to be assigned here.
        needed = defined if self.count or self.jumps.count else []
        self.definition.body = [*body[:doc], *heads, *needed, *rest]

    def _block(self, block: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for node in block:
            found.extend(located(one, node) for one in self._statement(node))
        return found

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.If) and not has([node], LEAVING, loops=False):
            return self._if(node)
        if isinstance(node, ast.While):
            return self._while(node)
        if isinstance(node, ast.For):
            return self._for(node)
        if not isinstance(node, SCOPES):
            for block in blocks_of(node):
                block[:] = self._block(block)
        return [_Expressions().visit(node)]

    def _if(self, node: ast.If) -> list[ast.stmt]:
        changed = self._changed([*node.body, *node.orelse])
        test = _Expressions().visit(node.test)
        body, other = self._block(node.body), self._block(node.orelse)
        functions, (one, two) = self._functions(changed, {"body": body, "otherwise": other})
        made = call("if_statement", test, load(one), load(two), *self._state(changed))
        return [*functions, ast.Expr(made)]

    def _while(self, node: ast.While) -> list[ast.stmt]:
        # Counted before the body is rewritten, as `self.reads` is: else the two could not be
        # compared.
        inner_reads = reads(node.body)
        before, block, flag = self.jumps.without_breaks(node.body)
        if has(block, LEAVING, loops=False):
            raise ValueError(IN_A_TRY)
        changed = self._changed([*before, *block])
        test = _Expressions().visit(node.test)
        if flag:
            # The flag first: after a `break` Python does not ask for the condition once more.
            test = call("both", lambda_of(negated(load(flag))), lambda_of(test))
        functions, (body,) = self._functions(changed, {"body": self._block(block)})
        state = [*self._state(changed), self._read_outside(changed, inner_reads)]
        made = call("while_statement", lambda_of(test), load(body), *state)
        return [*before, *functions, ast.Expr(made), *self._otherwise(node, flag)]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        inner_reads = reads(node.body)
        before, block, flag = self.jumps.without_breaks(node.body)
        if has(block, LEAVING, loops=False):
            raise ValueError(IN_A_TRY)
        target = ast.Assign([node.target], load("__onefit_one__"))
        changed = self._changed([target, *before, *block])
        inner = self._block([located(target, node), *block])
        functions, (body,) = self._functions(changed, {"body": inner}, ["__onefit_one__"])
        goes_on = lambda_of(negated(load(flag))) if flag else ast.Constant(None)
        sequence = _Expressions().visit(node.iter)
        targets = ast.Tuple([ast.Constant(x) for x in assigned_names([target])], ast.Load())
        state = [*self._state(changed), self._read_outside(changed, inner_reads), targets]
        made = call("for_statement", sequence, load(body), goes_on, *state)
        return [*before, *functions, ast.Expr(made), *self._otherwise(node, flag)]

    def _read_outside(self, names: dict[str, ast.expr], inner: Counter[str]) -> ast.expr:
        """The names that are read outside of a block, which has these reads."""
        outside = [name for name in names if self.reads[name] > inner[name]]
        return ast.Tuple([ast.Constant(name) for name in outside], ast.Load())

    def _otherwise(self, node: ast.For | ast.While, flag: str) -> list[ast.stmt]:
        """The `else` of a loop, which follows it unless there was a `break`."""
        if not node.orelse:
            return []
        if not flag:
            return self._block(node.orelse)
        return self._if(located(ast.If(negated(load(flag)), node.orelse, []), node))

    def _changed(self, nodes: list[ast.stmt]) -> dict[str, ast.expr]:
        """What statements assign to: names, attributes and items, by their source."""
        names: dict[str, ast.expr] = {
            name: load(name)
            for name in assigned_names(nodes)
            # Functions that stand for inner blocks are no values that a branch or a loop could
            # carry.
            if not name.startswith("__onefit_made_")
        }
        return {**names, **assigned_parts(nodes)}

    def _functions(
        self,
        changed: dict[str, ast.expr],
        blocks: dict[str, list[ast.stmt]],
        given: list[str] | None = None,
    ) -> tuple[list[ast.stmt], list[str]]:
        """The blocks as functions of what they change, and functions that get and put it."""
        self.count += 1
        self._get, self._put = (f"__onefit_made_{kind}_{self.count}" for kind in ("get", "put"))
        names = [name for name, node in changed.items() if isinstance(node, ast.Name)]
        parts = [node for node in changed.values() if not isinstance(node, ast.Name)]
        made, called = [], []
        for kind, block in blocks.items():
            called.append(f"__onefit_made_{kind}_{self.count}")
            made.append(self._function(called[-1], names, given or [], block or [ast.Pass()]))
        values = [load(name) for name in names] + [_part_read(node) for node in parts]
        result = returned(ast.Tuple(values, ast.Load()))
        made.append(self._function(self._get, [], [], [result]))
        held = [f"__onefit_value_{n}" for n in range(len(parts))]
        targets = ast.Tuple([store(name) for name in [*names, *held]], ast.Store())
        put: list[ast.stmt] = [ast.Assign([targets], load("__onefit_values__"))]
        put += [_part_written(node, load(name)) for node, name in zip(parts, held)]
        put = put if changed else [ast.Pass()]
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

    def _state(self, names: dict[str, ast.expr]) -> list[ast.expr]:
        told = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return [load(self._get), load(self._put), told]


IN_A_TRY = "a `break` or `continue` of it stands in a block that is no `if`, `with` or `match`"


def _part_read(node: ast.expr) -> ast.expr:
    """The value of an attribute or item, if it has one."""
    read = deepcopy(node)
    read.ctx = ast.Load()  # type: ignore[attr-defined]
    return call("part_read", lambda_of(read), ast.Constant(ast.unparse(node)))


def _part_written(node: ast.expr, value: ast.expr) -> ast.stmt:
    """The assignment to an attribute or item, which it may not have had before."""
    if isinstance(node, ast.Attribute):
        made = call(
            "attribute_written", lambda_of(deepcopy(node.value)), ast.Constant(node.attr), value
        )
    elif isinstance(node, ast.Subscript):
        made = call("item_written", lambda_of(deepcopy(node.value)), deepcopy(node.slice), value)
    return ast.Expr(made)


class _Expressions(ast.NodeTransformer):
    """Rewrites `and`, `or`, `not`, `a if b else c` and calls."""

    def _scope(self, node: Any) -> Any:
        return node

    # A function within is rewritten by itself, when it is called.
    visit_FunctionDef = visit_ClassDef = visit_AsyncFunctionDef = _scope

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        name = "both" if isinstance(node.op, ast.And) else "either"
        return located(call(name, *map(lambda_of, node.values)), node)

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        inner = [node.left, *node.comparators]
        # `a < f(x) < b` calls `f` once, the pairs would call it twice.
        if len(inner) == 2 or not all(isinstance(one, ast.Name | ast.Constant) for one in inner):
            return node
        pairs = [
            ast.Compare(deepcopy(one), [kind], [deepcopy(other)])
            for one, kind, other in zip(inner, node.ops, inner[1:])
        ]
        return located(call("both", *map(lambda_of, pairs)), node)

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
        # Without arguments it reads the frame that calls it, and Python makes `__class__` for
        # functions that name it.
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        node.func = located(call("called", node.func), node)
        return node
