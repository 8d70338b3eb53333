"""OF204: layers that Keras 3 has no more."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule
from onefit.scripts.eras.stand_ins import merging

_KERAS1 = "MaxoutDense Highway TimeDistributedDense"
RULES: tuple[Rule, ...] = (
    *(Gone(f"keras.layers.{name}", f"layers:{name}", eras=BOTH_OLD) for name in _KERAS1.split()),
    Gone("keras.layers.merge", "merging:merge", eras=BOTH_OLD),
    Gone("keras.layers.Merge", "merging:Merge", eras=BOTH_OLD),
    Gone("keras.layers.LocallyConnected1D", "layers:LocallyConnected1D"),
    Gone("keras.layers.LocallyConnected2D", "layers:LocallyConnected2D"),
    Gone("keras.layers.ThresholdedReLU", "layers:ThresholdedReLU"),
    Gone("keras.layers.AbstractRNNCell", "layers:AbstractRNNCell"),
    Meaning("keras.Sequential.add", merging.add_merged, "", eras=BOTH_OLD),
    Gone("keras.models.slice_X", "tools:slice_arrays", eras=BOTH_OLD),
    Gone("keras.models.slice_arrays", "tools:slice_arrays"),
    Gone("keras.models.Graph", "layers:Graph", eras=BOTH_OLD),
    Gone("keras.regularizers.WeightRegularizer", "layers:weight_regularizer", eras=BOTH_OLD),
    Gone("keras.regularizers.ActivityRegularizer", "layers:weight_regularizer", eras=BOTH_OLD),
    Gone("keras.layers.get_source_inputs", "layers:get_source_inputs"),
)
