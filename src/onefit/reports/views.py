"""What a report shows of a network at work, as plain values: computed elsewhere, drawn here.

A record of a run holds no data and no weights. What needs the model and its data is computed by
`onefit.inspection` and handed over in these shapes; all of them become JSON in the report's file.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Picture:
    """A small picture.

    Args:
        width: Its width in pixels.
        height: Its height in pixels.
        pixels: Its bytes from the upper left, one a pixel for grey and three for colours, in
            base64.
        colour: Whether there are three bytes a pixel.
        label: What it shows, in a word; `""` for none.
    """

    width: int
    height: int
    pixels: str
    colour: bool = False
    label: str = ""


@dataclass
class Confusion:
    """How often each class was taken for each.

    Args:
        labels: The names of the classes.
        counts: For each true class, how often each class was the answer.
    """

    labels: list[str]
    counts: list[list[int]]


@dataclass
class Calibration:
    """Whether an answer that is 80 % sure is right in 80 % of the cases.

    Args:
        about: What the probabilities are of, in words: `"class 1"`, `"the answer"`.
        sure: For each bin that holds rows, the mean probability.
        right: For each bin, the share of rows for which it was so.
        rows: For each bin, how many rows it holds.
        error: The expected calibration error: the mean distance between the two, over rows.
    """

    about: str
    sure: list[float]
    right: list[float]
    rows: list[int]
    error: float


@dataclass
class Mistake:
    """A row that was answered wrongly.

    Args:
        row: Its number in the rows that the network is judged on, from 0.
        true: What it is.
        answer: What the network said.
        sure: The probability that the network gave its answer.
        values: The row's values, where it is no picture.
        picture: The row as a picture, where it is one.
    """

    row: int
    true: str
    answer: str
    sure: float
    values: list[str] = field(default_factory=list)
    picture: Picture | None = None


@dataclass
class Mistakes:
    """The rows that the network was most sure of, and wrong.

    Args:
        count: How many mistakes there are in all.
        names: The names of the values of a row.
        surest: The surest of them, the surest first.
    """

    count: int
    names: list[str]
    surest: list[Mistake]


@dataclass
class Scatter:
    """Predictions of a number against the truth.

    Args:
        name: What is predicted; `""` where it has no name.
        true: The true numbers, of these rows or of some of them in equal steps.
        predicted: The predictions of the same rows.
        rows: How many rows it was measured on.
        mean_error: The mean absolute error over these rows.
        explained: The share of the variance that is explained (R²) over these rows.
    """

    name: str
    true: list[float]
    predicted: list[float]
    rows: int
    mean_error: float
    explained: float


@dataclass
class Plane:
    """The answer over the plane of two inputs, at some epochs.

    Args:
        kind: `"probability"` (of the second class), `"classes"` or `"number"`.
        names: The names of the two inputs.
        x: The least and the greatest value of the first input.
        y: Those of the second.
        size: How many places a side has.
        low: What the byte 0 stands for.
        high: What the byte 255 stands for; for classes a byte is the number of a class.
        epochs: The epochs, 0 for the untrained network.
        frames: For each epoch, a byte a place, row by row from the least values, in base64.
        points: Rows of the data: first input, second input, class number or value.
        labels: The names of the classes.
        sizes: How many inputs and units the layers have, where the network is small enough to be
            drawn with all its weights.
        weights: Those weights at each epoch, layer by layer: the kernel, row by row, and the
            biases.
        same: Whether the training, run again for these pictures, ended in the same weights, to the
            bit; `None` where it was not run again.
        remark: What else is to be told.
    """

    kind: str
    names: list[str]
    x: list[float]
    y: list[float]
    size: int
    low: float
    high: float
    epochs: list[int]
    frames: list[str]
    points: list[list[float]]
    labels: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    weights: list[list[list[float]]] = field(default_factory=list)
    same: bool | None = None
    remark: str = ""


@dataclass
class Filters:
    """What the first layer looks for.

    Args:
        layer: The layer's name.
        pictures: Its filters, or the first ones.
        count: How many it has.
    """

    layer: str
    pictures: list[Picture]
    count: int


@dataclass
class Views:
    """What a network does with rows.

    Args:
        judged_on: The rows that it was judged on: `"training"`, `"validation"` or `"given"`.
        rows: How many rows were looked at.
        task: `"binary"`, `"classes"` or `"number"`; `""` for others.
        confusion: For classifiers.
        calibration: For classifiers, on enough rows.
        mistakes: For classifiers.
        scatter: For predictions of a number.
        plane: For networks of two inputs.
        filters: For networks that look at pictures.
        remarks: What is missing, and why.
        name: The name of the output, or of the label or number in it, where there are several.
        outputs: For a network that answers several things a row, the views of each.
        whole: How many rows there are, where not all of them were looked at.
    """

    judged_on: str
    rows: int
    task: str
    confusion: Confusion | None = None
    calibration: Calibration | None = None
    mistakes: Mistakes | None = None
    scatter: Scatter | None = None
    plane: Plane | None = None
    filters: Filters | None = None
    remarks: list[str] = field(default_factory=list)
    name: str = ""
    outputs: list[Views] = field(default_factory=list)
    whole: int | None = None
