"""The kinds of knowledge about what changed between two Keras. Each says what both uses need.

`onefit run` applies a rule when the script calls; `onefit upgrade` rewrites the source by the
same rule. docs/design/0050 and 0051 say how.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from onefit.scripts.eras.call import Call, Replace, Translate
from onefit.scripts.eras.deferred import Deferred
from onefit.scripts.eras.era import OLD

WRITTEN = "written"
"""The source of a stand-in that is to be written into an upgraded script."""


class Moved(NamedTuple):
    """A name or a module that stands elsewhere in Keras 3, or is called otherwise there.

    Args:
        old: Its full name then, as of the package `keras`.
        new: Its full name in Keras 3; for a module, all modules in which its names may be.
        code: The code of its page. Defaults to that of moved names.
        eras: When it was so. Defaults to all old ones.
    """

    old: str
    new: str
    code: str = "OF202"
    eras: frozenset[str] = OLD


class Translated(NamedTuple):
    """Calls whose arguments Keras 3 takes otherwise, or whose defaults changed.

    Args:
        targets: Full names of what is called; `"keras.layers.*"` are all classes there.
        translate: Turns such a call into one of Keras 3.
        code: The code of its page.
        eras: When it was so. Defaults to all old ones.
    """

    targets: tuple[str, ...]
    translate: Translate
    code: str = "OF203"
    eras: frozenset[str] = OLD


class Gone(NamedTuple):
    """A name that Keras 3 has no more; ours does what it did.

    Args:
        name: Its full name then: a function's, a class's, a method's.
        stand_in: Ours, as `"module:name"`, below `onefit.scripts.eras.stand_ins`.
        source: What to write instead: another full name (`"keras.ops.mean"`), an expression of
            the arguments (`"{self}.predict({x})"`), a translation of the call, which changes its
            target, or the stand-in itself (`WRITTEN`) or another one (`"module:name"`), whose
            definition becomes part of the script. Defaults to `""`: nothing does the same.
        code: The code of its page. Defaults to that of removed names.
        eras: When it was there. Defaults to all old ones.
        within: What to write instead where the call is an argument of another call of the
            backend, so that nothing else holds what it gives. Defaults to `source`.
    """

    name: str
    stand_in: str
    source: str | Translate = ""
    code: str = "OF204"
    eras: frozenset[str] = OLD
    within: str = ""

    @property
    def new_name(self) -> str:
        """The full name to write instead; `""` where it takes more than that.

        >>> Gone("keras.backend.mean", "backend:mean", "keras.ops.mean").new_name
        'keras.ops.mean'
        """
        source = self.source if isinstance(self.source, str) else ""
        return source if source.replace(".", "").isidentifier() and source != WRITTEN else ""

    @property
    def definition(self) -> str:
        """The stand-in whose definition is to be written; `""` where none is.

        >>> Gone("keras.backend.hard_sigmoid", "backend:hard_sigmoid", WRITTEN).definition
        'backend:hard_sigmoid'
        """
        if self.source == WRITTEN:
            return self.stand_in
        source = self.source if isinstance(self.source, str) else ""
        return source if source.replace(":", "", 1).isidentifier() and ":" in source else ""


class Meaning(NamedTuple):
    """A function or method of Keras 3 that computes something else than it did then.

    Args:
        target: Its full name in Keras.
        replace: Makes the function of then from today's; as `"module:name"`, below
            `onefit.scripts.eras.stand_ins`, when that is first called.
        told: What is as it was then, for the user.
        code: The code of its page. Defaults to that of meanings.
        eras: When it was so. Defaults to all old ones.
        source: What does the same in a script: `WRITTEN` for a subclass of the target's class,
            with `replace` around its method; `"module:name"` for a function to write into it, below
            `onefit.scripts.eras.stand_ins`; an expression of an attribute, with `{self}`; or a
            translation of calls of the target's class and of its subclasses. Defaults to `""`:
            nothing does.
        beside: Names without all of which no script needs the source; `.name` for an attribute that
            the script sets. Defaults to none.
        argument: An argument without which no call needs it. Defaults to none.
        marks: Names of attributes of the function of then that are true, for those who look
            whether it does what today's does. Defaults to none.
    """

    target: str
    replace: Replace
    told: str
    code: str = "OF206"
    eras: frozenset[str] = OLD
    source: str | Translate = ""
    beside: str = ""
    argument: str = ""
    marks: str = ""

    @property
    def maker(self) -> Callable[[Any], Any]:
        """What makes the function of then.

        >>> Meaning("keras.Model.save", "files:save_as_hdf5", "").maker.__name__
        'save_as_hdf5'
        """
        return Deferred(self.replace) if isinstance(self.replace, str) else self.replace


Rule = Moved | Translated | Gone | Meaning


def renamed(*pairs: tuple[str, str]) -> Translate:
    """A translation that gives arguments their new names.

    >>> from onefit.scripts.eras.call import Happening
    >>> from onefit.scripts.eras.era import named
    >>> call = Happening("keras.Model.fit", named("keras1"), {"nb_epoch": 3})
    >>> renamed(("nb_epoch", "epochs"))(call)
    >>> call.arguments, call.notes
    ({'epochs': 3}, ['nb_epoch is called epochs'])
    """

    def translate(call: Call) -> None:
        for old, new in pairs:
            if call.has(old):
                value = call.take(old)
                if not call.has(new):
                    call.give(new, value)
                call.note(f"{old} is called {new}")

    return translate


def dropped(*names: str) -> Translate:
    """A translation that leaves out arguments that Keras 3 does not need.

    >>> from onefit.scripts.eras.call import Happening
    >>> from onefit.scripts.eras.era import named
    >>> call = Happening("keras.Model.fit", named("tf2"), {"workers": 4})
    >>> dropped("workers")(call)
    >>> call.arguments
    {}
    """

    def translate(call: Call) -> None:
        for name in names:
            if call.has(name):
                value = call.take(name)
                # Keras gives its own layers all of their arguments; none of it is the script's.
                if value is not None and value is not False:
                    call.note(f"{name}= means nothing any more")

    return translate


def defaults(**values: Any) -> Translate:
    """A translation that writes down defaults of the era.

    >>> from onefit.scripts.eras.call import Happening
    >>> from onefit.scripts.eras.era import named
    >>> call = Happening("keras.optimizers.Adadelta", named("keras2"), {})
    >>> defaults(learning_rate=1.0)(call)
    >>> call.arguments
    {'learning_rate': 1.0}
    """

    def translate(call: Call) -> None:
        owner = call.target.rpartition(".")[2]
        for name, value in values.items():
            if not call.has(name):
                call.give(name, value)
                call.note(f"{owner}'s {name} is {value} as it was then")

    return translate
