"""OF206: what computes other numbers today than it did then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.deferred import Deferred
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, Translated
from onefit.scripts.eras.stand_ins import (
    graph_draws,
    initial_weights,
    layers_in_calls,
    legacy_optimizers,
    logits,
    optimizers,
)

_OPTIMIZERS = "keras.optimizers"
_OPTIMIZERS_OF_THEN = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")
_NORMALIZATION = "keras.layers.BatchNormalization"
_STEPS = "keras.layers.TimeDistributed"
_RATE = "keras.src.optimizers.base_optimizer.BaseOptimizer"
KERAS1, KERAS2 = frozenset({"keras1"}), frozenset({"keras2"})
TF2 = frozenset({"tf2"})
_FUNCTIONS = "keras.src.backend.jax.nn"
_EMBEDDING = "keras.layers.Embedding"
_ARRAYS = "keras.src.trainers.data_adapters.array_data_adapter.ArrayDataAdapter"
_RANDOM = "keras.src.initializers.random_initializers"
_NORMAL = ("GlorotNormal", "HeNormal", "LecunNormal")


_ARGUMENTS = "keras.src.ops.symbolic_arguments.SymbolicArguments"
_DRAWS: tuple[tuple[str, Callable[[Any], Any], frozenset[str]], ...] = (
    ("keras.layers.Layer.__call__", graph_draws.of_keras1, KERAS1),
    ("keras.layers.Layer.__call__", graph_draws.of_keras2, KERAS2),
    ("keras.layers.Layer.__call__", layers_in_calls.noted, BOTH_OLD),
    (f"{_ARGUMENTS}.fill_in", layers_in_calls.filling, BOTH_OLD),
    ("keras.Sequential.build", graph_draws.of_stacks, BOTH_OLD),
    (f"{_RANDOM}.random", initial_weights.Numbers, BOTH_OLD),
    (f"{_RANDOM}.Orthogonal.__call__", initial_weights.orthogonal, BOTH_OLD),
    *(
        (f"{_RANDOM}.{name}.__call__", made, eras)
        for name in ("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling")
        for made, eras in (
            (initial_weights.of_keras1, KERAS1),
            (initial_weights.of_keras2, KERAS2),
        )
    ),
    (f"{_RANDOM}.VarianceScaling.__call__", initial_weights.of_kernels, KERAS1),
    (f"{_RANDOM}.compute_fans", initial_weights.fans_of_keras1, KERAS1),
    (f"{_RANDOM}.compute_fans", initial_weights.fans_of_keras2, KERAS2),
    ("keras.layers.Conv1D.build", initial_weights.of_convolutions, KERAS1),
    *(
        (f"{home}.make_default_seed", initial_weights.default_seed, BOTH_OLD)
        for home in ("keras.src.random.seed_generator", "keras.src.backend.jax.random")
    ),
)


def weights_of_steps(call: Call) -> None:
    """Losses with a weight for each step were divided by the number of those that are not 0."""
    modes = call.literal("sample_weight_mode") if call.has("sample_weight_mode") else None
    each = list(modes.values()) if isinstance(modes, dict) else modes
    is_temporal = "temporal" in (each if isinstance(each, list) else [each])
    if is_temporal and not hasattr(call, "subject"):
        raise ValueError(
            "where steps have the weight 0, the loss was divided by the number of the others; "
            "Keras 3 divides it by the number of all steps"
        )


RULES: tuple[Rule, ...] = (
    Translated(("keras.Model.compile",), weights_of_steps, "OF206", BOTH_OLD),
    Meaning(f"{_NORMALIZATION}.call", "normalization:of_fused_kernel", "", "OF206", TF2, WRITTEN),
    Meaning(f"{_NORMALIZATION}.build", "normalization:counted", "", "OF206", KERAS2, WRITTEN),
    Meaning(f"{_NORMALIZATION}.call", "normalization:of_keras2", "", "OF206", KERAS2, WRITTEN),
    Meaning(f"{_NORMALIZATION}.call", "normalization:by_its_batch", "", "OF206", KERAS2, WRITTEN),
    Meaning(f"{_NORMALIZATION}.call", "trainable_flags:as_frozen", "", "OF206", KERAS2),
    *(
        Meaning(f"{home}.call", "trainable_flags:standing_still", "", "OF206", KERAS2)
        for home in ("keras.src.models.functional.Functional", "keras.Sequential")
    ),
    Meaning(f"{_NORMALIZATION}.call", "normalization:never_frozen", "", "OF206", KERAS1, WRITTEN),
    *(
        Meaning(f"{_NORMALIZATION}.{name}", made, "", "OF206", KERAS1)
        for name, made in (
            ("__init__", "normalization:with_mode"),
            ("call", "normalization:by_mode"),
            ("get_config", "normalization:told_mode"),
        )
    ),
    Meaning(
        "keras.layers.Layer._get_regularization_losses", "regularizers:of_frozen_too", "", "OF206"
    ),
    Meaning(
        "keras.layers.Layer._get_regularization_losses",
        "regularizers:of_each_call",
        "",
        "OF206",
        KERAS1,
    ),
    Meaning("keras.layers.Layer.__call__", "graph_layers:reading_the_graph", "", "OF210"),
    Meaning(
        "keras.layers.Layer.__call__",
        "regularizers:of_whole_batch",
        "",
        "OF206",
        BOTH_OLD,
        Deferred("regularizers:times_rows"),
    ),
    Meaning("keras.layers.SimpleRNN.__init__", "regularizers:of_outputs", "", "OF206"),
    Meaning(f"{_STEPS}.build", "distributed_steps:with_told_size", "", "OF206"),
    *(
        Meaning(f"{_STEPS}.call", made, "", "OF206", eras)
        for made, eras in (
            ("distributed_steps:of_keras1", KERAS1),
            ("distributed_steps:of_keras2", KERAS2),
            ("distributed_steps:of_tf2", TF2),
            ("regularizers:of_steps", BOTH_OLD),
            ("regularizers:of_mean_step", TF2),
        )
    ),
    *(
        Meaning(
            f"keras.initializers.{name}.__init__",
            "losses:untruncated",
            "",
            "OF206",
            KERAS1,
            Deferred("losses:scaled"),
        )
        for name in _NORMAL
    ),
    *(
        Meaning(f"{_EMBEDDING}.{name}", made, "", "OF206", KERAS1, WRITTEN, argument="dropout")
        for name, made in (
            ("__init__", "word_dropout:with_dropout"),
            ("call", "word_dropout:without_words"),
            ("get_config", "word_dropout:config_with_dropout"),
        )
    ),
    Meaning(
        "keras.initializers.Identity.__call__",
        "losses:in_blocks",
        "",
        "OF206",
        KERAS2,
        WRITTEN,
    ),
    *(
        Meaning(target, initial_weights.unless_left(made), "", "OF206", eras)
        for target, made, eras in _DRAWS
    ),
    *(
        Meaning(f"keras.src.legacy.preprocessing.image.Iterator.{name}", made, "", "OF206", KERAS1)
        for name, made in (
            ("_set_index_array", "row_orders:of_pictures"),
            ("reset", "row_orders:of_beginnings"),
        )
    ),
    *(
        Meaning(target, made, "", "OF206", BOTH_OLD)
        for target, made in (
            (f"{_ARRAYS}.__init__", "row_orders:of_adapters"),
            (f"{_ARRAYS}._get_iterator", "row_orders:of_batches"),
            ("keras.src.backend.jax.trainer.JAXTrainer._symbolic_build", "row_orders:of_looks"),
        )
    ),
    Meaning("keras.layers.LSTM.__init__", "gates:of_lstm", "", "OF206", KERAS1, WRITTEN),
    Meaning("keras.layers.GRU.__init__", "gates:of_gru", "", "OF206", KERAS1, WRITTEN),
    Meaning("keras.losses.Loss.__call__", "losses:of_lists", "", "OF209"),
    Meaning(
        "keras.src.losses.loss.reduce_weighted_values",
        "weighting:mean_of_weighted",
        "",
        "OF206",
        BOTH_OLD,
    ),
    Gone("keras.layers.Dropout._get_noise_shape", "noise_shapes:get_noise_shape"),
    Meaning("keras.layers.Dropout.call", "noise_shapes:by_own_shape", "", "OF206"),
    Meaning("keras.layers.RNN.inner_loop", "masked_steps:of_any_cells", "", "OF206", TF2),
    Meaning("keras.src.backend.rnn", "masked_steps:last_output", "", "OF206", TF2),
    Meaning("keras.Model.compute_loss_and_updates", "kept_masks:with_masks", "", "OF206"),
    Meaning("keras.Model.compute_loss_and_updates", logits.with_logits, "", "OF206", TF2),
    Meaning("keras.losses.sparse_categorical_crossentropy", logits.ignoring, "", "OF206", TF2),
    Meaning("keras.src.losses.loss.apply_mask", "weighting:for_steps_left", "", "OF206"),
    Meaning("keras.src.losses.loss.reduce_weighted_values", "weighting:for_all_steps", "", "OF206"),
    Meaning(
        "keras.metrics.MeanMetricWrapper.update_state",
        "weighting:by_batches",
        "",
        "OF206",
        BOTH_OLD - KERAS1,
    ),
    Meaning(
        "keras.metrics.MeanMetricWrapper.update_state",
        "weighting:of_all_steps",
        "",
        "OF206",
        KERAS1,
    ),
    *(
        Meaning(f"{_FUNCTIONS}.{name}", made, "", "OF206", eras)
        for made_of, eras in ((logits.MEANINGS, TF2), (logits.OF_KERAS, BOTH_OLD))
        for name, made in made_of.items()
    ),
    *(
        Meaning(
            f"{_OPTIMIZERS}.{name}.update_step",
            legacy_optimizers.where_given("_decay", then),
            "",
            "OF206",
            TF2,
            legacy_optimizers.written("update_step", then),
        )
        for name, then in (("RMSprop", optimizers.rmsprop), ("Adagrad", optimizers.adagrad))
    ),
    *(
        Meaning(f"{_OPTIMIZERS}.Nadam.{name}", made, "", "OF206", TF2, source)
        for name, made, source in (
            ("__init__", legacy_optimizers.with_schedule, legacy_optimizers.written_nadam),
            (
                "update_step",
                legacy_optimizers.where_given(
                    "_schedule_decay", optimizers.nadam, optimizers.nadam_of_tf2
                ),
                "",
            ),
            (
                "_backend_update_step",
                legacy_optimizers.where_given(
                    "_schedule_decay",
                    optimizers.nadam_schedule,
                    optimizers.nadam_without_product,
                ),
                "",
            ),
            ("get_config", legacy_optimizers.told_schedule, ""),
        )
    ),
    Meaning(f"{_RATE}.__init__", optimizers.with_decay, "", source=optimizers.as_schedule),
    Meaning(f"{_RATE}.learning_rate", optimizers.decayed_rate, "", "OF206"),
    Meaning(f"{_RATE}.learning_rate", optimizers.rate_of_last_step, "", "OF206", TF2),
    Meaning(f"{_RATE}.apply", optimizers.stepping, "", "OF206"),
    Meaning(f"{_RATE}.get_config", optimizers.config_with_decay, "", "OF206"),
    Meaning(
        f"{_OPTIMIZERS}.RMSprop.update_step", optimizers.rmsprop, "", "OF206", BOTH_OLD, WRITTEN
    ),
    Meaning(
        f"{_OPTIMIZERS}.Adagrad.update_step", optimizers.adagrad, "", "OF206", BOTH_OLD, WRITTEN
    ),
    Meaning(
        f"{_OPTIMIZERS}.Nadam.update_step", optimizers.nadam, "", eras=BOTH_OLD, source=WRITTEN
    ),
    Meaning(
        f"{_OPTIMIZERS}.Nadam._backend_update_step",
        optimizers.nadam_schedule,
        "",
        "OF206",
        BOTH_OLD,
        WRITTEN,
    ),
    Meaning(
        f"{_OPTIMIZERS}.Nadam.__init__",
        optimizers.with_schedule_decay,
        "",
        "OF206",
        BOTH_OLD,
        WRITTEN,
    ),
    *(
        Meaning(f"{_OPTIMIZERS}.{name}.get_config", replace, "", eras=eras)
        for name in _OPTIMIZERS_OF_THEN
        for replace, eras in (
            ("told_configs:of_keras1", KERAS1),
            ("told_configs:of_keras2", KERAS2),
        )
    ),
    Meaning(f"{_RATE}.update_step", "told_configs:of_updates", "", "OF204", TF2),
    Meaning(f"{_RATE}.__init__", "told_configs:of_no_rate", "", "OF204", TF2),
    Meaning(f"{_RATE}.__init_subclass__", "slot_optimizers:noticing", "", "OF204", TF2),
    Meaning(f"{_RATE}.__init__", "slot_optimizers:named_first", "", "OF204", TF2),
    Meaning(f"{_RATE}.variables", "slot_optimizers:called_too", "", "OF204", TF2),
    Meaning(
        f"{_RATE}.add_variable_from_reference", "slot_optimizers:from_reference", "", "OF204", TF2
    ),
    Meaning(f"{_RATE}.__init_subclass__", "own_optimizers:noticing", "", "OF204", BOTH_OLD),
    Meaning(f"{_RATE}.__init__", "own_optimizers:without_rate", "", "OF204", BOTH_OLD),
    Meaning(f"{_RATE}.get_config", "own_optimizers:config_of_script", "", "OF204", BOTH_OLD),
    Meaning(f"{_RATE}.__setattr__", "own_optimizers:noticing_methods", "", "OF204", BOTH_OLD),
)
