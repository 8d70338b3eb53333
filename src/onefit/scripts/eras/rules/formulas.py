"""OF206: what computes other numbers today than it did then."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Meaning, Rule
from onefit.scripts.eras.stand_ins import losses, normalization, optimizers

_OPTIMIZERS = "keras.optimizers"
_RATE = "keras.src.optimizers.base_optimizer.BaseOptimizer"
KERAS1, KERAS2 = frozenset({"keras1"}), frozenset({"keras2"})
TF2 = frozenset({"tf2"})
_NORMAL = ("GlorotNormal", "HeNormal", "LecunNormal")
RULES: tuple[Rule, ...] = (
    Meaning("keras.layers.BatchNormalization.call", normalization.fused_variance, "", "OF206", TF2),
    *(
        Meaning(f"keras.initializers.{name}.__init__", losses.untruncated, "", "OF206", KERAS1)
        for name in _NORMAL
    ),
    Meaning(
        "keras.src.losses.loss.reduce_weighted_values",
        losses.mean_of_weighted,
        "",
        "OF206",
        BOTH_OLD,
    ),
    Meaning(f"{_RATE}.__init__", optimizers.with_decay, "", "OF206"),
    Meaning(f"{_RATE}.learning_rate", optimizers.decayed_rate, "", "OF206"),
    Meaning(f"{_RATE}.apply", optimizers.stepping, "", "OF206"),
    Meaning(f"{_RATE}.get_config", optimizers.config_with_decay, "", "OF206"),
    Meaning(f"{_OPTIMIZERS}.RMSprop.update_step", optimizers.rmsprop, "", "OF206", BOTH_OLD),
    Meaning(f"{_OPTIMIZERS}.Adagrad.update_step", optimizers.adagrad, "", "OF206", BOTH_OLD),
    Meaning(f"{_OPTIMIZERS}.Nadam.update_step", optimizers.nadam, "", "OF206", BOTH_OLD),
    Meaning(
        f"{_OPTIMIZERS}.Nadam._backend_update_step",
        optimizers.nadam_schedule,
        "",
        "OF206",
        BOTH_OLD,
    ),
    Meaning(f"{_OPTIMIZERS}.Nadam.__init__", optimizers.with_schedule_decay, "", "OF206", BOTH_OLD),
    Meaning(
        "keras.layers.BatchNormalization.call", normalization.sample_variance, "", "OF206", KERAS2
    ),
)
