"""Names of a source that never change: `rows = 28` at its top."""

from __future__ import annotations

from typing import Any

import libcst as cst

from onefit.scripts.eras.call import UNKNOWN
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.names import Names


def constants(module: cst.Module, names: Names) -> dict[str, Any]:
    """The values of names that are assigned once, at the top of a module, and are constants.

    Args:
        module: The module.
        names: Its names, which tell how often one is bound.
    """
    found: dict[str, Any] = {}
    for line in module.body:
        if not isinstance(line, cst.SimpleStatementLine):
            continue
        for one in line.body:
            if not isinstance(one, cst.Assign) or len(one.targets) != 1:
                continue
            target = one.targets[0].target
            if isinstance(target, cst.Name) and names.bound[target.value] == 1:
                value = read(one.value)
                if value is not UNKNOWN:
                    found[target.value] = value
    return found
