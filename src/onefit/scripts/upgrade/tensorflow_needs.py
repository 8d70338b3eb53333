"""What an upgraded script needs TensorFlow for, though it imports Keras alone.

Some layers, and the datasets of `keras.utils`, compute with TensorFlow under each backend of Keras
3. A script that has them runs where both are installed, and that is listed.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.tensorflow_parts import LOGGING, NEEDED, PARTS

CODE = "OF213"
_BINS = "keras.layers.Discretization"
_MEANS = "keras.layers.Normalization"


def name(script: Script, node: cst.CSTNode, today: str) -> None:
    """List a name of Keras's that needs TensorFlow.

    Args:
        script: The script that is upgraded.
        node: The name, as it was.
        today: What it is in Keras 3.
    """
    found = thing(today)
    if any(found is thing(one) for one in (*PARTS, LOGGING)):
        script.left(CODE, node, f"{today.rpartition('.')[2]} {NEEDED}")


def call(script: Script, node: cst.Call, today: str) -> None:
    """List a call of a layer that will have to learn from data by TensorFlow.

    Args:
        script: The script that is upgraded.
        node: The call, as it was.
        today: What it calls in Keras 3.
    """
    given = {one.keyword.value if one.keyword else "bin_boundaries" for one in node.args}
    if thing(today) is thing(_BINS) and not given & {"bin_boundaries", "bins"}:
        told = f"Discretization {NEEDED} where it learns its boundaries in adapt"
        script.left(CODE, node, told)


def method(script: Script, node: cst.Call, owner: cst.BaseExpression, leaf: str) -> None:
    """List a method that needs TensorFlow: `export`, and `adapt` to what is no array.

    Args:
        script: The script that is upgraded.
        node: The call, as it was.
        owner: What has the method.
        leaf: The method's name.
    """
    if leaf == "export" and script.kinds.kind(owner) == MODEL:
        if not any(one.keyword and one.keyword.value == "format" for one in node.args):
            script.left(CODE, node, f"export {NEEDED}")
    elif leaf == "adapt" and node.args and isinstance(node.args[0].value, cst.List | cst.Tuple):
        made = script.names.values.get(spelled(owner) or "", ())
        names = {script.names.keras(one.func) for one in made if isinstance(one, cst.Call)}
        today = [script.knowledge.today(one) for one in names if one is not None]
        if any(one is not None and thing(one.name) is thing(_MEANS) for one in today):
            told = f"adapt {NEEDED} for lists: give it an array of NumPy's"
            script.left(CODE, node, told)
