"""Write an object with its variables and traced functions in a folder, and read it."""

from __future__ import annotations

import os
import pickle
from typing import Any

import keras

from onefit.atomic_file import atomic_file
from onefit.errors import NeedsTensorFlowName
from onefit.scripts.eras.stand_ins.files import IN_FOLDER
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.saved_model.restored import UserObject
from onefit.scripts.tensorflow.saved_model.signatures import (
    DEFAULT,
    Signature,
    SignatureMap,
    called_with_tensors,
    inputs_of,
    signatures_of,
)
from onefit.scripts.tensorflow.saved_model.tracking import is_trackable, kept, weights_of

NAME = "saved_model.onefit"
OF_TENSORFLOW = ("saved_model.pb", "saved_model.pbtxt")
SERVING = "serve"
BEGINNING = b"onefit SavedModel, version 1\n"


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Write an object in a folder: its variables, and its functions as far as they were traced.

    The file is onefit's own: TensorFlow, its serving and its converters do not read it. It has the
    functions as Python's code, so load only what you trust, as with any SavedModel.

    Args:
        obj: A `tf.Module`, or a layer or a model of Keras.
        export_dir: The folder, which is made.
        signatures: A `tf.function` with an input signature, a concrete function, or a dict of such.
            Defaults to how a Keras model is called, and to none of any other object.
        options: Taken, and of no effect.

    Raises:
        ValueError: For an object that has no variables of its own, a list for example, and for one
            that holds something that cannot be written.

    >>> import tempfile
    >>> from onefit.scripts.tensorflow.function import function
    >>> from onefit.scripts.tensorflow.module import Module
    >>> from onefit.scripts.tensorflow.variable import Variable
    >>> line, folder = Module(), tempfile.mkdtemp()
    >>> line.slope = Variable(2.0)
    >>> line.at = function(lambda x: x * line.slope)
    >>> float(line.at(3.0))
    6.0
    >>> save(line, folder)
    >>> loaded = load(folder)
    >>> float(loaded.at(3.0)), loaded.slope.numpy()
    (6.0, np.float32(2.0))
    """
    if not is_trackable(obj):
        raise ValueError(
            "Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the "
            f"`Trackable` class, for export. Got {obj} with type {type(obj)}."
        )
    write(kept(obj, signatures_of(obj, signatures)), export_dir)


def export(model: keras.Model, export_dir: Any, input_signature: Any = None) -> None:
    """Write a Keras model with the endpoint `serve`, as `model.export` does.

    Args:
        model: The model.
        export_dir: The folder, which is made.
        input_signature: The shapes and dtypes of what it takes. Defaults to those it was built for.

    Raises:
        ValueError: If the model is not built.
    """
    if not model.built:
        raise ValueError(
            "The layer provided has not yet been built. It must be built before export."
        )
    taken = keras.tree.flatten(input_signature) if input_signature else inputs_of(model)
    called = called_with_tensors(model, len(taken))
    inputs = {one.name or f"args_{place}": one for place, one in enumerate(taken)}
    signatures = {name: Signature(called, inputs) for name in ("serve", DEFAULT)}
    held = {"serve": called, "signatures": SignatureMap(signatures), **weights_of(model)}
    write(UserObject(held), export_dir)


def write(found: UserObject, export_dir: Any) -> None:
    """Write what `load` is to give.

    Args:
        found: The object.
        export_dir: The folder, which is made.

    Raises:
        ValueError: If it holds something that cannot be written.
    """
    written = _written(found)
    folder = os.fspath(export_dir)
    os.makedirs(folder, exist_ok=True)
    with atomic_file(os.path.join(folder, NAME)) as file:
        file.write(BEGINNING + written)


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Any:
    """Read what `save` wrote.

    Args:
        export_dir: The folder.
        tags: "serve", or a list of it, if anything.
        options: Taken, and of no effect.

    Returns:
        An object with the variables, functions and such objects that the saved one had.

    Raises:
        OSError: If nothing was saved there, or the file is damaged.
        NeedsTensorFlowName: If TensorFlow wrote it.
    """
    folder = os.fspath(export_dir)
    if tags and set([tags] if isinstance(tags, str) else tags) != {SERVING}:
        raise ValueError(
            f"Got an incompatible argument to `tags`: {tags}. The SavedModel at {folder} has one "
            "MetaGraph with tags {'serve'}."
        )
    path = os.path.join(folder, NAME)
    if not os.path.isfile(path):
        if os.path.isfile(os.path.join(folder, IN_FOLDER)):  # `model.save(folder)` of tf.keras 2
            model = keras.models.load_model(folder)
            return kept(model, signatures_of(model, None))
        if any(os.path.isfile(os.path.join(folder, name)) for name in OF_TENSORFLOW):
            refuse("tensorflow.saved_model.load of a file of TensorFlow's own", "load")
        raise OSError(
            f"SavedModel file does not exist at: {folder}/{{saved_model.pbtxt|saved_model.pb}}"
        )
    with open(path, "rb") as file:
        if file.read(len(BEGINNING)) != BEGINNING:
            raise OSError(f"Expected a file that tf.saved_model.save of onefit wrote: {path}")
        try:
            return pickle.load(file)
        except (EOFError, pickle.UnpicklingError) as error:
            raise OSError(
                f"Expected a whole file; a part of {path} is missing ({error})."
            ) from None
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "cloudpickle":
                raise
            raise _needs_cloudpickle("load") from None


def contains_saved_model(export_dir: Any) -> bool:
    """Whether something was saved in a folder.

    Args:
        export_dir: The folder.

    >>> contains_saved_model("nowhere")
    False
    """
    names = (NAME, IN_FOLDER, *OF_TENSORFLOW)
    return any(os.path.isfile(os.path.join(os.fspath(export_dir), name)) for name in names)


def _written(found: UserObject) -> bytes:
    try:
        from onefit.scripts.tensorflow.saved_model.pickling import pickled
    except ImportError:
        raise _needs_cloudpickle("save") from None
    return pickled(found)


def _needs_cloudpickle(name: str) -> NeedsTensorFlowName:
    return NeedsTensorFlowName(
        "expected cloudpickle, which writes and reads the functions of a SavedModel; it is not "
        'installed: pip install "onefit[saved-models]"',
        name=name,
    )
