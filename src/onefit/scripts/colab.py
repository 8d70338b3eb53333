"""`google.colab` outside Colab: what a notebook can do without it, and what it is told.

Notebooks of Colab mount a drive, upload files and download results. Here a script's files are where
it looks for them, so nothing of this is needed: each call says in one line what it did not do. What
has no meaning outside Colab raises an error that says so. Names as in Colab's own package, of
https://github.com/googlecolab/colabtools.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from onefit.console import tell
from onefit.imports import around_import, ask_last, ask_no_more, forget
from onefit.scripts.answered_modules import AnsweredModules


def mount(mountpoint: str, *_: object, **__: object) -> None:
    """`drive.mount`: there is no drive, and no folder is made.

    Args:
        mountpoint: Where the notebook expects the drive.
    """
    if not os.path.isdir(mountpoint):
        tell(
            "onefit: outside Colab no Google Drive is mounted: put the files that the script reads "
            f"into {mountpoint}, or change their paths"
        )


class Files(dict[str, bytes]):
    """Uploaded files: none, but one that is asked for by its name is read from the folder."""

    def __missing__(self, name: str) -> bytes:
        """The bytes of a file of that name."""
        with open(name, "rb") as file:
            return file.read()


def upload(*_: object, **__: object) -> Files:
    """`files.upload`: nothing is uploaded; a file stands in the folder in which the script runs.

    Returns:
        The files.
    """
    tell(f"onefit: outside Colab nothing is uploaded: files are read from {os.getcwd()}")
    return Files()


def download(filename: str) -> None:
    """`files.download`: the file is here already.

    Args:
        filename: The file.

    Raises:
        FileNotFoundError: If there is none of that name, as in Colab.
    """
    if not os.path.exists(filename):
        raise FileNotFoundError(f"Cannot find file: {filename}")
    tell(f"onefit: outside Colab nothing is downloaded: the file is {os.path.abspath(filename)}")


def secret(key: str) -> str:
    """`userdata.get`: a secret is a variable of the environment.

    Args:
        key: Its name.

    Returns:
        Its value.

    Raises:
        KeyError: If there is no such variable.
    """
    if key not in os.environ:
        raise KeyError(f"{key}: a secret of Colab; here it is an environment variable")
    return os.environ[key]


def show_picture(image: Any) -> None:
    """`patches.cv2_imshow`: a terminal shows the size of a picture.

    Args:
        image: An array of pixels.
    """
    print(f"<picture of {' x '.join(map(str, image.shape))}>")


def nothing(*_: object, **__: object) -> None:
    """What only Colab's page needs: logging in, clearing an output, formats of tables."""


def itself(value: Any, *_: object, **__: object) -> Any:
    """A table in Colab's own form is the table.

    Args:
        value: The table.

    Returns:
        The table.
    """
    return value


MODULES: dict[str, dict[str, Callable[..., Any]]] = {
    "google": {},
    "google.colab": {},
    "google.colab.auth": {"authenticate_user": nothing, "authenticate_service_account": nothing},
    "google.colab.data_table": {
        "DataTable": itself,
        "disable_dataframe_formatter": nothing,
        "enable_dataframe_formatter": nothing,
    },
    "google.colab.drive": {"mount": mount, "flush_and_unmount": nothing},
    "google.colab.files": {"download": download, "upload": upload, "view": nothing},
    "google.colab.output": {
        "clear": nothing,
        "disable_custom_widget_manager": nothing,
        "enable_custom_widget_manager": nothing,
        "no_vertical_scroll": nothing,
    },
    "google.colab.patches": {"cv2_imshow": show_picture},
    "google.colab.runtime": {"unassign": nothing},
    "google.colab.userdata": {"get": secret},
}
"""The modules that are answered, and their names."""


def _fill(module: ModuleType) -> None:
    vars(module).update(MODULES[module.__name__])

    def __getattr__(name: str) -> Any:
        """A part that was not imported by itself, or what only Colab has."""
        if f"{module.__name__}.{name}" in MODULES:
            return importlib.import_module(f"{module.__name__}.{name}")
        if name.startswith("__") or module.__name__ == "google":
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        raise AttributeError(f"{module.__name__}.{name} needs Colab: it has no meaning here")

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


# asked last: in Colab, and where there are other packages of Google, those are found
_finder = AnsweredModules(MODULES.__contains__, _fill)


def provide() -> None:
    """Answer imports of `google.colab` where it is not installed. Idempotent.

    >>> provide()
    >>> from google.colab import files
    >>> files.upload()
    {}
    >>> withdraw()
    """
    ask_last(_finder)
    around_import("jax", _unseen)


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """JAX takes `google.colab` for a page of Colab, and imports IPython, which may not be there."""
    ours = {name: sys.modules[name] for name in MODULES if _is_ours(sys.modules.get(name))}
    for name in ours:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.modules.update(ours)


def _is_ours(module: ModuleType | None) -> bool:
    return getattr(getattr(module, "__spec__", None), "loader", None) is _finder


def withdraw() -> None:
    """Undo `provide`. Idempotent."""
    ask_no_more(_finder)
    forget("jax", _unseen)
    for name in MODULES:
        if _is_ours(sys.modules.get(name)):
            del sys.modules[name]
