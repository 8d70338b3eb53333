"""OF203, OF207: what `compile` takes: metrics by the names and the choice of the era, losses."""

from __future__ import annotations

import re
from typing import Any

from onefit.scripts.eras.call import UNKNOWN, Call
from onefit.scripts.eras.era import BOTH_OLD, OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, Translated, dropped
from onefit.scripts.eras.rules import losses
from onefit.scripts.eras.stand_ins import logs

_ACCURACY = ("acc", "accuracy")


def metrics_of_script(call: Call) -> None:
    """A model keeps them as they are given: `model.metrics` of Keras 1 and 2.2."""
    model = getattr(call, "subject", None)
    if model is not None and call.era.accuracy == "acc":
        given = call.literal("metrics")
        # Keras 1 had `None` where Keras 2 had an empty list
        kept = [] if given is None and call.era.name == "keras2" else given
        # not by `setattr`: Keras would make a list of its own of it
        object.__setattr__(model, "_metrics_of_script", kept)


def names_of_accuracy(call: Call) -> None:
    """Up to Keras 2.2 a metric was logged by its function's name, and `accuracy` as `acc`."""
    for name in ("metrics", "weighted_metrics"):
        metrics = call.literal(name)
        if metrics is UNKNOWN or not metrics:
            continue
        named = _each(metrics, lambda one: _named(one, call.era.accuracy))
        if named != metrics:
            call.give(name, named)
            call.note("metrics are logged by their names of then")


def accuracy_of_loss(call: Call) -> None:
    """With `binary_crossentropy`, `accuracy` was the binary one, whatever the shapes."""
    loss, metrics = call.literal("loss"), call.literal("metrics")
    if loss != "binary_crossentropy" or not metrics or metrics is UNKNOWN:
        return
    kind = "keras.metrics.BinaryAccuracy"
    chosen = _each(metrics, lambda one: call.make(kind, name=one) if one in _ACCURACY else one)
    call.give("metrics", chosen)


def one_list(call: Call) -> None:
    """A metric that stands alone, and a tuple of them, are a list."""
    for name in ("metrics", "weighted_metrics"):
        metrics = call.literal(name)
        if isinstance(metrics, str | tuple | set):
            call.give(name, [metrics] if isinstance(metrics, str) else list(metrics))
        elif metrics is not UNKNOWN and (callable(metrics) or hasattr(metrics, "update_state")):
            call.give(name, [metrics])


def metrics_of_every_output(call: Call) -> None:
    """A flat list of metrics was for every output."""
    metrics, model = call.literal("metrics"), getattr(call, "subject", None)
    given = call.literal("loss")  # in a source, they tell how many outputs there are
    told = given if isinstance(given, list | dict) and model is None else ()
    count = len(getattr(model, "outputs", None) or told)
    if count > 1 and isinstance(metrics, list) and not any(_is_nested(one) for one in metrics):
        each = {one: list(metrics) for one in told} if isinstance(told, dict) else None
        call.give("metrics", each or [list(metrics) for _ in range(count)])
        call.note("metrics are a list for each output")


def whole_name_of_loss(call: Call) -> None:
    """A model is read again from an HDF5 file if its loss has its long name, not as `"mse"`."""
    loss = call.literal("loss")
    if not loss or loss is UNKNOWN or not call.mentions("load_model"):
        return
    named = _each(loss, lambda one: _WHOLE_LOSSES.get(one.lower(), one))
    if named != loss:
        call.give("loss", named)
        call.note("losses have their long names, by which a file is read again")


def masked_metrics(call: Call) -> None:
    """Metrics counted the steps that a mask leaves, in `fit` too."""
    # For sources alone: what happens mentions nothing, and has the masks of the time already.
    is_masked = call.mentions("mask_zero=") or call.mentions("Masking()")
    is_last = any(map(call.mentions, _WITHOUT_STEPS)) and not call.mentions("return_sequences=")
    if call.has("metrics") and is_masked and not is_last:
        raise ValueError(
            "in Keras 3 on JAX the metrics of fit count masked steps, too; evaluate leaves them out"
        )


_WITHOUT_STEPS = (
    "LSTM()", "GRU()", "SimpleRNN()", "RNN()", "CuDNNLSTM()", "CuDNNGRU()", "Flatten()",
    "GlobalAveragePooling1D()", "GlobalMaxPooling1D()",
)  # fmt: skip
"""Layers whose answers have no steps, and so no mask, unless they are asked for sequences."""


def metrics_of_both_kinds(call: Call) -> None:
    """`evaluate` gave each number once."""
    if call.has("metrics") and call.has("weighted_metrics") and not hasattr(call, "subject"):
        raise ValueError(
            "in Keras 3 evaluate returns a number twice that metrics and weighted_metrics share; "
            "return_dict=True gives each by its name"
        )


def names_of_weighted(call: Call) -> None:
    """The names of their logs began with `weighted_`."""
    if call.literal("weighted_metrics") and not hasattr(call, "subject"):
        raise ValueError(
            "in Keras 3 the logs of weighted_metrics begin with weighted_ only where metrics has "
            "the same one"
        )


def whole_optimizer(call: Call) -> None:
    """An optimizer's class stood for the optimizer with its defaults."""
    if isinstance(call.literal("optimizer"), type):
        call.give("optimizer", call.express("{}()", call.take("optimizer")))


def own_optimizer(call: Call) -> None:
    """An optimizer may have been compiled into several models, or again into the same one."""
    model, optimizer = getattr(call, "subject", None), call.literal("optimizer")
    if model is not None and hasattr(optimizer, "apply_gradients"):
        from onefit.scripts.eras.stand_ins import shared_optimizers

        is_anew = call.era.name in BOTH_OLD
        choose = shared_optimizers.optimizer_anew if is_anew else shared_optimizers.optimizer_for
        call.give("optimizer", choose(model, optimizer))


def functions_of_graph(call: Call) -> None:
    """A loss or a metric may read tensors of the graph, `z_mean` for example."""
    model = getattr(call, "subject", None)
    given = {name: call.literal(name) for name in ("loss", "metrics")}
    given = {name: one for name, one in given.items() if _has_functions(one)}
    if model is not None and given:
        from onefit.scripts.eras.stand_ins.graph_losses import of_graph

        for name, made in of_graph(model, given).items():
            call.give(name, made)


def _has_functions(given: Any) -> bool:
    if isinstance(given, dict | list | tuple):
        return any(map(_has_functions, given.values() if isinstance(given, dict) else given))
    return callable(given)


def metrics_of_classes(call: Call) -> None:
    """`metrics=["AUC"]` was logged as `auc`, in each model, and never as `auc_1`."""
    for place in ("metrics", "weighted_metrics"):
        metrics = call.literal(place)
        if metrics is UNKNOWN or not metrics:
            continue
        made = _each(metrics, lambda one: _of_class(call, one))
        if made != metrics:
            call.give(place, made)
            call.note("metrics are logged by their names of then")


def _of_class(call: Call, word: str) -> Any:
    if word not in _CLASSES:
        return word
    name = _OTHER_NAMES.get(word) or re.sub(r"(?<!^)(?=[A-Z][a-z])", "_", word).lower()
    return call.make(f"keras.metrics.{word}", name=name)


_NAMES_OF_CLASSES = """
AUC BinaryAccuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy
CategoricalHinge CosineSimilarity FalseNegatives FalsePositives Hinge KLDivergence LogCoshError
MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError
Poisson Precision Recall RootMeanSquaredError SparseCategoricalAccuracy
SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SquaredHinge TopKCategoricalAccuracy
TrueNegatives TruePositives
"""
_CLASSES = frozenset(_NAMES_OF_CLASSES.split())
_OTHER_NAMES = {"KLDivergence": "kullback_leibler_divergence", "LogCoshError": "logcosh"}


def _each(metrics: Any, change: Any) -> Any:
    if isinstance(metrics, dict):
        return {name: _each(one, change) for name, one in metrics.items()}
    if isinstance(metrics, list | tuple):
        return [_each(one, change) for one in metrics]
    return change(metrics) if isinstance(metrics, str) else metrics


def _named(metric: Any, accuracy: str) -> Any:
    # Since Keras 2.3 a metric is logged by the word that the script gave, as in Keras 3.
    if accuracy != "acc":
        return metric
    # Lower case, because Keras 2 knew `"MSE"` and `"mse"` and logged both by the function's name.
    return accuracy if metric in _ACCURACY else _WHOLE_NAMES.get(str(metric).lower(), metric)


_WHOLE_NAMES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "cosine": "cosine_proximity",
}
_WHOLE_LOSSES = {name: whole for name, whole in _WHOLE_NAMES.items() if name != "cosine"}


def _is_nested(metric: Any) -> bool:
    return isinstance(metric, list | tuple | dict) or metric is None


KERAS1 = frozenset({"keras1"})
LATER = OLD - KERAS1
_COMPILE = ("keras.Model.compile",)
_LOSSES = "keras.src.losses.ALL_OBJECTS_DICT"
_METRICS = "keras.src.metrics.ALL_OBJECTS_DICT"
_BINARY = ("keras.src.metrics.accuracy_metrics.binary_accuracy", "keras.metrics.binary_accuracy")
_BATCHWISE = {
    **{name: name for name in ("precision", "recall", "fmeasure", "fbeta_score")},
    **{"f1score": "fmeasure", "fscore": "fmeasure", "matthews_correlation": "matthews_correlation"},
}
RULES: tuple[Rule, ...] = (
    *(
        Meaning(f"keras.Model.{verb}", "partial_losses:for_some_outputs", "", "OF203")
        for verb in ("fit", "evaluate", "train_on_batch", "test_on_batch")
    ),
    Meaning(
        "keras.src.trainers.compile_utils.CompileLoss.build",
        "partial_losses:logged_alone",
        "",
        "OF207",
    ),
    Meaning(
        "keras.src.trainers.compile_utils.CompileMetrics.build",
        logs.named_as_weighted,
        "",
        "OF207",
        frozenset({"keras2"}),
    ),
    Translated(_COMPILE, names_of_weighted, "OF207", frozenset({"keras2"})),
    Meaning("keras.Model.compile", "construction:compiled_anew", ""),
    *(
        Meaning(f"keras.src.trainers.compile_utils.{name}", "label_columns:as_columns", "", "OF206")
        for name in ("CompileLoss.call", "CompileMetrics.update_state")
    ),
    Translated(_COMPILE, metrics_of_script, eras=BOTH_OLD),  # before those that change them
    Translated(_COMPILE, one_list),
    Translated(_COMPILE, whole_optimizer),
    Translated(_COMPILE, own_optimizer),
    Translated(_COMPILE, names_of_accuracy, "OF207"),
    # After the names: what it makes is logged by the word that stands there, `acc` or `accuracy`.
    Translated(_COMPILE, accuracy_of_loss, "OF206", BOTH_OLD),
    Translated(_COMPILE, metrics_of_classes, "OF207", frozenset({"tf2"})),
    # After those that name metrics: what each output gets is a copy of what they made.
    Translated(_COMPILE, metrics_of_every_output),
    Translated(_COMPILE, losses.losses_of_nothing),
    Translated(_COMPILE, losses.loss_of_every_output),
    # After those that give each output its own, since a function reads the output it is for.
    Translated(_COMPILE, functions_of_graph),
    Translated(_COMPILE, losses.outputs_without_loss),
    # After those that give each output its loss.
    Translated(_COMPILE, losses.weights_of_losses),
    Translated(_COMPILE, masked_metrics, "OF206"),
    Translated(_COMPILE, metrics_of_both_kinds, "OF207"),
    Translated(_COMPILE, losses.no_loss, eras=BOTH_OLD),
    Translated(_COMPILE, whole_name_of_loss, "OF208"),
    Translated(
        _COMPILE,
        dropped("sample_weight_mode", "target_tensors", "class_mode", "pss_evaluation_shards"),
    ),
    Translated(_COMPILE, dropped("experimental_run_tf_function", "options", "run_metadata")),
    # What Keras 1 handed on to Theano, and TensorFlow did without.
    Translated(_COMPILE, dropped("mode", "theano_mode"), eras=KERAS1),
    Gone(f"{_LOSSES}.cosine_proximity", "metrics:mean_cosine", WRITTEN, eras=KERAS1),
    Gone(f"{_LOSSES}.cosine_proximity", "metrics:cosine_proximity", WRITTEN, eras=BOTH_OLD),
    Gone(f"{_METRICS}.cosine_proximity", "metrics:mean_cosine", WRITTEN, eras=KERAS1),
    Gone(f"{_METRICS}.cosine_proximity", "metrics:cosine_proximity", WRITTEN, eras=BOTH_OLD),
    *(Meaning(name, "metrics:rounded", "", eras=BOTH_OLD) for name in _BINARY),
    Gone(f"{_LOSSES}.cosine", "metrics:cosine", WRITTEN, eras=BOTH_OLD),
    Gone(f"{_METRICS}.cosine", "metrics:cosine", WRITTEN, eras=BOTH_OLD),
    Gone("keras.losses.cosine_proximity", "metrics:cosine_proximity", WRITTEN, eras=BOTH_OLD),
    Gone("keras.metrics.cosine_proximity", "metrics:cosine_proximity", WRITTEN, eras=BOTH_OLD),
    Gone(f"{_LOSSES}.kullback_leibler_divergence", "metrics:kullback_leibler_divergence", WRITTEN),
    Gone(f"{_METRICS}.kullback_leibler_divergence", "metrics:kullback_leibler_divergence", WRITTEN),
    Gone(f"{_LOSSES}.logcosh", "metrics:logcosh", WRITTEN),
    Gone(f"{_METRICS}.logcosh", "metrics:logcosh", WRITTEN),
    Gone(
        "keras.losses.kullback_leibler_divergence", "metrics:kullback_leibler_divergence", WRITTEN
    ),
    Gone("keras.losses.logcosh", "metrics:logcosh", WRITTEN),
    Gone(f"{_LOSSES}.huber_loss", "metrics:huber_loss", WRITTEN, eras=LATER),
    Gone("keras.losses.huber_loss", "metrics:huber_loss", WRITTEN, eras=LATER),
    *(
        Gone(f"{home}.{name}", f"metrics:{function}", WRITTEN, eras=BOTH_OLD)
        for name, function in _BATCHWISE.items()
        for home in (_METRICS, "keras.metrics")
    ),
    Gone("keras.metrics.MeanTensor", "mean_metrics:MeanTensor", WRITTEN),
    Gone("keras.metrics.MeanRelativeError", "mean_metrics:MeanRelativeError", WRITTEN),
)
