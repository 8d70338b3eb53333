"""`return`, `break` and `continue` inside of other blocks become flags and `if`s.

What follows an `if` that may leave goes into its branches; what follows a loop or a `with` that may
leave stands in an `if` of a flag.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import Any

from onefit.scripts.tensorflow.conversion.nodes import (
    has,
    load,
    located,
    negated,
    returned,
    store,
)
from onefit.scripts.tensorflow.undefined import RETURN

LEAVING = (ast.Break, ast.Continue)
_BLOCKS = (ast.With, ast.Try, ast.Match)


class Jumps:
    """Rewrites the jumps of one function."""

    def __init__(self) -> None:
        """No flag has been made."""
        self.count = 0
        self._skips: list[str] = []

    def without_returns(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """A function's block that returns at its end only, if it needs that.

        Args:
            body: The block.
        """
        inner = (ast.If, ast.For, ast.While, *_BLOCKS)
        if not any(isinstance(node, inner) and has([node], ast.Return) for node in body):
            return body
        return [*self._assigned(self._lifted(body)), returned(load(RETURN))]

    def without_breaks(self, block: list[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt], str]:
        """A loop's block without `break` and `continue`.

        Args:
            block: The block.

        Returns:
            What stands before the loop, the block, and the flag that says that it is left.
        """
        if not has(block, LEAVING, loops=False):
            return [], block, ""
        flag = self._flag("break")
        leaves = has(block, ast.Break, loops=False)
        self._skips = [flag] if leaves else []
        jumped = self._jumped(block, flag, "")
        before = [set_flag(name, False) for name in self._skips]
        return before, jumped, flag if leaves else ""

    def _flag(self, kind: str) -> str:
        self.count += 1
        return f"__onefit_{kind}_{self.count}"

    def _lifted(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """A block in which loops and `with`s do not return: an `if` behind them does."""
        found: list[ast.stmt] = []
        for node in block:
            if not has([node], ast.Return) or isinstance(node, ast.Return):
                found.append(node)
            elif isinstance(node, ast.If):
                body, other = self._lifted(node.body), self._lifted(node.orelse)
                found.append(located(ast.If(node.test, body, other), node))
            elif isinstance(node, ast.For | ast.While):
                flag = self._flag("returned")
                node.body = self._noted(self._lifted(node.body), flag)
                node.orelse = self._lifted(node.orelse)
                found += self._behind(node, flag)
            elif isinstance(node, _BLOCKS):
                found += self._block_and_return(node)
            else:
                told = (
                    "it returns from within a block that is no loop, `if`, `with`, `try` or `match`"
                )
                raise ValueError(told)
        return found

    def _block_and_return(self, node: ast.With | ast.Try | ast.Match) -> list[ast.stmt]:
        """A `with`, `try` or `match` that only notes what it would return, and what follows it."""
        flag = self._flag("returned")
        parts = _parts(node)
        always = all(_returns(part.body) for part in parts) and _one_runs(node)
        if isinstance(node, ast.Try) and has([*node.orelse, *node.finalbody], ast.Return):
            raise ValueError("it returns in the `else` or `finally` of a `try`")
        if isinstance(node, ast.Try) and node.orelse and has(node.body, ast.Return):
            raise ValueError("it returns in a `try` that has an `else`")
        for part in parts:
            part.body = self._assigned(self._lifted(part.body), flag)
        # An `if` of the flag has a second way, which would return None: no tensor of that shape.
        if always:
            leave = located(returned(load(RETURN)), node)
            return [located(set_flag(flag, False), node), node, leave]
        return self._behind(node, flag)

    def _behind(self, node: ast.stmt, flag: str) -> list[ast.stmt]:
        leave = located(ast.If(load(flag), [returned(load(RETURN))], []), node)
        return [located(set_flag(flag, False), node), node, leave]

    def _noted(self, block: list[ast.stmt], flag: str) -> list[ast.stmt]:
        """A loop's block that ends the loop instead of returning."""
        found: list[ast.stmt] = []
        for node in block:
            if isinstance(node, ast.Return):
                # What stands behind a `return` in its block never runs, and is dropped.
                value = located(ast.Assign([store(RETURN)], node.value or ast.Constant(None)), node)
                found += [value, located(set_flag(flag, True), node), located(ast.Break(), node)]
                break
            if isinstance(node, ast.If):
                node.body = self._noted(node.body, flag)
                node.orelse = self._noted(node.orelse, flag)
            found.append(node)
        return found

    def _assigned(self, block: list[ast.stmt], flag: str = "") -> list[ast.stmt]:
        """A block that assigns what it would return; with a flag, also that it does."""
        for place, node in enumerate(block):
            head, rest = block[:place], block[place + 1 :]
            if isinstance(node, ast.Return):
                value = node.value or ast.Constant(None)
                made: list[ast.stmt] = [ast.Assign([store(RETURN)], value)]
                made += [set_flag(flag, True)] if flag else []
                return [*head, *(located(one, node) for one in made)]
            if isinstance(node, ast.If) and has([node], ast.Return):
                body = self._assigned([*node.body, *rest], flag)
                # The tree is rewritten in place later on: nodes in both branches would be
                # rewritten twice.
                other = self._assigned([*node.orelse, *deepcopy(rest)], flag)
                return [*head, located(ast.If(node.test, body, other), node)]
        # The end of a function is a `return None`, that of a block inside of it is none.
        return (block or [ast.Pass()]) if flag else [*block, _no_return()]

    def _jumped(self, block: list[ast.stmt], flag: str, skip: str) -> list[ast.stmt]:
        """A block that sets flags: `flag` for `break`, `skip` for both where there is one."""
        for place, node in enumerate(block):
            head, rest = block[:place], block[place + 1 :]
            if isinstance(node, LEAVING):
                told = [set_flag(flag, True)] if isinstance(node, ast.Break) else []
                told += [set_flag(skip, True)] if skip else []
                return [*head, *(located(one, node) for one in told)] or [ast.Pass()]
            if not has([node], LEAVING, loops=False):
                continue
            if isinstance(node, ast.If):
                body = self._jumped([*node.body, *rest], flag, skip)
                other = self._jumped([*node.orelse, *deepcopy(rest)], flag, skip)
                return [*head, located(ast.If(node.test, body, other), node)]
            if isinstance(node, ast.With | ast.Match):
                own = self._flag("skip")
                self._skips.append(own)
                for part in _parts(node):
                    part.body = self._jumped(part.body, flag, own)
                goes_on = self._jumped(rest, flag, skip)
                told = [set_flag(skip, True)] if skip else [ast.Pass()]
                after = ast.If(negated(load(own)), goes_on, list(told))
                return [*head, set_flag(own, False), node, located(after, node)]
        return block or [ast.Pass()]


def _parts(node: ast.With | ast.Try | ast.Match) -> list[Any]:
    """What holds the blocks of a statement of which one runs, or more than one of a `try`."""
    if isinstance(node, ast.Match):
        return list(node.cases)
    return [node, *(node.handlers if isinstance(node, ast.Try) else [])]


def _one_runs(node: ast.stmt) -> bool:
    """Whether one of the blocks runs in any case: of a `match` without a last `_` none may."""
    if not isinstance(node, ast.Match):
        return True
    last = node.cases[-1]
    return last.guard is None and isinstance(last.pattern, ast.MatchAs) and not last.pattern.pattern


def _returns(block: list[ast.stmt]) -> bool:
    """Whether a block returns in any case."""
    last = block[-1] if block else None
    if isinstance(last, ast.If):
        return _returns(last.body) and _returns(last.orelse)
    return isinstance(last, ast.Return) or (isinstance(last, ast.With) and _returns(last.body))


def set_flag(name: str, value: bool) -> ast.stmt:
    """`name = value`."""
    return ast.Assign([store(name)], ast.Constant(value))


def _no_return() -> Any:
    return ast.Assign([store(RETURN)], ast.Constant(None))
