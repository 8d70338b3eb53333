"""OF203: arguments without a name in the order of tf.keras 2.0 to 2.11, told by their kinds.

The era stands for 2.15, which put some arguments between those of before.
"""

from __future__ import annotations

from onefit.scripts.eras.call import Call, Translate
from onefit.scripts.eras.rule import Rule, Translated

_TF2 = frozenset({"tf2"})


def put_between(argument: str, kind: type | tuple[type, ...], *following: str) -> Translate:
    """A translation of calls from before an argument was put in: what has its place moves on.

    Args:
        argument: The argument that was put in.
        kind: What the next one may be, and it may not.
        *following: The names of those behind it, in their order.

    >>> from onefit.scripts.eras.call import Happening
    >>> from onefit.scripts.eras.era import named
    >>> call = Happening("keras.losses.Huber", named("tf2"), {"axis": "none", "reduction": "mine"})
    >>> put_between("axis", str, "reduction", "name")(call)
    >>> call.arguments
    {'reduction': 'none', 'name': 'mine'}
    """

    def translate(call: Call) -> None:
        value = call.literal(argument)
        if not isinstance(value, kind) or isinstance(value, bool):
            return
        carried = call.take(argument)
        for name in following:
            displaced = call.take(name) if call.has(name) else None
            call.give(name, carried)
            if displaced is None:
                return
            carried = displaced

    return translate


def by_name_first(call: Call) -> None:
    """`load_weights("w.h5", True)`: up to 2.11 `by_name` came before `skip_mismatch`."""
    # With one of the two, 2.15 refused all files but those of its own.
    is_of_today = call.ending("filepath").endswith((".weights.h5", ".keras"))
    if is_of_today or call.literal("skip_mismatch") is not True or call.literal("by_name"):
        return
    skipped = call.take("by_name") if call.has("by_name") else None
    call.give("by_name", call.take("skip_mismatch"))
    if skipped is not None:
        call.give("skip_mismatch", skipped)


def in_order(call: Call) -> None:
    """Nothing but the order has changed, which calls that pass here have by then."""


def _rule(targets: str, *translations: Translate) -> tuple[Translated, ...]:
    return tuple(Translated(tuple(targets.split()), one, eras=_TF2) for one in translations)


_OPTIMIZERS = " ".join(
    f"keras.optimizers.{name}"
    for name in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")
)
_AT_A_POINT = " ".join(
    f"keras.metrics.{name}"
    for name in (
        *("PrecisionAtRecall", "RecallAtPrecision"),
        *("SensitivityAtSpecificity", "SpecificityAtSensitivity"),
    )
)
_ENTROPIES = "keras.losses.BinaryCrossentropy keras.losses.CategoricalCrossentropy"
_WRITTEN = ("update_freq", "profile_batch", "embeddings_freq", "embeddings_metadata")
RULES: tuple[Rule, ...] = (
    *_rule(_ENTROPIES, put_between("axis", str, "reduction", "name")),
    *_rule(
        "keras.losses.SparseCategoricalCrossentropy",
        put_between("ignore_class", str, "reduction", "name"),
    ),
    *_rule(_OPTIMIZERS, put_between("weight_decay", str, "name")),
    *_rule(_AT_A_POINT, put_between("class_id", str, "name", "dtype")),
    *_rule(
        "keras.callbacks.TensorBoard", put_between("write_steps_per_second", (str, int), *_WRITTEN)
    ),
    *_rule("keras.Model.load_weights", by_name_first),
    *_rule(
        "keras.metrics.Metric keras.losses.sparse_categorical_crossentropy "
        "keras.metrics.sparse_categorical_crossentropy",
        in_order,
    ),
)
