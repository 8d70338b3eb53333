"""Lines whose meaning depends on when something is computed or called, then and now.

What Keras 1 and 2 computed of a weight in a `build` followed the weight, a `Sequence` was told of
the ends of its epochs alone, and the `layers` of a model were its own list. A schedule's rate was
that of the last step in tf.keras 2, and is that of the next one in Keras 3.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.upgrade.kinds import LAYER, MODEL, OPTIMIZER, OwnClass
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF206"
SEQUENCE = "keras.utils.PyDataset"
_TAKING = ("clear", "pop", "remove")
_SCHEDULES = frozenset({
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay",
    "LearningRateSchedule", "LinearCosineDecay", "NoisyLinearCosineDecay",
    "PiecewiseConstantDecay", "PolynomialDecay",
})  # fmt: skip


def method(script: Script, original: cst.FunctionDef, own: OwnClass) -> None:
    """Tell of a method of an own class that Keras 3 calls at another time.

    Args:
        script: The script that is upgraded.
        original: The method.
        own: Its class.
    """
    name = original.name.value
    if name == "on_epoch_end" and own.is_a(SEQUENCE):
        told = "Keras 3 calls on_epoch_end before the first epoch, and twice in an evaluation"
        script.left(CODE, original, told)
    if name == "build" and own.is_a(LAYER) and script.era.name in BOTH_OLD:
        for node in m.findall(original.body, m.Assign()):
            assign = cst.ensure_type(node, cst.Assign)
            # A name of the method's own is gone when `build` has ended.
            if _is_of_self(assign.targets[0].target) and _computes(script, assign.value):
                told = "in Keras 3 this is computed once, of the first weights: do it in call"
                script.left(CODE, assign, told)


def call(script: Script, original: cst.Call, function: cst.Attribute) -> None:
    """Tell of layers that are taken out of a model's list.

    Args:
        script: The script that is upgraded.
        original: The call.
        function: The method that is called.
    """
    layers = function.value
    is_list = isinstance(layers, cst.Attribute) and layers.attr.value == "layers"
    if not is_list or function.attr.value not in _TAKING or script.era.name not in BOTH_OLD:
        return
    if script.kinds.kind(cst.ensure_type(layers, cst.Attribute).value) == MODEL:
        told = "layers is a copy in Keras 3: make a Model that ends with the layer before"
        script.left(CODE, original, told)


def attribute(script: Script, node: cst.Attribute, kind: str | None) -> None:
    """Tell of a rate that is a step ahead, where a schedule gives it.

    Args:
        script: The script that is upgraded.
        node: The attribute, as its names were resolved.
        kind: What its owner is; `None` for what is not known.
    """
    is_read = script.names.is_read(node)
    if script.era.name != "tf2" or node.attr.value not in ("lr", "learning_rate") or not is_read:
        return
    owner = (spelled(node.value) or "").rpartition(".")[2]
    is_optimizer = kind == OPTIMIZER or (kind is None and "optimizer" in owner.lower())
    if is_optimizer and script.names.identifiers & _SCHEDULES:
        told = (
            f"with a schedule, {node.attr.value} was the rate of the last step and is that of the "
            "next one in Keras 3: call the schedule with optimizer.iterations - 1"
        )
        script.left(CODE, node, told)


def _is_of_self(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Attribute(value=m.Name("self")))


def _computes(script: Script, value: cst.BaseExpression) -> bool:
    """Whether a value is computed by the backend, of an attribute of the layer."""
    for node in m.findall(value, m.Call()):
        made = cst.ensure_type(node, cst.Call)
        room, _, name = (script.names.full(made.func) or "").rpartition(".")
        own = m.Attribute(value=m.Name("self"))
        of_own = any(m.findall(one, own) for one in made.args)
        if room == "keras.backend" and name in _OF_WEIGHTS and of_own:
            return True
    return False


_NAMES = """
abs batch_flatten clip concatenate dot exp l2_normalize log mean permute_dimensions pow relu
reshape reverse sigmoid softmax softplus sqrt square stop_gradient sum tanh tile transpose
"""
_OF_WEIGHTS = frozenset(_NAMES.split())
"""Functions that a `build` hardly calls of anything but weights."""
