"""What Jupyter and IPython give to code without an import: `get_ipython`, `display`.

Where IPython is not installed, the name `IPython` is answered as well, for the script's own
imports: shown objects are printed, pictures and pages are named.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from types import ModuleType
from typing import Any

from onefit.imports import ask_last, ask_no_more
from onefit.scripts.answered_modules import AnsweredModules
from onefit.scripts.cells import SHOW
from onefit.scripts.naming import asked_by_a_library


def display(*objects: Any, **_: Any) -> None:
    """Print objects, as a terminal can."""
    for one in objects:
        print(one if isinstance(one, str) else repr(one))


def show(value: Any) -> None:
    """Print the value of a cell's last line, unless it is None."""
    if value is not None:
        # As in IPython, `_` is what was shown last.
        builtins._ = value  # type: ignore[attr-defined]
        print(repr(value))


class Shell:
    """IPython's shell as far as scripts ask it for something: every magic does nothing."""

    def __bool__(self) -> bool:
        """False: Matplotlib asks whether there is a shell that draws."""
        return False

    def __getattr__(self, name: str) -> Any:
        """Any method."""
        return self._nothing

    def _nothing(self, *_: Any, **__: Any) -> None:
        return None


_SHELL = Shell()


def get_ipython() -> Shell:
    """The shell."""
    return _SHELL


NAMES = {"display": display, "get_ipython": get_ipython, SHOW: show, "In": [], "Out": {}}
"""What a notebook's code finds without an import."""


class _Shown:
    """Something for a browser: HTML, a picture."""

    def __init__(self, data: Any = None, *_: Any, **settings: Any) -> None:
        self.data = data if data is not None else settings.get("filename", settings.get("url"))

    def __repr__(self) -> str:
        told = self.data if isinstance(self.data, str) and len(self.data) < 80 else "..."
        return f"<{type(self).__name__}: {told}>"

    def _repr_html_(self) -> str:
        return str(self.data)


def clear_output(wait: bool = False) -> None:
    """Nothing: a terminal keeps what it has shown."""


_KINDS = (
    "HTML Image SVG Markdown Latex Math JSON Javascript Audio Video IFrame YouTubeVideo FileLink"
)


def _names(module: str) -> dict[str, Any]:
    kinds = {name: type(name, (_Shown,), {}) for name in _KINDS.split()}
    found = {"display": display, "clear_output": clear_output, "get_ipython": get_ipython, **kinds}
    for name in ("set_matplotlib_formats", "display_html", "display_png", "display_svg"):
        found[name] = display if name.startswith("display") else get_ipython().none
    if module == "IPython":
        del found["display"]  # `from IPython import display` is the module
    return found


def show_cells() -> None:
    """Show tracebacks by Python's own module, which knows a notebook's cells as lines."""
    import traceback

    sys.excepthook = lambda kind, error, shown: traceback.print_exception(kind, error, shown)


def _is_ipython(name: str) -> bool:
    return name.partition(".")[0] == "IPython" and not (name == "IPython" and asked_by_a_library())


def _fill(module: ModuleType) -> None:
    vars(module).update(_names(module.__name__))
    vars(module).update(InteractiveShell=Shell(), version_info=(8, 30, 0), __version__="8.30.0")

    def __getattr__(name: str) -> Any:
        """Any other name of IPython's: something that can be called and does nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        if (module.__name__, name) == ("IPython", "display"):
            return importlib.import_module("IPython.display")
        return get_ipython()._nothing

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


# asked last: an IPython that is installed is found before
_finder = AnsweredModules(_is_ipython, _fill)


def provide() -> None:
    """Answer imports of IPython where it is not installed. Idempotent."""
    ask_last(_finder)


def withdraw() -> None:
    """Undo `provide` for the imports to come. Idempotent."""
    ask_no_more(_finder)
