"""The names that a user gives to classes and columns: as many as there are, or a clear error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from onefit.inspection.rows import Rows
from onefit.training.observation.outputs import Output, outputs_of

if TYPE_CHECKING:
    from keras import Model

ClassNames: TypeAlias = Sequence[str] | Mapping[str, Sequence[str]] | None


def class_names_of(model: Model, given: Any) -> ClassNames:
    """Names of classes as lists of text, looked at before anything is computed.

    Args:
        model: A compiled `keras.Model`.
        given: The names in their order, or a dict with those of each output; `None` for none.

    Raises:
        ValueError: If there are more or fewer of them than classes, or if an output is unknown.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    >>> model.compile("adam", "binary_crossentropy")
    >>> class_names_of(model, ("no", "yes"))
    ['no', 'yes']
    """
    if given is None:
        return None
    outputs = outputs_of(model)
    if not isinstance(given, Mapping):
        names = _listed("class_names", given)
        for output in outputs:
            if len(outputs) == 1 or _count(output):  # others of several may predict a number
                check(names, _count(output), output)
        return names
    known = {output.name: output for output in outputs}
    found = {}
    for name, few in given.items():
        if name not in known:
            raise ValueError(
                f"Expected the keys of class_names to be names of outputs: {_quoted(known)}. "
                f"Received: {name!r}. A model with one output takes a list of names."
            )
        found[name] = _listed(f"class_names[{name!r}]", few)
        check(found[name], _count(known[name]), known[name])
    return found


def feature_names_of(rows: Rows, given: Any) -> list[str] | None:
    """Names of columns as a list of text.

    Args:
        rows: The rows that have the columns.
        given: The names in their order; `None` for none.

    Raises:
        ValueError: If there are more or fewer of them than columns, or if there are no columns.
    """
    if given is None:
        return None
    names, table = _listed("feature_names", given), rows.table
    if table is None or table.ndim > 2:
        what = "several inputs" if table is None else f"inputs of shape {table.shape}"
        raise ValueError(
            "Expected feature_names for a table of shape (rows, columns) only. "
            f"Received them for {what}. Leave feature_names out."
        )
    columns = 1 if table.ndim < 2 else table.shape[1]
    if len(names) != columns:
        raise ValueError(
            f"Expected {columns} feature names, one for each column of x. Received "
            f"{len(names)}: {_quoted(names)}. Name every column in its order, or leave "
            "feature_names out."
        )
    return names


def check(names: Sequence[str], count: int | None, output: Output) -> None:
    """See whether an output has as many classes as names were given.

    Args:
        names: The names.
        count: How many classes it has; `None` where that is not known.
        output: The output.

    Raises:
        ValueError: If it has more or fewer.
    """
    if count is None or len(names) == count:
        return
    of = f"output {output.name!r}" if output.name else "the model"
    if count == 0:
        raise ValueError(
            f"Expected no class_names, since {of} predicts a number (its loss is {output.loss}). "
            f"Received: {_quoted(names)}. Leave class_names out."
        )
    raise ValueError(
        f"Expected {count} class names, one for each class of {of}. Received {len(names)}: "
        f"{_quoted(names)}. Name every class in the order of its number, or leave class_names out."
    )


def _count(output: Output) -> int | None:
    """How many names the classes, labels or numbers of an output take; `None` if not known."""
    if len(output.shape) != 1 or output.shape[0] is None:
        return None
    width = output.shape[0]
    if width > 1:
        return width
    if "crossentropy" in output.loss:
        return None if "categorical" in output.loss else 2
    return None if "hinge" in output.loss or not output.loss else 0


def _listed(argument: str, given: Any) -> list[str]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(
            f"Expected {argument} to be a list of names. Received: {given!r}. "
            "Put the names into a list."
        )
    return [str(name) for name in given]


def _quoted(names: Iterable[str]) -> str:
    few = [repr(name) for name in names]
    return ", ".join(few[:6]) + (", ..." if len(few) > 6 else "")
