"""Read a script's era from what it imports and calls, before it runs.

A text search comes first: a script that has no word of an old Keras in it is one for Keras 3, and
costs nothing more. The rest is read as a syntax tree.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

from onefit.scripts.eras import clues, functional_calls, model_classes, traces, trees
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.expressions import dotted
from onefit.scripts.eras.own_folders import texts_of_project
from onefit.scripts.eras.signs import classes, reading
from onefit.scripts.eras.signs.record import Signs


def read(source: str, folder: str | None = None) -> Era:
    """Say for which Keras a script was written.

    Args:
        source: The script's text; a notebook's cells in a row.
        folder: Where its own modules stand; those that it imports are read too. Defaults to none.

    Returns:
        The era, with what speaks for it.

    >>> read("from keras.optimizers import Adam\\nopt = Adam(lr=0.1)").name
    'keras2'
    >>> read("import tensorflow as tf\\nopt = tf.keras.optimizers.Adam(lr=0.1)").name
    'tf2'
    >>> read("from keras.optimizers.legacy import Adam").name
    'tf2'
    >>> read("model.fit(x, y, nb_epoch=3)  # keras").evidence
    ('line 1: nb_epoch=',)
    >>> read("import keras\\nopt = keras.optimizers.Adam(0.1)").name
    'keras3'
    """
    found = Signs()
    # Any other text cannot have a sign in it, and `ast.parse` is what takes the time here.
    read = [text for text in texts_of_project(source, folder) if clues.is_worth_reading(text)]
    for module in read[1:]:  # the script calls what they define, and is read before them
        with contextlib.suppress(SyntaxError, ValueError):
            classes.define(found, ast.parse(module))
    for text in read:
        _read_into(found, text, source)
    return _weighed(found)


def read_beside(era: Era, source: str, folder: str | None = None) -> Era:
    """Say for which Keras a script was written that shows nothing old, and loads an old file.

    Args:
        era: The era of the file.
        source: The script's text.
        folder: Where its own modules stand. Defaults to none.

    Returns:
        The era of the file, with the script's own name of the accuracy; Keras 3 for a script that
        has names which no Keras before it had.

    >>> read_beside(Era("keras2", "acc"), "history['val_accuracy']  # keras").title
    'Keras 2.3'
    >>> read_beside(Era("keras2", "acc"), "import keras; keras.ops.add(1, 2)").name
    'keras3'
    """
    found = Signs()
    for text in texts_of_project(source, folder):
        _read_into(found, text, source)
    if found.clues["keras3"]:
        return Era("keras3")
    is_named = not {"accuracy", "val_accuracy"}.isdisjoint(found.words)
    return era._replace(accuracy="accuracy") if is_named and era.name != "keras1" else era


def _read_into(found: Signs, text: str, source: str) -> None:
    """Read one text of a script."""
    for trace in traces.of(text):
        found.clues["old"].append(trace.what)
        found.is_late |= trace.is_late
        found.words.update([trace.accuracy] if trace.accuracy else ())
    try:
        # The tree of the script itself is kept, since `syntax.adapted` needs it once more.
        parts = [trees.parsed(text) if text is source else ast.parse(text)]
    except (SyntaxError, ValueError):
        parts = list(_parts(text))
    for tree in parts:
        reading.read(found, text, tree)
        if "training=" in text:
            found.phased.extend(functional_calls.with_a_phase(tree))
        if "def call(" in text:
            found.untold.extend(model_classes.told_nothing(tree))


def _parts(text: str) -> Iterator[ast.Module]:
    """The cells of a notebook that are Python, where one of them is none."""
    from onefit.scripts import cells  # has many patterns to compile, for notebooks alone

    # Line 1 is the mark of the first cell.
    line = 2
    for cell in cells.parts(text):
        with contextlib.suppress(SyntaxError, ValueError):
            yield ast.parse("\n" * (line - 1) + cell)
        # The lines of the cell, and the mark of the next one.
        line += cell.count("\n") + 2


def _logs(signs: Signs) -> None:
    """Keras 1 and 2 logged `metrics=["mae"]` as `mean_absolute_error`."""
    for key, node in signs.keys.items():
        whole = key.removeprefix("val_")
        if whole not in signs.asked and clues.SHORT.get(whole) in signs.asked:
            signs.note("old", node, f"the name {key!r} of a metric")


def _inputs(signs: Signs) -> None:
    """What only the graph of a model of the time had: an input before any call, a loss."""
    for node in signs.ends_of_sequentials:
        is_called = dotted(node.value) in signs.called
        if signs.has_first_shape or (signs.has_input and not is_called):
            signs.note("old", node, f"the {node.attr} of a Sequential")
    for node in signs.added_losses:  # Keras 3 has none of a functional model
        if dotted(node.value) in signs.functionals and "Model" not in signs.bases:
            signs.note("old", node, "add_loss of a functional model")
    # Keras 3 gives the layers of a model the model's phase, whatever their own calls said. Scripts
    # of the package `keras` that say it may be for Keras 3 as well as for Keras 2.
    for phased in signs.phased if not signs.plain else ():
        signs.note("old", phased, "training= of a layer in a functional model")
    for untold in signs.untold if not signs.plain else ():
        signs.note("old", untold, "a model whose call takes no training=")
    for call in signs.loads if signs.has_lambda else ():  # Keras 3 reads one when it is told to
        signs.note("old", call, "load_model of a lambda")


def _optimizers(signs: Signs) -> None:
    """`model.optimizer.lr`, of a model or of an optimizer that the script has made."""
    for node in signs.of_optimizers:
        owner = dotted(node.value)
        model, _, last = owner.rpartition(".")
        is_model = model.endswith("model") or {f"{model}.compile", f"{model}.fit"} & signs.called
        if owner in signs.optimizers or (model and last == "optimizer" and is_model):
            signs.note("old", node, f"the {node.attr} of an optimizer")


def _frozen(signs: Signs) -> None:
    """A discriminator, frozen for good and trained: `compile` had settled what trains."""
    for name, node in signs.frozen.items():
        if f"{name}.train_on_batch" in signs.called and name and name not in signs.thawed:
            signs.note("old", node, "a model that is frozen and trained")


def _weighed(signs: Signs) -> Era:
    """Weigh what was found."""
    _logs(signs)
    _inputs(signs)
    _optimizers(signs)
    _frozen(signs)
    if not (signs.plain or signs.of_tensorflow) and not any(signs.clues.values()):
        return Era("keras3")
    old = {"acc", "val_acc"} & signs.words
    new = {"accuracy", "val_accuracy"} & signs.words
    first, second, either = signs.clues["keras1"], signs.clues["keras2"], signs.clues["old"]
    # Up to Keras 2.2 `accuracy` was logged as `acc`; since 2.3 by the word that `compile` has.
    # With `metrics=["acc"]` Keras 3 logs that word, too: then arguments of today outweigh it.
    is_of_today = bool(second) and "acc" in signs.asked
    if old and not new and not (first or either or is_of_today):
        either = [f"the name {sorted(old)[-1]!r}"]
    evidence = [*first, *either] if first else either
    # `keras.ops` came with Keras 3: with it in the script, old names are rests or are its own.
    if not evidence or signs.clues["keras3"]:
        return Era("keras3", against=tuple(evidence))
    # Of a script that imports both packages, its models tell: many for tf.keras take a tool of
    # `keras.preprocessing`. Up to 2.3 no model of one package took layers of the other, so
    # that layers of both are of a later one. A name from both is the second try of an import.
    is_of_tensorflow = signs.made_of["tensorflow"] - signs.made_of["keras"]
    if (signs.of_tensorflow and not signs.plain) or signs.is_late or is_of_tensorflow:
        is_short = bool(old) or signs.is_of_tensorflow_1
        accuracy = "acc" if is_short and not new else "accuracy"
        return Era("tf2", accuracy, tuple(evidence))
    accuracy = "accuracy" if new and not old else "acc"
    # Keras 2 took the arguments of Keras 1 until 2.2, beside its own.
    against = (*second, *signs.later) if first else ()
    if first and not against:
        return Era("keras1", "acc", tuple(evidence))
    return Era("keras2", accuracy, tuple(evidence), against)
