"""Checks of the inputs: scale, constants, what embeddings and convolutions want."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from onefit.checks.case import Array, Case, Layer
from onefit.checks.curves import best_constant
from onefit.checks.task import some_rows
from onefit.findings import Finding

LARGE = 20.0
"""The size of inputs above which initial weights of Keras give large sums."""

WIDE = 3.0
"""A standard deviation of a column up to which initial weights suit it."""

APART = 100.0
"""How many times as wide as another a column may be."""

OTHERWISE = 20.0
"""How many times as wide the inputs of a validation are that are scaled in another way."""

FEWEST_COLUMNS, ABOUT, MOVED, NEARLY_ALL = 3, 0.2, 5.0, 0.8
"""Columns of which a scaling can be told; how near to a mean of 0 and a spread of 1 scaled ones
are; how many times as wide one is that is not scaled; the share of all columns that shows it."""

COMPARED = 500
"""Rows of the training and of the validation that are compared."""

MOST_NUMBERS = 4_000_000

SCALING = (
    *("Normalization", "Rescaling", "BatchNormalization", "LayerNormalization", "Embedding"),
    *("Lambda", "Discretization", "CategoryEncoding", "StringLookup", "IntegerLookup"),
    *("TextVectorization", "Hashing", "UnitNormalization", "GroupNormalization"),
)
WITHOUT_WEIGHTS = ("InputLayer", "Flatten", "Reshape", "Dropout", "GaussianNoise", "Permute")
COMPUTING = ("Dense", "Conv1D", "Conv2D", "Conv3D", "LSTM", "GRU", "SimpleRNN", "SeparableConv2D")


def first_layer(case: Case) -> Layer | None:
    """The first layer that changes numbers."""
    return next((one for one in case.layers if one.kind not in WITHOUT_WEIGHTS), None)


def scale(case: Case) -> Iterator[Finding]:
    """Large inputs, or columns of very different widths, that nothing scales: a hunch."""
    first = first_layer(case)
    if first is None or first.kind not in COMPUTING or not first.is_plain:
        return
    for name, x in case.inputs.items():
        table = _table(x)
        if table is None:
            continue
        largest = float(np.abs(table).max(initial=0.0))
        told = f"numbers from {table.min():.4g} to {table.max():.4g} go into {first.name!r}"
        if largest > LARGE:
            is_picture = x.ndim > 2 and table.min() >= 0 and 200 < largest <= 255
            fix = f"`{name} = {name} / 255.0`" if is_picture else _scaled(name)
            yield Finding("OF507", name, told, "hunch", fix)
        elif x.ndim == 2 and x.shape[1] > 1:
            widths = table.std(axis=0)
            some = widths[widths > 0]
            if len(some) > 1 and some.max() > max(WIDE, APART * some.min()):
                wide, narrow = (
                    int(widths.argmax()),
                    int(np.where(widths > 0, widths, np.inf).argmin()),
                )
                told = (
                    f"column {_column(case, name, wide)} is {some.max() / some.min():.0f} times as"
                )
                told += f" wide as column {_column(case, name, narrow)}"
                yield Finding("OF507", name, told, "hunch", _scaled(name))


def other_scale(case: Case) -> Iterator[Finding]:
    """Inputs of the validation that are not scaled as those of the training, or the other way.

    Certain by a count: each column is more than twenty times as wide, or a twentieth as wide, as
    no split of the same rows would be; or the columns of one have a mean of 0 and a spread of 1,
    and those of the other have not, and are of very unlike widths.
    """
    for name, x in case.inputs.items():
        valid = case.valid_inputs.get(name)
        if valid is None or x.shape[1:] != valid.shape[1:] or min(len(x), len(valid)) < 10:
            continue
        if x.dtype.kind not in "biuf" or valid.dtype.kind not in "biuf":
            continue
        ours, theirs = (_table(some_rows(one, COMPARED)) for one in (x, valid))
        if ours is None or theirs is None:
            continue
        if x.ndim != 2:
            ours, theirs = ours.reshape(-1, 1), theirs.reshape(-1, 1)
        widths, others = ours.std(axis=0), theirs.std(axis=0)
        known = (widths > 0) & (others > 0)
        apart = others[known] / widths[known]
        if not len(apart):
            continue
        is_apart = apart.min() > OTHERWISE or apart.max() < 1 / OTHERWISE
        pairs = ((ours[:, known], theirs[:, known]), (theirs[:, known], ours[:, known]))
        if not is_apart and not any(_is_scaled_alone(one, other) for one, other in pairs):
            continue
        told = f"{name} goes from {ours.min():.4g} to {ours.max():.4g} in the rows of training, and"
        told += f" from {theirs.min():.4g} to {theirs.max():.4g} in those of validation"
        fix = "scale both with the numbers of the training: the same mean and the same divisor"
        yield Finding("OF507", "validation_data", told, "certain", fix)


def _is_scaled_alone(one: Array, other: Array) -> bool:
    """Whether columns were brought to a mean of 0 and a spread of 1, and the others were not."""
    if one.shape[1] < FEWEST_COLUMNS:
        return False
    (mean, width), (means, widths) = ((a.mean(axis=0), a.std(axis=0)) for a in (one, other))
    standard = (np.abs(mean) < ABOUT) & (np.abs(width - 1) < ABOUT)
    far = np.abs(means - mean) > 2 * np.maximum(width, widths)
    far |= np.abs(np.log(widths / width)) > np.log(MOVED)
    return bool(standard.all() and far.mean() >= NEARLY_ALL and widths.max() > MOVED * widths.min())


def _scaled(name: str) -> str:
    return (
        f"put `keras.layers.Normalization()` first, with `adapt({name})`; or "
        f"`{name} = ({name} - {name}.mean(0)) / {name}.std(0)`"
    )


def _column(case: Case, name: str, place: int) -> str:
    named: Sequence[str] = case.columns.get(name, ())
    return repr(named[place]) if place < len(named) else str(place)


def _table(x: Array) -> Array | None:
    """Some rows as floats; nothing for what is not finite."""
    width = math.prod(x.shape[1:])
    if not x.size:
        return None
    rows = some_rows(x, max(1, min(5_000, MOST_NUMBERS // max(1, width))))
    table = rows.reshape(len(rows), -1).astype(np.float32, copy=False)
    return table if table.size and np.isfinite(table.sum()) else None


def constant(case: Case) -> Iterator[Finding]:
    """Inputs that are the same in every row: nothing can be told from them. Certain by a count."""
    if list(case.inputs) != ["x"] or (case.rows or 0) < 2:
        return  # of several inputs one may be no array
    if any(x.nbytes > MOST_NUMBERS * 8 or not x.size for x in case.inputs.values()):
        return
    # a GAN or an image prior may well be trained on one input: then there is one target, too
    y = case.outputs[0].y if len(case.outputs) == 1 else None
    known = all(one.loss for one in case.outputs) and case.is_plain
    if not known or y is None or not len(y) or bool((y == y[:1]).all()):
        return
    few = [x[:: max(1, len(x) // 3)] for x in case.inputs.values()]  # mostly they tell enough
    if all(bool((x == x[:1]).all()) for x in (*few, *case.inputs.values())):
        told = f"all {case.rows:,} rows are equal, and y differs"
        yield Finding("OF519", ", ".join(case.inputs), told, "certain")


def same_as_targets(case: Case) -> Iterator[Finding]:
    """Few columns of inputs that are the targets themselves: a hunch, since people try this.

    Certain where not even that was learned: the loss ends above half of the best constant's.
    """
    for name, x in case.inputs.items():
        y = case.outputs[0].y if case.outputs else None
        if y is None or x.size != y.size or x.size > min(MOST_NUMBERS, 3 * len(x)):
            continue
        if len(x) > 3 and bool((x.reshape(-1) == y.reshape(-1)).all()):
            told = "the inputs are the targets: there is nothing to predict"
            loss, constant = case.history.get("loss", ()), best_constant(case)
            is_poor = len(loss) > 0 and constant is not None and loss[-1] > constant.value / 2
            fix = "`model.fit(x, y)`, with the inputs as x"
            yield Finding("OF519", name, told, "certain" if is_poor else "hunch", fix)


def embeddings(case: Case) -> Iterator[Finding]:
    """Numbers that an `Embedding` has no row for.

    Certain where the inputs of the model go into the layer as they are: Keras on JAX gives NaN for
    a number beyond the table, and cuts fractions off.
    """
    first = first_layer(case)
    if first is None or first.kind != "Embedding" or not first.is_plain:
        return
    if len(case.inputs) != 1 or not case.is_sequence:
        return
    name, x = next(iter(case.inputs.items()))
    x = x[: max(1, MOST_NUMBERS // max(1, math.prod(x.shape[1:])))]
    size = first.settings.get("input_dim")
    if not x.size or not isinstance(size, int) or not np.isfinite(x.sum()):
        return
    low, high = x.min(), x.max()
    where = f"layer {first.name!r}"
    if x.dtype.kind == "f" and (broken := float(np.mean(x != np.floor(x)))) > 0:
        told = f"{broken:.0%} of {name} are fractions, from {low:.4g} to {high:.4g}"
        told += ": all of them become row 0" if low > -1 and high < 1 else ", and are cut off"
        fix = "give whole numbers, unscaled; for real numbers use `Dense` in the place of it"
        yield Finding("OF529", where, told, "certain", fix)
    elif high >= size or low < -size:
        told = f"{name} goes from {low:g} to {high:g}; the table has rows 0 to {size - 1}"
        fix = f"`Embedding({int(high) + 1}, ...)`" if low >= 0 else "give numbers from 0"
        yield Finding("OF529", where, told, "certain", fix)
    elif low < 0:
        told = f"{name} has numbers below 0, and row {low:g} is counted from the end"
        yield Finding("OF529", where, told, "hunch", "give numbers from 0")


def axes(case: Case) -> Iterator[Finding]:
    """Axes that look as if they were in another order than a layer has them: hunches."""
    first = first_layer(case)
    if first is not None and first.kind == "Conv2D" and len(first.input_shape) == 3:
        height, width, channels = first.input_shape
        is_last = first.settings.get("data_format") == "channels_last"
        if is_last and height in (1, 3) and (width or 0) > 8 and (channels or 0) > 8:
            told = f"a picture of {height} x {width} with {channels} channels"
            fix = "`x = np.moveaxis(x, 1, -1)`, and the shape of the input likewise"
            yield Finding("OF530", f"layer {first.name!r}", told, "hunch", fix)
    is_recurrent = first is not None and first.kind in ("LSTM", "GRU", "SimpleRNN")
    if first is not None and is_recurrent and first.input_shape[:1] == (1,):
        told = f"sequences of one step with {first.input_shape[-1]} numbers"
        fix = "reshape to `(rows, steps, numbers)`, with the steps along time"
        yield Finding("OF530", f"layer {first.name!r}", told, "hunch", fix)
    for layer in case.layers:
        is_normal = layer.kind == "BatchNormalization" and layer.settings.get("axis") == 1
        if is_normal and len(layer.input_shape) == 3 and layer.is_plain:
            told = "it normalises each line of a picture, in the place of each channel"
            yield Finding("OF530", f"layer {layer.name!r}", told, "hunch", "`axis=-1`")
