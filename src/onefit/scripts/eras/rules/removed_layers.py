"""OF204: layers that Keras 3 has no more."""

from __future__ import annotations

from typing import Any

from onefit.scripts.eras.call import UNKNOWN, Call, Translate
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule

KERAS1, TF2 = frozenset({"keras1"}), frozenset({"tf2"})
_LOCAL = {
    "LocallyConnected1D": "locally_connected_1d",
    "LocallyConnected2D": "locally_connected_2d",
}
_KERAS1 = "MaxoutDense Highway TimeDistributedDense"
_MODES = {
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
    "max": "maximum",
    "concat": "concatenate",
    "dot": "dot",
}
_CUDNN = {"recurrent_activation": "sigmoid"}


def merged(call: Call) -> None:
    """`merge([a, b], mode="sum")` is `add([a, b])`."""
    mode = call.literal("mode") if call.has("mode") else "sum"
    if mode not in _MODES:
        raise ValueError("its mode is not one that Keras 3 has a function for")
    for name in ("mode", "output_shape"):
        if call.has(name):
            call.take(name)
    if call.has("concat_axis"):
        # Keras 1 took it with any mode, and used it with this one alone.
        axis = call.take("concat_axis")
        if mode == "concat":
            call.give("axis", axis)
    # What Keras 1 took by itself; `dot` of today asks for it.
    axes = -1
    if call.has("dot_axes"):
        axes = call.literal("dot_axes")
        if axes in (UNKNOWN, 0) or (isinstance(axes, list | tuple) and axes[0] in (0, [0], (0,))):
            raise ValueError("its dot_axes are not told, or those of the rows")
        call.take("dot_axes")
    if mode == "dot":
        call.give("axes", axes)
    call.target = f"keras.layers.{_MODES[mode]}"


def of_cudnn(kind: str, **settled: Any) -> Translate:
    """`CuDNNLSTM(3)` is an `LSTM` with the formulas of cuDNN.

    Args:
        kind: Which layer it is.
        **settled: The arguments by which it has them.
    """

    def translate(call: Call) -> None:
        for name, value in settled.items():
            call.give(name, value)
        call.target = f"keras.layers.{kind}"

    return translate


RULES: tuple[Rule, ...] = (
    Gone("keras.layers.CuDNNLSTM", "cudnn:CuDNNLSTM", of_cudnn("LSTM", **_CUDNN)),
    Gone("keras.layers.CuDNNGRU", "cudnn:CuDNNGRU", of_cudnn("GRU", **_CUDNN, reset_after=True)),
    *(
        Gone(f"keras.layers.{name}", f"layers:{name}", WRITTEN, eras=BOTH_OLD)
        for name in _KERAS1.split()
    ),
    Gone("keras.layers.merge", "merging:merge", merged, eras=BOTH_OLD),
    Gone("keras.layers.Merge", "merging:Merge", WRITTEN, eras=BOTH_OLD),
    *(Gone(f"keras.layers.{name}", f"local_layers:{name}", WRITTEN) for name in _LOCAL),
    # After those above, whose place they take in Keras 1 and 2: of two rules for a name the last
    # one holds.
    Gone(
        "keras.layers.LocallyConnected1D",
        "old_local_layers:LocallyConnected1D",
        "local_layers:LocallyConnected1D",
        eras=BOTH_OLD - KERAS1,
    ),
    *(
        Gone(f"keras.layers.{name}", f"local_layers:{old}", WRITTEN, eras=KERAS1)
        for name, old in _LOCAL.items()
    ),
    Gone("keras.layers.ThresholdedReLU", "advanced_activations:ThresholdedReLU", WRITTEN),
    Gone("keras.layers.SReLU", "advanced_activations:SReLU", WRITTEN, eras=BOTH_OLD),
    Gone(
        "keras.layers.ParametricSoftplus",
        "advanced_activations:ParametricSoftplus",
        WRITTEN,
        eras=BOTH_OLD,
    ),
    Gone("keras.layers.time_distributed_dense", "layers:time_distributed_dense", WRITTEN),
    Gone("keras.layers.VersionAwareLayers", "version_layers:VersionAwareLayers", WRITTEN, eras=TF2),
    Gone("keras.layers.PeepholeLSTMCell", "cells:PeepholeLSTMCell", WRITTEN, eras=TF2),
    Gone("keras.layers.AbstractRNNCell", "layers:AbstractRNNCell"),
    Meaning(
        "keras.Sequential.add", "merging:add_merged", "", "OF204", BOTH_OLD, WRITTEN, beside="Merge"
    ),
    Gone("keras.models.slice_X", "tools:slice_arrays", WRITTEN, eras=BOTH_OLD),
    Gone("keras.models.slice_arrays", "tools:slice_arrays", WRITTEN),
    Gone("keras.models.Graph", "layers:Graph", eras=BOTH_OLD),
    *(
        Gone(f"keras.regularizers.{name}", "layers:weight_regularizer", WRITTEN, eras=BOTH_OLD)
        for name in ("WeightRegularizer", "ActivityRegularizer", "L1L2Regularizer")
    ),
    Gone(
        "keras.regularizers.EigenvalueRegularizer",
        "regularizers:EigenvalueRegularizer",
        WRITTEN,
        eras=BOTH_OLD,
    ),
    Gone("keras.layers.get_source_inputs", "layers:get_source_inputs"),
)
