"""Files of older Kerases in scripts that show nothing old: the file says which Keras wrote it.

A model that was compiled when it was saved trains as it did then, so the era of its file is the
script's from there on. One that is not, or that a script with names of Keras 3 loads, is read as
then, and what the script does with it is Keras 3's.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from onefit.imports import after_import
from onefit.scripts.eras.era import Era, of_version
from onefit.scripts.patches import Patches


def watch(source: str, folder: str | None) -> None:
    """Look at the files of which a script loads models, once it has imported Keras.

    Args:
        source: The script's text.
        folder: Where its own modules stand.
    """
    _watched.append(after_import("keras", functools.partial(_watch, source, folder)))


def watch_no_more() -> None:
    """Undo `watch`. Idempotent. An era in force has to be undone first: it keeps what it found."""
    from onefit.imports import forget

    while _watched:
        forget("keras", _watched.pop())
    _patches.undo()


_watched: list[Any] = []
_inside: set[int] = set()
"""Threads whose call of `load_model` has come to Keras's own."""

_patches = Patches()


def version(path: Any) -> str:
    """The Keras that wrote a file of a model; `""` where it is none, is damaged, or does not tell.

    Args:
        path: The file.

    >>> version("no such file")
    ''
    """
    if not isinstance(path, str | os.PathLike) or not os.path.isfile(path):
        return ""
    try:
        return _version(path)
    except Exception:  # of whatever a damaged file makes of its reader: Keras says what is wrong
        return ""


def _version(path: Any) -> str:
    """The same, of a file that is there."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            if "metadata.json" not in parts.namelist():
                return ""
            return str(json.loads(parts.read("metadata.json")).get("keras_version", ""))
    import h5py  # only Keras's own import of it is to cost something

    if not h5py.is_hdf5(path):
        return ""
    with h5py.File(path, "r") as file:
        told = file.attrs.get("keras_version", b"1.0" if "model_config" in file.attrs else b"")
    return told.decode() if isinstance(told, bytes) else str(told)


def era_of_loaded(source: str, folder: str) -> Era:
    """The era of a file beside a script that shows nothing old, from which it has a model.

    Args:
        source: The script's text.
        folder: Where it stands, and where its files are looked for.

    >>> era_of_loaded("model = keras.models.load_model('none.h5')", ".").name
    'keras3'
    """
    from onefit.scripts.eras import evidence

    for path in _loaded(source):
        file = os.path.join(folder, path)
        era = of_version(version(file))
        if era.is_old and is_compiled(file):
            return evidence.read_beside(era, source, folder)
    return Era("keras3")


def _loaded(source: str) -> Iterator[str]:
    """The files that a source gives to `load_model`, as far as it shows their names."""
    if "load_model" not in source:
        return
    with contextlib.suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                path = getattr(node.args[0], "value", None)
                if name == "load_model" and isinstance(path, str):
                    yield path


def is_compiled(path: Any) -> bool:
    """Whether a file tells of a model how it was compiled.

    Args:
        path: The file, which `version` knows.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            if "config.json" not in parts.namelist():  # Keras says what is wrong with it
                return False
            return bool(json.loads(parts.read("config.json")).get("compile_config"))
    import h5py

    with h5py.File(path, "r") as file:
        return "training_config" in file.attrs


def _watch(source: str, folder: str | None) -> None:
    """Have files looked at wherever Keras has `load_model`."""
    import keras

    original: Callable[..., Any] = keras.models.load_model

    @functools.wraps(original)
    def load_model(filepath: Any, *args: Any, **kwargs: Any) -> Any:
        from onefit.scripts.eras import activation

        thread = threading.get_ident()
        if thread in _inside:  # an era's rules stand around this one
            return original(filepath, *args, **kwargs)
        if activation.is_active():  # the script has this one by its name, and Keras that of the era
            _inside.add(thread)
            try:
                return keras.models.load_model(filepath, *args, **kwargs)
            finally:
                _inside.discard(thread)
        written_by = version(filepath)
        era = of_version(written_by)
        if not era.is_old:
            return original(filepath, *args, **kwargs)
        file = f"{os.path.basename(filepath)}, by Keras {written_by}"
        is_trained = is_compiled(filepath) and _arguments(args, kwargs).get("compile", True)
        _patches.undo()  # the era's rules stand around Keras's own function
        if is_trained and _goes_on(era, file, source, folder):
            return keras.models.load_model(filepath, *args, **kwargs)
        _tell(file, is_trained)
        activation.activate(era._replace(accuracy="accuracy"))
        try:
            return keras.models.load_model(filepath, *args, **kwargs)
        finally:
            activation.deactivate()
            _put(original, load_model)

    _put(original, load_model)


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `load_model` behind the file."""
    return dict(zip(("custom_objects", "compile", "safe_mode"), args)) | kwargs


def _put(original: Callable[..., Any], made: Callable[..., Any]) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "keras" and vars(module).get("load_model") is original:
            _patches.put(module, "load_model", made)


def _goes_on(era: Era, file: str, source: str, folder: str | None) -> bool:
    """Put the era of a file in force for the rest of a script, if it shows no other one."""
    from onefit import workers
    from onefit.scripts import eras
    from onefit.scripts.eras import evidence, telling

    found = evidence.read_beside(era, source, folder)
    if not found.is_old:
        return False
    eras.continue_in(found, source)
    workers.share(eras.continue_in, era=found, source=source)
    telling.at_exit(found, file)
    return True


def _tell(file: str, is_trained: bool) -> None:
    from onefit.findings import Finding
    from onefit.runs import journal

    if file not in _told:
        _told.append(file)
        told = "its layers compute what they did then, and the rest is as in Keras 3"
        told += ", so that its optimizer has no decay" if is_trained else ""
        journal.find(Finding("OF216", file, told))


_told: list[str] = []
