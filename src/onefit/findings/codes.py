"""The registry of codes. A code, once published, keeps its meaning.

OF1xx say why something runs step by step, as stock Keras would run it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means.

    Args:
        severity: `"note"`, `"warning"` or `"error"`.
        title: What it says, as a clause.
        fix: What to do about it, as an imperative.
        why: What is behind it, as a paragraph of the documentation.
    """

    severity: str
    title: str
    fix: str
    why: str


CODES: dict[str, Code] = {
    "OF101": Code(
        "note",
        "the model asks to run eagerly",
        "compile without run_eagerly=True",
        "`run_eagerly=True` asks Keras to run Python between the operations of every step, "
        "usually to debug. That is what it gets.",
    ),
    "OF102": Code(
        "note",
        "the model asks not to be compiled by XLA",
        "compile without jit_compile=False",
        "`jit_compile=False` asks Keras to run each operation of a step on its own. The numbers "
        "of the operations fused by XLA can differ in the last bit, so onefit does not decide "
        "otherwise.",
    ),
    "OF103": Code(
        "note",
        "a callback wants to be called at every step",
        "move what it does from the batch hooks to on_epoch_end, or accept the speed of Keras",
        "A callback that overrides `on_train_batch_begin`, `on_train_batch_end` or their siblings "
        "runs Python at each step, and may read or change the weights there. Callbacks with "
        "epoch, train and test hooks only are called between epochs, with the model in step. "
        "`TerminateOnNaN` is part of the program.",
    ),
    "OF104": Code(
        "note",
        "a layer says that XLA cannot compile it",
        "replace the layer, or set supports_jit = True on it if it can be traced",
        "Keras lets a layer declare `supports_jit = False`; a model that has one runs eagerly.",
    ),
    "OF105": Code(
        "note",
        "a keras.distribution is in force",
        "call keras.distribution.set_distribution(None) before the fit",
        "Under a distribution Keras shards data and variables over devices step by step. onefit "
        "does not put this into a program yet.",
    ),
    "OF106": Code(
        "note",
        "Keras runs on Flax NNX variables",
        "do not set KERAS_NNX_ENABLED",
        "With NNX the variables carry state of their own that a program cannot hold.",
    ),
    "OF107": Code(
        "note",
        "the model replaces a part of Keras's training loop",
        "override train_step, test_step or compute_loss instead: these come along",
        "A class that overrides `make_train_function`, `evaluate` or the like, or a model whose "
        "`train_function` was set, decides itself how steps are run; onefit would bypass it.",
    ),
    "OF108": Code(
        "note",
        "the data is sparse, ragged or not of numbers",
        "convert it to dense arrays of numbers first",
        "Batches of sparse matrices differ in shape from step to step, and a program has fixed "
        "shapes. Arrays of strings or objects cannot be put on a device; Keras's own error says "
        "what it makes of them.",
    ),
    "OF109": Code(
        "note",
        "a step gives back a state of another shape or dtype",
        "make train_step return the state with the shapes and dtypes that it was given",
        "A loop's body has to give back what it takes. Keras itself would trace such a step anew "
        "each time.",
    ),
    "OF110": Code(
        "note",
        "an operation of the model is slower inside a program than outside",
        "nothing: this way is the faster one here",
        "XLA's CPU backend has fast kernels that it uses only outside of loops. Convolutions are "
        "rewritten so that they keep theirs; for the few operations where this cannot be done, "
        "running step by step is faster, and onefit chooses it.",
    ),
    "OF111": Code(
        "note",
        "TerminateOnNaN watches a stream",
        "train on arrays, or leave the callback out",
        "onefit reads a stream ahead. Keras stops reading at the batch whose loss is not a "
        "number, and what is left in the stream then would differ.",
    ),
    "OF112": Code(
        "note",
        "there is nothing to train on",
        "give at least one row",
        "Keras's own behaviour on empty data decides.",
    ),
    "OF113": Code(
        "note",
        "predictions are asked for a stream of batches",
        "give predict arrays",
        "The outputs of a stream have no size that is known beforehand, and a program writes into "
        "arrays of fixed size.",
    ),
    "OF114": Code(
        "note",
        "JAX is asked to look at every operation",
        "turn jax_disable_jit, jax_debug_nans and jax_debug_infs off when the fault is found",
        "With these switches JAX runs operations one by one, or runs a step again to find the "
        "first that gives no number. Keras's own steps let it.",
    ),
}
