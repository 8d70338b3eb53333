"""Networks of `keras.applications` whose layers were others in Keras 2.2, where they are read.

Counted in Keras 2.2.4 and 3.15: their numbers are the same.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.upgrade.script import Script

CODE = "OF204"
_OTHERS = {
    "MobileNet": "had a ZeroPadding2D more, behind the input, and a Reshape more at its top",
    "MobileNetV2": "had a ZeroPadding2D more, behind the input",
    "ResNet50": "had other names of layers (res2a_branch2a), and some in another order",
}


def check(script: Script, original: cst.Call, name: str) -> None:
    """Tell of a network whose layers a script reads by their places or names.

    Args:
        script: The script that is upgraded.
        original: The call that makes the network.
        name: The full name of what is called.
    """
    told = _OTHERS.get(name.rpartition(".")[2]) if name.startswith("keras.applications.") else None
    is_read = bool(script.names.identifiers & {"layers", "get_layer"})
    if told is not None and is_read and script.era.name in BOTH_OLD:
        script.left(CODE, original, f"{name.rpartition('.')[2]} of Keras 2.2 {told}")
