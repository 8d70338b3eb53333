"""OF204: what layers and models told about themselves."""

from __future__ import annotations

from onefit.scripts import call_contexts, layer_seeds
from onefit.scripts.eras.deferred import Deferred
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Meaning, Rule
from onefit.scripts.eras.stand_ins import (
    attributes,
    identities,
    logs,
    variable_operators,
)

_SHAPES = "[one.shape for one in {self}.inputs]"
_INPUTS, _OUTPUTS, _SIZE = (
    "[one._keras_history.operation.name for one in {self}.inputs]",
    "[one._keras_history.operation.name for one in {self}.outputs]",
    "{self}.vocabulary_size()",
)
_METRICS = "list({self}.get_metrics_result())"
_LAYER = "keras.layers.Layer"
KERAS1, KERAS2, TF2 = (frozenset({era}) for era in ("keras1", "keras2", "tf2"))
_OF_LAYERS = (
    "add_update assert_input_compatibility dynamic get_input_mask_at get_losses_for "
    "get_output_mask_at get_updates_for implementation input_mask output_mask stateful"
)
_OF_KERAS_1 = "constraints regularizers"
_OF_MODELS = (
    "_check_trainable_weights_consistency _collected_trainable_weights _feed_loss_fns "
    "_feed_output_names _feed_output_shapes _feed_sample_weights _feed_targets _function_kwargs "
    "_uses_dynamic_learning_phase "
    "loss_functions loss_weights metrics_updates run_internal_graph "
    "sample_weight_mode sample_weight_modes sample_weights stateful_metric_functions "
    "stateful_metric_names targets total_loss weighted_metrics"
)
_OF_MODELS_OF_KERAS_1 = (
    "container_nodes input_layers input_layers_node_indices input_layers_tensor_indices "
    "internal_input_shapes internal_output_shapes layers_by_depth nodes_by_depth output_layers "
    "output_layers_node_indices output_layers_tensor_indices"
)
_TOLD_IN_KERAS_1 = (
    "Activation AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Conv1D "
    "Conv2D Conv3D Dense Dropout Embedding Flatten GRU GaussianDropout GaussianNoise LSTM "
    "LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D PReLU Permute RepeatVector Reshape "
    "SimpleRNN SpatialDropout1D SpatialDropout2D SpatialDropout3D UpSampling1D UpSampling2D "
    "ZeroPadding2D"
)
_FUNCTIONAL = "keras.src.models.functional.Functional"
_OF_GRAPHS = "input_mask output_mask _input_layers _output_layers _layers_by_depth"
RULES: tuple[Rule, ...] = (
    *(
        Meaning(f"{root}.{room}.{verb}", f"module_names:{room}", "", "OF202", BOTH_OLD)
        for root in ("keras", "keras.src")
        for room in ("activations", "losses", "metrics")
        for verb in ("deserialize", "get")
    ),
    *(
        Gone(f"{_LAYER}.{what}_shape", f"{home}:{what}_shape", f"{{self}}.{what}.shape", eras=eras)
        for what in ("input", "output")
        for home, eras in (("attributes", BOTH_OLD), ("layer_shapes", TF2))
    ),
    Gone("keras.Sequential.input", "attributes:first_input", "{self}.inputs[0]"),
    Gone("keras.Sequential.output", "attributes:first_output", "{self}.outputs[0]"),
    Gone(f"{_LAYER}.get_input_at", "attributes:get_input_at"),
    Gone(f"{_LAYER}.get_output_at", "attributes:get_output_at"),
    Gone(f"{_LAYER}.get_input_shape_at", "attributes:get_input_shape_at"),
    Gone(f"{_LAYER}.get_output_shape_at", "attributes:get_output_shape_at"),
    Gone(f"{_LAYER}.inbound_nodes", "attributes:inbound_nodes"),
    Gone(f"{_LAYER}.outbound_nodes", "attributes:outbound_nodes"),
    Gone("keras.src.ops.node.Node.inbound_layers", "attributes:inbound_layers"),
    Gone("keras.src.ops.node.Node.outbound_layer", "attributes:outbound_layer"),
    Gone(f"{_LAYER}.W", "attributes:kernel", "{self}.kernel", eras=BOTH_OLD),
    Gone(f"{_LAYER}.b", "attributes:bias", "{self}.bias", eras=BOTH_OLD),
    *(
        Meaning(target, "own_kernels:settable", "", "OF203")
        for target in (
            "keras.layers.Dense.kernel",
            "keras.layers.EinsumDense.kernel",
            "keras.layers.Embedding.embeddings",
            "keras.src.layers.convolutional.base_conv.BaseConv.kernel",
        )
    ),
    Gone(f"{_LAYER}.updates", "attributes:updates"),
    Gone("keras.Model.state_updates", "attributes:updates"),
    *(
        Gone(f"keras.Model.{name}", f"graph_attributes:{name}", eras=BOTH_OLD)
        for name in _OF_MODELS.split()
    ),
    Gone("keras.Model._standardize_user_data", "user_data:_standardize_user_data", eras=BOTH_OLD),
    Gone("keras.Model._feed_inputs", "graph_attributes:_feed_inputs", "{self}.inputs"),
    Gone("keras.Model._feed_input_names", "graph_attributes:_feed_input_names", _INPUTS),
    Gone("keras.Model._feed_input_shapes", "graph_attributes:_feed_input_shapes", _SHAPES),
    Gone("keras.Model._is_graph_network", "graph_attributes:_is_graph_network"),
    Gone("keras.Model._is_compiled", "graph_attributes:_is_compiled", "{self}.compiled", eras=TF2),
    *(
        Gone(f"keras.Model.{name}", f"graph_attributes:{name}", eras=KERAS1)
        for name in _OF_MODELS_OF_KERAS_1.split()
    ),
    *(Gone(f"keras.Model.{name}", f"graph_attributes:{name}") for name in _OF_GRAPHS.split()),
    *(
        Gone(f"{_LAYER}.{old}", f"attributes:{old}", f"{{self}}.{new}", eras=KERAS1)
        for old, new in attributes.OF_KERAS_1.items()
    ),
    Gone(
        f"{_LAYER}.get_output_shape_for",
        "attributes:get_output_shape_for",
        "{self}.compute_output_shape({input_shape})",
        eras=BOTH_OLD,
    ),
    *(Gone(f"{_LAYER}.{name}", f"attributes:{name}") for name in _OF_LAYERS.split()),
    *(Gone(f"{_LAYER}.{name}", f"attributes:{name}", eras=KERAS1) for name in _OF_KERAS_1.split()),
    Gone(f"{_FUNCTIONAL}.input_names", "named_inputs:input_names", _INPUTS),
    Gone("keras.Sequential.input_names", "named_inputs:input_names", _INPUTS),
    Gone("keras.Sequential.output_names", "named_inputs:output_names", _OUTPUTS),
    Meaning(f"{_FUNCTIONAL}.__call__", "named_inputs:called", "", "OF207"),
    Meaning(f"{_FUNCTIONAL}._standardize_inputs", "named_inputs:standardized", "", "OF207"),
    *(
        Meaning(f"{_FUNCTIONAL}.{name}", made, "", "OF207", BOTH_OLD)
        for name, made in (
            ("_assert_input_compatibility", "input_ranks:of_graphs"),
            ("_adjust_input_rank", "input_ranks:as_they_are"),
        )
    ),
    Meaning("keras.Model.__init__", "construction:without_positions", "", "OF203"),
    Meaning("keras.layers.TimeDistributed.compute_mask", "step_masks:compute_mask", "", "OF206"),
    Meaning(f"{_LAYER}.input", "call_inputs:without_masks", "", "OF203"),
    Meaning("keras.layers.Input", "inner_inputs:of_computed_tensor", "", "OF204"),
    Meaning("keras.Input", "inner_inputs:of_computed_tensor", "", "OF204"),
    Meaning(f"{_FUNCTIONAL}.__init__", "inner_inputs:of_computed_inputs", "", "OF204"),
    Meaning(f"{_FUNCTIONAL}.output", "inner_inputs:as_given", "", "OF204"),
    Meaning("keras.layers.InputLayer.input", attributes.own_input, "", "OF203"),
    Gone("keras.Model.stateful", "attributes:stateful_model"),
    *(
        Gone(f"keras.Model.get_{name}_at", f"attributes:get_model_{name}_at", eras=BOTH_OLD)
        for name in ("input", "output", "input_shape", "output_shape")
    ),
    *(
        Meaning(f"keras.layers.{name}.get_config", "keras1_configs:of_layer", "", "OF203", KERAS1)
        for name in _TOLD_IN_KERAS_1.split()
    ),
    Meaning("keras.Sequential.get_config", "told_configs:as_layers", "", "OF204", KERAS1),
    Meaning("keras.Sequential.from_config", "told_configs:from_layers", "", "OF204", KERAS1),
    Meaning("keras.Sequential.get_config", "told_configs:as_named_layers", "", "OF204", KERAS2),
    Gone("keras.Sequential.model", "attributes:own_model", "{self}", eras=BOTH_OLD),
    Gone("keras.Sequential.flattened_layers", "attributes:flattened_layers", "{self}.layers"),
    Gone("keras.layers.StringLookup.vocab_size", "attributes:vocab_size", _SIZE),
    Gone("keras.layers.IntegerLookup.vocab_size", "attributes:vocab_size", _SIZE),
    Gone("keras.metrics.Metric.reset_states", "attributes:reset_states", "{self}.reset_state()"),
    Gone("keras.optimizers.Optimizer.get_weights", "optimizers:get_weights"),
    Gone("keras.optimizers.Optimizer.set_weights", "optimizers:set_weights"),
    Gone("keras.optimizers.Optimizer.weights", "optimizers:weights"),
    *(
        Meaning(f"{_LAYER}.{name}_{what}", "trainable_flags:of_trainable_parts", "", "OF206")
        for name in ("trainable", "non_trainable")
        for what in ("weights", "variables")
    ),
    Meaning(f"{_LAYER}.weights", "attribute_layers:of_its_own", "", "OF203", BOTH_OLD),
    Meaning(f"{_LAYER}.compute_output_spec", "graph_builds:by_call", "", "OF206"),
    Meaning(f"{_LAYER}.weights", "tracked_layers:by_attributes", "", "OF206", TF2),
    *(
        Meaning(f"{_LAYER}.{name}", "tracked_layers:weights_alone", "", "OF206", TF2)
        for name in ("variables", "non_trainable_variables")
    ),
    Meaning(f"{_LAYER}._flatten_layers", "tracked_layers:layers_by_attributes", "", "OF206", TF2),
    Meaning(f"{_LAYER}.trainable", "trainable_flags:of_model_alone", "", "OF206", BOTH_OLD),
    *(
        Meaning(f"{_LAYER}.{name}", attributes.settable, "", "OF203", BOTH_OLD)
        for name in ("trainable_weights", "non_trainable_weights")
    ),
    Gone(f"{_LAYER}._trainable_weights", "own_variables:trainable_list", eras=BOTH_OLD),
    Gone(f"{_LAYER}._non_trainable_weights", "own_variables:other_list", eras=BOTH_OLD),
    Meaning(f"{_LAYER}.__setattr__", "own_variables:unless_named", "", "OF206", BOTH_OLD),
    Gone(f"{_LAYER}._trainable_weights", "own_variables:added_to", eras=TF2),
    Meaning(f"{_LAYER}.__setattr__", "layers_set_in_calls:left_alone", "", "OF206", BOTH_OLD),
    Meaning(f"{_LAYER}.__setattr__", "layers_set_in_calls:taken_in", "", "OF206", TF2),
    Meaning(f"{_LAYER}.__setattr__", "replaced_attributes:kept_over_calls", "", "OF206", BOTH_OLD),
    Meaning(f"{_LAYER}.__call__", "replaced_attributes:from_its_weights", "", "OF206", BOTH_OLD),
    Meaning(f"{_LAYER}.__delattr__", "replaced_attributes:kept_if_deleted", "", "OF206", BOTH_OLD),
    Meaning(f"{_LAYER}.__setattr__", "replaced_attributes:no_longer_held", "", "OF206", TF2),
    Meaning(f"{_LAYER}.__delattr__", "replaced_attributes:let_go_if_deleted", "", "OF206", TF2),
    Meaning(f"{_LAYER}._maybe_build", "eager_builds:out_of_the_trace", "", "OF206", TF2),
    Meaning("keras.src.backend.compute_output_spec", "folded_batches:by_symbols", "", "OF203"),
    Meaning(f"{_LAYER}.compute_output_shape", attributes.by_old_method, "", "OF203", BOTH_OLD),
    Meaning("keras.layers.Layer.__init__", "layer_names:of_keras1", "", "OF207", KERAS1),
    Meaning("keras.layers.Layer.__init__", "layer_names:of_keras2", "", "OF207", KERAS2),
    Gone("keras.KerasTensor.name", "layer_names:tensor_name_in_graph", "", "OF207", BOTH_OLD),
    Gone("keras.KerasTensor.name", "layer_names:tensor_name", "", "OF207", TF2),
    Meaning("keras.layers.Layer.__init__", "layer_names:of_inputs", "", "OF207", TF2),
    Meaning(
        "keras.layers.Bidirectional.__init__", "layer_names:of_both_ways", "", "OF207", BOTH_OLD
    ),
    *(
        Meaning("keras.Model.get_layer", "layer_names:found_by_both", "", "OF207", eras, source)
        for eras, source in (
            (BOTH_OLD, Deferred("layer_names:by_given_name")),
            (TF2, Deferred("layer_names:by_given_name_of_input")),
        )
    ),
    Meaning("keras.Model.metrics", "model_metrics:as_given", "", "OF207", KERAS1 | KERAS2),
    Meaning("keras.Model.metrics", "model_metrics:as_used", "", "OF207", TF2),
    Meaning("keras.Model.get_metrics_result", "model_metrics:of_variables", "", "OF204", TF2),
    Meaning("keras.Model.metrics_names", logs.metrics_names, "", "OF207", source=_METRICS),
    Meaning("keras.Model.metrics_names", "listed_metrics:of_compiled", "", "OF204", BOTH_OLD),
    Gone("keras.Model.metrics_tensors", "listed_metrics:metrics_tensors", eras=BOTH_OLD),
    Meaning("keras.Model._flatten_metrics_in_order", logs.in_order_of_outputs, "", "OF207"),
    Meaning("keras.layers.Layer.add_weight", "added_weights:of_keras1", "", "OF203", KERAS1),
    Meaning("keras.layers.Layer.add_weight", "added_weights:of_keras2", "", "OF203", KERAS2 | TF2),
    Meaning("keras.layers.Layer.add_variable", "added_weights:as_weight", "", "OF203", TF2),
    Meaning("keras.metrics.Metric.add_weight", "added_weights:of_metric", "", "OF203", TF2),
    Meaning("keras.layers.Layer.__init__", "construction:first_layer", "", "OF203"),
    *(
        Meaning(f"keras.layers.{name}.__init__", "construction:first_of_few_arguments", "", "OF203")
        for name in ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
    ),
    *(
        Meaning(f"{place}.{kind}.get", "custom_names:custom_first", "", "OF203")
        for place in ("keras", "keras.src")
        for kind in ("activations", "constraints", "initializers", "regularizers")
    ),
    Meaning("keras.layers.Layer.__init__", "construction:given_by_keras", "", "OF203"),
    Meaning("keras.layers.Layer.add_loss", "construction:add_layer_loss", "", "OF203"),
    Meaning(f"{_LAYER}._get_own_losses", "construction:with_losses_of_weights", "", "OF203", TF2),
    Meaning("keras.layers.Layer.__init__", layer_seeds.with_seeds, "", "OF210"),
    Meaning("keras.layers.Lambda.__init__", layer_seeds.with_seeds, "", "OF210"),
    Meaning("keras.layers.Layer.__call__", layer_seeds.noting, "", "OF210"),
    Meaning("keras.layers.Layer.stateless_call", layer_seeds.noting, "", "OF210"),
    Meaning("keras.layers.Layer.stateless_call", call_contexts.in_one_call, "", "OF206"),
    Meaning("keras.Model.compute_loss_and_updates", "phases:told_by_models", "", "OF206"),
    Meaning("keras.layers.Layer.__call__", call_contexts.within_its_call, "", "OF206"),
    Meaning("keras.src.models.functional.operation_fn", "phases:own_word_first", "", "OF206"),
    Meaning("keras.layers.Layer.__call__", "phases:without_defaults", "", "OF206"),
    Meaning("keras.layers.Layer.__call__", "inputs_of_numbers:as_arrays", "", "OF203", TF2),
    Meaning("keras.layers.Layer.__call__", "phases:by_learning_phase", "", "OF206", BOTH_OLD),
    Meaning("keras.layers.Layer._post_build", "construction:give_weights", "", "OF203"),
    Meaning("keras.Model.build", "construction:build_by_call", "", "OF203", TF2),
    Meaning("keras.Sequential.build", "construction:of_one_column", "", "OF209"),
    Meaning("keras.Sequential.build", "construction:built_once", "", "OF203"),
    Meaning("keras.Sequential.build", "inner_layers:of_graph", "", "OF206", KERAS2 | TF2),
    Meaning("keras.Sequential.add", "construction:add_first_layer", "", "OF203"),
    Meaning(f"{_LAYER}.add_metric", "layer_metrics:adding", "", "OF204"),
    Meaning(f"{_FUNCTIONAL}.add_metric", "layer_metrics:adding_to_graphs", "", "OF204"),
    Meaning("keras.metrics.Metric.__call__", "layer_metrics:calling", "", "OF204", TF2),
    Meaning("keras.Model.compute_loss", "layer_metrics:updating", "", "OF204"),
    Meaning("keras.Model.compute_loss", "graph_metrics:counting", ""),
    Meaning(
        "keras.Model.compute_loss",
        "model_metrics:noting_the_loss",
        "",
        "OF206",
        TF2,
        # `scripts/tensorflow/keras/inherited_steps.py` looks for it
        marks="__onefit_notes_the_loss__",
    ),
    Meaning("keras.Model.predict_step", "layer_metrics:forgetting", "", "OF204"),
    Meaning("keras.layers.Layer.metrics", "layer_metrics:of_layers_alone", "", "OF204"),
    Meaning(f"{_FUNCTIONAL}.input", attributes.single, "", "OF203"),
    Meaning(f"{_FUNCTIONAL}.output", attributes.single, "", "OF203"),
    Meaning(f"{_FUNCTIONAL}.layers", "live_layers:of_model", "", "OF206", BOTH_OLD),
    Meaning("keras.Sequential.layers", "live_layers:of_stack", "", "OF206", KERAS1),
    Meaning("keras.Sequential.layers", "live_layers:of_unbuilt_stack", "", "OF206", KERAS2),
    Meaning(f"{_FUNCTIONAL}.outputs", "live_layers:outputs_of_model", "", "OF206", BOTH_OLD),
    Meaning("keras.Sequential.outputs", "live_layers:outputs_of_stack", "", "OF206", BOTH_OLD),
    *(
        Meaning(f"{_FUNCTIONAL}.{name}", "live_layers:output_of_first_call", "", "OF206", BOTH_OLD)
        for name in ("output", "output_shape")
    ),
    Meaning(f"{_FUNCTIONAL}.add_loss", "grown_models:add_loss", "", "OF203"),
    Meaning(f"{_FUNCTIONAL}.get_config", "grown_models:config_as_made", "", "OF206", BOTH_OLD),
    Meaning("keras.models.clone_model", "grown_models:clone_as_made", "", "OF206", BOTH_OLD),
    Gone("keras.KerasTensor._keras_shape", "attributes:keras_shape", "tuple({self}.shape)"),
    Meaning("keras.KerasTensor.__getitem__", attributes.by_plain_numbers, "", "OF203"),
    *(
        Meaning(f"{home}.{name}", replace, "", "OF206", KERAS1, Deferred("weight_arrays:listed"))
        for home in (_LAYER, "keras.Model")
        for name, replace in (
            ("get_weights", "weight_arrays:of_keras1"),
            ("set_weights", "weight_arrays:set_of_keras1"),
        )
    ),
    *(
        Meaning(f"keras.layers.{name}.__new__", "consumption:kept", "", "OF206", KERAS1)
        for name in ("LSTM", "GRU")
    ),
    Meaning("keras.layers.Bidirectional.__init__", "consumption:kept_inside", "", "OF206", KERAS1),
    Meaning(f"{_LAYER}.get_weights", "weight_arrays:trained_first", "", "OF206", KERAS2),
    Meaning(f"{_LAYER}.set_weights", "weight_arrays:set_trained_first", "", "OF206", KERAS2),
    *(
        Meaning(f"keras.Variable.{name}", variable_operators.of_script, "", "OF206", BOTH_OLD)
        for name in variable_operators.NAMES
    ),
    *(
        Meaning(f"keras.{kind}.{name}", replace, "", "OF206", BOTH_OLD)
        for kind in ("Variable", "KerasTensor")
        for name, replace in (("__eq__", "identities:same"), ("__ne__", "identities:another"))
    ),
    Gone("keras.Variable.__hash__", "identities:of_object", eras=BOTH_OLD),
    Meaning("keras.Variable.__eq__", identities.of_any_shape(False), "", "OF206", TF2),
    Meaning("keras.Variable.__ne__", identities.of_any_shape(True), "", "OF206", TF2),
    Meaning("keras.KerasTensor.__eq__", "identities:equal_elements", "", "OF206", TF2),
    Meaning("keras.KerasTensor.__ne__", "identities:unequal_elements", "", "OF206", TF2),
    *(
        Gone(f"keras.{kind}.{name}", "identities:ref", "id({self})", eras=TF2)
        for kind in ("Variable", "KerasTensor")
        for name in ("ref", "experimental_ref")
    ),
    Meaning("keras.Variable.__init__", "variable_initializers:noted", "", "OF204"),
    # Around it: what is noted is what can be called once more.
    Meaning("keras.Variable.__init__", "own_initializers:taken_by_keras1", "", "OF204", KERAS1),
    Meaning("keras.Variable.__init__", "own_initializers:taken_by_keras2", "", "OF204", KERAS2),
    Gone("keras.Variable.initializer", "variable_initializers:initializer"),
    Meaning("keras.Variable.__init__", "weight_names:noted", "", "OF207", TF2),
    Meaning("keras.Variable.__init__", "weight_names:noted_by_keras2", "", "OF207", KERAS2),
    Meaning("keras.Variable.__init__", "weight_names:noted_by_keras1", "", "OF207", KERAS1),
    Meaning("keras.Variable.name", "weight_names:whole", "", "OF207"),
    Meaning("keras.Model.__new__", "construction:new_model", "", "OF203"),
)
