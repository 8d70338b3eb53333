"""What the checks look at: a model, its data and its History as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class Part:
    """An object that a layer was given: an initializer, a regularizer, a constraint.

    Args:
        kind: Its class, `"RandomNormal"` for example.
        settings: The plain values of its configuration.
    """

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)


Setting: TypeAlias = str | int | float | bool | tuple[Any, ...] | Part | None


@dataclass(frozen=True)
class Layer:
    """A layer, or a function of `keras.ops`, in a model.

    Args:
        name: Its name in the model.
        kind: Its class.
        shape: The shape of its first output without the batch; `None` for a size that varies; `()`
            where it is not known.
        input_shape: The same of its first input.
        activation: The name of its activation; `""` for none and for the linear one.
        weights: How many numbers it holds.
        trainable: Whether a training changes one of them.
        inputs: The names of the layers that it takes its input from.
        settings: What it was made with, as far as it is of interest: `units`, `rate`,
            `kernel_initializer`.
        values: Its weights by their names (`"kernel"`, `"bias"`); empty for a large network.
        is_plain: Whether it is of a class of Keras itself, and used once: a class of the user's may
            compute something else.
    """

    name: str
    kind: str
    shape: tuple[int | None, ...] = ()
    input_shape: tuple[int | None, ...] = ()
    activation: str = ""
    weights: int = 0
    trainable: bool = True
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)
    is_plain: bool = True


@dataclass(frozen=True)
class Output:
    """An output of a model, with its loss, its metrics and its targets.

    Args:
        name: Its name; `""` if it is the only one.
        layer: The name of the layer that computes it; `""` where that is not known.
        activation: The activation behind which nothing changes its numbers any more; `""` for a
            linear output, and `"?"` where it is not known.
        shape: Its shape for a row; `()` where it is not known.
        loss: The name of its loss, as Keras's functions are named; `""` for none, several, or one
            that is not known because the model computes it by itself.
        loss_settings: What the loss was made with: `label_smoothing`, `reduction`.
        from_logits: Whether its loss expects logits.
        ignored: The class number that its loss leaves out.
        weight: What its loss is multiplied by in the whole loss.
        logged: For each name in the logs that is about this output, the function behind it.
        y: Its targets in training; `None` where they are no array.
        valid_y: Its targets in validation.
    """

    name: str = ""
    layer: str = ""
    activation: str = "?"
    shape: tuple[int | None, ...] = ()
    loss: str = ""
    loss_settings: Mapping[str, Setting] = field(default_factory=dict)
    from_logits: bool = False
    ignored: float | None = None
    weight: float = 1.0
    logged: Mapping[str, str] = field(default_factory=dict)
    y: Array | None = None
    valid_y: Array | None = None

    @property
    def units(self) -> int | None:
        """The size of the last axis; `None` where it is not known."""
        return self.shape[-1] if self.shape else None


@dataclass(frozen=True)
class Case:
    """A model, the data that it is trained on, and what came of it.

    Args:
        layers: The layers, each after those that it takes its input from.
        outputs: The outputs, in the order of the model's answers.
        inputs: The inputs that are arrays, by name: `"x"`, or `"x['age']"` where there are several.
        columns: For an input that came as a table, the names of its columns.
        valid_inputs: The inputs of `validation_data`, by the same names.
        rows: Rows trained on, those of `validation_split` left out; `None` for a stream.
        batch: Rows of a step; `None` where it is not known.
        epochs: Epochs that the fit was to train.
        steps: Steps of an epoch; `None` where they are not known.
        shuffle: Whether the rows are shuffled in each epoch.
        validation_split: The share of the rows, the last ones, that is validated on.
        class_weight: The weight of each class; empty if there are none.
        is_weighted: Whether rows are weighted by `sample_weight`.
        optimizer: The class of the optimizer; `""` for a model that is not compiled.
        optimizer_settings: What it was made with: `momentum`, `clipnorm`.
        learning_rate: Its learning rate at the start; `None` for a schedule.
        callbacks: The classes of the callbacks of the user's.
        history: What Keras has logged; empty before a fit.
        is_sequence: Whether the layers are a chain, each with the one before it as its only input.
        is_plain: Whether the model trains as Keras does: no own `train_step` or `compute_loss`, no
            `add_loss`.
        knows_logits: Whether the cross-entropy of a sigmoid or a softmax is that of its logits, as
            on TensorFlow, so that nothing is clipped.
    """

    layers: Sequence[Layer] = ()
    outputs: Sequence[Output] = ()
    inputs: Mapping[str, Array] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    valid_inputs: Mapping[str, Array] = field(default_factory=dict)
    rows: int | None = None
    batch: int | None = None
    epochs: int = 1
    steps: int | None = None
    shuffle: bool = True
    validation_split: float = 0.0
    class_weight: Mapping[Any, float] = field(default_factory=dict)
    is_weighted: bool = False
    optimizer: str = ""
    optimizer_settings: Mapping[str, Setting] = field(default_factory=dict)
    learning_rate: float | None = None
    callbacks: Sequence[str] = ()
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    is_sequence: bool = False
    is_plain: bool = True
    knows_logits: bool = False

    def layer(self, name: str) -> Layer | None:
        """The layer of a name."""
        return next((one for one in self.layers if one.name == name), None)
