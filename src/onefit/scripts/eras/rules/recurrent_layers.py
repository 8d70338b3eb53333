"""OF203: how recurrent layers were made, what they were called with, and what they gave."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule
from onefit.scripts.eras.stand_ins import attributes, shape_arguments

KERAS2, TF2 = (frozenset({era}) for era in ("keras2", "tf2"))

RULES: tuple[Rule, ...] = (
    Gone("keras.layers.Recurrent", "recurrent:Recurrent", eras=BOTH_OLD),
    *(
        Gone(f"keras.layers.RNN.{name}", f"recurrent:{name}", eras=BOTH_OLD)
        for name in ("get_constants", "preprocess_input")
    ),
    Meaning("keras.layers.RNN.call", "recurrent:by_own_step", "", "OF203", BOTH_OLD),
    Meaning("keras.layers.RNN.__call__", "recurrent_calls:with_states", "", "OF203"),
    Meaning("keras.layers.RNN.get_initial_state", "recurrent_calls:states_for_inputs", "", "OF203"),
    Meaning("keras.layers.RNN.__call__", "recurrent_calls:with_constants", "", "OF203"),
    Meaning("keras.layers.RNN.call", "recurrent_calls:without_constants", "", "OF203"),
    Meaning("keras.layers.RNN.__init__", "recurrent_calls:of_any_cell", "", "OF203"),
    Meaning("keras.layers.RNN.build", "nested_cells:of_nested_inputs", "", "OF203", TF2),
    Meaning(
        "keras.layers.RNN.compute_output_shape", "nested_cells:of_nested_outputs", "", "OF203", TF2
    ),
    Meaning("keras.layers.RNN.call", "nested_cells:scanned", "", "OF203", TF2),
    *(
        Meaning(f"keras.layers.{name}", shape_arguments.of_any_argument, "", "OF203")
        for name in (
            "RNN.build",
            "RNN.compute_output_shape",
            "Bidirectional.build",
            "Bidirectional.compute_output_shape",
            "ConvLSTM2D.compute_output_shape",
        )
    ),
    Meaning("keras.layers.RNN.reset_states", attributes.reset_to, "", "OF203"),
    Meaning("keras.layers.RNN.variables", "recurrent_states:carried", "", "OF206"),
    Meaning(
        "keras.layers.Bidirectional.call",
        "recurrent_states:carried_in_training",
        "",
        "OF206",
        KERAS2,
    ),
    *(
        Meaning(f"keras.layers.{name}.__call__", "recurrent_calls:in_a_list", "", "OF203")
        for name in ("RNN", "Bidirectional")
    ),
)
