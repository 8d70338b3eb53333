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
import weakref
import zipfile
from collections.abc import Callable, Iterator
from types import MethodType
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
    """The Keras that wrote a file of a model, or of weights; `""` where none is told or to be read.

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
    with h5py.File(path, "r") as file:  # the first Kerases did not write who they are
        is_of_keras = "model_config" in file.attrs or "layer_names" in file.attrs
        told = file.attrs.get("keras_version", b"1.0" if is_of_keras else b"")
    return told.decode() if isinstance(told, bytes) else str(told)


def version_of_text(text: Any) -> str:
    """The Keras that wrote the JSON of a model; `""` where it does not tell.

    Args:
        text: What `model_from_json` is given.

    >>> version_of_text('{"class_name": "Sequential", "keras_version": "2.2.4", "config": []}')
    '2.2.4'
    >>> version_of_text("no JSON")
    ''
    """
    try:
        config = json.loads(text)
    except (TypeError, ValueError):  # Keras says what is wrong with it
        return ""
    # Keras 3 writes the module of the class beside its name, and needs no help to read its own.
    if not isinstance(config, dict) or "module" in config:
        return ""
    told = config.get("keras_version")
    # Early Kerases wrote no version into the JSON of a model. A `Sequential` of theirs is known by
    # its config, which was a bare list of layers.
    is_list = config.get("class_name") == "Sequential" and isinstance(config.get("config"), list)
    return told if isinstance(told, str) else "1.0" if is_list else ""


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
    """Have files and texts looked at wherever Keras reads models from them."""
    import keras

    def load_model(original: Function, filepath: Any, *args: Any, **kwargs: Any) -> Any:
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
        return _made_as_then(era, lambda: keras.models.load_model(filepath, *args, **kwargs))

    def model_from_json(original: Function, json_string: Any, *args: Any, **kwargs: Any) -> Any:
        written_by = version_of_text(json_string)
        era = of_version(written_by)
        if not era.is_old:
            return original(json_string, *args, **kwargs)
        _tell(f"the JSON of a model, by Keras {written_by}", False)
        model = _made_as_then(
            era, lambda: keras.models.model_from_json(json_string, *args, **kwargs)
        )
        _read.add(model)
        return model

    def load_weights(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> None:
        era = of_version(version(filepath))
        if activation.is_active() or self not in _read or not era.is_old:
            return plain(self, filepath, *args, **kwargs)
        with _as_then(era):
            self.load_weights(filepath, *args, **kwargs)

    from onefit.scripts.eras import activation

    plain = keras.Model.load_weights
    _watching[:] = [_looking(keras.models.load_model, load_model)]
    _watching.append(_looking(keras.models.model_from_json, model_from_json))
    _watching.append((plain, functools.wraps(plain)(load_weights)))
    _put()


Function = Callable[..., Any]
_watching: list[tuple[Function, Function]] = []
"""Functions of Keras, each with ours."""
_read: weakref.WeakSet[Any] = weakref.WeakSet()
"""The models that were read from texts of an old Keras: their weights are in files of it."""


def _looking(original: Function, look: Function) -> tuple[Function, Function]:
    """A function of Keras, and ours, which looks at what it is to read where no era is in force."""
    import keras

    from onefit.scripts.eras import activation

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        thread = threading.get_ident()
        if thread in _inside:  # an era's rules stand around this one
            return original(*args, **kwargs)
        if activation.is_active():  # the script has this one by its name, and Keras that of the era
            _inside.add(thread)
            try:
                return getattr(keras.models, original.__name__)(*args, **kwargs)
            finally:
                _inside.discard(thread)
        return look(original, *args, **kwargs)

    return original, function


@contextlib.contextmanager
def _as_then(era: Era) -> Iterator[None]:
    """A block in which the rules of an era are in force, around Keras's own functions."""
    from onefit.scripts.eras import activation

    _patches.undo()
    # What comes of the model afterwards is Keras 3's, which logs the accuracy under this word.
    activation.activate(era._replace(accuracy="accuracy"))
    try:
        yield
    finally:
        activation.deactivate()
        _put()


def _made_as_then(era: Era, make: Callable[[], Any]) -> Any:
    """A model whose layers go on to compute what they do in this era."""
    with _as_then(era):
        model = make()
        calls = [(layer, type(layer).call) for layer in model._flatten_layers()]
    for layer, call in calls:
        if type(layer).call is not call:  # of the era, whose rules are gone
            object.__setattr__(layer, "call", MethodType(call, layer))
    return model


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `load_model` behind the file."""
    return dict(zip(("custom_objects", "compile", "safe_mode"), args)) | kwargs


def _put() -> None:
    import keras

    for original, made in _watching:
        name = original.__name__
        if vars(keras.Model).get(name) is original:
            _patches.put(keras.Model, name, made)
        # `keras.models` and `keras.saving` have the same function under a name of their own each.
        # The list is a copy, since an import in another thread would change `sys.modules` under the
        # loop.
        for module_name, module in list(sys.modules.items()):
            is_of_keras = module_name.partition(".")[0] == "keras"
            if is_of_keras and vars(module).get(name) is original:
                _patches.put(module, name, made)


def _goes_on(era: Era, file: str, source: str, folder: str | None) -> bool:
    """Put the era of a file in force for the rest of a script, if it shows no other one."""
    from onefit import workers
    from onefit.scripts import eras
    from onefit.scripts.eras import evidence, telling

    found = evidence.read_beside(era, source, folder)
    if not found.is_old:
        return False
    eras.continue_in(found, source)
    # A worker process of the script has not seen the file, and its text shows nothing old.
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
