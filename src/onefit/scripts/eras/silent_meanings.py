"""Words that a script for tf.keras 2 or Keras 3 may have, and that mean something else in Keras 3.

Those of them whose defaults changed are in `silent_defaults.py`, by the rules of `rules/`.
"""

from __future__ import annotations

import ast

_OF_CALLS = {
    ("EarlyStopping", "restore_best_weights"): (
        "EarlyStopping(restore_best_weights=True), which then gave them back only where it stopped"
    ),
    ("", "stateful"): "stateful=True, whose states then went on with the next batch",
    ("", "use_ema"): "use_ema=True, whose averages then began with the first weights",
}
"""What a call says, with an argument that is true; of any call where it has no name."""
_OF_NAMES = {
    "train_on_batch": "train_on_batch, which then told of its batch alone",
    "test_on_batch": "test_on_batch, which then told of its batch alone",
}
_TRAINING = "training=True of a layer's call in a model, which then counted in predict, too"
_WIDE = "set_floatx('float64'), which then was 64 bits"


def of_call(node: ast.Call) -> list[str]:
    """What a call meant then, where Keras 3 takes it otherwise.

    Args:
        node: The call.

    >>> of_call(ast.parse("GRU(2, stateful=True)").body[0].value)
    ['stateful=True, whose states then went on with the next batch']
    >>> of_call(ast.parse("l1_l2()").body[0].value)
    ['l1_l2(l1=0.01, l2=0.01)']
    >>> of_call(ast.parse("GRU(2, stateful=False)").body[0].value)
    []
    """
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    true = {one.arg for one in node.keywords if _is(one.value, True)}
    keys = [key for word in sorted(map(str, true)) for key in ((name, word), ("", word))]
    found = [_OF_CALLS[key] for key in keys if key in _OF_CALLS]
    if name in _OF_NAMES:
        found.append(_OF_NAMES[name])
    if name == "l1_l2" and not node.args and not node.keywords:
        found.append("l1_l2(l1=0.01, l2=0.01)")
    if name == "set_floatx" and any(_is(one, "float64") for one in node.args):
        found.append(_WIDE)
    if "training" in true and isinstance(node.func, ast.Call):  # `Dropout(0.5)(x, training=True)`
        found.append(_TRAINING)
    return found


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value
