"""OF211: `keras.preprocessing`, `keras.utils` and other places from which names went."""

from __future__ import annotations

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.era import BOTH_OLD, OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Moved, Rule, Translated, renamed
from onefit.scripts.eras.rules.keras1_arguments import data_format


def colour(call: Call) -> None:
    """`grayscale=True` is `color_mode="grayscale"`."""
    if call.has("grayscale"):
        grey = call.literal("grayscale")
        if not isinstance(grey, bool):
            raise ValueError("grayscale= is called color_mode, and its value is not told")
        call.take("grayscale")
        if grey:
            call.give("color_mode", "grayscale")
        call.note("grayscale is called color_mode")


def whitening(call: Call) -> None:
    """In a source: `zca_whitening=True` by the covariance."""
    if call.has("zca_whitening"):
        call.write("fit", "picture_statistics:whitened")
        call.note("pictures are whitened by their covariance, as then")


def statistics(call: Call) -> None:
    """In a source: what Keras 1 learnt of pictures."""
    asked = [name for name in _LEARNT if call.has(name)]
    if asked:
        call.write("__init__", "picture_statistics:as_asked")
        call.write("fit", "picture_statistics:before_rescaling")
        call.note("ImageDataGenerator centres and scales as it did then")
    if any(name.startswith("samplewise") or "_std_" in name for name in asked):
        call.write("standardize", "picture_statistics:by_channels")


def moves(call: Call) -> None:
    """In a source: how Keras 2 turned, moved and brightened pictures."""
    if any(call.has(name) for name in (*_MOVED, "brightness_range")):
        call.write("apply_transform", "picture_transforms:by_rows_and_columns")
        call.note("ImageDataGenerator turns, moves and brightens pictures as it did then")


def draws(call: Call) -> None:
    """In a source: what Keras 1 drew for a picture."""
    if any(call.has(name) for name in (*_MOVED, *_FLIPPED)):
        for name, made in _DRAWN.items():
            call.write(name, made)
        call.note("ImageDataGenerator draws, turns and moves as it did then")


_MOVED = ("rotation_range", "width_shift_range", "height_shift_range", "shear_range", "zoom_range")
_DRAWN = {
    "random_transform": "picture_transforms:as_drawn",
    "get_random_transform": "picture_transforms:left_to_be_drawn",
    "apply_transform": "picture_transforms:drawn_now",
}
_FLIPPED = ("horizontal_flip", "vertical_flip", "channel_shift_range")
_LEARNT = (
    "featurewise_center",
    "samplewise_center",
    "featurewise_std_normalization",
    "samplewise_std_normalization",
    "zca_whitening",
)
_LEARNER = "keras.src.legacy.preprocessing.image.ImageDataGenerator"
_KERAS1, _KERAS2 = frozenset({"keras1"}), frozenset({"keras2"})
_HOME = "keras._tf_keras.keras.preprocessing"
_GENERATOR = f"{_HOME}.image.ImageDataGenerator"
_TOOLS = """
HDF5Matrix clip_norm convert_all_kernels_in_model convert_dense_weights_data_format convert_kernel
count_total_params get_from_module has_arg is_all_none layer_from_config load_array make_batches
object_list_uid print_summary save_array slice_arrays to_list unpack_singleton
"""
_LENGTHS = "conv_input_length conv_output_length deconv_length normalize_padding normalize_tuple"
_LABELS = """
accuracy binary_logloss categorical_probas_to_classes get_test_data keras_test multiclass_logloss
probas_to_classes
"""
_QUEUES = "GeneratorEnqueuer OrderedEnqueuer SequenceEnqueuer"
_STAND_INS = {
    **dict.fromkeys(_TOOLS.split(), "tools"),
    **dict.fromkeys(_LENGTHS.split(), "lengths"),
    **dict.fromkeys(_LABELS.split(), "labels"),
    **dict.fromkeys(_QUEUES.split(), "enqueuers"),
}
_PICTURES = ("image.img_to_array", "image.array_to_img", "image.load_img")
_SAME_IN_UTILS = tuple(f"keras.utils.{name[6:]}" for name in _PICTURES)
_SHOWN = (*(f"{_HOME}.{name}" for name in _PICTURES), *_SAME_IN_UTILS)
_NETWORKS = ("imagenet_utils", "vgg16", "vgg19", "resnet50", "inception_v3", "xception")
# Keras 3 has these to this day, under no public name.
_PRIVATE = {
    "ask_to_proceed_with_overwrite": "keras.src.utils.io_utils",
    "func_dump": "keras.src.utils.python_utils",
    "func_load": "keras.src.utils.python_utils",
    "validate_file": "keras.src.utils.file_utils",
}
_OF_FLOWS = (
    ("Iterator.N", "{self}.n", _KERAS1),
    ("Iterator.nb_sample", "{self}.samples", _KERAS1),
    ("Iterator.nb_class", "{self}.num_classes", _KERAS1),
    ("Iterator.num_class", "{self}.num_classes", _KERAS2),
    ("Iterator.dim_ordering", "", _KERAS1),
    ("ImageDataGenerator.dim_ordering", "", _KERAS1),
)
RULES: tuple[Rule, ...] = (
    Moved("keras.utils.ImageDataGenerator", f"{_HOME}.image.ImageDataGenerator", "OF211"),
    *(Moved(f"keras.utils.{old}", f"{home}.{old}", "OF202") for old, home in _PRIVATE.items()),
    Moved(f"{_HOME}.image.flip_axis", "keras.src.legacy.preprocessing.image.flip_axis", "OF211"),
    Moved(
        f"{_HOME}.image.transform_matrix_offset_center",
        "keras.src.legacy.preprocessing.image.transform_matrix_offset_center",
        "OF211",
    ),
    Gone(f"{_HOME}.image.list_pictures", "pictures:list_pictures", WRITTEN, "OF211"),
    Gone(f"{_HOME}.image.apply_transform", "pictures:apply_transform", WRITTEN, "OF211"),
    Gone(f"{_HOME}.image.Iterator.next", "pictures:next_batch", "next({self})", "OF211"),
    *(
        Gone(f"{_HOME}.image.{name}", f"pictures:{name.split('.')[1]}", source, "OF211", eras)
        for name, source, eras in _OF_FLOWS
    ),
    Meaning(f"{_LEARNER}.fit", "picture_statistics:whitened", "", eras=_KERAS2, source=whitening),
    Meaning(
        f"{_LEARNER}.fit",
        "picture_statistics:before_rescaling",
        "",
        eras=_KERAS1,
        source=statistics,
    ),
    Meaning(f"{_LEARNER}.__init__", "picture_statistics:as_asked", "", eras=_KERAS1),
    Meaning(f"{_LEARNER}.standardize", "picture_statistics:by_channels", "", eras=_KERAS1),
    Meaning(
        f"{_LEARNER}.apply_transform",
        "picture_transforms:by_rows_and_columns",
        "",
        eras=_KERAS2,
        source=moves,
    ),
    *(
        Meaning(f"{_LEARNER}.{name}", made, "", eras=_KERAS1, source=draws)
        for name, made in _DRAWN.items()
    ),
    Translated((_GENERATOR,), data_format, "OF203", BOTH_OLD),
    Translated((f"{_GENERATOR}.flow",), renamed(("X", "x")), "OF203", BOTH_OLD),
    Translated(_SHOWN, data_format, "OF203", BOTH_OLD),
    Translated(_SHOWN, colour),
    Translated(
        (f"{_HOME}.text.one_hot", f"{_HOME}.text.text_to_word_sequence"),
        renamed(("text", "input_text")),
    ),
    Translated((f"{_HOME}.text.Tokenizer",), renamed(("nb_words", "num_words"))),
    Meaning("keras.utils.plot_model", "tools:plot_model", "", "OF204"),
    Meaning("keras.utils.Progbar.update", "tools:forced", "", "OF203", BOTH_OLD),
    Translated(
        ("keras.utils.to_categorical",),
        renamed(("y", "x"), ("nb_classes", "num_classes")),
    ),
    Meaning(
        "keras.utils.to_categorical",
        "labels:to_categorical",
        "",
        eras=OLD - _KERAS1,
        source="labels:one_hot_of_type",
        argument="dtype",
    ),
    Meaning("keras.utils.to_categorical", "labels:to_rows_of_classes", "", eras=_KERAS1),
    Translated(
        ("keras.utils.image_dataset_from_directory",),
        renamed(("smart_resize", "crop_to_aspect_ratio")),
    ),
    Translated(("keras.utils.normalize",), renamed(("a", "x")), eras=BOTH_OLD),
    Gone("keras.utils.count_params", "tools:count_params", code="OF202"),
    *(
        Gone(f"keras.utils.{name}", f"{home}:{name}", WRITTEN, "OF202")
        for name, home in _STAND_INS.items()
    ),
    Gone("keras.utils.normalize_data_format", "backend:normalize_data_format", code="OF202"),
    Gone("keras.utils.model_to_dot", "tools:model_to_dot"),
    Gone("keras.optimizers.clip_norm", "tools:clip_norm", WRITTEN, eras=BOTH_OLD),
    *(
        Gone(f"keras.{module}.optimizer_from_config", "tools:optimizer_from_config", WRITTEN)
        for module in ("models", "optimizers")
    ),
    *(
        Gone(f"keras.applications.{name}._obtain_input_shape", "applications:obtain_input_shape")
        for name in _NETWORKS
    ),
)
