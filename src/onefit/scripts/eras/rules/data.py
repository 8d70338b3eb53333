"""OF209: lists, arrays of one axis and iterators as data, which older Keras took.

OF203: arguments of `keras.datasets`; Keras 3's `imdb` takes any and looks at none of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import GeneratorType
from typing import Any

from onefit.scripts.eras.call import UNKNOWN, Call
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.rule import Meaning, Rule, Translated, renamed


def arrays(call: Call) -> None:
    """Lists of numbers become arrays; lists of arrays are several inputs, as ever."""
    for name in ("x", "y", "sample_weight"):
        value = call.literal(name)
        if _is_numbers(value) or call.is_list(name):
            call.give(name, call.make("numpy.array", call.take(name)))
            call.note("a list of numbers is an array")
    one_column(call)
    one_input(call)
    single_names(call)
    validation = call.literal("validation_data")
    if isinstance(validation, list | tuple) and any(_is_numbers(one) for one in validation):
        given = [call.make("numpy.array", one) if _is_numbers(one) else one for one in validation]
        call.give("validation_data", tuple(given))
        call.note("a list of numbers is an array")
    elif isinstance(validation, list):  # a pair, which Keras 3 takes as a tuple only
        call.give("validation_data", tuple(validation))


def read_inputs(call: Call) -> None:
    """A dict of inputs may have more in it than the model reads; an upgraded script says which."""
    model = getattr(call, "subject", None)
    if not hasattr(model, "_inputs_struct"):
        return
    from onefit.scripts.eras.stand_ins import named_inputs

    given = call.literal("x")
    if isinstance(given, dict):
        call.give("x", named_inputs.read_by(model, given))
    for name in ("x", "validation_data"):
        batches = call.literal(name)
        if isinstance(batches, GeneratorType):
            call.give(name, named_inputs.read_of_batches(model, batches))
    held_out = call.literal("validation_data")
    if isinstance(held_out, tuple) and held_out:
        parts = named_inputs.read_by(model, held_out[0]), *held_out[1:]
        call.give("validation_data", parts)


def tables(call: Call) -> None:
    """A batch may be a table of pandas; Keras 3 reads one in `fit` only."""
    for name in ("x", "y"):
        value = call.literal(name)
        if value is not UNKNOWN and value is not None and _has_table(value):
            call.give(name, _as_arrays(value))


def _has_table(value: Any) -> bool:
    if isinstance(value, dict | list | tuple):
        return any(map(_has_table, value.values() if isinstance(value, dict) else value))
    # By the name of its module: pandas need not be installed.
    return type(value).__module__.partition(".")[0] == "pandas"


def _as_arrays(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_arrays(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_as_arrays, value))
    return value.to_numpy() if hasattr(value, "to_numpy") else value


def objects(call: Call) -> None:
    """Arrays of Python's numbers, as tables of mixed columns give them, were read as floats."""
    for name in ("x", "y", "sample_weight", "validation_data"):
        value = call.literal(name)
        if value is not UNKNOWN and _has_objects(value):
            call.give(name, _as_floats(value))


def _has_objects(value: Any) -> bool:
    if isinstance(value, dict | list | tuple):
        return any(map(_has_objects, value.values() if isinstance(value, dict) else value))
    if hasattr(value, "columns") and hasattr(value, "to_numpy"):  # each column has its own type
        value = value.to_numpy()
    return str(getattr(value, "dtype", "")) == "object"


def _as_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_floats(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_as_floats, value))
    try:
        return value.astype("float32") if _has_objects(value) else value
    except (TypeError, ValueError):  # words, of which Keras says best what is wrong
        return value


def one_column(call: Call) -> None:
    """Inputs of one axis were one column; Keras 3 makes it where the model's inputs are known."""
    is_known = any(call.mentions(name) for name in ("Input", "input_shape", "input_dim"))
    if call.is_flat("x") and not is_known:
        call.give("x", call.express("{}.reshape(-1, 1)", call.take("x")))
        call.note("an array of one axis is one column")


def generators(call: Call) -> None:
    """Iterators that are no generators become some: `fit(zip(pictures, masks))`."""
    for name in ("x", "validation_data"):
        if call.is_iterator(name):
            is_bare = call.target == "keras.Model.predict"  # Keras 3 wants a tuple of inputs
            part = "one if isinstance(one, tuple) else (one,)" if is_bare else "one"
            call.give(name, call.express(f"({part} for one in {{}})", call.take(name)))
            call.note("an iterator is a generator")


def one_input(call: Call) -> None:
    """The data of a single input may stand under its name."""
    given, model = call.literal("x"), getattr(call, "subject", None)
    inputs = getattr(model, "_inputs_struct", {})
    # With a single input `_inputs_struct` is that tensor itself, and no nest of them.
    if isinstance(given, dict) and len(given) == 1 and not isinstance(inputs, dict | list | tuple):
        call.give("x", next(iter(given.values())))


def single_names(call: Call) -> None:
    """A source that names a single input or output gives its data without the name."""
    if getattr(call, "subject", None) is not None or call.era.name not in BOTH_OLD:
        return
    for name in ("x", "y"):
        value = call.literal(name)
        if _is_one_name(value):
            call.give(name, next(iter(value.values())))
            call.note("the data of a single input or output have no name")
    held_out = call.literal("validation_data")
    if isinstance(held_out, tuple) and any(map(_is_one_name, held_out)):
        parts = [next(iter(one.values())) if _is_one_name(one) else one for one in held_out]
        call.give("validation_data", tuple(parts))


def _is_one_name(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1


def _is_numbers(value: Any) -> bool:
    """Whether a list holds numbers only, as deep as it goes along its first elements."""
    while isinstance(value, list | tuple) and len(value):
        value = value[0]
        # A number of NumPy's has no axes; an array in a list is one of several inputs.
        if isinstance(value, int | float | bool) or type(value).__module__ == "numpy":
            return not hasattr(value, "shape") or value.shape == ()
    return False


_VERBS = ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
_DATASETS = ("boston_housing", "california_housing", "imdb", "mnist", "reuters")
"""Those whose `load_data` takes the name of a file."""


def file_name(call: Call) -> None:
    """`get_file("/data/iris.csv", url)` names its folder apart."""
    name = call.literal("fname")
    folder, _, leaf = name.rpartition("/") if isinstance(name, str) else ("", "", "")
    below = call.literal("cache_subdir") if call.has("cache_subdir") else "datasets"
    if folder and isinstance(below, str):
        call.give("fname", leaf)
        call.give("cache_subdir", os.path.join(below, folder))
        call.note("the folder of a file is its cache_subdir")


def _unchanged(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a run leaves as it is, since `get_file` takes the path; a source has to be changed."""
    return function


def no_path(call: Call) -> None:
    """A source that gives a data set the path of its file is told that Keras 3 takes a name."""
    given = call.literal("path")
    if isinstance(given, str) and "/" in given:
        raise refused(
            ValueError,
            "OF203",
            "the name of a file in ~/.keras/datasets",
            f"path={given!r}",
            "Put the file there, or read it with numpy.load.",
        )


_OF_WORDS = ("keras.datasets.imdb.load_data", "keras.datasets.reuters.load_data")
RULES: tuple[Rule, ...] = (
    Translated(_OF_WORDS, renamed(("nb_words", "num_words"))),
    Meaning("keras.utils.get_file", "downloaded_files:at_paths", "", "OF203", source=file_name),
    *(
        Meaning(f"keras.datasets.{name}.load_data", _unchanged, "", "OF203", source=no_path)
        for name in _DATASETS
    ),
    *(
        Meaning(f"keras.src.datasets.{name}.get_file", "downloaded_files:at_paths", "", "OF203")
        for name in _DATASETS
    ),
    Translated(tuple(f"keras.Model.{verb}" for verb in _VERBS), arrays, "OF209"),
    Translated(tuple(f"keras.Model.{verb}" for verb in _VERBS), read_inputs, "OF209"),
    Translated(tuple(f"keras.Model.{verb}" for verb in _VERBS), objects, "OF209", BOTH_OLD),
    Translated(tuple(f"keras.Model.{verb}" for verb in _VERBS[3:]), tables, "OF209"),
    Translated(tuple(f"keras.Model.{verb}" for verb in _VERBS[:3]), generators, "OF209"),
)
