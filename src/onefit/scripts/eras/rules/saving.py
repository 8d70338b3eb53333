"""OF208: files: `.h5`, `.hdf5`, no suffix, folders; models that Keras 1 and 2 saved."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Meaning, Rule, Translated, dropped
from onefit.scripts.eras.stand_ins import files

TF2 = frozenset({"tf2"})
_CONFIG = "keras.src.legacy.saving.saving_utils.model_from_config"
_WEIGHTS = "keras.src.legacy.saving.legacy_h5_format.load_subset_weights_from_hdf5_group"
_SAVE = ("keras.Model.save", "keras.models.save_model", "keras.saving.save_model")
RULES: tuple[Rule, ...] = (
    Translated(("keras.Model.save", "keras.saving.save_model"), dropped("save_format", "options")),
    Translated(("keras.Model.save_weights",), dropped("save_format", "options")),
    Translated(("keras.Model.load_weights",), dropped("options", "reshape")),
    *(Meaning(name, files.save_as_hdf5, "", "OF208", BOTH_OLD) for name in _SAVE),
    *(Meaning(name, files.save_as_folder, "", "OF208", TF2) for name in _SAVE),
    Meaning("keras.Model.save_weights", files.save_weights, "", "OF208"),
    Meaning("keras.Model.load_weights", files.load_weights, "", "OF208"),
    Meaning("keras.models.load_model", files.load_model, "", "OF208"),
    Meaning("keras.saving.load_model", files.load_model, "", "OF208"),
    Meaning(_WEIGHTS, files.whole_gates, "", "OF208", BOTH_OLD),
    Meaning("keras.src.losses.deserialize", files.known_by_name, "", "OF208"),
    Meaning("keras.src.metrics.deserialize", files.known_by_name, "", "OF208"),
    Meaning(_CONFIG, files.model_from_config, "", "OF208"),
    Meaning("keras.models.model_from_json", files.model_from_json, "", "OF208"),
)
