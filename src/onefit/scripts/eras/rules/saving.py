"""OF208: files: `.h5`, `.hdf5`, no suffix, folders; models that Keras 1 and 2 saved."""

from __future__ import annotations

from typing import Any

from onefit.scripts.eras.call import UNKNOWN, Call
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule, Translated, dropped
from onefit.scripts.eras.stand_ins import attributes

WEIGHTS = ".weights.h5"


def weights_name(call: Call) -> None:
    """`save_weights("best.h5")` is `save_weights("best.weights.h5")`."""
    _rename(call, WEIGHTS, "", "file_to_write")


def weights_name_of_own(call: Call) -> None:
    """`load_weights` follows, for a file that the script saves itself."""
    end = call.ending("filepath")
    if end and call.saves(end) and call.saves(end, weights=True):
        raise ValueError(
            "a model and weights have this name, and two names in Keras 3: which is it?"
        )
    if end and call.saves(end):  # the weights of a whole model
        if call.literal("by_name") and _suffixes(call)[0] == ".keras":
            raise ValueError("by_name=True reads HDF5, and this model is in a file of Keras 3's")
        model_name_to_read(call)
    elif call.may_save(end, weights=True):
        if call.literal("by_name"):
            if call.saves(end, weights=True):
                raise ValueError("by_name=True reads files of Keras 2, and Keras 3 writes none")
            return
        if call.has("by_name"):
            call.take("by_name")
            call.note("by_name=False means nothing any more")
        _rename(call, WEIGHTS, "", "file_to_read", is_own=bool(end) and call.saves(end, True))


def by_old_places(call: Call) -> None:
    """`save(f, True, False, "tf")`: the optimizer's switch came before the format up to 2.11."""
    is_switch = isinstance(call.literal("save_format"), bool)
    if call.has("save_format") and (call.has("format") or is_switch):
        call.give("include_optimizer", call.take("save_format"))
    if call.has("format"):
        call.give("save_format", call.take("format"))


def without_signatures(call: Call) -> None:
    """The functions that a folder of TensorFlow's has for other programs."""
    if call.has("signatures"):
        if call.literal("signatures") is None:
            call.take("signatures")
        elif not hasattr(call, "subject"):  # a call that happens goes on: they stand in the folder
            raise ValueError("signatures= are TensorFlow's, and a file of Keras 3's has none")


def model_name(call: Call) -> None:
    """`save("model")` names a file with a suffix: of HDF5, or of Keras 3 in place of a folder."""
    is_folder = call.era.name in TF2 and not call.ending("filepath").endswith(_FILES)
    if call.has("filepath") and is_folder and any(map(call.mentions, _OF_TENSORFLOW)):
        raise ValueError(
            "TensorFlow reads this folder, and Keras 3 writes none: model.export does, and needs "
            "TensorFlow beside Keras 3"
        )
    _rename(call, *_suffixes(call), "file_to_write")


def model_name_to_read(call: Call, is_own: bool = True) -> None:
    """The same where a model is loaded, which may be of a name that the script does not tell."""
    _rename(call, *_suffixes(call), "file_to_read", is_own)


def _suffixes(call: Call) -> tuple[str, str]:
    """The suffix of a file of a model that has none of Keras 3's, and another that may stay."""
    # Keras 3 cannot read a model with masks from HDF5, and trains none that it reads from there
    if any(map(call.mentions, _MASKS)) or call.may_train(call.ending("filepath")):
        return ".keras", ""
    is_hdf5 = call.era.name in BOTH_OLD or call.ending("filepath").endswith(".hdf5")
    return (".h5", ".keras") if is_hdf5 else (".keras", ".h5")


def model_name_of_own(call: Call) -> None:
    """`load_model` follows, for a file that the script saves itself; others are as old as it is."""
    end, path = call.ending("filepath"), call.literal("filepath")
    is_own = bool(end) and call.saves(end)
    if is_own or call.may_save(end):
        model_name_to_read(call, is_own)
    elif _is_of_then(call, path):
        raise ValueError(
            "Keras 3 refuses a file that an older Keras wrote, or trains the model otherwise: load "
            "it under onefit run and save it as .keras, or say compile=False and compile the model"
        )


def _is_of_then(call: Call, path: Any) -> bool:
    """Whether a model that is loaded and compiled is in a file that the script does not write."""
    if call.literal("compile") is False:
        return False
    if isinstance(path, str):
        return not path.endswith(".keras")
    return not any(map(call.mentions, ("save", "save_model", "ModelCheckpoint")))


def checkpoint_name(call: Call) -> None:
    """`ModelCheckpoint` writes `.weights.h5`, `.keras` or `.h5`, into a folder that it makes."""
    only_weights = call.literal("save_weights_only")
    if only_weights is UNKNOWN:
        raise ValueError("a checkpoint's name needs a suffix of Keras 3, and is not told")
    suffix, kept = (WEIGHTS, "") if only_weights else _suffixes(call)
    _rename(call, suffix, kept, "name_of_today")


def period(call: Call) -> None:
    """`period=1` is what `ModelCheckpoint` does without it; without another one it saves more."""
    if call.has("period"):
        is_one = call.literal("period") == 1
        if not (is_one or call.may_change()):
            raise ValueError(
                "ModelCheckpoint has no period= in Keras 3, and save_freq counts batches; --unsafe "
                "leaves it out, and every epoch is saved"
            )
        call.take("period")
        told = "period=1 means nothing any more" if is_one else "period= is gone: all epochs save"
        call.note(told)


def without_function(call: Call) -> None:
    """A file has the function of `BinaryCrossentropy()` beside its arguments."""
    if call.has("fn"):
        call.take("fn")


def without_gaps(call: Call) -> None:
    """`steps_per_execution=None`, in files too, is 1, and `jit_compile=None` leaves it to Keras."""
    for name in ("steps_per_execution", "jit_compile"):
        if call.has(name) and call.literal(name) is None:
            call.take(name)


def _rename(call: Call, suffix: str, kept: str, how: str, is_own: bool = True) -> None:
    """Give a file's name its suffix of today.

    Args:
        call: What saves or loads.
        suffix: The suffix.
        kept: Another one that may stay; `""` for none.
        how: What makes the name while the script runs, where the source does not tell how it ends.
        is_own: Whether it is told to be a file that the script writes. Defaults to `True`.
    """
    if not call.has("filepath"):
        return
    end = call.ending("filepath")
    # `kept` itself may be `""`, with which every text ends.
    if end.endswith((suffix, kept or suffix)):
        return
    if not (end and is_own and call.is_ended("filepath")):
        call.wrap("filepath", f"file_names:{how}", suffix, *([kept] if kept else ()))
        call.note(f"the file's name ends in {suffix}")
        return
    # `save("model/")` names a folder of TensorFlow's, which is a file now.
    before = next((one for one in (".hdf5", ".h5", "/") if end.endswith(one)), "")
    path = call.literal("filepath")
    call.end("filepath", before, suffix)
    word = "the file {} is called {}" if path == end else "files that end in {} end in {}"
    call.note(word.format(end, end.removesuffix(before) + suffix))
    # TensorFlow made the folders above what it wrote; Keras 3 opens a file, which makes none.
    makes = how == "file_to_write" and call.era.name in TF2 and before in ("", "/")
    if makes and ("/" in end or path != end) and not any(map(call.mentions, _FOLDERS)):
        call.wrap("filepath", "file_names:in_folder")


_FOLDERS = ("makedirs", "mkdir")
_FILES = (".keras", ".h5", ".hdf5")
_OF_TENSORFLOW = ("saved_model", "from_saved_model")
_MASKS = ("mask_zero=", "Masking()")
KERAS1, TF2 = frozenset({"keras1"}), frozenset({"tf2"})
_CONFIG = "keras.src.legacy.saving.saving_utils.model_from_config"
_UTILS = "keras.src.legacy.saving.saving_utils"
_HDF5 = "keras.src.legacy.saving.legacy_h5_format"
_WEIGHTS = f"{_HDF5}.load_subset_weights_from_hdf5_group"
_OF_LAYERS = (
    "save_weights_to_hdf5_group",
    "load_weights_from_hdf5_group",
    "load_weights_from_hdf5_group_by_name",
)
_MODEL = "keras.src.legacy.saving.legacy_h5_format.load_model_from_hdf5"
_COMPILED = "keras.src.legacy.saving.saving_utils.compile_args_from_training_config"
_RETRIEVED = "keras.src.saving.serialization_lib._retrieve_class_or_fn"
_LAMBDA = "keras.layers.Lambda"
_SAVE = ("keras.Model.save", "keras.models.save_model", "keras.saving.save_model")
RULES: tuple[Rule, ...] = (
    *(
        Translated(("keras.Model.save", "keras.saving.save_model"), translate, "OF208", TF2)
        for translate in (by_old_places, without_signatures, dropped("save_traces"))
    ),
    Translated(("keras.Model.save", "keras.saving.save_model"), dropped("save_format", "options")),
    Translated(("keras.Model.save_weights",), dropped("save_format", "options")),
    Translated(("keras.Model.load_weights",), dropped("options", "reshape")),
    *(
        Meaning(name, "files:save_as_hdf5", "", "OF208", BOTH_OLD, source=model_name)
        for name in _SAVE
    ),
    *(Meaning(name, "files:save_as_folder", "", "OF208", TF2, source=model_name) for name in _SAVE),
    Meaning("keras.Model.save_weights", "files:save_weights", "", "OF208", source=weights_name),
    Meaning(
        "keras.Model.load_weights", "files:load_weights", "", "OF208", source=weights_name_of_own
    ),
    Meaning("keras.Model.save_weights", "files:save_checkpoint", "", "OF208", TF2),
    Meaning("keras.Model.load_weights", "files:load_checkpoint", "", "OF208", TF2),
    Meaning("keras.Model.load_weights", "files:only_built", "", "OF208", TF2),
    *(
        Meaning(name, "files:load_model", "", "OF208", source=model_name_of_own)
        for name in ("keras.models.load_model", "keras.saving.load_model")
    ),
    *(Meaning(name, "open_files:save", "", "OF208") for name in _SAVE),
    *(
        Meaning(name, "open_files:load", "", "OF208")
        for name in ("keras.models.load_model", "keras.saving.load_model")
    ),
    *(
        Gone(f"keras.saving.{name}", f"open_files:{name}", "", "OF208", BOTH_OLD)
        for name in ("save_weights_to_hdf5_group", *_OF_LAYERS[1:])
    ),
    *(
        Gone(f"keras.Model.{name}", f"open_files:{stand_in}", "", "OF208", KERAS1)
        for name, stand_in in zip(
            _OF_LAYERS,
            ("save_weights_of_model", "load_weights_of_model", "load_weights_of_model_by_name"),
        )
    ),
    Meaning("keras.src.saving.saving_lib._walk_saveable", attributes.walk_saveable, "", "OF208"),
    Meaning(
        "keras.src.legacy.saving.serialization.serialize_keras_object",
        "files:operations_as_today",
        "",
        "OF208",
    ),
    Meaning(_MODEL, "optimizer_states:load_with_state", "", "OF208"),
    Meaning(_COMPILED, "optimizer_states:known_optimizer", "", "OF208"),
    Meaning(
        f"{_HDF5}.h5py.AttributeManager.__getitem__", "weight_files:as_bytes", "", "OF208", BOTH_OLD
    ),
    Meaning(
        f"{_HDF5}.save_subset_weights_to_hdf5_group", "weight_files:by_names_of_then", "", "OF208"
    ),
    Meaning(f"{_HDF5}.{_OF_LAYERS[0]}", "weight_files:under_names_of_then", "", "OF208", BOTH_OLD),
    Meaning(f"{_HDF5}.{_OF_LAYERS[2]}", "weight_files:found_by_both", "", "OF208", BOTH_OLD),
    *(
        Meaning(f"{_HDF5}.{name}", "merged_weights:flattened", "", "OF208", BOTH_OLD)
        for name in _OF_LAYERS
    ),
    Meaning(_WEIGHTS, "files:whole_gates", "", "OF208", BOTH_OLD),
    Meaning(_WEIGHTS, "old_kernels:noted", "", "OF208", BOTH_OLD),
    Meaning(f"{_HDF5}._set_weights", "old_kernels:turned", "", "OF208", BOTH_OLD),
    Meaning(f"{_HDF5}._set_weights", "cudnn:as_today", "", "OF208"),
    Meaning(f"{_UTILS}._deserialize_metric", "training_configs:words_of_metrics", "", "OF208"),
    Meaning(f"{_UTILS}.model_metadata", "training_configs:keeping_the_optimizer", "", "OF208"),
    Meaning(f"{_UTILS}._resolve_compile_arguments_compat", "files:known_function", "", "OF208"),
    Meaning(
        "keras.metrics.MeanMetricWrapper.__init__", "files:function_of_metric", "", "OF208", TF2
    ),
    Translated(("keras.losses.*",), without_function, "OF208", TF2),
    Translated(("keras.Model.compile",), without_gaps, "OF208", TF2),
    Meaning(
        "keras.src.optimizers.base_optimizer.BaseOptimizer.load_own_variables",
        "optimizer_states:without_rate",
        "",
        "OF208",
        TF2,
    ),
    Meaning("keras.src.losses.deserialize", "files:known_by_name", "", "OF208"),
    Meaning("keras.src.metrics.deserialize", "files:known_by_name", "", "OF208"),
    Meaning(_CONFIG, "configs:model_from_config", "", "OF208"),
    Meaning(_CONFIG, "unknown_names:named_in_errors", "", "OF208"),
    Meaning(_RETRIEVED, "files:class_of_stand_in", "", "OF208"),
    Meaning(f"{_LAMBDA}._raise_for_lambda_deserialization", "lambdas:code_of_lambda", "", "OF208"),
    Meaning(f"{_LAMBDA}._serialize_function_to_config", "lambdas:as_code", "", "OF208"),
    Meaning(f"{_LAMBDA}.from_config", "lambdas:of_this_python", "", "OF208"),
    Meaning("keras.src.utils.python_utils.func_load", "lambdas:with_its_names", "", "OF208"),
    Meaning(
        "keras.models.clone_model",
        "clones:without_compiling",
        "",
        "OF206",
        source="clones:uncompiled_clone",
        beside="compile",
    ),
    Meaning("keras.Model.to_json", "configs:to_json", "", "OF208"),
    Meaning(
        "keras.src.ops.operation.Operation.get_config",
        "told_layers:config_without_arguments",
        "",
        "OF208",
        BOTH_OLD,
        marks="_is_default",
    ),
    Meaning(
        "keras.layers.Layer.get_config",
        "told_layers:config_of_arguments",
        "",
        "OF208",
        frozenset({"tf2"}),
        marks="_is_default",
    ),
    Meaning(
        "keras.src.legacy.saving.serialization.class_and_config_for_serialized_keras_object",
        "told_layers:without_arguments",
        "",
        "OF208",
        frozenset({"keras2"}),
    ),
    Meaning("keras.models.model_from_json", "configs:model_from_json", "", "OF208"),
    Meaning("keras.models.model_from_json", "unknown_names:named_in_errors", "", "OF208"),
)
