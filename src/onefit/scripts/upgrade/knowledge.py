"""What an old name of Keras is today, and which rules are for its calls.

The tables are those by which `onefit run` translates (`onefit.scripts.eras`). A rule means an
object of Keras 3, not a spelling: `keras.layers.Convolution2D` and `keras.layers.Conv2D` are one
class and have the same rules.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from onefit.scripts.eras import clues
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.positions import positions
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Moved, Translated
from onefit.scripts.eras.rules.modules import MODULES
from onefit.scripts.eras.targets import by_target, home_of
from onefit.scripts.upgrade.tensorflow_keras import SHARED

_PRIVATE = ("legacy.",)
_REFUSED = ("keras.optimizers.legacy.",)
"""Where Keras 3 has names that raise an error when they are called."""
FUNCTIONAL = "keras.src.models.functional.Functional"
_MODEL = "keras.Model"
_BASES = (_MODEL, "keras.layers.Layer", "keras.optimizers.Optimizer")
"""Classes that stand for all that are made from them, too."""

# Classifiers of scikit-learn have the one as well, and metrics the other.
ONLY_KERAS = frozenset(clues.NAMES) - {"predict_proba", "reset_states"} | {
    "get_input_mask_at",
    "get_input_shape_at",
    "inbound_nodes",
    "outbound_nodes",
    "state_updates",
}
"""Names of attributes and methods that only models and layers of Keras had."""

TOOLS = "keras._tf_keras.keras.preprocessing"
LEGACY = "keras.src.legacy.preprocessing"


class Today(NamedTuple):
    """What a name of old is in Keras 3.

    Args:
        name: Its full name, or `""` where it has gone.
        code: The code of what changed, or `""` where nothing did.
        gone: The rule of a name that has gone. Defaults to `None`.
    """

    name: str
    code: str
    gone: Gone | None = None


class Knowledge:
    """The rules of one era.

    Args:
        era: The script's era.
        chosen: Whether a rule with this code is to be applied.
    """

    def __init__(self, era: Era, chosen: Callable[[str], bool]) -> None:
        """Sort the rules by what they are about."""
        # `home_of` and `by_target`, below, look among the modules that are loaded.
        importlib.import_module("keras")
        rules = [rule for rule in RULES if era.name in rule.eras]
        self.era, self.chosen = era, chosen
        self.moved = {rule.old: rule for rule in rules if isinstance(rule, Moved)}
        self.gone = {rule.name: rule for rule in rules if isinstance(rule, Gone)}
        self.meanings = [rule for rule in rules if isinstance(rule, Meaning)]
        self.methods = by_target(rules)
        self.order = {id(rule): place for place, rule in enumerate(rules)}
        self.calls: dict[int, list[Translated]] = {}
        self.targets: dict[int, str] = {}
        for target, found in self.methods.items():
            part = thing(target)
            if part is not None:
                if getattr(part, "__name__", "") == target.rpartition(".")[2]:
                    self.targets.setdefault(id(part), target)
                self.calls.setdefault(id(part), []).extend(found)
        # `Model(inputs, outputs)` makes a `Functional` in Keras 3, which has the rules for it.
        self.calls[id(thing("keras.Model"))] = self.methods.get(FUNCTIONAL, [])
        self.members: dict[str, list[tuple[type, Gone]]] = {}  # of classes, by the last name
        for name, rule in self.gone.items():
            owner, leaf = home_of(name)
            if inspect.isclass(owner):
                self.members.setdefault(leaf, []).append((owner, rule))

    def today(self, old: str) -> Today | None:
        """What a name is today; `None` for what is not known.

        Args:
            old: A full name that begins with `keras.`, as `keras_name` gives it.
        """
        asked, old = old, self._of_its_own(old)
        gone = self.gone.get(old)
        is_there = thing(old) is not None and not old.startswith(_REFUSED)
        if gone is not None and old not in self.moved and not is_there:
            return Today("", gone.code, gone)
        for place in self._homes(old):
            name, code = place, "" if place == asked else "OF201"
            rule = self.moved.get(name)
            new = rule and rule.new.replace(TOOLS, LEGACY)
            if rule and new and (thing(name) is None or thing(name) is thing(new)):
                name, code = new, rule.code
            name = name.replace(TOOLS, LEGACY)
            if thing(name) is not None:
                return Today(name, "OF211" if name.startswith(LEGACY) else code)
            gone = gone or self.gone.get(name)
        return Today("", gone.code, gone) if gone else None

    def _of_its_own(self, old: str) -> str:
        """A name by way of a module that another one had imported, by the module's own name."""
        parts = old.split(".")
        for cut in range(len(parts) - 1, 2, -1):
            rule = self.moved.get(".".join(parts[:cut]))
            if rule and rule.new and isinstance(thing(rule.new), ModuleType):
                return ".".join([rule.new, *parts[cut:]])
        return old

    def module(self, old: str) -> str | None:
        """The module that has today what an old module had; `None` where it is no module."""
        for place in self._homes(old, is_module=True):
            rule = self.moved.get(place)
            name = (rule.new if rule else place).replace(TOOLS, LEGACY)
            if isinstance(thing(name), ModuleType):
                return name
        return None

    def _homes(self, old: str, is_module: bool = False) -> Iterator[str]:
        """The full names that an old one may have today, by the module's new places."""
        path = old.partition(".")[2]
        parts = path.split(".") if path else []
        for cut in range(len(parts) - (not is_module), 0, -1):
            homes = MODULES.get(".".join(parts[:cut]))
            if homes is not None and not _is_kept(parts[:cut], parts[cut:]):
                for home in homes:
                    if not home.startswith(_PRIVATE):
                        yield ".".join(one for one in ("keras", home, *parts[cut:]) if one)
                if not isinstance(thing(old), ModuleType):
                    return
        yield old

    def rules(self, called: Any) -> list[Translated | Meaning]:
        """The rules for calls of an object of Keras, in their order."""
        found: list[Translated | Meaning] = list(self.calls.get(id(called), ()))
        found += [rule for rule in self.meanings if rule.source and _concerns(rule, called)]
        return sorted(
            (rule for rule in found if self.chosen(rule.code)),
            key=lambda rule: self.order[id(rule)],
        )

    def rules_of_method(self, target: str) -> list[Translated | Meaning]:
        """The rules for calls of a method, by its full name."""
        found: list[Translated | Meaning] = list(self.methods.get(target, ()))
        found += [
            one
            for one in self.meanings
            if one.target == target and (callable(one.source) or ":" in one.source)
        ]
        return [rule for rule in found if self.chosen(rule.code)]

    def attribute(self, name: str) -> Gone | Meaning | None:
        """The rule of an attribute, by its full name."""
        read = (one for one in self.meanings if one.target == name and "{self}" in str(one.source))
        return self.gone.get(name) or next(read, None)

    def member(self, kind: str | None, leaf: str) -> Gone | None:
        """What has gone from a class of Keras's, or from one below it.

        Args:
            kind: The class's full name; `None` for anything, of which only names count that
                nobody else has.
            leaf: The name of the attribute or method.
        """
        found = self.members.get(leaf, [])
        if kind is None:
            return found[0][1] if found and leaf in ONLY_KERAS else None
        owner = thing(FUNCTIONAL if kind == _MODEL else kind)
        if not inspect.isclass(owner) or hasattr(owner, leaf):
            return None
        for home, rule in found:
            is_told = leaf in ONLY_KERAS or not rule.source or kind not in _BASES
            if home is owner or (is_told and issubclass(owner, home)):
                return rule
        return None

    def rules_of_member(self, kind: str, leaf: str) -> list[Translated | Meaning]:
        """The rules for calls of a method of a class, whatever name the class is called by."""
        owner = thing(kind)
        known = dict.fromkeys((*self.methods, *(one.target for one in self.meanings)))
        targets = (one for one in known if one.endswith(f".{leaf}"))
        homes = [one for one in targets if thing(one.rpartition(".")[0]) is owner]
        return [rule for one in homes for rule in self.rules_of_method(one)]

    def positions(self, target: str, called: Any, is_method: bool) -> tuple[str, ...]:
        """The names of the arguments that a call may give without a name."""
        if inspect.isclass(called):
            return positions(target, self.era, called.__init__, True)
        return positions(target, self.era, called, is_method)

    def of_tf_keras(self, full: str) -> str:
        """A name of TensorFlow 2 under its name in tf.keras, where it is there, too.

        `tf.optimizers.Adam` was `tf.keras.optimizers.Adam`; TensorFlow 1 had other things there.
        """
        root, _, rest = full.partition(".")
        is_shared = root == "tensorflow" and rest.partition(".")[0] in SHARED
        return f"tensorflow.keras.{rest}" if is_shared and self.era.name == "tf2" else full


def keras_name(full: str) -> str | None:
    """A full name as of the package `keras`; `None` for what is none of Keras's.

    >>> keras_name("tensorflow.keras.layers.Dense"), keras_name("keras"), keras_name("keras_tuner")
    ('keras.layers.Dense', 'keras', None)
    """
    for root in clues.ROOTS:
        if full == root or full.startswith(f"{root}."):
            return f"keras{full[len(root) :]}"
    return None


@functools.cache
def thing(full: str) -> Any:
    """The object of a full name in Keras 3; `None` where there is none."""
    home, name = home_of(full)
    found = importlib.import_module("keras") if full == "keras" else getattr(home, name, None)
    if found is None:
        # An empty name, as that of what has gone, is a ValueError.
        with contextlib.suppress(ImportError, ValueError):
            found = importlib.import_module(full)
    return found


def _is_kept(module: list[str], rest: list[str]) -> bool:
    """Whether a module that moved in part still has a name."""
    path = ".".join(module)
    return path in clues.MODULES_TODAY and (
        not rest or thing(".".join(("keras", path, *rest))) is not None
    )


def _concerns(rule: Meaning, called: Any) -> bool:
    """Whether a meaning is one of a class; a translation concerns its subclasses too."""
    owner, _ = home_of(rule.target)
    if not inspect.isclass(called) or not inspect.isclass(owner):
        is_short = callable(rule.source) or ":" in rule.source
        # Asked of `thing`, as `called` was: what Keras has there now may be what `onefit run` or
        # the stand-in for TensorFlow put in the function's place in this process.
        return is_short and thing(rule.target) is called
    if callable(rule.source):
        return issubclass(called, owner)
    return rule.source == WRITTEN and called is owner
