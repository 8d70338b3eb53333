"""OF203, OF207: callbacks: names of logs, files of any suffix, `period=`."""

from __future__ import annotations

from onefit.scripts import naming
from onefit.scripts.eras.call import UNKNOWN, Call
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, Translated, dropped, renamed
from onefit.scripts.eras.rules.saving import checkpoint_name, period
from onefit.scripts.eras.stand_ins import logs, wording

TF2 = frozenset({"tf2"})


def monitored(call: Call) -> None:
    """`monitor="val_acc"` where the metric is called accuracy, and the other way round."""
    monitor = call.literal("monitor")
    if isinstance(monitor, str) and monitor.removeprefix("val_") in ("acc", "accuracy"):
        prefix = "val_" if monitor.startswith("val_") else ""
        if monitor != prefix + call.era.accuracy:
            call.give("monitor", prefix + call.era.accuracy)
            call.note(f"{monitor} is {prefix}{call.era.accuracy}")


def direction(call: Call) -> None:
    """Without `mode`, whether more or less is better was read off the name, as by `"acc" in name`.

    Keras 3 asks the metric, and a function of the script's own does not say.
    """
    monitor, mode = call.literal("monitor"), call.literal("mode") if call.has("mode") else "auto"
    if not isinstance(monitor, str) or mode != "auto":
        return
    is_known = monitor.removeprefix("val_") in _KNOWN
    # Only a call that happens has a subject. A source stays as it is where Keras 3 tells the same.
    if is_known and not hasattr(call, "subject"):
        return
    is_up = "acc" in monitor
    kind = call.target.rpartition(".")[2]
    if kind == "ModelCheckpoint" or (kind == "EarlyStopping" and call.era.name == "keras1"):
        is_up = is_up or monitor.startswith("fmeasure")
    elif kind == "EarlyStopping" and call.era.name == "tf2":
        # This one looked at the end of the name, and knew the area under a curve as well.
        is_up = monitor.endswith(("acc", "accuracy", "auc"))
    call.give("mode", "max" if is_up else "min")
    if not is_known:
        call.note(f"{'more' if is_up else 'less'} of {monitor} is better, by its name")


_KNOWN = ("loss", "acc", "accuracy")
"""What Keras 3 tells the direction of, and the same one, where a model has such a metric."""


def of_batches(call: Call) -> None:
    """`on_batch_begin` is called around batches of training."""
    renamed(("on_batch_begin", "on_train_batch_begin"), ("on_batch_end", "on_train_batch_end"))(
        call
    )


def numbers_of_batches(call: Call) -> None:
    """`on_batch_end` was told the numbers of the batch."""
    if call.has("on_train_batch_end") and not hasattr(call, "subject"):
        raise ValueError(
            "in Keras 3 the logs of on_batch_end are means of the epoch so far, not the batch's own"
        )


def of_other_callbacks(call: Call) -> None:
    """`ModelCheckpoint(patience=3)`: it took any keyword of tf.keras 2, and no notice of it."""
    for name in _OF_OTHER_CALLBACKS:
        if call.has(name):
            call.take(name)
            call.note(f"{name}= had no effect there")


_OF_OTHER_CALLBACKS = (
    *("patience", "restore_best_weights", "min_delta", "baseline", "factor", "cooldown", "min_lr"),
    *("save_best", "save_format", "overwrite", "include_optimizer", "epsilon", "name"),
)


def names_of_epochs(call: Call) -> None:
    """`{epoch:02d}` of a file's name, and what a checkpoint prints, counted from 0 in Keras 1."""
    path = call.literal("filepath")
    if path is UNKNOWN or "{epoch" in str(path) or call.literal("verbose"):
        call.write("on_epoch_end", "checkpoints:counted_from_zero")
        call.note("its epochs count from 0")


def patience_of_keras1(call: Call) -> None:
    """Keras 1 looked whether its patience was at an end before it counted an epoch."""
    default = 10 if call.target.endswith("ReduceLROnPlateau") else 0
    patience = call.literal("patience") if call.has("patience") else default
    if patience is UNKNOWN:
        call.give("patience", call.express("{} + 1", call.take("patience")))
    # With 0 both stop at the first epoch that gains nothing.
    elif patience:
        call.give("patience", patience + 1)
    else:
        return
    call.note("patience is one more, as Keras 1 waited")


def _without_tensorflow(original: type) -> type:
    # Keras's own writes by `tf.summary`, and works where TensorFlow itself is installed.
    if not naming.is_provided():
        return original
    from onefit.scripts.tensorboard import TensorBoard

    return TensorBoard


KERAS1 = frozenset({"keras1"})
_MONITORS = ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau")
RULES: tuple[Rule, ...] = (
    Translated(tuple(f"keras.callbacks.{name}" for name in _MONITORS), monitored, "OF207"),
    Translated(tuple(f"keras.callbacks.{name}" for name in _MONITORS), direction, "OF207"),
    Translated(("keras.callbacks.LambdaCallback",), of_batches),
    # After the renaming, since it looks for the name of today.
    Translated(("keras.callbacks.LambdaCallback",), numbers_of_batches, "OF207", BOTH_OLD),
    Translated(("keras.callbacks.ReduceLROnPlateau",), renamed(("epsilon", "min_delta"))),
    Translated(("keras.callbacks.ModelCheckpoint",), dropped("options")),
    Translated(("keras.callbacks.ModelCheckpoint",), of_other_callbacks, "OF203", TF2),
    Translated(
        ("keras.callbacks.TensorBoard",),
        dropped("batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"),
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint.__init__",
        "checkpoints:any_file",
        "",
        "OF208",
        source=checkpoint_name,
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint.on_epoch_end",
        "checkpoints:every_period",
        "",
        "OF208",
        source=period,
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint._should_save_model",
        "checkpoints:only_what_is_logged",
        "",
        "OF207",
    ),
    Meaning(
        "keras.src.utils.summary_utils.print_summary", "summaries:without_optimizer", "", "OF207"
    ),
    Meaning(
        "keras.src.utils.summary_utils.print_summary",
        "summaries:without_losses",
        "",
        "OF207",
        BOTH_OLD,
    ),
    *(
        Meaning("keras.src.utils.io_utils.print_msg", wording.printing(put), "", "OF207", eras)
        for put, eras in (
            (wording.in_keras1, KERAS1),
            (wording.in_keras2, frozenset({"keras2"})),
            (wording.in_tf2, frozenset({"tf2"})),
        )
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint.on_epoch_end",
        "checkpoints:counted_from_zero",
        "",
        "OF208",
        KERAS1,
        source=names_of_epochs,
    ),
    *(
        Translated((f"keras.callbacks.{name}",), patience_of_keras1, "OF206", KERAS1)
        for name in ("EarlyStopping", "ReduceLROnPlateau")
    ),
    Meaning(
        "keras.callbacks.ReduceLROnPlateau.on_epoch_end",
        "callbacks:counting_reductions",
        "",
        "OF206",
        KERAS1,
        source=WRITTEN,
        marks="counts_reductions",
    ),
    *(
        Meaning(f"keras.callbacks.{name}.on_epoch_end", logs.rate_as_lr, "", "OF207")
        for name in ("LearningRateScheduler", "ReduceLROnPlateau")
    ),
    Meaning(
        "keras.callbacks.LearningRateScheduler.on_epoch_end",
        logs.without_rate,
        "",
        "OF207",
        KERAS1,
    ),
    Meaning(
        "keras.callbacks.CSVLogger.on_epoch_end", logs.only_what_is_logged, "", "OF207", BOTH_OLD
    ),
    Meaning("keras.callbacks.TensorBoard", _without_tensorflow, "", "OF204"),
    Gone("keras.callbacks.BaseLogger", "callbacks:BaseLogger"),
    Translated(("keras.callbacks.ProgbarLogger",), dropped("count_mode", "stateful_metrics")),
    *(
        Meaning(f"keras.callbacks.ProgbarLogger.{name}", "log_order:shown", "", "OF207")
        for name in ("on_train_batch_end", "on_test_batch_end", "on_epoch_end")
    ),
    Meaning("keras.callbacks.ProgbarLogger.on_test_end", "log_order:shown_at_the_end", "", "OF207"),
    Translated(("keras.callbacks.CallbackList",), dropped("queue_length")),
    *(
        Meaning(f"keras.callbacks.CallbackList.on_{what}_{when}", "live_models:filled", "", "OF206")
        for what in ("batch", "train_batch", "test_batch", "predict_batch")
        for when in ("begin", "end")
    ),
    *(
        Meaning(f"keras.callbacks.CallbackList.{name}", told, "", "OF207", eras)
        for name in ("on_epoch_end", "on_train_batch_end", "on_test_batch_end")
        for told, eras in (
            ("log_order:told_validation_first", BOTH_OLD),
            ("log_order:told_validation_last", TF2),
        )
    ),
    *(
        Meaning(
            f"keras.callbacks.CallbackList.{name}",
            "log_order:told_validation_last",
            "",
            "OF207",
            TF2,
        )
        for name in ("on_train_end", "on_test_end")
    ),
    Meaning(
        "keras.callbacks.CallbackList.on_train_end", "callbacks:told_nothing", "", "OF207", BOTH_OLD
    ),
    Translated(("keras.callbacks.BackupAndRestore",), dropped("save_before_preemption")),
    Meaning("keras.callbacks.EarlyStopping.on_train_end", "callbacks:told_first", "", "OF207"),
    Meaning(
        "keras.callbacks.EarlyStopping.on_train_end",
        "callbacks:restoring_when_stopped",
        "",
        "OF206",
        source=WRITTEN,
        argument="restore_best_weights",
        marks="restores_where_it_stops",
    ),
    Meaning(
        "keras.callbacks.EarlyStopping.on_epoch_end",
        "callbacks:restoring_in_its_turn",
        "",
        "OF206",
        source=WRITTEN,
        argument="restore_best_weights",
    ),
    Meaning("keras.Model.fit", "callbacks:seen_by_others", "", "OF206"),
    Meaning(
        "keras.callbacks.EarlyStopping.on_epoch_end",
        "callbacks:beating_the_baseline",
        "",
        "OF206",
        frozenset({"keras2"}),
        source=WRITTEN,
        argument="baseline",
        marks="beats_baseline",
    ),
    Meaning("keras.callbacks.Callback.model", "callbacks:settable_model", "", "OF203"),
    Meaning(
        "keras.callbacks.Callback.on_train_batch_begin",
        "batch_logs:told_at_begin",
        "",
        "OF207",
        BOTH_OLD,
    ),
    Meaning(
        "keras.callbacks.Callback.on_train_batch_end",
        "batch_logs:told_at_end",
        "",
        "OF207",
        BOTH_OLD,
    ),
    Meaning(
        "keras.callbacks.LambdaCallback.__init__", "batch_logs:of_lambdas", "", "OF207", BOTH_OLD
    ),
    Meaning("keras.Model.fit", "validation:told_of_data", "", "OF203", BOTH_OLD),
    *(
        Meaning("keras.callbacks.Callback.set_params", replace, "", "OF203", frozenset({era}))
        for era, replace in (
            ("keras1", "validation:with_sizes_of_keras1"),
            ("keras2", "validation:with_sizes_of_keras2"),
        )
    ),
)
