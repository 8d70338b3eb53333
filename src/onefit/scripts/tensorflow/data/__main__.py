"""The table of what `tf.data` has here, for the page in the docs.

python -m onefit.scripts.tensorflow.data
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from onefit.scripts.tensorflow import data
from onefit.scripts.tensorflow.visible import visible


def table() -> str:
    """Each name with the first line of what it says of itself."""
    rows = "\n".join(f"| `{name}` | {told} |" for name, told in _names())
    return f"| name | is |\n|---|---|\n{rows}\n"


def _names() -> Iterator[tuple[str, str]]:
    for name, method in inspect.getmembers(data.Dataset):
        if name[0] != "_" and name not in ("of", "stage"):
            yield f"Dataset.{name}", _told(method)
    for prefix, module in (("", data), ("experimental.", data.experimental)):
        for name, part in sorted(visible(module).items()):
            if name[0] != "_" and not inspect.ismodule(part) and name != "Dataset":
                yield prefix + name, str(part) if isinstance(part, int) else _told(part)


def _told(part: Any) -> str:
    return (inspect.getdoc(part) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


if __name__ == "__main__":
    print(table(), end="")
