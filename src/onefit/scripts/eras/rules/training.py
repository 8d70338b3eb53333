"""OF203, OF204: the methods that train, and those that Keras 3 has no more."""

from __future__ import annotations

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, Translated, dropped, renamed


def whole_steps(call: Call) -> None:
    """`steps_per_epoch=len(x) / 32` meant as many steps as reach it."""
    for name in ("steps_per_epoch", "validation_steps", "steps", "epochs", "batch_size"):
        value = call.literal(name)
        if isinstance(value, float) or type(value).__module__ == "numpy":
            # Rounded up by arithmetic: a source need not have imported `math`.
            call.give(name, call.express("int(-(-{} // 1))", call.take(name)))
            call.note(f"{name} is a whole number")


def bar(call: Call) -> None:
    """`predict` was silent, `evaluate` was not."""
    if not call.has("verbose"):
        call.give("verbose", 0)


def own_metrics(call: Call) -> None:
    """A call on one batch told of that batch alone; Keras 3 averages over all calls."""
    reset = call.take("reset_metrics") if call.has("reset_metrics") else True
    if reset:
        call.before("reset_metrics")


def without_workers(call: Call) -> None:
    """Batches are made as they are asked for; without workers no epoch of a `Sequence` ended."""
    is_old = call.era.name in BOTH_OLD
    if is_old and hasattr(call, "subject") and call.literal("workers") == 0:
        return  # what runs has the methods of then, which read it
    dropped("workers")(call)


def whole_batches(call: Call) -> None:
    """A generator's epoch of steps is never longer than what it gives."""
    if call.literal("validation_data") == ():
        call.take("validation_data")


def without_named_weights(call: Call) -> None:
    """`class_weight="auto"` and any other string meant nothing: only a dict was read."""
    if call.has("class_weight") and isinstance(call.literal("class_weight"), str):
        call.take("class_weight")
        call.note("class_weight= means nothing where it is a string, as it was then")


def weights_of_held_out(call: Call) -> None:
    """Classes weighed in the loss of rows that `validation_split` held out, too."""
    is_both = call.has("class_weight") and call.has("validation_split")
    if is_both and not hasattr(call, "subject"):
        raise ValueError(
            "in Keras 3 class_weight leaves the held-out rows alone: sample_weight counts for them"
        )


def weights_of_generators(call: Call) -> None:
    """Rows of a generator weighed what their class weighs."""
    is_both = call.has("class_weight") and call.has("steps_per_epoch")
    if is_both and not hasattr(call, "subject"):
        raise ValueError(
            "Keras 3 takes class_weight of arrays and PyDatasets, and none of a generator: have it "
            "give a weight for each row, as a third value"
        )


def weights_of_one_output(call: Call) -> None:
    """Classes of several outputs weighed by the outputs' names, or in a list, and beside rows."""
    if hasattr(call, "subject") or not call.has("class_weight"):
        return
    classes = call.literal("class_weight")
    if classes is None or isinstance(classes, str):  # a string meant nothing
        return
    if call.has("sample_weight") and call.literal("sample_weight") is not None:
        raise ValueError(
            "Keras 3 takes class_weight or sample_weight, and not both: have the rows weigh both"
        )
    if isinstance(classes, list) or (
        isinstance(classes, dict) and any(map(_is_of_output, classes))
    ):
        raise ValueError(
            "Keras 3 takes class_weight for one output alone: give sample_weight for each output"
        )


def _is_of_output(word: object) -> bool:
    return isinstance(word, str)


_SEQUENCES = (
    "Sequence",
    "flow",
    "flow_from_directory",
    "flow_from_dataframe",
    "TimeseriesGenerator",
)


def steps_of_sequences(call: Call) -> None:
    """An epoch of fewer steps than a `Sequence` has batches took other ones."""
    if hasattr(call, "subject"):  # what runs has the `fit` of then already
        return
    made = "in_rounds" if call.era.name in BOTH_OLD else "first_steps"
    has_steps = call.has("steps_per_epoch") and not call.mentions(made)
    if has_steps and any(map(call.mentions, _SEQUENCES)):
        given = [name for name in ("steps_per_epoch", "shuffle") if call.has(name)]
        batches, values = call.take("x"), [call.take(name) for name in given]
        call.give("x", call.make(f"sequence_steps:{made}", batches, *values))
        for name, value in zip(given, values):  # what is no PyDataset of another length needs them
            call.give(name, value)
        call.note("epochs of steps take the batches that they took then")


def steps_of_validations(call: Call) -> None:
    """Evaluations of fewer steps than a `Sequence` has batches went on, as a generator's did."""
    is_some = call.has("validation_steps") and call.has("validation_data")
    if hasattr(call, "subject") or not is_some or call.mentions("evaluations_in_rounds"):
        return
    if any(map(call.mentions, _SEQUENCES)):
        data, steps = call.take("validation_data"), call.take("validation_steps")
        call.give("validation_data", call.make("sequence_steps:evaluations_in_rounds", data, steps))
        call.give("validation_steps", steps)
        call.note("evaluations of steps take the batches that they took then")


def as_fit(call: Call) -> None:
    """`fit_generator(batches)` is `fit(batches)`."""
    counted_in_batches(call, ("samples_per_epoch", "steps_per_epoch", "generator"), _VALIDATION)
    renamed(("generator", "x"), ("nb_epoch", "epochs"))(call)
    without_named_weights(call)
    call.target = "keras.Model.fit"


_VALIDATION = ("nb_val_samples", "validation_steps", "validation_data")


def counted_in_batches(call: Call, *counts: tuple[str, str, str]) -> None:
    """Keras 1 counted rows until there were enough of them; today batches are counted.

    Args:
        call: The call.
        *counts: The argument that counts rows, the one that counts batches, and that of the data.
    """
    given = [one for one in counts if call.has(one[0])]
    sizes = [call.batch_size(batches) for _, _, batches in given]
    for (rows, _, _), size in zip(given, sizes):
        if size is None or call.era.name != "keras1":
            raise ValueError(f"{rows} counts rows, and today batches are counted")
    for (rows, steps, _), size in zip(given, sizes):
        call.give(steps, call.express("-(-{} // {})", call.take(rows), size))
        call.note(f"{rows} counts rows, and {steps} batches")
    if call.has("steps_per_epoch") and given:
        call.give("shuffle", False)  # Keras 1 took batches as they came


def as_evaluate(call: Call) -> None:
    """`evaluate_generator(batches)` is `evaluate(batches)`."""
    _on_batches(call, "evaluate")


def as_predict(call: Call) -> None:
    """`predict_generator(batches)` is `predict(batches)`."""
    _on_batches(call, "predict")


def _on_batches(call: Call, verb: str) -> None:
    counted_in_batches(call, ("val_samples", "steps", "generator"))
    renamed(("generator", "x"))(call)
    # Unlike `evaluate` and `predict` of today, both were silent.
    if not call.has("verbose"):
        call.give("verbose", 0)
    call.target = f"keras.Model.{verb}"


_GENERATORS = {"fit": as_fit, "evaluate": as_evaluate, "predict": as_predict}
_TRAIN = ("fit", "train_on_batch")
_QUEUES = dropped("use_multiprocessing", "max_queue_size", "max_q_size", "pickle_safe")
TF2 = frozenset({"tf2"})
KERAS2 = frozenset({"keras2"})
_VERBS = ("keras.Model.fit", "keras.Model.evaluate", "keras.Model.predict")
_TRAINER = "keras.src.backend.jax.trainer.JAXTrainer"
_VARIABLE = "keras.src.backend.common.variables.Variable"
_ON_BATCH = ("keras.Model.train_on_batch", "keras.Model.test_on_batch")
RULES: tuple[Rule, ...] = (
    Meaning(
        "keras.Model.compile",
        "freezing:settled",
        "",
        "OF206",
        source="freezing:compile_settled",
        beside=".trainable train_on_batch",  # as a GAN's discriminator is frozen and trained
    ),
    Meaning(f"{_VARIABLE}.value", "outer_variables:noticed", "", "OF206"),
    Meaning(f"{_VARIABLE}.assign", "outer_variables:written", "", "OF206"),
    *(
        Meaning(f"{_VARIABLE}.{name}", "slot_optimizers:of_tensorflow", "", "OF203", TF2)
        for name in ("assign", "assign_add", "assign_sub")
    ),
    Gone(f"{_VARIABLE}.device", "slot_optimizers:device_of_variable", eras=TF2),
    Meaning(f"{_TRAINER}._symbolic_build", "outer_variables:building", "", "OF206"),
    Meaning("keras.Model.non_trainable_variables", "outer_variables:with_outer", "", "OF206"),
    Meaning(
        "keras.Model.non_trainable_variables", "tracked_layers:weights_alone", "", "OF206", TF2
    ),
    Meaning("keras.Model.compute_loss_and_updates", "outer_variables:keeping", "", "OF206"),
    Meaning("keras.Model.compute_metrics", "outer_variables:handing", "", "OF206"),
    Meaning("keras.Model.compile", "added_losses:counted_by_batch", "", "OF206", TF2),
    Meaning("keras.layers.Layer.__call__", "called_models:settled_by_call", "", "OF206", KERAS2),
    Meaning("keras.Sequential.add", "called_models:settled_by_add", "", "OF206", KERAS2),
    *(Meaning(f"keras.Model.{verb}", "freezing:as_settled", "", "OF206") for verb in _TRAIN),
    *(
        Meaning(f"keras.Model.{verb}", "called_models:at_first_step", "", "OF206", KERAS2)
        for verb in _TRAIN
    ),
    *(
        Meaning(f"keras.Model.{name}", "named_outputs:without_name", "", "OF203")
        for name in ("compute_loss", "compute_metrics")
    ),
    *(
        Meaning(f"keras.Model.{name}", "shared_labels:of_all_outputs", "", "OF203", TF2)
        for name in ("compute_loss", "compute_metrics")
    ),
    Meaning(
        "keras.src.models.functional.Functional.__init__", "named_outputs:each_its_own", "", "OF207"
    ),
    *(
        Meaning(f"keras.Model.{verb}", "class_weights:of_outputs", "", "OF203", BOTH_OLD)
        for verb in _TRAIN
    ),
    *(
        Meaning(f"keras.Model.{verb}", "class_weights:of_evaluations", "", "OF203", BOTH_OLD)
        for verb in ("evaluate", "test_on_batch")
    ),
    Meaning("keras.Model.fit", "class_weights:of_generators", "", "OF203"),
    Meaning("keras.Model.fit", "sequence_steps:round_by_round", "", "OF206", BOTH_OLD),
    Meaning("keras.Model.fit", "sequence_steps:evaluations_go_on", "", "OF206", TF2),
    Meaning("keras.Model.fit", "sequence_passes:of_fits", "", "OF206", TF2),
    *(
        Meaning(f"keras.Model.{verb}", made, "", "OF206", eras)
        for verb in ("evaluate", "predict")
        for made, eras in (
            ("sequence_steps:one_round", BOTH_OLD),
            ("sequence_passes:of_passes", TF2),
        )
    ),
    Meaning("keras.Model.fit", "log_order:validation_first", "", "OF207", BOTH_OLD),
    Meaning("keras.Model.fit", "log_order:validation_last", "", "OF207", TF2),
    *(
        Meaning(f"keras.Model.{verb}", "log_order:of_dictionary", "", "OF207", TF2)
        for verb in ("evaluate", "train_on_batch", "test_on_batch")
    ),
    *(
        Meaning(f"keras.Model.{verb}", made, "", "OF207", BOTH_OLD)
        for verb, made in (
            ("fit", "number_types:of_history"),
            ("evaluate", "number_types:of_means"),
            *((verb, "number_types:of_a_batch") for verb in ("train_on_batch", "test_on_batch")),
        )
    ),
    Translated(("keras.Model.fit",), weights_of_held_out, "OF206", BOTH_OLD),
    Translated(("keras.Model.fit",), weights_of_generators),
    Translated(tuple(f"keras.Model.{verb}" for verb in _TRAIN), weights_of_one_output),
    Translated(("keras.Model.fit",), steps_of_sequences, "OF206"),
    Translated(("keras.Model.fit",), steps_of_validations, "OF206", BOTH_OLD),
    Translated(_VERBS, _QUEUES),
    Translated(_VERBS, without_workers),
    Translated(("keras.Model.fit",), dropped("show_accuracy", "nb_worker")),
    *(
        Translated((f"keras.Model.{verb}",), without_named_weights, eras=BOTH_OLD)
        for verb in _TRAIN
    ),
    Translated(("keras.Model.evaluate",), dropped("show_accuracy")),
    Translated(_VERBS, whole_steps),
    Translated(("keras.Model.predict",), bar),
    Translated(_ON_BATCH, own_metrics, "OF206"),
    *(
        Gone(
            f"keras.Model.{verb}_generator",
            f"training:{verb}_generator{by}",
            translate,
            eras=frozenset(eras),
        )
        for verb, translate in _GENERATORS.items()
        for by, eras in (("", ("keras2", "tf2")), ("_by_rows", ("keras1",)))
    ),
    *(
        Gone(
            f"keras.Model._make_{verb}_function",
            f"training:make_{verb}_function",
            f"{{self}}.make_{verb}_function()",
        )
        for verb in ("train", "test", "predict")
    ),
    *(
        Meaning(f"keras.Model.{verb}", "own_functions:unless_given", "", "OF204", BOTH_OLD)
        for verb in ("fit", "evaluate", "predict")
    ),
    Gone("keras.Model.predict_classes", "training:predict_classes", WRITTEN),
    Gone("keras.Model.predict_proba", "training:predict_proba", as_predict),
    Gone("keras.Model.to_yaml", "training:to_yaml", WRITTEN),
    Gone("keras.models.model_from_yaml", "training:model_from_yaml", WRITTEN),
    Gone("keras.models.model_from_config", "training:model_from_config", WRITTEN),
    Gone("keras.Model.reset_states", "training:reset_states", WRITTEN),
    Gone("keras.Model.uses_learning_phase", "training:uses_learning_phase", eras=BOTH_OLD),
    Gone("keras.utils.multi_gpu_model", "training:multi_gpu_model", WRITTEN),
)
