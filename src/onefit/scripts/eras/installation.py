"""Put an era's names, arguments and meanings into the Keras that is loaded.

Keras's own classes stay what they are: a call of one passes through the rules first. So an old
name, a string such as `"adadelta"` and a model's saved config are all translated in one place, and
`isinstance`, subclasses and saved files know nothing of it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from onefit.scripts.eras import lazy, old_modules, telling
from onefit.scripts.eras.call import Happening, Translate
from onefit.scripts.eras.deferred import ROOM, Attribute, Deferred
from onefit.scripts.eras.era import BOTH_OLD, Era
from onefit.scripts.eras.lazy import offer
from onefit.scripts.eras.positions import bound, positions
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import Gone, Meaning, Moved, Rule, Translated
from onefit.scripts.eras.rules import backend_names
from onefit.scripts.eras.signature import LazySignature
from onefit.scripts.eras.stand_ins import backend_modules
from onefit.scripts.eras.targets import Homes, by_target
from onefit.scripts.patches import Patches, items
from onefit.training.host.deferred_imports import once_loaded

TF_KERAS = "keras._tf_keras.keras"
OF_TENSORFLOW = ("keras._tf_keras.", "keras.src.legacy.preprocessing.")
PARENTS = (
    *("layers", "utils", "preprocessing", "optimizers", "backend", "callbacks", "wrappers"),
    *("losses", "metrics", "models"),
)


def install(era: Era, patches: Patches) -> None:
    """Put in place what an era's scripts need.

    Args:
        era: The script's era.
        patches: Where what is replaced is noted.
    """
    homes = Homes()
    old_modules.replace_loaded(patches)
    if era.name in BOTH_OLD:
        # In tf.keras 2 what `K` gave of a variable was computed at once:
        # `stand_ins/expressions.py`.
        patches.put(lazy, "keeps_expressions", True)
    rules = [rule for rule in RULES if era.name in rule.eras and not _is_of_tensorflow(rule)]
    _stand_ins(rules, homes, ("", *PARENTS), patches)
    _place(rules, era, homes, patches)
    _tell_stars(homes, patches)


def install_for_tensorflow(era: Era, patches: Patches) -> None:
    """Put the same in the modules of `tf.keras`, which are others with the same classes.

    Keras loads them when something asks for them, which few scripts of plain Keras do.

    Args:
        era: The script's era.
        patches: Where what is replaced is noted.
    """
    rules = [rule for rule in RULES if era.name in rule.eras]
    homes, others = Homes(TF_KERAS), Homes()
    only_here = [rule for rule in rules if _is_of_tensorflow(rule)]
    _stand_ins(only_here, others, (), patches)
    _place(only_here, era, others, patches)
    _stand_ins(rules, homes, ("", *PARENTS), patches)
    for target in patches.functions:
        owner, name = homes.of(target)
        if isinstance(owner, ModuleType):
            _translated_too(owner, name, target, patches)
    for rule in rules:
        if isinstance(rule, Moved):
            _alias(rule, homes, others, patches)
    _tell_stars(homes, patches)


def _is_of_tensorflow(rule: Rule) -> bool:
    """Whether what a rule changes is loaded with the modules of `tf.keras` only."""
    if isinstance(rule, Moved):
        return rule.old.startswith(OF_TENSORFLOW)
    if isinstance(rule, Translated):
        return rule.targets[0].startswith(OF_TENSORFLOW)
    return (rule.target if isinstance(rule, Meaning) else rule.name).startswith(OF_TENSORFLOW)


def _place(rules: Sequence[Rule], era: Era, homes: Homes, patches: Patches) -> None:
    """Put meanings, translations and names in place, in this order."""
    meanings = [one for one in rules if isinstance(one, Meaning)]
    meanings = [one for one in meanings if not _waits(one, homes, patches)]
    # Sorting keeps the order of equals, so of two meanings of one function the later rule stands
    # around the earlier one.
    for meaning in sorted(meanings, key=lambda one: _depth(homes.of(one.target)[0])):
        _mean(meaning, homes, patches)
    # After the meanings, so that a call's arguments are translated before a meaning sees them.
    for target, found in by_target(rules).items():
        _translate(target, found, era, homes, patches)
    # Last: a name of then is given what the function has become by now.
    for rule in rules:
        if isinstance(rule, Moved):
            _alias(rule, homes, homes, patches)


def _tell_stars(homes: Homes, patches: Patches) -> None:
    """`from keras.layers import *` takes what is made when it is asked for, too."""
    for path in PARENTS:
        module, _ = homes.of(f"keras.{path}.x")
        if isinstance(module, ModuleType) and "__getattr__" in vars(module):
            offered = getattr(vars(module)["__getattr__"], "offered", ())
            public = {name for name in (*vars(module), *offered) if name[0] != "_"}
            patches.put(module, "__all__", sorted(public - backend_modules.ASKED_FOR))


def _stand_ins(
    rules: Sequence[Rule], homes: Homes, parents: Sequence[str], patches: Patches
) -> None:
    """What Keras 3 has no more: of a class at once, of a module when it is asked for.

    Args:
        rules: An era's rules.
        homes: Where names are looked up.
        parents: Modules that are asked for old modules as attributes: `keras.utils.np_utils`.
        patches: Where what is replaced is noted.
    """
    lazy: dict[ModuleType, dict[str, tuple[str, str]]] = {}
    words: set[str] = set()
    for rule in rules:
        if isinstance(rule, Moved) and rule.new.startswith(OF_TENSORFLOW):
            old, source = rule.old, ":".join(rule.new.rsplit(".", 1))
        elif isinstance(rule, Gone) and not _waits(rule, homes, patches):
            old, source = rule.name, f"{ROOM}.{rule.stand_in}"
        else:
            continue
        owner, name = homes.of(old)
        if isinstance(owner, ModuleType):
            # `hasattr` would ask the module's `__getattr__`, which loads what is lazy.
            if name not in vars(owner):
                lazy.setdefault(owner, {})[name] = (source, rule.code)
        elif isinstance(owner, dict):  # what a word means: Keras 3 has `precision` too
            if homes.root == "keras" and old not in words:
                words.add(old)
                module, _, part = source.partition(":")
                patches.put(owner, name, getattr(importlib.import_module(module), part))
        # `tf.keras` has the same classes in other modules: they are patched once.
        elif homes.root == "keras" and owner is not None and name not in items(owner):
            patches.put(owner, name, Attribute(owner, name, source.removeprefix(f"{ROOM}.")))
    for path in parents:  # those without a name of their own to offer, too
        owner, _ = homes.of(f"keras.{path}.x" if path else "keras.x")
        if isinstance(owner, ModuleType):
            lazy.setdefault(owner, {})
    for owner, names in lazy.items():
        offer(owner, names, patches)


def _waits(rule: Meaning | Gone, homes: Homes, patches: Patches) -> bool:
    """Whether a rule has to wait until a module is loaded that few scripts use."""
    target = rule.target if isinstance(rule, Meaning) else rule.name
    # To look such a name up would load h5py or all applications, which most scripts never use.
    may_be_deferred = ".h5py." in target or "keras.applications." in target
    module = homes.deferred(target) if may_be_deferred else None
    if module is None:
        return False
    loaded = Homes(homes.root)

    def act() -> None:
        if isinstance(rule, Meaning):
            _mean(rule, loaded, patches)
        elif isinstance(owner := loaded.of(rule.name)[0], ModuleType):
            name = rule.name.rpartition(".")[2]
            offer(owner, {name: (f"{ROOM}.{rule.stand_in}", rule.code)}, patches)

    patches.waiting.append(once_loaded(module, act))
    return True


def _alias(rule: Moved, homes: Homes, others: Homes, patches: Patches) -> None:
    owner, name = homes.of(rule.old)
    if owner is None or (rule.new.startswith(OF_TENSORFLOW) and name not in items(owner)):
        return  # what only `tf.keras` has is offered: to look it up would load that
    # Keras 3 has the old name, too. As a function of another module it is an object of its own,
    # which no rule has touched yet.
    if name in items(owner):
        if isinstance(owner, ModuleType):
            _translated_too(owner, name, rule.new, patches)
        return
    for one in (homes, others):  # what `tf.keras` has not may be in the package
        home, new = one.of(rule.new)
        if home is not None and hasattr(home, new):
            patches.put(owner, name, getattr(home, new))
            return


def _translated_too(owner: ModuleType, name: str, target: str, patches: Patches) -> None:
    """Let a function of another module be what it is in its own."""
    found = getattr(owner, name, None)
    made = patches.of(target, found)
    if made is not found:
        patches.put(owner, name, made)


def _depth(owner: Any) -> int:
    """How many classes a class is made from: what it inherits has its meaning of then before it."""
    return len(owner.__mro__) if inspect.isclass(owner) else 0


def _mean(rule: Meaning, homes: Homes, patches: Patches) -> None:
    owner, name = homes.of(rule.target)
    original = owner.get(name) if isinstance(owner, dict) else getattr(owner, name, None)
    if original is not None:
        maker, is_told = rule.maker, bool(rule.argument and name == "call")
        if is_told and isinstance(maker, Deferred):
            maker = maker.load()
        made = maker(original)
        if made is original:  # only the source of a script has to change
            return
        if is_told:  # Keras looks whether it takes `training`
            made.__signature__ = inspect.signature(made)
        if inspect.isfunction(original) and inspect.isfunction(made):
            if not isinstance(maker, Deferred):  # what is deferred looks like it already
                own = dict(vars(made))  # a mark that the function of then has otherwise stays
                functools.update_wrapper(made, original)
                vars(made).update(own)
            if rule.marks:
                vars(made).update(dict.fromkeys(rule.marks.split(), True))
        if rule.told:
            made = telling.telling(made, rule.code, rule.told)
        if rule.target == "keras.Model.compile":  # Keras compares it with that of its base
            owner = next(one for one in owner.__mro__ if name in vars(one))
        patches.put(owner, name, made)
        patches.note(rule.target, original, made)


def _translate(
    target: str, rules: list[Translated], era: Era, homes: Homes, patches: Patches
) -> None:
    owner, name = homes.of(target)
    part = getattr(owner, name, None)
    if part is None:
        return
    translations = [(rule.translate, rule.code) for rule in rules]
    if not inspect.isclass(part):
        made = _passing(part, target, translations, era, inspect.isclass(owner))
        if inspect.isclass(owner):  # a method stands in the class that defines it
            patches.put(next(one for one in owner.__mro__ if name in vars(one)), name, made)
        else:
            patches.put(owner, name, made)
            patches.note(target, part, made)
        return
    if part.__name__ != name:  # a function then, another name of a class today: `l1_l2`
        made = _passing(part, target, translations, era, False)
        patches.put(owner, name, made)
        patches.note(target, part, made)
        return
    made = _passing(part.__init__, target, translations, era, True)
    patches.put(part, "__init__", made)


def _passing(
    original: Callable[..., Any],
    target: str,
    translations: list[tuple[Translate, str]],
    era: Era,
    has_subject: bool,
) -> Callable[..., Any]:
    """A function whose calls pass through translations first."""
    names: tuple[str, ...] | None = None  # found at the first call: there are hundreds

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal names
        if names is None:
            names = positions(target, era, original, has_subject)
        subject = args[:has_subject]
        found = bound(target, era, names, args[has_subject:], kwargs)
        # No signature takes this call: Python's own TypeError says so best.
        if found is None:
            return original(*args, **kwargs)
        happening = Happening(target, era, found, subject[0] if subject else None)
        for translate, code in translations:
            translate(happening)
            telling.tell(code, happening)
        return original(*subject, **happening.arguments)

    # Keras reads the arguments of constructors in a way that does not look through wrappers
    call.__signature__ = LazySignature(original)  # type: ignore[attr-defined]
    return call


def install_backend(patches: Patches) -> None:
    """Put what has gone into the stand-in's `tensorflow.keras.backend`.

    Args:
        patches: Where what is replaced is noted.
    """
    module = sys.modules["tensorflow.keras.backend"]
    from onefit.scripts.eras.stand_ins import draws
    from onefit.scripts.eras.stand_ins.backend_name import old_backend
    from onefit.scripts.tensorflow.boundary import of_script

    for name in backend_names.DRAWING:
        patches.put(module, name, of_script(getattr(draws, name)))
    patches.put(module, "backend", old_backend)
    names = {name: (f"{ROOM}.backend:{name}", "OF210") for name in backend_names.NAMES}
    offer(module, {n: at for n, at in names.items() if n not in vars(module)}, patches)
