"""Cross-entropies as TensorFlow computes them: of what went into a sigmoid or a softmax.

Keras on TensorFlow, from 2.2 to today's, looks for the logits of an output before it takes its
logarithm, so that an output which saturates at the wrong end has a loss beyond 16.1 and a gradient.
Keras on JAX clips the probabilities. The two are the same but for rounding wherever nothing is
clipped; there the loss stays that of Keras on JAX, which an upgraded script has, too. A loss with
`from_logits=True` takes them as well, where Keras on JAX would apply the activation twice.

Source: `_get_logits` in `keras/src/backend.py` of 2.15 and `backend/tensorflow/nn.py` of 3.15.
"""

from __future__ import annotations

import functools
import inspect
import warnings
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from keras import losses, ops
from keras.src.backend import get_keras_mask, set_keras_mask

from onefit.scripts.eras.stand_ins import backend_definitions, entropies
from onefit.scripts.eras.stand_ins.kept_masks import Masked
from onefit.scripts.patches import Patches
from onefit.training.host.keras_private import JAXTrainer, nn

Function = Callable[..., Any]


class _Kept(NamedTuple):
    """What a sigmoid or a softmax got, with a reference to what it gave."""

    output: weakref.ref[Any]
    logits: Any
    activation: str
    is_operation: bool = False


_logits: dict[int, _Kept] = {}
"""What is known of each output that is still there, by its identity."""


def give_logits(patches: Patches) -> None:
    """Let losses and metrics of outputs be those of their logits, except for Keras 1 and 2.

    Args:
        patches: Where what is replaced is noted.
    """
    # What an era has put there has this mark already, as `True` or as `False`.
    if not hasattr(nn.softmax, "keeps_logits"):
        for name, make in MEANINGS.items():
            original = getattr(nn, name)
            patches.put(nn, name, functools.wraps(original)(make(original)))
        function = losses.sparse_categorical_crossentropy
        patches.put(inspect.getmodule(function), function.__name__, ignoring(function))
        step = "compute_loss_and_updates"
        patches.put(JAXTrainer, step, with_logits(getattr(JAXTrainer, step)))


def leave() -> None:
    """Have losses computed as Keras on JAX does, in this process from now on.

    So a proof compares an old script with its upgraded one, which has nothing of TensorFlow's.
    """
    _left.append(True)


_left: list[bool] = []


def of_keras(original: Function) -> Function:
    """The function of Keras on JAX: Keras 1 and 2 clipped probabilities on TensorFlow, too."""
    # Without what `give_logits` has put around it for a script that imports TensorFlow, too.
    plain = inspect.unwrap(original)

    def function(*args: Any, **kwargs: Any) -> Any:
        return plain(*args, **kwargs)

    function.keeps_logits = False  # type: ignore[attr-defined]
    return function


def sparse_of_keras(original: Function) -> Function:
    """Keras 1 and 2 clipped them before they were divided by their sum."""
    return sparse(inspect.unwrap(original))


def of_softmax(original: Function) -> Function:
    """A softmax's output knew its logits."""

    def softmax(x: Any, axis: int = -1) -> Any:
        return _keep(original(x, axis=axis), x, "softmax")

    # By this mark the doctor knows that a saturated output has a gradient here.
    softmax.keeps_logits = True  # type: ignore[attr-defined]
    return softmax


def of_sigmoid(original: Function) -> Function:
    """A sigmoid's output knew its logits."""

    def sigmoid(x: Any) -> Any:
        return _keep(original(x), x, "sigmoid")

    return sigmoid


def of_operation(output: Any) -> Any:
    """The output of TensorFlow's own sigmoid or softmax, as of `tf.nn`.

    Only the cross-entropy that goes with it finds its logits: a softmax's is no binary one.

    Args:
        output: What it gave.

    Returns:
        The same.
    """
    kept = _logits.get(id(output))
    if kept is not None and isinstance(output, jax.core.Tracer):
        _logits[id(output)] = kept._replace(is_operation=True)
    elif kept is not None:  # a tensor that is computed at once has no operation to find
        del _logits[id(output)]
    return output


def logits_of(output: Any, usual: str) -> Any:
    """The logits of an output, for the backend's own cross-entropies; `None` if it has none.

    Args:
        output: What is predicted.
        usual: The activation that goes with the cross-entropy: `"sigmoid"` or `"softmax"`.
    """
    kept = None if _left else _kept(output, usual)
    return None if kept is None else kept.logits


class _OfLogits:
    """An answer and its logits. JAX carries both, and gives back the answer, which knows them."""

    def __init__(self, answer: Any, logits: Any, told: tuple[str, bool]) -> None:
        self.answer, self.logits, self.told = answer, logits, told


def _answer(told: tuple[str, bool], parts: tuple[Any, Any]) -> Any:
    answer, logits = parts
    # JAX builds such trees of shapes and the like as well, which have no logits.
    if isinstance(answer, jax.Array):
        _keep(answer, logits, *told)
    return answer


jax.tree_util.register_pytree_node(_OfLogits, lambda it: ((it.answer, it.logits), it.told), _answer)


def with_logits(original: Function) -> Function:
    """A model's answers know their logits on the way from the gradient to the metrics.

    As `kept_masks.with_masks`, whose answers with a mask it takes, too.
    """

    def noted(answer: Any) -> Any:
        kept = _logits.get(id(answer.array if isinstance(answer, Masked) else answer))
        if kept is None:
            return answer
        return _OfLogits(answer, kept.logits, (kept.activation, kept.is_operation))

    @functools.wraps(original)
    def compute_loss_and_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        loss, (unscaled, y_pred, *rest) = original(self, *args, **kwargs)
        is_of_gradient = bool(kwargs.get("training"))  # evaluation loses nothing
        if is_of_gradient and not _left:
            y_pred = jax.tree.map(noted, y_pred, is_leaf=lambda one: isinstance(one, Masked))
        return loss, (unscaled, y_pred, *rest)

    return compute_loss_and_updates


def binary(original: Function) -> Function:
    """The binary cross-entropy of logits; of other outputs, which are clipped, Keras 2's."""

    def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
        if from_logits:
            return original(target, _of_output(output, "sigmoid"), True)
        found = original(target, output, from_logits)
        if _left:
            return found
        kept = _kept(output, "sigmoid")
        if kept is None:
            return entropies.where_other(found, entropies.binary_crossentropy(target, output))
        theirs = original(target, kept.logits, True)
        return entropies.where_other(found, theirs) if kept.activation == "sigmoid" else theirs

    return binary_crossentropy


def categorical(original: Function) -> Function:
    """The categorical cross-entropy of logits, a sigmoid's too."""

    def categorical_crossentropy(
        target: Any, output: Any, from_logits: bool = False, axis: int = -1
    ) -> Any:
        if from_logits:
            return original(target, _of_output(output, "softmax"), True, axis)
        found = original(target, output, from_logits, axis)
        kept = _kept(output, "softmax")
        if kept is None or _left:
            return found
        theirs = original(target, kept.logits, True, axis)
        return entropies.where_other(found, theirs) if kept.activation == "softmax" else theirs

    return categorical_crossentropy


def sparse(original: Function) -> Function:
    """The cross-entropy of numbered classes by logits, a sigmoid's too.

    Other outputs were clipped before they were divided by their sum, and not after it.
    """

    def sparse_categorical_crossentropy(
        target: Any, output: Any, from_logits: bool = False, axis: int = -1
    ) -> Any:
        if from_logits:
            return original(target, _of_output(output, "softmax"), True, axis)
        found = original(target, output, from_logits, axis)
        if _left:
            return found
        kept = _kept(output, "softmax")
        if kept is None:  # Keras on JAX divides a row of zeros by 0
            classes = ops.reshape(target, found.shape)
            return backend_definitions.sparse_categorical_crossentropy(classes, output, axis=axis)
        theirs = original(target, kept.logits, True, axis)
        return entropies.where_other(found, theirs) if kept.activation == "softmax" else theirs

    return sparse_categorical_crossentropy


def ignoring(original: Function) -> Function:
    """The loss with `ignore_class`, for which Keras 3 makes other outputs, which know no logits."""

    @functools.wraps(original)
    def sparse_categorical_crossentropy(
        y_true: Any,
        y_pred: Any,
        from_logits: bool = False,
        ignore_class: Any = None,
        axis: int = -1,
    ) -> Any:
        if from_logits and ignore_class is not None:
            return original(y_true, _of_output(y_pred, "softmax"), True, ignore_class, axis)
        found = original(y_true, y_pred, from_logits, ignore_class, axis)
        kept = None if from_logits or ignore_class is None or _left else _kept(y_pred, "softmax")
        if kept is None:
            return found
        theirs = original(y_true, kept.logits, True, ignore_class, axis)
        if kept.activation != "softmax":
            return theirs
        made = entropies.where_other(found, theirs)
        set_keras_mask(made, get_keras_mask(found))  # the mean leaves such rows out
        return made

    return sparse_categorical_crossentropy


MEANINGS = {
    "softmax": of_softmax,
    "sigmoid": of_sigmoid,
    "binary_crossentropy": binary,
    "categorical_crossentropy": categorical,
    "sparse_categorical_crossentropy": sparse,
}
"""What is made of the functions of Keras's backend, by their names."""

OF_KERAS = {
    **dict.fromkeys(MEANINGS, of_keras),
    "sparse_categorical_crossentropy": sparse_of_keras,
}
"""The same for Keras 1 and 2, also where a script imports TensorFlow beside them."""


def _of_output(output: Any, usual: str) -> Any:
    """What a loss with `from_logits=True` reads: the output, or what went into its activation."""
    kept = None if _left else _kept(output, usual)
    if kept is None:
        return output
    warnings.warn(
        f"The loss has from_logits=True, and its output comes from a {kept.activation}. The loss "
        f"reads what went into the {kept.activation}, as on TensorFlow; Keras on JAX would "
        "apply it twice.",
        stacklevel=2,
    )
    return kept.logits


def _keep(output: Any, logits: Any, activation: str, is_operation: bool = False) -> Any:
    # By its identity: JAX's arrays have no hash.
    key = id(output)
    reference = weakref.ref(output, lambda _: _logits.pop(key, None))
    _logits[key] = _Kept(reference, logits, activation, is_operation)
    return output


def _kept(output: Any, usual: str) -> _Kept | None:
    """What an output was made of, if the cross-entropy whose usual activation that is finds it."""
    kept = _logits.get(id(output))
    # The identity of an array that has gone may be that of another one.
    if kept is None or kept.output() is not output:
        return None
    return kept if kept.activation == usual or not kept.is_operation else None
