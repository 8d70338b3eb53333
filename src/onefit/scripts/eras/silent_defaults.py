"""What older Kerases had otherwise, in a script that does not show for which Keras it is.

`LSTM(32)` and `optimizer="adadelta"` are the same words in Keras 2 and 3, and `hard_sigmoid` in
tf.keras 2 and Keras 3, and train something else. Nobody can decide it but the author: it is told.
"""

from __future__ import annotations

import ast
import atexit
import os
import sys
from collections.abc import Sequence

from onefit.scripts.eras import clues, silent_meanings
from onefit.scripts.eras.call import Happening
from onefit.scripts.eras.era import Era, named
from onefit.scripts.eras.rule import Translated

_BY_WORD = {"adadelta": "Adadelta", "adagrad": "Adagrad", "adamax": "Adamax", "nadam": "Nadam"}
"""Optimizers that `compile` takes by a word."""


def of(texts: Sequence[str]) -> list[str]:
    """What was otherwise, as it would have to be written in Keras 3.

    Args:
        texts: The script, and its own modules. Of a script that takes Keras from TensorFlow, what
            tf.keras 2 had otherwise; of others, what Keras 2 had.

    >>> of(["from keras.layers import LSTM\\nLSTM(32)\\nm.compile('nadam', 'mse')"])
    ["LSTM(recurrent_activation='hard_sigmoid')", 'Nadam(learning_rate=0.002)']
    >>> of(["import keras\\nkeras.optimizers.Nadam(learning_rate=0.1)"])
    []
    >>> of(["from tensorflow.keras.layers import LSTM, Dense\\nLSTM(32), Dense(1, 'hard_sigmoid')"])
    ['hard_sigmoid, then clip(0.2 * x + 0.5, 0, 1)']
    """
    found: dict[str, None] = {}
    whole = "\n".join(texts)
    is_of_tensorflow = clues.is_of_tensorflow(whole) and not clues.is_of_keras(whole)
    era = named("tf2" if is_of_tensorflow else "keras2")
    for text in texts:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        nodes = list(ast.walk(tree))
        own = {one.name for one in nodes if isinstance(one, ast.ClassDef)}
        for node in nodes:
            for name, given in _calls(node):
                if name not in own and (told := _left_out(name, given, era)):
                    found[f"{name}({told})"] = None
                elif name == "Nadam" and is_of_tensorflow:
                    found["Nadam, with another momentum then"] = None
            if is_of_tensorflow and isinstance(node, ast.Call):
                found.update(dict.fromkeys(silent_meanings.of_call(node)))
            if _is_hard_sigmoid(node):
                found["hard_sigmoid, then clip(0.2 * x + 0.5, 0, 1)"] = None
    return list(found)


def _is_hard_sigmoid(node: ast.AST) -> bool:
    word = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    return "hard_sigmoid" in (word, getattr(node, "attr", getattr(node, "id", None)))


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


def _left_out(name: str, given: Sequence[str], era: Era) -> str:
    """The arguments that a call leaves to their defaults, with those of an era."""
    from onefit.scripts.eras.rules.defaults import RULES

    told = dict.fromkeys(given)
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
