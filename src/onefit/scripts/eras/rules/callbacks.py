"""OF203, OF207: callbacks: names of logs, files of any suffix, `period=`."""

from __future__ import annotations

from onefit.scripts import naming
from onefit.scripts.eras.call import Call
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, Translated, dropped, renamed
from onefit.scripts.eras.rules.saving import checkpoint_name, period
from onefit.scripts.eras.stand_ins import batch_logs, callbacks, checkpoints, logs, validation


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
    if not isinstance(monitor, str) or mode != "auto" or monitor.removeprefix("val_") in _KNOWN:
        return
    is_up = "acc" in monitor or monitor.startswith("fmeasure")
    if call.era.name == "tf2" and call.target.endswith("EarlyStopping"):
        is_up = monitor.endswith(("acc", "accuracy", "auc"))
    call.give("mode", "max" if is_up else "min")
    call.note(f"{'more' if is_up else 'less'} of {monitor} is better, by its name")


_KNOWN = ("loss", "acc", "accuracy")
"""What Keras 3 tells the direction of, and the same one."""


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


def names_of_epochs(call: Call) -> None:
    """`{epoch:02d}` of a file's name counted from 0 in Keras 1."""
    if "{epoch" in str(call.literal("filepath")) and not hasattr(call, "subject"):
        raise ValueError("{epoch} in a file's name counts from 1 in Keras 3, and was 0 at first")


def _without_tensorflow(original: type) -> type:
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
    Translated(("keras.callbacks.LambdaCallback",), numbers_of_batches, "OF207", BOTH_OLD),
    Translated(("keras.callbacks.ReduceLROnPlateau",), renamed(("epsilon", "min_delta"))),
    Translated(("keras.callbacks.ModelCheckpoint",), dropped("options")),
    Translated(
        ("keras.callbacks.TensorBoard",),
        dropped("batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"),
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint.__init__",
        checkpoints.any_file,
        "",
        "OF208",
        source=checkpoint_name,
    ),
    Meaning(
        "keras.callbacks.ModelCheckpoint.on_epoch_end",
        checkpoints.every_period,
        "",
        "OF208",
        source=period,
    ),
    Translated(("keras.callbacks.ModelCheckpoint",), names_of_epochs, "OF208", KERAS1),
    Meaning(
        "keras.callbacks.ModelCheckpoint._get_file_path",
        checkpoints.counted_from_zero,
        "",
        "OF208",
        KERAS1,
    ),
    *(
        Meaning(f"keras.callbacks.{name}.on_epoch_end", logs.rate_as_lr, "", "OF207")
        for name in ("LearningRateScheduler", "ReduceLROnPlateau")
    ),
    Meaning(
        "keras.callbacks.CSVLogger.on_epoch_end", logs.only_what_is_logged, "", "OF207", BOTH_OLD
    ),
    Meaning("keras.callbacks.TensorBoard", _without_tensorflow, "", "OF204"),
    Gone("keras.callbacks.BaseLogger", "callbacks:BaseLogger"),
    Translated(("keras.callbacks.ProgbarLogger",), dropped("count_mode", "stateful_metrics")),
    Translated(("keras.callbacks.CallbackList",), dropped("queue_length")),
    Translated(("keras.callbacks.BackupAndRestore",), dropped("save_before_preemption")),
    Meaning(
        "keras.callbacks.EarlyStopping.on_train_end",
        callbacks.restoring_when_stopped,
        "",
        "OF206",
        source=WRITTEN,
        argument="restore_best_weights",
    ),
    Meaning("keras.callbacks.Callback.model", callbacks.settable_model, "", "OF203"),
    Meaning(
        "keras.callbacks.Callback.on_train_batch_begin",
        batch_logs.told_at_begin,
        "",
        "OF207",
        BOTH_OLD,
    ),
    Meaning(
        "keras.callbacks.Callback.on_train_batch_end", batch_logs.told_at_end, "", "OF207", BOTH_OLD
    ),
    Meaning(
        "keras.callbacks.LambdaCallback.__init__", batch_logs.of_lambdas, "", "OF207", BOTH_OLD
    ),
    Meaning("keras.Model.fit", validation.told_of_data, "", "OF203", BOTH_OLD),
    Meaning("keras.callbacks.Callback.set_params", validation.with_sizes, "", "OF203", BOTH_OLD),
)
