"""OF204: what layers and models told about themselves."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule
from onefit.scripts.eras.stand_ins import construction, logs, seeds

_METRICS = "list({self}.get_metrics_result())"
_LAYER = "keras.layers.Layer"
_FUNCTIONAL = "keras.src.models.functional.Functional"
RULES: tuple[Rule, ...] = (
    Gone(f"{_LAYER}.input_shape", "attributes:input_shape", "{self}.input.shape"),
    Gone(f"{_LAYER}.output_shape", "attributes:output_shape", "{self}.output.shape"),
    Gone("keras.Sequential.input", "attributes:first_input", "{self}.inputs[0]"),
    Gone("keras.Sequential.output", "attributes:first_output", "{self}.outputs[0]"),
    Gone(f"{_LAYER}.get_input_at", "attributes:get_input_at"),
    Gone(f"{_LAYER}.get_output_at", "attributes:get_output_at"),
    Gone(f"{_LAYER}.get_input_shape_at", "attributes:get_input_shape_at"),
    Gone(f"{_LAYER}.get_output_shape_at", "attributes:get_output_shape_at"),
    Gone(f"{_LAYER}.inbound_nodes", "attributes:inbound_nodes"),
    Gone(f"{_LAYER}.outbound_nodes", "attributes:outbound_nodes"),
    Gone(f"{_LAYER}.W", "attributes:kernel", "{self}.kernel", eras=BOTH_OLD),
    Gone(f"{_LAYER}.b", "attributes:bias", "{self}.bias", eras=BOTH_OLD),
    Gone(f"{_LAYER}.updates", "attributes:updates"),
    Gone("keras.Model.state_updates", "attributes:updates"),
    Gone("keras.Model.total_loss", "attributes:total_loss"),
    Meaning("keras.Model.metrics_names", logs.metrics_names, "", "OF207", source=_METRICS),
    Meaning("keras.layers.Layer.add_weight", construction.add_weight, "", "OF203"),
    Meaning("keras.layers.Layer.__init__", construction.first_layer, "", "OF203"),
    Meaning("keras.layers.Layer.__init__", seeds.with_seeds, "", "OF210"),
    Meaning("keras.layers.Lambda.__init__", seeds.with_seeds, "", "OF210"),
    Meaning("keras.layers.Layer.__call__", seeds.noting, "", "OF210"),
    Meaning("keras.layers.Layer._post_build", construction.give_weights, "", "OF203"),
    Meaning("keras.Sequential.add", construction.add_first_layer, "", "OF203"),
    Meaning(f"{_FUNCTIONAL}.add_loss", construction.add_loss, "", "OF203"),
    Meaning("keras.Model.__new__", construction.new_model, "", "OF203"),
)
