"""Defaults that Keras 2 had otherwise, in a script that does not show for which Keras it is.

`LSTM(32)` and `optimizer="adadelta"` are the same words in both, and train something else. Nobody
can decide it but the author, so it is told.
"""

from __future__ import annotations

import ast
import atexit
import os
import sys
from collections.abc import Sequence

from onefit.scripts.eras.call import Happening
from onefit.scripts.eras.era import named
from onefit.scripts.eras.rule import Translated

_BY_WORD = {"adadelta": "Adadelta", "adagrad": "Adagrad", "adamax": "Adamax", "nadam": "Nadam"}
"""Optimizers that `compile` takes by a word."""


def of(texts: Sequence[str]) -> list[str]:
    """What Keras 2 had otherwise, as it would have to be written in Keras 3.

    Args:
        texts: The script, and its own modules.

    >>> of(["from keras.layers import LSTM\\nLSTM(32)\\nm.compile('nadam', 'mse')"])
    ["LSTM(recurrent_activation='hard_sigmoid')", 'Nadam(learning_rate=0.002)']
    >>> of(["import keras\\nkeras.optimizers.Nadam(learning_rate=0.1)"])
    []
    """
    found: dict[str, None] = {}
    for text in texts:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        nodes = list(ast.walk(tree))
        own = {one.name for one in nodes if isinstance(one, ast.ClassDef)}
        for node in nodes:
            for name, given in _calls(node):
                if name not in own and (told := _left_out(name, given)):
                    found[f"{name}({told})"] = None
    return list(found)


def _calls(node: ast.AST) -> list[tuple[str, list[str]]]:
    """The names that a node calls, with the arguments that they are given."""
    if not isinstance(node, ast.Call):
        return []
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = [one.arg or "" for one in node.keywords]
    if name == "compile":
        values = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "optimizer")]
        words = [one.value for one in values if isinstance(one, ast.Constant)]
        return [(_BY_WORD[word], []) for word in words if word in _BY_WORD]
    # An optimizer's first argument is its rate. What `**options` has, a source does not tell.
    return (
        [] if "" in given else [(name, [*given, *(["learning_rate", "lr"] if node.args else [])])]
    )


def _left_out(name: str, given: Sequence[str]) -> str:
    """The arguments that a call leaves to their defaults, with those of Keras 2."""
    from onefit.scripts.eras.rules.defaults import RULES

    era, told = named("keras2"), dict.fromkeys(given)
    for rule in RULES:
        if not isinstance(rule, Translated) or era.name not in rule.eras:
            continue
        [target] = rule.targets
        # What Keras 3 wants to be given, such as the size of a pool, ends in an error there.
        if target.endswith(f".{name}") and not name.startswith("AveragePooling"):
            call = Happening(target, era, dict(told))
            rule.translate(call)
            told = call.arguments
    return ", ".join(f"{one}={value!r}" for one, value in told.items() if one not in given)


def tell_at_exit(texts: Sequence[str]) -> None:
    """Add a finding to the run when the process ends, if the script has such defaults.

    Args:
        texts: The script, and its own modules.
    """
    atexit.register(_tell, os.getpid(), texts)


def _tell(process: int, texts: Sequence[str]) -> None:
    # A forked process tells nothing that its parent tells; a file of an older Keras may have shown
    # the era after all; and without Keras nothing was trained.
    activation = sys.modules.get("onefit.scripts.eras.activation")
    is_told = activation is not None and activation.is_active()
    if os.getpid() != process or is_told or "keras" not in sys.modules:
        return
    from onefit.findings import Finding
    from onefit.runs import journal

    if told := of(texts):
        journal.find(Finding("OF217", ", ".join(told)))
