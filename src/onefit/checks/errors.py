"""What an error of Keras or JAX wants of a script, told from its words and from the case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from onefit.checks.case import Case
from onefit.checks.labels import of_sizes
from onefit.checks.task import layer_for
from onefit.findings import Finding

Told = tuple[str, str, str]
"""A code, what was seen, and what to do."""

RECURRENT = re.compile(r"^(lstm|gru|simple_rnn|bidirectional|conv_lstm)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LAYER = re.compile(r"of layer '([^']+)'|calling (\w+)\.call|[Ll]ayer \"?(\w+)\"?")

NAMES = (
    *("mean_squared_error", "mean_absolute_error", "binary_crossentropy", "huber", "poisson"),
    *("categorical_crossentropy", "sparse_categorical_crossentropy", "hinge", "kl_divergence"),
    *("mse", "mae", "relu", "sigmoid", "softmax", "tanh", "linear", "gelu", "elu", "selu"),
    *("silu", "leaky_relu", "softplus", "softsign", "exponential", "adam", "sgd", "rmsprop"),
    *("adamw", "adagrad", "adadelta", "nadam", "adamax", "accuracy", "glorot_uniform"),
    *("he_normal", "he_uniform", "glorot_normal", "zeros", "ones", "random_normal", "auc"),
)
"""Names by which Keras knows losses, activations, optimizers, metrics and initializers."""


def explained(error: BaseException, case: Case | None = None) -> Finding | None:
    """What an error wants of the script.

    Args:
        error: What `fit`, `evaluate` or `predict` has raised, or a layer that was made.
        case: The model and the data, where they are known. Defaults to `None`.

    Returns:
        A finding; `None` for errors that are not among the common ones.

    >>> found = explained(ValueError("You must call `compile()` before using the model."))
    >>> found.code, found.fix
    ('OF605', '`model.compile(optimizer="adam", loss=...)` before `fit` or `evaluate`')
    """
    # Keras prints parts of its messages in bold, and the patterns know no codes of colours.
    text = _COLOUR.sub("", str(error))
    for pattern, explain in _EXPLAINED:
        match = pattern.search(text)
        told = explain(match, case) if match is not None else None
        if told is not None:
            return Finding(told[0], where=_where(text), evidence=told[1], fix=told[2])
    return None


def _where(text: str) -> str:
    found = _LAYER.search(text)
    name = next((one for one in found.groups() if one), "") if found else ""
    # That is the model around the layer, and no place to look at.
    return f"layer {name!r}" if name and name not in ("Sequential", "Functional") else ""


def _sizes(text: str) -> list[int | None]:
    """The sizes in the text of a shape; `None` for one that varies."""
    words = (one.strip() for one in text.split(",") if one.strip())
    return [int(one) if one.isdigit() else None for one in words]


def _product(sizes: list[int | None]) -> int:
    found = 1
    for one in sizes:
        found *= one or 1
    return found


def _features(match: re.Match[str], case: Case | None) -> Told:
    wanted, shape = int(match[1]), _sizes(match[2])
    has = shape[-1] if shape else None
    told = f"it was made for {wanted} numbers a row and gets {has}"
    # Pictures in front of a layer that was made for their pixels in one row.
    if len(shape) > 2 and _product(shape[1:]) == wanted:
        return "OF601", told, "`x = x.reshape(len(x), -1)`, or `Flatten()` in front of it"
    fix = f"`keras.Input(({has},))` in the model, or x with {wanted} columns"
    return "OF601", told, fix


def _input(match: re.Match[str], case: Case | None) -> Told:
    wanted, has = _sizes(match[1]), _sizes(match[2])
    told = f"a row has shape {_row(wanted)} in the model, and x has shape {_row(has, 0)}"
    rest = [one for one in wanted[1:] if one is not None]
    new = ", ".join(str(one) for one in rest)
    if len(has) == len(wanted) - 1 and has == wanted[1:]:
        return "OF602", f"{told}: that is one row without the axis of rows", "`x[None]`"
    if len(has) == len(wanted) - 1 and wanted[-1] == 1:
        return "OF602", told, "`x[..., None]` adds the axis"
    # Data from Theano's time, and PyTorch's, have the channels in front.
    if len(has) == len(wanted) == 4 and has[1] == wanted[-1]:
        return "OF601", told, "`x = np.moveaxis(x, 1, -1)` puts the channels last"
    if len(rest) == len(wanted) - 1 and _product(has[1:]) == _product(wanted[1:]):
        return "OF601", told, f"`x = x.reshape(-1, {new})`"
    own = ", ".join(str(one) for one in has[1:])
    return "OF601", told, f"`keras.Input(({own},))` in the model, or x with rows of shape ({new},)"


def _row(sizes: list[int | None], start: int = 1) -> str:
    named = ", ".join("None" if one is None else str(one) for one in sizes[start:])
    return f"({named},)" if len(sizes) - start == 1 else f"({named})"


def _rank(match: re.Match[str], case: Case | None) -> Told:
    name, wanted, has, shape = match[1], int(match[2]), int(match[3]), match[4]
    told = f"it wants {wanted} axes, the rows included, and gets {has}: ({shape})"
    # Only the first layer gets what the script gives. Deeper in, the layer before has kept its last
    # step only, which is Keras's default.
    if RECURRENT.match(name):
        if case is not None and case.layers and case.layers[0].name == name:
            return "OF602", told, "`x[..., None]`, rows by steps by 1"
        fix = "`return_sequences=True` in the recurrent layer before it; behind no other one: "
        return "OF602", told, fix + "`x[..., None]` and `keras.Input((steps, 1))`"
    if name.startswith("conv") and has == wanted - 1:
        sizes = ", ".join(one.strip() for one in shape.split(",")[1:] if one.strip())
        return "OF602", told, f"`x[..., None]` and `keras.Input(({sizes}, 1))`: the channels"
    if has > wanted:
        return "OF602", told, "`Flatten()` in front of it"
    return "OF602", told, "`x[:, None]` adds an axis"


def _cardinality(match: re.Match[str], case: Case | None) -> Told:
    x, y = ([int(one) for one in match[place].split(",")] for place in (1, 2))
    # A list of rows, each an array: Keras takes a list for several inputs.
    if len(x) > 1 and len(set(x)) == 1 and y == [len(x)]:
        told = f"a list of {len(x)} arrays is taken for {len(x)} inputs"
        return "OF603", told, "`x = np.array(x)`"
    told = f"x has {x[0]:,} rows and y has {y[0]:,}"
    return "OF603", told, "check where the two were cut or split: `len(x) == len(y)`"


def _targets(match: re.Match[str], case: Case | None) -> Told:
    y, output = _sizes(match[1]), _sizes(match[2])
    told = f"y has shape {_row(y, 0)}, the output has {_row(output, 0)}"
    # Only the sparse cross-entropy compares shapes "up until the last dimension": y has it, too.
    if y == output or (len(y) > 1 and len(y) == len(output) and "up until" in match.string):
        return "OF604", f"{told}: y is one-hot", '`loss="categorical_crossentropy"`'
    if len(output) > 2 and len(y) < len(output) and "up until" in match.string:
        fix = "`Flatten()` before the last layer, or no `return_sequences=True` in the one before"
        return "OF604", told, fix
    if len(output) == 2 and (output[1] or 0) > 1 and (len(y) == 1 or y[1] == 1):
        if case is not None and case.outputs and case.outputs[0].y is not None:
            return "OF604", told, f"let the last layer be {layer_for(case.outputs[0])}"
        fix = (
            '`loss="sparse_categorical_crossentropy"` for class numbers; `Dense(1)` for one number'
        )
        return "OF604", told, fix
    width = y[-1] if len(y) > 1 else 1
    return "OF604", told, f"`Dense({width})` as the last layer, with the activation it has"


def _broadcast(match: re.Match[str], case: Case | None) -> Told | None:
    for output in case.outputs if case is not None else ():
        shape = tuple(one for one in output.shape if one is not None)
        told = of_sizes(output.y, shape, "y") if output.y is not None else ""
        if told:
            return "OF604", told, f"let the last layer be {layer_for(output)}"
    return None


def _dtype(match: re.Match[str], case: Case | None) -> Told:
    if match[1].startswith("str"):
        told = "there is text among the data"
        fix = "`np.unique(y, return_inverse=True)[1]` for labels, `StringLookup` for inputs"
        return "OF606", told, fix
    told = "the array holds Python objects: words among numbers, or rows of different lengths"
    return "OF606", told, "`x.astype('float32')`; `keras.utils.pad_sequences(x)` for such rows"


def _inputs(match: re.Match[str], case: Case | None) -> Told:
    told = f"it has {match[1]} inputs and gets {match[2]}"
    return "OF607", told, "`fit([a, b], y)`: a list with one array an input"


def _name(match: re.Match[str], case: Case | None) -> Told:
    kind, name = match[1], match[2].strip().strip("'\"")
    near = difflib.get_close_matches(name.lower(), NAMES, 1)
    fix = f'`"{near[0]}"`' if near else f"a {kind} that `keras` has, or a function"
    return "OF608", f"{name!r} as {kind}", fix


def _always(code: str, told: str, fix: str) -> Callable[[re.Match[str], Case | None], Told]:
    return lambda match, case: (code, told, fix)


def _no_targets(match: re.Match[str], case: Case | None) -> Told | None:
    if case is None or not case.outputs or case.outputs[0].y is not None or not case.inputs:
        return None
    return "OF610", "there is a loss, and no y", "`model.fit(x, y)`"


_EXPLAINED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Case | None], Told | None]], ...]
_EXPLAINED = (
    (re.compile(r"expected axis -1 of input shape to have value (\d+), but received input with "
                r"shape \(([^)]*)\)"), _features),
    (re.compile(r"Expected shape \(([^)]*)\), but input has incompatible shape \(([^)]*)\)"),
     _input),
    (re.compile(r"of layer '([^']+)' is incompatible with the layer: expected (?:min_|max_)?"
                r"ndim=(\d+), found ndim=(\d+)\. Full shape received: \(([^)]*)\)"), _rank),
    (re.compile(r"cardinality is ambiguous.*?'x' sizes: ([\d, ]+?)\s*'y' sizes: ([\d, ]+)", re.S),
     _cardinality),
    (re.compile(r"target\.shape=\(([^)]*)\), output\.shape=\(([^)]*)\)"), _targets),
    (re.compile(r"[Ii]ncompatible shapes for broadcasting"), _broadcast),
    (re.compile(r"You must call `compile\(\)`"), _always(
        "OF605", "it has no loss and no optimizer",
        '`model.compile(optimizer="adam", loss=...)` before `fit` or `evaluate`')),
    (re.compile(r"Invalid dtype: (str|object|<U|bytes)"), _dtype),
    (re.compile(r"expects (\d+) (?:named )?input\(s\).*?received (\d+) input"), _inputs),
    (re.compile(r"y_true and y_pred have different structures"), _always(
        "OF607", "y has another number of parts than the model has outputs",
        "`fit(x, [c, d])`: a list with one array an output")),
    (re.compile(r"Could not interpret (\w+)(?: function| class)? identifier: (\S+)"), _name),
    (re.compile(r"Computed output size would be zero or negative"), _always(
        "OF609", "nothing is left of the picture",
        '`padding="same"`, a smaller window, or fewer such layers')),
    (re.compile(r"total size of the tensor must be unchanged\.? Received: input_shape=\(([^)]*)\), "
                r"target_shape=\(([^)]*)\)"), lambda match, case: (
        "OF609", f"{_product(_sizes(match[1]))} numbers become {_product(_sizes(match[2]))}",
        "a `target_shape` with as many numbers; one of its sizes may be -1")),
    (re.compile(r"`Concatenate` layer requires inputs with matching shapes.*input_shape=(\[.*\])"),
     lambda match, case: ("OF609", f"it gets {match[1]}",
                          "another `axis=`, or `Flatten()` in front of it")),
    (re.compile(r"Inputs have incompatible shapes\. Received shapes (\(.*?\)) and (\(.*?\))"),
     lambda match, case: ("OF609", f"it gets {match[1]} and {match[2]}",
                          "`Dense` or `Conv2D` with as many units in one of the branches")),
    (re.compile(r"Unrecognized data type: (\w+)=\["), lambda match, case: (
        "OF610", f"{match[1]} is a list", f"`{match[1]} = np.array({match[1]})`")),
    (re.compile(r"`validation_split` is only supported"), _always(
        "OF610", "a generator or dataset has no last rows",
        "`validation_data=`, with another generator or dataset")),
    (re.compile(r"invalid value for `(\w+)`, expected a positive integer.*?=(\S+)"),
     lambda match, case: ("OF610", f"{match[1]}={match[2]}",
                          f"a whole number: `int({match[2]})`")),
    (re.compile(r"None is not a valid value for jnp\.array"), _no_targets),
)  # fmt: skip
