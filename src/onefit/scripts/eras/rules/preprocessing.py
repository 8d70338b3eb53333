"""OF211: `keras.preprocessing` and other places from which names of plain Keras went."""

from __future__ import annotations

from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Moved, Rule
from onefit.scripts.eras.stand_ins import tools

_HOME = "keras._tf_keras.keras.preprocessing"
RULES: tuple[Rule, ...] = (
    Moved("keras.utils.ImageDataGenerator", f"{_HOME}.image.ImageDataGenerator", "OF211"),
    Meaning("keras.utils.plot_model", tools.plot_model, "", "OF204"),
    Gone("keras.utils.print_summary", "tools:print_summary", WRITTEN),
    Gone("keras.utils.convert_all_kernels_in_model", "tools:convert_all_kernels_in_model", WRITTEN),
    Gone("keras.utils.HDF5Matrix", "tools:HDF5Matrix", WRITTEN),
    Gone("keras.utils.GeneratorEnqueuer", "tools:GeneratorEnqueuer", WRITTEN),
    Gone("keras.utils.conv_output_length", "tools:conv_output_length", WRITTEN),
    Gone("keras.utils.model_to_dot", "tools:model_to_dot"),
    Gone("keras.utils.convert_kernel", "tools:convert_kernel", WRITTEN),
    Gone("keras.utils.to_list", "tools:to_list", WRITTEN),
    Gone("keras.utils.has_arg", "tools:has_arg", WRITTEN),
)
