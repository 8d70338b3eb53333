"""Faults that are put into healthy programs: one change of the source each.

Each is a fault that people make, as the questions on it show, and says by which codes of the
doctor's it is named rightly: the first is the fault itself, the others name the same cause.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from syntax import Script, argument, text, with_keras, with_numpy

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Mutation:
    """A kind of fault.

    Args:
        name: Its name.
        codes: The codes that name it rightly, its own first.
        change: From a script to its source with the fault; `None` where it does not apply.
    """

    name: str
    codes: tuple[str, ...]
    change: Callable[[Script], str | None]


MUTATIONS: list[Mutation] = []


def mutation(*codes: str) -> Callable[[Callable[[Script], str | None]], Mutation]:
    """Make a function a kind of fault of these codes."""

    def wrap(change: Callable[[Script], str | None]) -> Mutation:
        found = Mutation(change.__name__, tuple(f"OF{code}" for code in codes), change)
        MUTATIONS.append(found)
        return found

    return wrap


@dataclass(frozen=True)
class Twin:
    """A program with a fault.

    Args:
        program: The name of the healthy program.
        mutation: The fault.
        source: Its source.
    """

    program: str
    mutation: Mutation
    source: str

    @property
    def name(self) -> str:
        """The names of the program and of the fault."""
        return f"{self.program}-{self.mutation.name}"

    @property
    def split(self) -> str:
        """`development`, or `held back` until the end: by the program, so both twins go together.

        >>> Twin("two_moons", MUTATIONS[0], "").split in ("development", "held back")
        True
        """
        return split(self.program)


def split(program: str) -> str:
    """In which half a program is, by a hash of its name."""
    odd = hashlib.sha256(program.encode()).digest()[0] % 2
    return "held back" if odd else "development"


def twins(wanted: Container[str] | None = None) -> Iterator[Twin]:
    """Every fault in every program to which it applies.

    Args:
        wanted: The names of those that are made. Defaults to `None`: all.
    """
    for path in sorted((PROGRAMS / "originals").glob("*.py")):
        script = Script(path.read_text())
        for one in MUTATIONS:
            if wanted is not None and Twin(path.stem, one, "").name not in wanted:
                continue
            changed = one.change(script)
            if changed is not None and changed != script.source:
                yield Twin(path.stem, one, changed)


def _is_regression(script: Script) -> bool:
    return script.output == "" and "rossentropy" not in script.loss


def _is_integer_classes(script: Script) -> bool:
    return "parse" in script.loss and script.output == "softmax"


def _has_rows(script: Script) -> bool:
    """Whether rows for training and tests have the usual names, and are numbers of a table."""
    given = [text(one.value) for one in script.fit.args[:2]]
    return given == ["x_train", "y_train"] and "Embedding(" not in script.source


@mutation("501", "502")
def softmax_over_one_unit(script: Script) -> str | None:
    """The output is the softmax of a single unit."""
    if text(script.dense[-1].args[0].value) != "1":
        return None
    return script.with_arguments({script.dense[-1]: {"activation": "'softmax'"}})


@mutation("502")
def output_out_of_reach(script: Script) -> str | None:
    """A regression ends with a sigmoid."""
    if not _is_regression(script):
        return None
    return script.with_arguments({script.dense[-1]: {"activation": "'sigmoid'"}})


@mutation("503", "502")
def relu_as_output(script: Script) -> str | None:
    """The output is a relu, for a number or for a class."""
    if script.output not in ("", "sigmoid") or "logits" in script.loss:
        return None
    return script.with_arguments({script.dense[-1]: {"activation": "'relu'"}})


@mutation("505")
def logits_taken_for_probabilities(script: Script) -> str | None:
    """The last activation is forgotten, and the loss expects probabilities."""
    if "logits" in script.loss:
        return with_keras(re.sub(r"from_logits=True", "", script.source))
    if "rossentropy" not in script.loss:
        return None
    return script.with_arguments({script.dense[-1]: {"activation": None}})


@mutation("303", "509", "502")
def one_unit_for_many_classes(script: Script) -> str | None:
    """Class numbers are learned by one sigmoid."""
    if not _is_integer_classes(script):
        return None
    source = script.with_arguments({script.dense[-1]: {"activation": "'sigmoid'"}})
    changed = Script(source)
    source = changed.with_units({changed.dense[-1]: "1"})
    return Script(source).with_compile(loss="'binary_crossentropy'")


@mutation("303", "501", "509")
def categorical_loss_of_one_unit(script: Script) -> str | None:
    """Two classes, one sigmoid, and the categorical cross-entropy, which is 0 for one unit."""
    if text(script.dense[-1].args[0].value) != "1" or script.output != "sigmoid":
        return None
    return script.with_compile(loss="'categorical_crossentropy'")


@mutation("507")
def inputs_of_large_numbers(script: Script) -> str | None:
    """The inputs are hundreds, all of one sign, as measurements often are."""
    if not _has_rows(script):
        return None
    return script.before_fit("x_train, x_test = 500 + 200 * x_train, 500 + 200 * x_test\n")


@mutation("508")
def targets_of_large_numbers(script: Script) -> str | None:
    """The targets are thousands."""
    if not _has_rows(script) or not _is_regression(script):
        return None
    return script.before_fit("y_train, y_test = 4000 + 900 * y_train, 4000 + 900 * y_test\n")


@mutation("509", "303", "505")
def loss_of_another_task(script: Script) -> str | None:
    """A squared error of class numbers, a column of them, or a cross-entropy of real numbers."""
    if _is_regression(script):
        return script.with_compile(loss="'binary_crossentropy'")
    if not _is_integer_classes(script) or not _has_rows(script):
        return None
    changed = Script(script.with_compile(loss="'mse'"))
    changed = Script(changed.with_arguments({changed.fit: {"validation_data": None}}))
    return changed.before_fit("y_train = y_train.reshape(-1, 1)\n")


@mutation("510")
def one_epoch(script: Script) -> str | None:
    """The training ends after an epoch."""
    if not argument(script.fit, "epochs"):
        return None
    return script.with_arguments({script.fit: {"epochs": "1"}})


@mutation("511", "307", "513", "515")
def learning_rate_too_high(script: Script) -> str | None:
    """Adam with a learning rate of 3."""
    return script.with_compile(optimizer="keras.optimizers.Adam(learning_rate=3.0)")


@mutation("512", "510")
def learning_rate_too_low(script: Script) -> str | None:
    """Gradient descent with a learning rate of 0.00001."""
    return script.with_compile(optimizer="keras.optimizers.SGD(learning_rate=1e-5)")


@mutation("513", "516")
def dead_units(script: Script) -> str | None:
    """Biases that keep every relu at 0."""
    bias = {"bias_initializer": "keras.initializers.Constant(-12.0)"}
    if not script.hidden or "BatchNormalization" in script.source:
        return None
    return with_keras(script.with_arguments({call: bias for call in script.hidden}))


@mutation("514")
def deep_sigmoids(script: Script) -> str | None:
    """Each hidden layer is a sigmoid, and there are five more, with plain gradient descent."""
    if "BatchNormalization" in script.source or "Conv" in script.source or not script.hidden:
        return None
    source = script.with_arguments({call: {"activation": "'sigmoid'"} for call in script.hidden})
    line = re.search(r"\n( *model\.add\((?:\w+\.)*Dense\(\d+, activation = 'sigmoid'\)\))", source)
    item = re.search(r"\n( *(?:\w+\.)*Dense\(\d+, activation = 'sigmoid'\),)", source)
    functional = re.search(r"\n( *h = (?:\w+\.)*Dense\(\d+, activation = 'sigmoid'\)\(h\))", source)
    found = line or item or functional
    if found is None:
        return None
    source = source.replace(found[1], "\n".join([found[1]] * 6), 1)
    return Script(source).with_compile(optimizer="keras.optimizers.SGD(0.01)")


@mutation("516", "519")
def weights_of_zero(script: Script) -> str | None:
    """All weights start at 0."""
    if not script.hidden:
        return None
    zeros = {"kernel_initializer": "'zeros'"}
    return script.with_arguments({call: zeros for call in [*script.hidden, script.dense[-1]]})


@mutation("516", "515", "511")
def weights_of_hundreds(script: Script) -> str | None:
    """The weights start a hundred times too large."""
    if not script.hidden:
        return None
    wide = {"kernel_initializer": "keras.initializers.RandomNormal(stddev=20.0)"}
    return with_keras(script.with_arguments({call: wide for call in script.hidden}))


@mutation("518")
def no_activations(script: Script) -> str | None:
    """Linear layers one after another."""
    if not script.hidden:
        return None
    return script.with_arguments({call: {"activation": None} for call in script.hidden})


@mutation("518", "513")
def one_unit_in_the_middle(script: Script) -> str | None:
    """A hidden layer of one unit."""
    dense = [call for call in script.hidden if call in script.dense]
    return script.with_units({dense[-1]: "1"}) if dense else None


@mutation("519", "523", "527")
def rows_out_of_step(script: Script) -> str | None:
    """The targets are shuffled, and the inputs are not."""
    if text(script.fit.args[1].value) != "y_train":
        return None
    return with_numpy(script.before_fit("y_train = np.random.permutation(y_train)\n"))


@mutation("522")
def rows_in_order_of_class(script: Script) -> str | None:
    """The rows are sorted by class, and the last third is the validation split."""
    if not _has_rows(script) or not ("parse" in script.loss or "categorical" in script.loss):
        return None
    key = "y_train" if "parse" in script.loss else "y_train.argmax(axis=1)"
    fit = {"validation_data": None, "validation_split": "0.35"}
    changed = Script(script.with_arguments({script.fit: fit}))
    lines = f"order = np.argsort({key})\nx_train, y_train = x_train[order], y_train[order]\n"
    return with_numpy(changed.before_fit(lines))


@mutation("302", "307")
def missing_value(script: Script) -> str | None:
    """One number of the inputs is missing."""
    if not _has_rows(script):
        return None
    return with_numpy(
        script.before_fit("x_train = np.array(x_train, float)\nx_train[7].flat[0] = np.nan\n")
    )


@mutation("525")
def strong_penalty(script: Script) -> str | None:
    """A penalty on the weights that is larger than the loss."""
    strong = {"kernel_regularizer": "keras.regularizers.L2(0.5)"}
    return with_keras(
        script.with_arguments({call: strong for call in [*script.hidden, script.dense[-1]]})
    )


@mutation("524", "525", "518")
def nearly_all_dropped(script: Script) -> str | None:
    """Dropout of 97 in a hundred units."""
    dropped = script.named("Dropout")
    return script.with_units({dropped[-1]: "0.97"}) if dropped else None


@mutation("521", "510")
def few_rows(script: Script) -> str | None:
    """Fifteen rows are all there is to learn from."""
    if not _has_rows(script):
        return None
    fit = {"validation_split": None, "validation_data": "(x_test, y_test)"}
    changed = Script(script.with_arguments({script.fit: fit}))
    return changed.before_fit("x_train, y_train = x_train[:15], y_train[:15]\n")


@mutation("520")
def weights_of_classes_forgotten(script: Script) -> str | None:
    """A rare class without the weights that it needs."""
    if not argument(script.fit, "class_weight"):
        return None
    return script.with_arguments({script.fit: {"class_weight": None}})


@mutation("527", "519", "523", "521")
def wrong_labels(script: Script) -> str | None:
    """Seven labels in ten are drawn at random."""
    if not _has_rows(script) or _is_regression(script):
        return None
    lines = (
        "y_train = np.array(y_train)\nwrong = np.random.rand(len(y_train)) < 0.7\n"
        "y_train[wrong] = np.random.permutation(y_train)[wrong]\n"
    )
    return with_numpy(script.before_fit(lines))
