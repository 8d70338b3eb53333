"""Where the lines of a call break, and where its comments stand, after its arguments changed."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from typing import Any

import libcst as cst
from libcst import matchers as m

Whitespace = cst.BaseParenthesizableWhitespace
_USUAL = cst.SimpleWhitespace(" ")
COMMA = cst.Comma(whitespace_after=_USUAL)
TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
"""The sign of an argument by name, `name=value`, or of a parameter's default."""


def named(word: str, value: cst.BaseExpression) -> cst.Arg:
    """An argument by name.

    Args:
        word: The name.
        value: The value.
    """
    return cst.Arg(value, keyword=cst.Name(word), equal=TIGHT)


def is_docstring(line: cst.CSTNode) -> bool:
    """Whether a statement, the first of a function or a class, is its docstring.

    Args:
        line: The statement.
    """
    return m.matches(line, m.SimpleStatementLine(body=[m.Expr(value=m.SimpleString())]))


def laid_out(
    arguments: Sequence[cst.Arg],
    places: Sequence[float],
    call: cst.Call,
    gone: Set[float] = frozenset(),
) -> list[cst.Arg]:
    """Arguments with commas between them, broken into lines as those of the call were.

    What stood before an argument stays before it. Comments of arguments that became part of another
    one go there, and new arguments stand at the end as the last ones did.

    Args:
        arguments: The arguments in their order.
        places: Where each stood in the call; infinity for a new one.
        call: The call as it was.
        gone: The places of arguments of which nothing is left, with the comments behind them.
            Defaults to none.

    >>> call = cst.parse_expression("f(a,  # one\\n  b,  # two\\n  c=1)")
    >>> made = laid_out([call.args[0], call.args[2]], [0, 2], call)
    >>> print(cst.Module([]).code_for_node(call.with_changes(args=made)))
    f(a,  # one; two
      c=1)
    """
    before = [_without_comment(one) if n in gone else one for n, one in enumerate(call.args)]
    if not arguments:
        return []
    if not before:
        between = cst.Comma(whitespace_after=_USUAL)
        last = arguments[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return [*(one.with_changes(comma=between) for one in arguments[:-1]), last]
    usual = _usual(call)
    result = []
    for one, place, following in zip(arguments, places, places[1:]):
        after = len(before) if following == float("inf") else int(following)
        first = after if place == float("inf") else int(place)
        result.append(_followed(one, before[first:after], after == len(before), usual))
    if places[-1] == float("inf"):
        # Its comment stands behind the argument before the new one already.
        end = _without_comment(before[-1]) if len(places) > 1 else before[-1]
        return [*result, _ended(arguments[-1], [end])]
    return [*result, _ended(arguments[-1], before[int(places[-1]) :])]


def _followed(
    one: cst.Arg, own: Sequence[cst.Arg], is_new_next: bool, usual: Whitespace
) -> cst.Arg:
    """An argument with its comma: what it was made of, up to the one that stands next to it now."""
    gaps = [_behind(part) for part in own]
    comma = own[-1].comma if own and not is_new_next else cst.Comma(whitespace_after=usual)
    if not isinstance(comma, cst.Comma):
        comma = cst.Comma(whitespace_after=usual)
    space = _with_comments(comma.whitespace_after, gaps if is_new_next else gaps[:-1])
    made = comma.with_changes(whitespace_after=space)
    return one.with_changes(comma=made, whitespace_after_arg=cst.SimpleWhitespace(""))


def _ended(one: cst.Arg, own: Sequence[cst.Arg]) -> cst.Arg:
    """The last argument, before the bracket that stood behind the last one of the call."""
    gaps = [_behind(part) for part in own[:-1]]
    comma, space = own[-1].comma, own[-1].whitespace_after_arg
    if isinstance(comma, cst.Comma):
        behind = _with_comments(comma.whitespace_after, gaps)
        comma = comma.with_changes(whitespace_after=behind)
    else:
        space = _with_comments(space, gaps)
    return one.with_changes(comma=comma, whitespace_after_arg=space)


def _behind(one: cst.Arg) -> Whitespace:
    """What stands behind an argument and its comma."""
    if isinstance(one.comma, cst.Comma):
        return one.comma.whitespace_after
    return one.whitespace_after_arg


def _usual(call: cst.Call) -> Whitespace:
    """What stands before a new argument: the last break of a line, or a space."""
    gaps = [call.whitespace_before_args, *(_behind(one) for one in call.args[:-1])]
    breaks = [one for one in gaps if isinstance(one, cst.ParenthesizedWhitespace)]
    if not breaks:
        return _USUAL
    # The break alone: a comment in it is about another argument.
    return breaks[-1].with_changes(first_line=_PLAIN, empty_lines=[])


_PLAIN = cst.TrailingWhitespace(whitespace=cst.SimpleWhitespace(""))


def _without_comment(one: cst.Arg) -> cst.Arg:
    """An argument without the comment at the end of its line."""
    space = _behind(one)
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return one
    plain = space.with_changes(first_line=_PLAIN)
    if isinstance(one.comma, cst.Comma):
        return one.with_changes(comma=one.comma.with_changes(whitespace_after=plain))
    return one.with_changes(whitespace_after_arg=plain)


def _with_comments(space: Whitespace, gaps: Sequence[Whitespace]) -> Whitespace:
    """A break, or a space, with the comments of others that are gone."""
    breaks = [one for one in gaps if isinstance(one, cst.ParenthesizedWhitespace)]
    told = [one for one in breaks if _texts(one)]
    if not told:
        return space
    own = space if isinstance(space, cst.ParenthesizedWhitespace) else breaks[-1]
    every = told if own is told[-1] else [*told, own]
    lines = [line for part in every for line in part.empty_lines if line.comment or part is own]
    first = next((one.first_line for one in every if one.first_line.comment), own.first_line)
    ends = [one.first_line.comment.value for one in every if one.first_line.comment]
    if len(ends) > 1:
        text = "; ".join([ends[0], *(end.lstrip("# ") for end in ends[1:])])
        first = first.with_changes(comment=cst.Comment(text))
    return own.with_changes(first_line=first, empty_lines=lines)


def _texts(space: cst.ParenthesizedWhitespace) -> list[str]:
    comments = [space.first_line.comment, *(line.comment for line in space.empty_lines)]
    return [one.value for one in comments if one is not None]


def as_before(old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
    """A new value in the form of the one before it: lines of a list, and quotes.

    >>> old = cst.parse_expression("['mse',  # one\\n 'mae']")
    >>> made = as_before(old, cst.parse_expression('["mse", "mean_absolute_error"]'))
    >>> print(cst.Module([]).code_for_node(made))
    ['mse',  # one
     'mean_absolute_error']
    """
    if isinstance(old, cst.SimpleString) and isinstance(new, cst.SimpleString):
        return _quoted(old, new)
    is_alike = any(isinstance(old, one) and isinstance(new, one) for one in _BRACKETED)
    before: Any = getattr(old, "elements", ())
    after: Any = getattr(new, "elements", ())
    if not is_alike or len(before) != len(after):
        return new
    return old.with_changes(elements=[_element(*pair) for pair in zip(before, after)])


_BRACKETED = (cst.List, cst.Tuple, cst.Dict)


def _element(old: Any, new: Any) -> Any:
    if type(old) is not type(new):
        return new.with_changes(comma=old.comma)
    if isinstance(old, cst.DictElement):
        old = old.with_changes(key=as_before(old.key, new.key))
    return old.with_changes(value=as_before(old.value, new.value))


def _quoted(old: cst.SimpleString, new: cst.SimpleString) -> cst.SimpleString:
    """A text in the quotes of another one, where it has none of them in it."""
    text, quote = ast.literal_eval(new.value), old.value[-1]
    # Behind a prefix, as in `r'mse'`, the same letters would be read in another way.
    if not isinstance(text, str) or set(text) & {quote, "\\", "\n"} or old.value[0] not in "'\"":
        return new
    return new.with_changes(value=f"{quote}{text}{quote}")
