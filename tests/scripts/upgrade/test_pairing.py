"""Each rule of the runner has a rewriting, or stands here with the reason why it has none."""

from __future__ import annotations

import builtins
import dis
import importlib
import inspect
from types import ModuleType

import keras
import libcst as cst
import pytest

from onefit.scripts.eras.era import named
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Moved, Translated
from onefit.scripts.eras.rules.modules import MODULES as MODULES_THEN
from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.definitions import MODULES, Definitions
from onefit.scripts.upgrade.knowledge import Knowledge, thing

GONE = [rule for rule in RULES if isinstance(rule, Gone)]
MEANINGS = [rule for rule in RULES if isinstance(rule, Meaning)]

WITHOUT_REWRITING = {
    "Keras 3 has no graph from which a function is cut, and no phase of the whole process": """
        function gradients placeholder is_placeholder learning_phase set_learning_phase
        learning_phase_scope symbolic_learning_phase Function in_train_phase in_test_phase
        get_source_inputs
        uses_learning_phase _feed_targets _feed_sample_weights
        _check_trainable_weights_consistency _standardize_user_data _uses_dynamic_learning_phase
        _function_kwargs total_loss targets sample_weights metrics_tensors metrics_updates
        container_nodes run_internal_graph get_gradients get_updates""",
    "what compile was given, and the graph of a model, are private in Keras 3": """
        loss_functions loss_weights weighted_metrics sample_weight_mode sample_weight_modes
        _collected_trainable_weights _feed_loss_fns _feed_output_names _feed_output_shapes
        _is_graph_network stateful_metric_functions stateful_metric_names
        input_layers input_layers_node_indices
        input_layers_tensor_indices output_layers output_layers_node_indices
        output_layers_tensor_indices internal_input_shapes internal_output_shapes layers_by_depth
        nodes_by_depth""",
    "it draws from a seed generator, which a layer has to keep": """
        dropout random_bernoulli random_binomial random_normal random_normal_variable random_uniform
        random_uniform_variable truncated_normal""",
    "the session, the graph and sparse tensors of TensorFlow 1 have no counterpart": """
        initializer __hash__
        get_session set_session manual_variable_initialization is_sparse to_dense name_scope
        ctc_batch_cost ctc_decode ctc_label_dense_to_sparse print_tensor reset_uids TFOptimizer
        _BACKEND""",
    "the calls of a layer, and its updates, are private in Keras 3": """
        get_input_at get_output_at get_input_shape_at get_output_shape_at inbound_nodes
        outbound_nodes inbound_layers outbound_layer updates state_updates add_update
        assert_input_compatibility constraints
        dynamic get_input_mask_at get_losses_for get_output_mask_at get_updates_for implementation
        _input_layers _layers_by_depth _output_layers
        input_mask output_mask regularizers stateful _obtain_input_shape""",
    "the name of a tensor is Keras's to give": """
        name""",
    "which states an optimizer keeps, and in which order, changed": """
        get_weights set_weights weights""",
    "Keras 1's arguments of it have no counterpart in a line": """
        asymmetric_spatial_2d_padding asymmetric_temporal_padding atrous_conv2d deconv2d
        count_params""",
    "keras.ops has it with another meaning of its arguments or in other bits": """
        binary_focal_crossentropy categorical_focal_crossentropy
        conv2d_transpose conv3d_transpose rnn
        normalize_batch_in_training normalize_data_format resize_volumes batch_set_value""",
    "Keras 1's arguments of a definition are not turned into those of today": """
        resize_images sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding
        temporal_padding""",
    "it had gone with Keras 1.0, or is a base class of which nothing was called": """
        Graph AbstractRNNCell BaseLogger model_to_dot Recurrent get_constants preprocess_input""",
    "the order of a picture's axes has other names today": "dim_ordering",
    "Keras 3 says that a layer has no such method": "_get_noise_shape",
    "Keras 3 writes and reads files by their paths; their groups are private": """
        save_weights_to_hdf5_group load_weights_from_hdf5_group
        load_weights_from_hdf5_group_by_name""",
    "a script imports such a module for itself": """
        tf np importlib json os sys warnings py_all py_any py_slice py_sum config_pb2
        control_flow_ops ctc functional_ops moving_averages tensor_array_ops tf_ops defaultdict
        device_lib _epsilon _floatx _image_data_format""",
    "the schedule that decay= became is not a number": "decay initial_decay _decayed_lr",
    "a class of the script's that is an optimizer is listed": """
        _build_learning_rate _create_slots _fallback_apply_state _get_hyper _index_dict _prepare
        _prepare_local _aggregate_gradients _compute_gradients aggregate_gradients compute_gradients
        _resource_apply_dense _serialize_hyperparameter _set_hyper _use_locking
        add_slot get_slot device""",
    "what is a weight is settled when the layer is built": """
        _trainable_weights _non_trainable_weights""",
}
REASON = {name: why for why, names in WITHOUT_REWRITING.items() for name in names.split()}


@pytest.mark.parametrize(
    "rule", [one for one in RULES if isinstance(one, Moved)], ids=lambda rule: rule.old
)
def test_a_name_that_moved_is_imported_from_its_new_place(rule):
    if not rule.old.startswith("keras."):
        pytest.skip("a module: test_a_module_that_moved")
    owner, _, name = rule.old.rpartition(".")
    source = f"from {owner} import {name} as part\nprint(part)\n"
    after = upgraded(source, min(rule.eras)).after
    new = rule.new.replace("_tf_keras.keras.preprocessing", "src.legacy.preprocessing")
    if thing(new) is None:
        assert after == source
        return
    names = {}
    exec(after, names)
    assert names["part"] is thing(new) or names["part"] is thing(rule.old)


@pytest.mark.parametrize("old", sorted(MODULES_THEN))
def test_a_module_that_moved_has_a_new_one(old):
    module = Knowledge(named("keras2"), lambda code: True).module(f"keras.{old}")
    assert module is None or thing(module) is not None
    assert module is not None or not old.endswith(("core", "convolutional", "np_utils"))


@pytest.mark.parametrize("rule", GONE, ids=lambda rule: f"{rule.name}-{min(rule.eras)}")
def test_a_name_that_went_has_a_rewriting_or_a_reason(rule):
    name = rule.name.rpartition(".")[2]
    assert rule.source or name in REASON


def test_reasons_are_those_of_names_without_a_rewriting():
    without = {rule.name.rpartition(".")[2] for rule in GONE if not rule.source}
    assert set(REASON) <= without


@pytest.mark.parametrize("rule", GONE, ids=lambda rule: f"{rule.name}-{min(rule.eras)}")
def test_what_has_no_rewriting_is_listed(rule):
    owner, _, name = rule.name.rpartition(".")
    if not isinstance(thing(owner), ModuleType) or thing(rule.name) is not None:
        pytest.skip("a method, an entry of a table, or a function that Keras 3 has")
    found = upgraded(f"from {owner} import {name}\nprint({name})\n", min(rule.eras))
    is_rewritten = bool(rule.new_name or rule.definition)
    assert is_rewritten == (not found.remains)
    assert is_rewritten == found.is_changed
    compile(found.after, "script.py", "exec")


def test_names_that_a_rule_writes_are_there():
    for rule in GONE:
        if rule.new_name:
            assert thing(rule.new_name) is not None, rule


@pytest.mark.parametrize(
    "rule", [one for one in GONE if one.definition], ids=lambda rule: rule.name
)
def test_a_definition_stands_on_its_own(rule):
    _defined(lambda definitions: definitions.define(rule.definition))


@pytest.mark.parametrize(
    "rule", [one for one in MEANINGS if one.source == WRITTEN], ids=lambda rule: rule.target
)
def test_a_class_of_the_time_stands_on_its_own(rule):
    made = _defined(lambda definitions: definitions.define_class("its time", [rule]))
    owner, _, method = rule.target.rpartition(".")
    assert issubclass(made, thing(owner))
    assert method in vars(made)


def _defined(define):
    """What a definition makes in a namespace that has nothing but what it imports."""
    definitions = Definitions()
    name = define(definitions)
    names = {one: importlib.import_module(MODULES[one]) for one in definitions.modules}
    code = cst.Module(list(definitions.statements.values())).code
    names["keras"] = keras
    exec(code, names)
    known = {*names, *dir(builtins)}
    for made in list(names.values()):
        if inspect.isfunction(made) and made.__globals__ is names:
            assert set(_globals(made.__code__)) <= known, made
    return names[name]


def _globals(code):
    """The names that a function's code looks up outside of it, as far as its words tell."""
    for one in dis.get_instructions(code):
        if one.opname == "LOAD_GLOBAL":
            yield one.argval
    for inner in code.co_consts:
        if inspect.iscode(inner):
            yield from _globals(inner)


def test_translations_speak_of_what_keras_3_has():
    """A translation that fits no call can rewrite none."""
    for rule in RULES:
        if isinstance(rule, Translated):
            assert any(one.endswith(".*") or thing(one) is not None for one in rule.targets), rule


@pytest.mark.parametrize("rule", MEANINGS, ids=lambda rule: f"{rule.target}-{rule.maker.__name__}")
def test_a_meaning_has_a_source_or_a_reason(rule):
    if rule.source:
        return
    reasons = [why for start, why in WITHOUT_SOURCE.items() if rule.target.startswith(start)]
    assert reasons, f"{rule.target}: say how a script does it, or why it cannot"


WITHOUT_SOURCE = {
    **{
        f"{root}.{room}.{verb}": "Keras 3 says that it knows no function of the name"
        for root in ("keras", "keras.src")
        for room in ("activations", "losses", "metrics")
        for verb in ("deserialize", "get")
    },
    "keras.Variable": "the name of a weight is read by a script, and is Keras's to give",
    "keras.src.backend.common.variables": "what a program reads is known when the script runs",
    "keras.src.backend.jax.trainer": "the same",
    "keras.Model.non_trainable_variables": "the same",
    "keras.layers.Layer.__setattr__": "which attributes are weights is not seen in a source",
    "keras.layers.Layer.__delattr__": "the same",
    "keras.layers.Layer._flatten_layers": "the order in which Keras lists layers is its own",
    "keras.layers.Layer.compute_output_spec": "Keras 3 has the weights once the model is trained",
    "keras.layers.Layer._maybe_build": "a model that knows its input is built with arrays",
    "keras.src.ops.symbolic_arguments": "a layer that a call makes is listed",
    "keras.Variable.__": "what is computed of a variable in a build is listed",
    "keras.src.models.functional.operation_fn": "calls with training= are rewritten",
    "keras.src.datasets": "a call of load_data with a path is listed",
    "keras.Input": "Keras 3 says which output is not connected",
    "keras.layers.Layer.input": "whether a layer is called with a mask is not seen in a source",
    "keras.layers.Layer._get_reg": "which layers are frozen when is not seen in a source",
    "keras.layers.BatchNormalization": "a call with mode= has its own formula written down",
    "keras.layers.LeakyReLU": "Keras 3 says that a slope is not to be below 0",
    "keras.src.backend.compute_output_spec": "Keras 3 asks for the shape of the output",
    "keras.src.backend.rnn": "whether a layer is called with a mask is not seen in a source",
    "keras.src.layers.merging": "a merge in a script with masks is listed",
    "keras.layers.Concatenate.compute_mask": "the same",
    "keras.layers.Multiply._merge": "the same",
    "keras.src.legacy.saving.serialization": "model_name gives the file another suffix",
    "keras.callbacks.ModelCheckpoint._should": "what is logged is known when the script runs",
    "keras.callbacks.EarlyStopping.on_train_end": "the order of two lines that Keras prints",
    "keras.src.utils.io_utils.print_msg": "the words that Keras prints are those of today",
    "keras.src.trainers.compile_utils.CompileMetrics.build": "the call of compile is listed",
    "keras.src.ops.operation.Operation.get_config": "Keras 3 asks for get_config, and shows one",
    "keras.src.models.functional.Functional.get_config": "add_loss of a tensor is a new model",
    "keras.models.clone_model": "the same",
    "keras.layers.Layer.get_config": "Keras 3 says which argument a class does not take",
    "keras.constraints.get": "which words are custom objects is known when the script runs",
    "keras.regularizers.get": "the same",
    "keras.src.constraints.get": "the same",
    "keras.src.regularizers.get": "the same",
    "keras.metrics.Metric.__call__": "add_metric of a layer is listed",
    "keras.metrics.MeanMetricWrapper": "masks of metrics are Keras's own; the call is listed",
    "keras.Sequential.get_config": "which names of a config a script reads is not seen in a source",
    "keras.Sequential.from_config": "the same",
    "keras.optimizers.": "the same; update_step is what Keras 3 asks for",
    "keras.callbacks.CallbackList.on_": "which model a callback means is known when it runs",
    "keras.layers.RNN.call": "Keras 3 asks for a cell",
    "keras.layers.Dropout.call": "the method that nothing calls is not seen in a call",
    "keras.layers.RNN.__call__": "adding a list to a tuple is an error of Python's, with the line",
    "keras.layers.Bidirectional.__call__": "the same",
    "keras.layers.Dense.kernel": "Keras 3 says that the property has no setter",
    "keras.layers.EinsumDense.kernel": "the same",
    "keras.layers.Embedding.embeddings": "the same",
    "keras.src.layers.convolutional.base_conv.BaseConv.kernel": "the same",
    "keras.layers.RNN.build": "Keras 3 says how it wants an argument of call to be called",
    "keras.layers.RNN.compute_output_shape": "the same",
    "keras.layers.Bidirectional.build": "the same",
    "keras.layers.Bidirectional.compute_output_shape": "the same",
    "keras.layers.ConvLSTM2D.compute_output_shape": "the same",
    "keras.src.optimizers.base_optimizer.BaseOptimizer.__init__": "a class of its own is listed",
    "keras.src.optimizers.base_optimizer.BaseOptimizer.add_variable": "the same",
    "keras.src.optimizers.base_optimizer.BaseOptimizer.variables": "the same",
    "keras.layers.Layer._get_own_losses": "Keras 3 refuses a function as a loss, and says so",
    "keras.Sequential.build": "how many axes a tensor has is not seen in a source; Keras 3 says it",
    "keras.Model.evaluate": "Keras 3 wants data for all outputs, and says so",
    "keras.Model.test_on_batch": "the same",
    "keras.src.optimizers.base_optimizer.BaseOptimizer.build": "use_ema is a design of its own",
    "keras.src.optimizers.base_optimizer.BaseOptimizer._update": "the same",
    "keras.src.optimizers.base_optimizer.BaseOptimizer.stateless": "Keras 3 says what is not read",
    "keras.src.optimizers.base_optimizer.BaseOptimizer._check": "Keras 3 says what it refuses",
    "keras.Model.predict_step": "add_metric of a layer is listed",
    "keras.Model.predict": "whose on_epoch_end comes when is known when the script runs",
    "keras.Sequential.layers": "what a list of layers is used for is not seen in a source",
    "keras.Sequential.outputs": "Keras 3 says that they are not to be set",
    "keras.Sequential.call": "which model is not trainable when is not seen in a source",
    "keras.src.trainers": "the name of one loss of several outputs is Keras's own",
    "keras.callbacks.Callback.on_train_batch": "callbacks are told by Keras; it is listed",
    "keras.callbacks.LambdaCallback": "the same",
    "keras.callbacks.ProgbarLogger": "the bar is Keras's own",
    "keras.src.utils.summary_utils": "what Keras prints is that of today",
    "keras.callbacks.CallbackList": "lines that show the order of logs are listed",
    "keras.callbacks.Callback.model": "Keras 3 says that it is not to be set",
    "keras.metrics.Metric.add_weight": "upgrade/own_classes.py gives the arguments their names",
    "keras.Model.get_metrics_result": "Keras 3 says that the result of a metric is a variable",
    "keras.Model.metrics": "what compile or an own step has used is known when the script runs",
    "keras.Model._flatten_metrics_in_order": "evaluate is a method that a script does not write",
    "keras.src.metrics.accuracy_metrics": "labels beside 0 and 1 are not seen in a source",
    "keras.metrics.binary_accuracy": "the same",
    "keras.activations.hard_sigmoid": "the string is what scripts use, and has a source",
    "keras.src.saving.saving_lib": "only the runner gives layers names that a file must not hold",
    "keras.src.models.functional": "a tensor of the graph becomes an output, which is a design",
    "keras.src.legacy": "files of Keras 1 and 2 are read by Keras 3 where it can",
    "keras.src.saving": "what Keras writes into a file is not seen in a source",
    "keras.src.utils.python_utils": "Keras 3 does not read the code of a Lambda; safe_mode says so",
    "keras.models.model_from_json": "files of Keras 1 and 2 are read by Keras 3 where it can",
    "keras.Model.to_json": "only a loss of the script's own makes such a text differ",
    "keras.src.metrics": "files with metrics by name are read by the era's load_model only",
    "keras.src.losses": "weights that are 0 are not seen in a source",
    "keras.src.backend.jax.nn": "which outputs saturate, or are 0, is known when the script runs",
    "keras.losses.sparse_categorical_crossentropy": "the same",
    "keras.src.activations": "which words are custom objects is known when the script runs",
    "keras.activations": "the same",
    "keras.src.optimizers": "decay= is a schedule, see as_schedule",
    "keras.optimizers.Nadam": "a call is given the class of its time, see written_nadam",
    "keras.Model.compile": "what was trainable or compiled when is not seen in a source",
    "keras.Model.compute_": "labels by the output's name are made where a source does not show it",
    "keras.src.trainers.compile_utils": "how many axes labels have is not seen in a source",
    "keras.callbacks.ModelCheckpoint._get_file_path": "names with {epoch} are listed",
    "keras.Model.build": "own classes alone; upgrade/unbuilt_models.py looks for them",
    "keras.Model.save_weights": "most names of files are made while a script runs",
    "keras.Model.load_weights": "likewise",
    "keras.Model.save": "a file that is open is not seen in a source; Keras 3 wants a path",
    "keras.models.save_model": "likewise",
    "keras.saving.": "likewise",
    "keras.models.load_model": "likewise",
    "keras.KerasTensor": "an index of NumPy's is not seen in a source",
    "keras.Model.fit": "likewise",
    "keras.callbacks.LearningRateScheduler": "lr in logs is rewritten where it is read",
    "keras.callbacks.ReduceLROnPlateau": "the same",
    "keras.callbacks.CSVLogger": "columns without values in a file are not seen in a source",
    "keras.Model.train_on_batch": "likewise",
    "keras.Model.__init__": "Keras 3 says what it is not to be given",
    "keras.Model.__new__": "input= and output= are rewritten by the rule of Functional",
    "keras.Sequential.add": "a first layer's batch_input_shape is rewritten, or listed",
    "keras.layers.": "shapes and weights that are given to a layer are taken by Keras 3, or listed",
    "keras.src.models": "add_loss with a tensor fails in Keras 3 with a clear error",
    "keras.utils.plot_model": "it draws, or says what it needs",
    "keras.callbacks.TensorBoard": "it logs, or says what it needs",
    "keras.utils.Progbar": "force= of a bar is not Keras's today, and fails clearly",
    "keras.utils.to_categorical": "Keras 1 gave labels of several columns one row each",
    "keras.src.initializers": "TensorFlow's numbers for a seed are not in Keras 3",
    "keras.src.trainers.data_adapters": "the order of rows is that of Keras 3 for a seed",
    "keras.src.backend.jax.trainer.JAXTrainer": "likewise",
    "keras.src.random": "the same",
    "keras.src.backend.jax.random": "the same",
    "keras.initializers.get": "names that only a custom object scope knows fail clearly",
    "keras.losses.Loss.__call__": "lists in a call of a loss fail clearly",
    "keras.callbacks.Callback.set_params": "what a callback was told is not seen in a source",
}
