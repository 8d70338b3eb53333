"""What keeps a script from running anywhere today, read from its source and from how it ended."""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from onefit.scripts.cells import sources
from onefit.scripts.python_2 import is_syntax

RUN = ("ended", "training")
CAN_RUN = (*RUN, "failed")
"""All other classes are of scripts that cannot run, whatever onefit does."""

BROKEN = Path(__file__).with_name("old_scripts_broken.json")
OURS = ("keras", "tensorflow", "onefit", "jax")
_SESSIONS = re.compile(
    r"\btf\.(?:Session|InteractiveSession|placeholder|contrib(?!\.keras)|ConfigProto|app\.run"
    r"|get_default_graph|global_variables_initializer|truncated_normal|layers\.)"
    r"|tensorflow\.examples|tensorflow\.contrib(?!\.keras)"
)

Found = tuple[str, str] | None


def of_source(script: dict[str, str], path: Path, python: str) -> Found:
    """The class of a script that need not be tried, with the reason; None for the others.

    Args:
        script: Its line of the list.
        path: Where it is.
        python: The interpreter that would run it.
    """
    if not path.is_file():
        return "absent", "not in the folder"
    if script["needs_download"] == "1":
        return "download", "the list says so"
    try:
        texts = _texts(path)
    except ValueError:
        return "broken", "no notebook"
    for text in texts:
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            if is_syntax(error):
                return "python2", f"line {getattr(error, 'lineno', 0)}"
            if path.suffix != ".ipynb":
                return "broken", f"no Python: {error}"
    whole = "\n".join(texts)
    session = _SESSIONS.search(whole)
    if script["kind"] == "tf1" or session:
        return "tensorflow1", session[0] if session else "the list says so"
    folders = [path.parent, *(path.parent / one for one in _PATHS.findall(whole))]
    missing = [one for one in _imports(whole) if not _is_there(one, folders, python)]
    return ("module", f"{', '.join(missing)} is missing") if missing else None


def of_end(name: str, ended: dict[str, Any]) -> tuple[str, str]:
    """The class of a script that was run, with the reason.

    Args:
        name: The script's.
        ended: Its code (None where it was stopped) and the end of its standard error.
    """
    if ended["code"] is None:
        trains = "before any fit" not in ended["tail"]
        return "training", "" if trains else "stopped before any fit, evaluate or predict"
    if ended["code"] == 0:
        return "ended", ""
    if ended["code"] > 0 and "Traceback (most recent call last)" not in ended["tail"]:
        return "ended", f"by its own exit code {ended['code']}"
    error = last_error(ended["tail"])
    module = re.search(r"^ModuleNotFoundError: No module named '([\w.]+)'", error)
    if module and module[1].partition(".")[0] not in OURS:
        return "module", f"{module[1]} is missing"
    if error.startswith(("FileNotFoundError", "NotADirectoryError")) or _wants_data(ended["tail"]):
        return "data", error
    if "URL fetch failure" in error or error.startswith(("urllib.error", "http.client")):
        return "download", error
    if error.startswith("onefit.errors.NeedsTensorFlow"):
        return "tensorflow", error
    library = _library(ended["tail"], error)
    if library:
        return "library", f"it was written for an older {library}: {error}"
    broken = _broken().get(name)
    if re.search(r"'keras\.callbacks' has no attribute '(?:DeepLocalize|backpropagation)'", error):
        broken = "it needs its authors' own Keras, with a callback that no release has"
    return ("broken", broken) if broken else ("failed", error)


def _wants_data(tail: str) -> bool:
    """Whether a folder is empty or not there, or a corpus that a library would download."""
    return (
        "next(os.walk(" in tail
        or "of a folder in which no pictures were found" in tail
        or ("Assertion failed) !_src.empty()" in tail and "cv2" in tail)
        or ("nltk_data" in tail and "Resource" in tail)
    )


_CLASSES = {"OneHotEncoder": "scikit-learn", "Word2Vec": "gensim"}
"""Classes of other libraries that take other arguments by now."""


def _library(tail: str, error: str) -> str:
    """The library, none of those that count here, whose function went or takes other arguments."""
    if "Expected a 1D array, got an array with shape" in error or "have\nbeen removed" in tail:
        return "pandas" if "1D array" in error else "statsmodels"
    # An old script's lines have it as it was, so there it would be a failure of ours.
    is_old = "the script was written for an older Keras" in tail
    if "only 0-dimensional arrays can be converted" in error and not is_old:
        return "numpy"
    made = re.match(r"TypeError: (\w+)\.__init__\(\) got an unexpected keyword", error)
    if made and made[1] in _CLASSES:
        return _CLASSES[made[1]]
    imported = re.match(r"ImportError: cannot import name '\w+' from '(\w+)", error)
    if imported and imported[1] not in OURS:
        return imported[1]
    if not error.startswith(("ImportError", "TypeError", "AttributeError")):
        return ""
    called = re.findall(r'^  File "[^"]*?/site-packages/(\w+)', tail, re.MULTILINE)
    return called[0] if called and called[0] not in OURS else ""


def last_error(tail: str) -> str:
    """The last line of a traceback that names an error."""
    lines = [line for line in tail.splitlines() if _ERROR.match(line)]
    return lines[-1][:300] if lines else "no error is told"


_PATHS = re.compile(r"sys\.path\.(?:append\(|insert\(\w+, *)['\"]([^'\"]+)['\"]\)")
"""Folders in which a script looks for modules, too."""
_ERROR = re.compile(
    r"^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*"
    r"(?:Error|Exception|Interrupt|Module|Exit|Warning|TensorFlowName)(?::|$)"
)


@functools.cache
def _broken() -> dict[str, str]:
    return dict(json.loads(BROKEN.read_text()))


def _texts(path: Path) -> list[str]:
    if path.suffix == ".ipynb":
        return sources(path.read_bytes())
    return [path.read_text(encoding="utf-8", errors="replace")]


def _imports(text: str) -> set[str]:
    """Modules that a script imports outside of `try`, by their first names."""
    found: set[str] = set()
    for part in re.split(r"\n(?=\S)", text):  # one statement that is no Python hides no others
        try:
            tree = ast.parse(part)
        except (SyntaxError, ValueError):
            continue
        waiting: list[ast.AST] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            if not isinstance(node, ast.Try | ast.FunctionDef | ast.AsyncFunctionDef):
                waiting += ast.iter_child_nodes(node)
    return found


def _is_there(module: str, folders: list[Path], python: str) -> bool:
    if module in (*OURS, "IPython", "__future__"):
        return True
    if any((one / module).is_dir() or (one / f"{module}.py").is_file() for one in folders):
        return True
    return _is_installed(module, python)


@functools.cache
def _is_installed(module: str, python: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", code], capture_output=True).returncode == 0
