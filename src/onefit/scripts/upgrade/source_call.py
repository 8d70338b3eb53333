"""A call that stands in a source, for the rules that translate calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import libcst as cst

from onefit.scripts.eras.call import Replace
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.rule import WRITTEN, Meaning, Translated
from onefit.scripts.upgrade import endings, layout
from onefit.scripts.upgrade.file_names import FileNames
from onefit.scripts.upgrade.literals import Constants, Expression, read, write
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.saved_files import may_hold
from onefit.scripts.upgrade.values import (
    Values,
    batch_size,
    is_flat,
    is_iterator,
    is_list,
    may_be_numpy,
)

Refer = Callable[[str], cst.BaseExpression]


@dataclass
class Argument:
    """An argument of a call.

    Args:
        value: What is given.
        place: Where it stands among the others.
        given: The argument in the source; `None` for a new one. Defaults to `None`.
    """

    value: cst.BaseExpression
    place: float = float("inf")
    given: cst.Arg | None = None


class SourceCall:
    """What a rule sees of a call in a source; the other kind of `onefit.scripts.eras.call.Call`.

    Args:
        target: The full name of what is called.
        era: The script's era.
        node: The call.
        names: The names of arguments that may be given without one, in the era's order.
        refer: Makes the expression for a full name, and sees to its import.
        constants: Values of names that never change. Defaults to none.
        is_applied: Whether the result is called at once. Defaults to `False`.
        identifiers: The names of the script. Defaults to none.
        files: The names of the files that it writes. Defaults to none.
        unsafe: Whether rules that change what the script does are allowed. Defaults to `False`.
        assigned: What names that are assigned once hold. Defaults to nothing.
        values: All that is assigned to names that are bound in no other way. Defaults to nothing.
        define: Has a stand-in, `"module:name"`, written into the script; gives its name there.

    Raises:
        ValueError: If the arguments cannot be told by name: there is a star, or there are too many.
    """

    def __init__(
        self,
        target: str,
        era: Era,
        node: cst.Call,
        names: Sequence[str],
        refer: Refer,
        constants: Constants | None = None,
        is_applied: bool = False,
        identifiers: Set[str] = frozenset(),
        files: FileNames | None = None,
        unsafe: bool = False,
        assigned: Mapping[str, cst.BaseExpression] | None = None,
        values: Values | None = None,
        define: Callable[[str], str] = str,
    ) -> None:
        """Bind the arguments to names."""
        self.target, self.era, self.node = target, era, node
        self.refer, self.constants, self.applied = refer, constants or {}, is_applied
        self.identifiers, self.files, self.unsafe = identifiers, files, unsafe
        self.assigned, self.values = assigned or {}, values or {}
        self.define = define
        self.arguments: dict[str, Argument] = {}
        self.notes: list[str] = []
        self.firsts: list[str] = []
        self.wrapped: list[str] = []
        self.folded: set[float] = set()
        self.taken: dict[str, cst.BaseExpression] = {}
        self.meanings: list[Meaning] = []
        for place, one in enumerate(node.args):
            if one.star or (one.keyword is None and place >= len(names)):
                raise ValueError("arguments without names")
            name = one.keyword.value if one.keyword else names[place]
            if name in self.arguments:
                raise ValueError(f"{name} is given twice")
            self.arguments[name] = Argument(one.value, place, one)

    def apply(self, rule: Translated | Meaning) -> None:
        """Do what a rule says; a meaning that no call can express is kept for a definition."""
        if isinstance(rule, Translated):
            rule.translate(self)
        elif callable(rule.source):
            rule.source(self)
        elif all(map(self.mentions, rule.beside.split())) and (
            not rule.argument or self.has(rule.argument)
        ):
            self.meanings.append(rule)
            self.note(f"{self.target.rpartition('.')[2]} computes what it did then")

    def write(self, method: str, replace: Replace, argument: str = "") -> None:
        """Have a method of the class that is called written into the script, as it was then.

        Args:
            method: Its name.
            replace: Makes the method of then from today's.
            argument: An argument that the class then takes. Defaults to none.
        """
        target = f"{self.target}.{method}"
        self.meanings.append(Meaning(target, replace, "", source=WRITTEN, argument=argument))

    def may_change(self) -> bool:
        """Whether the user has asked for that."""
        return self.unsafe

    def has(self, name: str) -> bool:
        """Whether an argument is given."""
        return name in self.arguments

    def take(self, name: str) -> Expression:
        """Remove an argument and give its expression."""
        found = self.arguments.pop(name)
        self.taken[name] = found.value
        return Expression(found.value, found.place)

    def give(self, name: str, value: Any) -> None:
        """Add an argument, or replace it where it stands."""
        before = self.arguments.get(name)
        place = value.place if isinstance(value, Expression) else float("inf")
        # A rule takes an argument and gives it again, changed: it keeps its quotes and its lines.
        old = self.taken.get(name) if before is None else before.value
        made = write(value) if old is None else layout.as_before(old, write(value))
        if before is not None:
            self.arguments[name] = replace(before, value=made)
        else:
            self.arguments[name] = Argument(made, place)

    def order(self, names: Sequence[str]) -> None:
        """Have arguments stand in this order, in the places that they have together.

        Args:
            names: Those that are given. Ones without a name in the source stay where they are.
        """
        moved = {one: self.arguments[one] for one in names if self._is_named(self.arguments[one])}
        places = sorted(moved.values(), key=lambda one: one.place)
        if list(moved.values()) == places:
            return
        for (name, one), place in zip(moved.items(), places):
            # Those of equal places, behind all others, stand in the order in which they were given.
            del self.arguments[name]
            self.arguments[name] = replace(one, place=place.place, given=place.given)

    def _is_named(self, one: Argument) -> bool:
        is_new = one.place >= len(self.node.args)
        return is_new or self.node.args[int(one.place)].keyword is not None

    def literal(self, name: str) -> Any:
        """An argument's value where the source tells it, `UNKNOWN` where it does not."""
        found = self.arguments.get(name)
        return None if found is None else read(found.value, self.constants)

    def is_numpy(self, name: str) -> bool:
        """Whether an argument may be a number that NumPy computed."""
        found = self.arguments.get(name)
        return found is not None and may_be_numpy(found.value, self.assigned)

    def ending(self, name: str) -> str:
        """How the text of an argument ends, as far as the source tells."""
        found = self.arguments.get(name)
        held = {} if self.files is None else self.files.held
        return "" if found is None else endings.text(found.value, held)

    def is_ended(self, name: str) -> bool:
        """Whether that end stands in the call, or in a variable that may change."""
        holder = self._holder(name)
        return not holder or (self.files is not None and holder in self.files.changeable)

    def end(self, name: str, before: str, after: str) -> None:
        """Let the text of an argument end in something else."""
        found, holder, text = self.arguments[name], self._holder(name), self.ending(name)
        if self.files is not None:
            self.files.renamed[text] = text.removesuffix(before) + after
        if holder and self.files is not None:
            self.files.ends[holder] = before, after
        else:
            value = endings.with_end(found.value, before, after)
            self.arguments[name] = replace(found, value=value)

    def _holder(self, name: str) -> str:
        """The name that holds the end of an argument's text; `""` where none does."""
        held = {} if self.files is None else self.files.held
        return endings.last(self.arguments[name].value, held)[0]

    def wrap(self, name: str, function: str, *values: Any) -> None:
        """Let an argument be what a function makes of it, which is written into the script."""
        self.wrapped.append(cst.Module([]).code_for_node(self.arguments[name].value))
        self.give(name, self.make(function, self.take(name), *values))

    def called(self, name: str) -> str:
        """The last name of what an argument is a call of; `""` where it is none."""
        found = self.arguments.get(name)
        value = None if found is None else found.value
        called = spelled(value.func) if isinstance(value, cst.Call) else None
        return (called or "").rpartition(".")[2]

    def is_bracketed(self, name: str) -> bool:
        """Whether an argument is a name in brackets of its own, and not called a shape."""
        found = self.arguments.get(name)
        value = None if found is None else found.value
        is_name = isinstance(value, cst.Name) and bool(value.lpar)
        return is_name and "shape" not in str(getattr(value, "value", ""))

    def is_flat(self, name: str) -> bool:
        """Whether the source tells that an argument is an array of one axis."""
        found = self.arguments.get(name)
        return found is not None and is_flat(found.value, self.values)

    def is_list(self, name: str) -> bool:
        """Whether the source tells that an argument is a list of numbers."""
        found = self.arguments.get(name)
        return found is not None and is_list(found.value, self.values)

    def is_iterator(self, name: str) -> bool:
        """Whether the source tells that an argument is an iterator that no function made."""
        found = self.arguments.get(name)
        return found is not None and is_iterator(found.value, self.values)

    def batch_size(self, name: str) -> Expression | None:
        """How many rows the batches of an argument have, where the source tells it."""
        found = self.arguments.get(name)
        size = None if found is None else batch_size(found.value, self.values)
        return None if size is None else Expression(size)

    def express(self, template: str, *values: Any) -> Expression:
        """An expression made of others, in brackets where it needs them."""
        nodes = [write(one) for one in values]
        code = template.format(*(_in_brackets(node) for node in nodes))
        return Expression(cst.parse_expression(code), self._place(values))

    def make(self, target: str, *values: Any, **named: Any) -> Expression:
        """A call of a full name, or of a stand-in that is written down."""
        function = cst.Name(self.define(target)) if ":" in target else self.refer(target)
        arguments = [cst.Arg(write(one)) for one in values]
        arguments += [layout.named(name, write(one)) for name, one in named.items()]
        call = cst.Call(function, arguments)
        return Expression(call, self._place(values))

    def _place(self, values: Sequence[Any]) -> float:
        """Where the first of some expressions stood, which become one."""
        places = [one.place for one in values if isinstance(one, Expression)]
        self.folded.update(places)
        return min(places, default=float("inf"))

    def before(self, method: str) -> None:
        """Have a method of the subject called in a line before."""
        self.firsts.append(method)

    def mentions(self, name: str) -> bool:
        """Whether the script has a name anywhere."""
        return name in self.identifiers

    def saves(self, path: str, weights: bool = False) -> bool:
        """Whether the script itself writes a model, or weights alone, of this name."""
        return self.files is not None and (path, weights) in self.files.saved

    def may_save(self, path: str, weights: bool = False) -> bool:
        """Whether it may write a file of this name, as far as names are told."""
        return self.files is not None and may_hold(self.files.saved, path, weights)

    def may_train(self, path: str) -> bool:
        """Whether a model that is loaded from a file of this name may be trained, as compiled."""
        files = frozenset() if self.files is None else self.files.trained
        return may_hold(frozenset((one, False) for one in files), path, False)

    def is_applied(self) -> bool:
        """Whether the result is called at once."""
        return self.applied

    def note(self, told: str) -> None:
        """Remember what was done."""
        self.notes.append(told)

    def rendered(self, names: Sequence[str]) -> list[cst.Arg]:
        """The arguments of today's call.

        Args:
            names: The names of arguments that may be given without one, in today's order.
        """
        ordered = sorted(self.arguments.items(), key=lambda item: item[1].place)
        rendered, is_leading = [], True
        for index, (name, one) in enumerate(ordered):
            was_named = one.given is not None and one.given.keyword is not None
            at_place = one.place < len(self.node.args) and (
                self.node.args[int(one.place)].keyword is None
            )
            # Without its name an argument can stand only if all those before it do so, too, and
            # each at the place that it has today.
            is_leading &= at_place and not was_named and names[index : index + 1] == (name,)
            rendered.append(self._argument(name, one, is_leading))
        places = [one.place for _, one in ordered]
        gone = set(range(len(self.node.args))) - self.folded - set(places)
        return layout.laid_out(rendered, places, self.node, gone)

    def _argument(self, name: str, one: Argument, is_positional: bool) -> cst.Arg:
        old = one.given
        if old is None and one.place < len(self.node.args):
            old = self.node.args[int(one.place)]
        if is_positional and old is not None:
            return old.with_changes(value=one.value)
        if old is not None and old.keyword is not None:
            return old.with_changes(keyword=cst.Name(name), value=one.value)
        made = layout.named(name, one.value)
        if old is None:
            return made
        return old.with_changes(keyword=made.keyword, value=made.value, equal=made.equal)


_TIGHT = (
    cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float, cst.SimpleString,
    cst.List, cst.Tuple, cst.Dict,
)  # fmt: skip


def _in_brackets(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Name):
        return node.value
    code = cst.Module([]).code_for_node(node)
    return code if isinstance(node, _TIGHT) or node.lpar else f"({code})"
