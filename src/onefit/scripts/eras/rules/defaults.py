"""OF205: defaults that changed. An upgraded script writes them down.

From the signatures of the releases (tests/scripts/eras/signatures); docs/old-scripts.md has the
whole table.
"""

from __future__ import annotations

import keras

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.era import BOTH_OLD, OLD
from onefit.scripts.eras.rule import Rule, Translated
from onefit.scripts.eras.rule import defaults as default

KERAS1, TF2 = frozenset({"keras1"}), frozenset({"tf2"})


def _rule(target: str, eras: frozenset[str], **values: object) -> Translated:
    return Translated((f"keras.{target}",), default(**values), "OF205", eras)


def order_of_numbers(call: Call) -> None:
    """`Flatten` left the numbers of a row in the order in which they are.

    Since Keras 2.2 it moves channels that stand first behind the other axes before. Sources:
    `Flatten.call` in `keras/layers/core.py` of 1.2.2, which is `K.batch_flatten`, and of 2.2.4.
    """
    # For a source, which has not been run: its words tell what it will set.
    is_set = call.mentions("set_image_dim_ordering") and call.mentions('="th"')
    if (is_set or keras.config.image_data_format() == "channels_first") and not call.has(
        "data_format"
    ):
        call.give("data_format", "channels_last")
        call.note("Flatten leaves the numbers of a row in their order, as it did then")


RULES: tuple[Rule, ...] = (
    _rule("optimizers.Adadelta", BOTH_OLD, learning_rate=1.0),
    _rule("optimizers.Adagrad", BOTH_OLD, learning_rate=0.01, initial_accumulator_value=0.0),
    _rule("optimizers.Adamax", BOTH_OLD, learning_rate=0.002),
    _rule("optimizers.Nadam", BOTH_OLD, learning_rate=0.002),
    _rule("optimizers.Lion", TF2, learning_rate=0.0001),
    _rule("metrics.KLDivergence", TF2, name="kullback_leibler_divergence"),
    _rule("optimizers.Adadelta", KERAS1, epsilon=1e-8),
    _rule("optimizers.Adagrad", KERAS1, epsilon=1e-8),
    _rule("optimizers.Adam", KERAS1, epsilon=1e-8),
    _rule("optimizers.Adamax", KERAS1, epsilon=1e-8),
    _rule("optimizers.Nadam", KERAS1, epsilon=1e-8),
    _rule("optimizers.RMSprop", KERAS1, epsilon=1e-8),
    _rule("initializers.Orthogonal", KERAS1, gain=1.1),
    _rule("layers.LSTM", BOTH_OLD, recurrent_activation="hard_sigmoid"),
    _rule("layers.LSTMCell", BOTH_OLD, recurrent_activation="hard_sigmoid"),
    _rule("layers.GRU", BOTH_OLD, recurrent_activation="hard_sigmoid", reset_after=False),
    _rule("layers.GRUCell", BOTH_OLD, recurrent_activation="hard_sigmoid", reset_after=False),
    Translated(("keras.layers.Flatten",), order_of_numbers, "OF205", KERAS1),
    _rule("layers.AveragePooling1D", OLD, pool_size=2),
    _rule("layers.AveragePooling2D", OLD, pool_size=(2, 2)),
    _rule("layers.AveragePooling3D", OLD, pool_size=(2, 2, 2)),
    _rule("layers.ConvLSTM2D", OLD, recurrent_activation="hard_sigmoid"),
    _rule("layers.ConvLSTM1D", OLD, recurrent_activation="hard_sigmoid"),
    _rule("layers.ConvLSTM3D", OLD, recurrent_activation="hard_sigmoid"),
)
