"""OF203: the arguments of optimizers: `lr`, `decay`, and gradients clipped together."""

from __future__ import annotations

from onefit.scripts.eras.call import Call, Translate
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule, Translated, dropped, renamed
from onefit.scripts.eras.stand_ins import legacy_optimizers


def epsilon_of_keras(call: Call) -> None:
    """`epsilon=None` meant `K.epsilon()`, which is 1e-7."""
    if call.has("epsilon") and call.literal("epsilon") is None:
        call.give("epsilon", 1e-7)


def averages_of_then(call: Call) -> None:
    """Averages of `use_ema=True` began with the weights before the first step."""
    if not hasattr(call, "subject") and call.has("use_ema") and call.literal("use_ema") is True:
        raise ValueError(
            "averages of use_ema=True began with the weights before the first step, and in Keras 3 "
            "begin with those behind it"
        )


def a_float(name: str) -> Translate:
    """`learning_rate=1` and one from NumPy are numbers, as Keras 3 wants it."""

    def to_float(call: Call) -> None:
        value = call.literal(name)
        if isinstance(value, int) or type(value).__module__ == "numpy":
            call.take(name)
            call.give(name, float(value))

    return to_float


def clipped_together(call: Call) -> None:
    """`clipnorm` was the norm of all gradients together in Keras 1 and 2."""
    if call.literal("clipnorm") is not None:
        call.give("global_clipnorm", call.take("clipnorm"))
        call.note("clipnorm is called global_clipnorm")


_ALL = ("keras.optimizers.*",)
_TF2 = frozenset({"tf2"})
_LEGACY = ("RMSprop", "Adagrad", "Nadam")
_OF_OWN_CLASSES = {
    "_build_learning_rate": "slot_optimizers:build_learning_rate",
    "_create_slots": "slot_optimizers:no_slots",
    "_fallback_apply_state": "slot_optimizers:fallback_state",
    "_get_hyper": "hyperparameters:get_hyper",
    "_index_dict": "slot_optimizers:index_dict",
    "_prepare": "slot_optimizers:prepared",
    "_prepare_local": "slot_optimizers:prepared_locally",
    "_resource_apply_dense": "slot_optimizers:of_keras",
    "_serialize_hyperparameter": "hyperparameters:serialized",
    "_set_hyper": "hyperparameters:set_hyper",
    "_use_locking": "slot_optimizers:use_locking",
    "add_slot": "slot_optimizers:add_slot",
    "get_slot": "slot_optimizers:get_slot",
}
"""What classes of a script that are derived from an optimizer call, up to tf.keras 2.15."""

RULES: tuple[Rule, ...] = (
    Translated(
        tuple(f"keras.optimizers.{one}" for one in _LEGACY),
        legacy_optimizers.with_decay,
        eras=_TF2,
    ),
    *(
        Gone(
            f"keras.optimizers.legacy.{one}",
            f"legacy_optimizers:{one}",
            legacy_optimizers.as_legacy,
            eras=_TF2,
        )
        for one in _LEGACY
    ),
    Translated(_ALL, renamed(("lr", "learning_rate"))),
    Translated(_ALL, a_float("learning_rate")),
    Translated(("keras.optimizers.SGD",), a_float("momentum")),
    Translated(_ALL, epsilon_of_keras),
    Translated(_ALL, clipped_together, eras=BOTH_OLD),
    Translated(_ALL, averages_of_then, "OF206", _TF2),
    Gone("keras.optimizers.Optimizer.lr", "optimizers:rate", "{self}.learning_rate"),
    Gone("keras.optimizers.TFOptimizer", "optimizers:TFOptimizer", eras=BOTH_OLD),
    Gone("keras.optimizers.Optimizer.decay", "optimizers:decay"),
    Gone("keras.optimizers.Optimizer.initial_decay", "optimizers:initial_decay", eras=BOTH_OLD),
    *(
        Gone(f"keras.optimizers.Optimizer.{name}", f"weight_gradients:{name}", eras=BOTH_OLD)
        for name in ("get_gradients", "get_updates")
    ),
    *(
        Gone(f"keras.optimizers.Optimizer.{name}", stand_in, eras=_TF2)
        for name, stand_in in _OF_OWN_CLASSES.items()
    ),
    *(
        Gone(f"keras.optimizers.Optimizer.{name}", f"gradient_methods:{stand_in}", eras=_TF2)
        for name, stand_in in (
            ("aggregate_gradients", "as_they_are"),
            ("_aggregate_gradients", "gradients_alone"),
            ("compute_gradients", "known_pairs"),
            ("_compute_gradients", "known_pairs"),
        )
    ),
    Translated(
        ("keras.optimizers.Optimizer.apply_gradients",),
        dropped("experimental_aggregate_gradients", "skip_gradients_aggregation"),
        eras=_TF2,
    ),
    Gone("keras.optimizers.Optimizer._decayed_lr", "optimizer_reads:decayed_rate", eras=_TF2),
    Meaning(
        "keras.src.optimizers.base_optimizer.BaseOptimizer._check_variables_are_known",
        "new_variables:taking_new_ones",
        "an optimizer takes variables that it has not seen, with moments of their own",
        eras=_TF2,
    ),
    Meaning(
        "keras.src.optimizers.base_optimizer.BaseOptimizer.stateless_apply",
        "optimizer_reads:keeping_what_it_made",
        "",
    ),
    *(
        Meaning(f"keras.src.optimizers.base_optimizer.BaseOptimizer.{name}", replace, "", eras=_TF2)
        for name, replace in (
            ("build", "weight_averages:beginning_with_weights"),
            ("_update_model_variables_moving_average", "weight_averages:at_each_step"),
        )
    ),
    Meaning("keras.Model.compute_loss_and_updates", "optimizer_reads:beginning", ""),
    Meaning("keras.Model.compute_metrics", "optimizer_reads:finding_the_optimizer", ""),
)
