"""What scripts of TensorFlow 1 write for Keras alone passes; what computes a graph is an error."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest

from onefit.errors import NeedsTensorFlow
from onefit.scripts.eras.evidence import read
from onefit.scripts.eras.stand_ins import sessions
from onefit.scripts.tensorflow import installation
from onefit.scripts.tensorflow.compat import v1

# The names of the fields of TensorFlow 1.14's messages: `ConfigProto.DESCRIPTOR.fields`, ...
FIELDS = {
    "ConfigProto": "device_count intra_op_parallelism_threads inter_op_parallelism_threads "
    "use_per_session_threads session_inter_op_thread_pool placement_period device_filters "
    "gpu_options allow_soft_placement log_device_placement graph_options operation_timeout_in_ms "
    "rpc_options cluster_def isolate_session_state experimental",
    "GPUOptions": "per_process_gpu_memory_fraction allow_growth allocator_type "
    "deferred_deletion_bytes visible_device_list polling_active_delay_usecs "
    "polling_inactive_delay_msecs force_gpu_compatible experimental",
    "GraphOptions": "enable_recv_scheduling optimizer_options build_cost_model "
    "build_cost_model_after infer_shapes place_pruned_graph enable_bfloat16_sendrecv timeline_step "
    "rewrite_options",
    "OptimizerOptions": "do_common_subexpression_elimination do_constant_folding "
    "max_folded_constant_in_bytes do_function_inlining opt_level global_jit_level",
}


@pytest.fixture
def in_force():
    installation.install()
    yield
    sessions.set_session(None)
    installation.uninstall()


@pytest.mark.parametrize("name", FIELDS)
def test_settings_have_the_fields_of_their_time_and_no_others(name):
    made = getattr(v1, name)()
    assert vars(made).keys() == set(FIELDS[name].split())
    with pytest.raises(AttributeError, match=f"'{name}' object has no attribute 'nonsense'"):
        made.nonsense = 1
    told = f'Protocol message {name} has no "nonsense" field.'
    with pytest.raises(ValueError, match=told):  # the words of protobuf
        getattr(v1, name)(nonsense=1)


def test_settings_keep_what_they_are_given():
    config = v1.ConfigProto(device_count={"GPU": 1})
    config.device_count["CPU"] = 2
    config.gpu_options.allow_growth = True
    config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1
    assert config.device_count == {"GPU": 1, "CPU": 2} and config.gpu_options.allow_growth
    assert config.graph_options.optimizer_options.global_jit_level == 1


def test_a_session_gives_what_one_of_tensorflow_1_14_gave(in_force):
    session, variable = v1.Session(), keras.Variable(3.0)
    first = v1.variables_initializer([variable])
    assert session.run(first) is None and session.run([first, first]) == [None, None]
    assert session.run([]) == [] and session.run(()) == () and first.run(session=session) is None
    assert session.run(variable) == 3.0 and session.run({"a": [variable]}) == {"a": [3.0]}
    sessions.set_session(session)
    assert sessions.get_session() is session
    assert v1.get_default_graph() is session.graph


def test_an_initialiser_is_an_error_where_it_drew_other_values(in_force):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1), keras.layers.Dropout(0.5)])
    model.compile("adam", "mse")
    # Of all there are, other tests of this process may have trained some, so it is not run here.
    before = v1.global_variables_initializer()
    v1.variables_initializer(model.weights).run()
    model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    for first in (before, v1.global_variables_initializer()):
        with pytest.raises(NeedsTensorFlow, match=r"trained and loaded values anew: leave it out"):
            v1.Session().run(first)
    later = keras.layers.Dense(1)
    later.build((None, 2))
    of_others = v1.variables_initializer(later.weights)
    of_others.run()
    later.set_weights([np.ones((2, 1)), np.ones(1)])
    with pytest.raises(NeedsTensorFlow):
        of_others.run()


@pytest.mark.parametrize(
    "use, told",
    [
        (lambda s: s.run(keras.ops.ones(2)), "Session.run of "),
        (lambda s: s.run([v1.tables_initializer(), keras.Input((2,))]), "Session.run of "),
        (lambda s: s.run(None), "Session.run of NoneType"),
        (lambda s: s.run(keras.Variable(1.0), {keras.Input((2,)): 1}), "Session.run of "),
        (lambda s: s.partial_run(1), "Session.partial_run"),
        (lambda s: s.graph.as_graph_def(), "Graph.as_graph_def"),
        (lambda s: v1.get_default_graph().get_operations(), "Graph.get_operations"),
        (lambda s: sessions.get_session().run(keras.Input((2,))), "Session.run of KerasTensor"),
        (lambda s: v1.placeholder("float32"), "tensorflow.compat.v1.placeholder"),
        (lambda s: v1.layers.dense(1, 2), "tensorflow.compat.v1.layers"),
    ],
)
def test_what_computes_a_graph_names_itself(in_force, use, told):
    with pytest.raises(NeedsTensorFlow, match=told) as raised:
        use(v1.Session())
    assert "pip install tensorflow-cpu" in str(raised.value)


HEADS = {
    "of the package keras": """
        import tensorflow as tf
        import tensorflow.python.util.deprecation as deprecation
        from keras.backend.tensorflow_backend import set_session
        from keras import backend as K
        from keras.models import Sequential
        from keras.layers import Dense
        deprecation._PRINT_DEPRECATION_WARNINGS = False
        from tensorflow.python.ops import control_flow_ops
        tf.python.control_flow_ops = control_flow_ops
        tf.python.control_flow_ops = tf
        tf.logging.set_verbosity(tf.logging.ERROR)
        tf.logging.warning("not shown")
        tf.set_random_seed(1)
        tf.reset_default_graph()
        tf.disable_v2_behavior()
        options = tf.GPUOptions(per_process_gpu_memory_fraction=0.3)
        config = tf.ConfigProto(gpu_options=options, allow_soft_placement=True)
        config.gpu_options.allow_growth = True
        set_session(tf.Session(config=config))
        tf.compat.v1.keras.backend.set_session(tf.Session(graph=tf.get_default_graph()))
        K.tensorflow_backend.set_session(tf.InteractiveSession())
        K.get_session().run(tf.global_variables_initializer())
    """,
    "of tf.keras": """
        import tensorflow.compat.v1 as tf
        from tensorflow.compat.v1 import ConfigProto, InteractiveSession
        from tensorflow.compat.v1.keras.backend import set_session
        from tensorflow.compat.v1.keras.models import Sequential
        from tensorflow.keras.layers import Dense
        from tensorflow.compat.v1.logging import set_verbosity, ERROR
        set_verbosity(ERROR)
        tf.disable_eager_execution()
        config = ConfigProto()
        config.gpu_options.allow_growth = True
        set_session(InteractiveSession(config=config))
        tf.keras.backend.set_session(tf.Session(config=config))
    """,
}
MODEL = """
    with tf.Session() as session, tf.Graph().as_default():
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", "mse", metrics=["accuracy"])
    session.run(tf.global_variables_initializer())
    print(sorted(model.fit([[0, 1.0]], [[1.0]], verbose=0).history))
"""


@pytest.mark.parametrize("which", HEADS)
def test_heads_of_scripts_that_go_on_with_keras_alone(which, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "-c",
         textwrap.dedent(HEADS[which]) + textwrap.dedent(MODEL)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    name = "acc" if which == "of the package keras" else "accuracy"
    assert ran.stdout == f"['{name}', 'loss']\n" and "not shown" not in ran.stderr


def test_names_of_tensorflow_1_speak_for_an_old_keras():
    of_keras = "import tensorflow as tf, keras\nconfig = tf.ConfigProto()"
    assert read(of_keras).evidence == ("line 2: ConfigProto of TensorFlow 1",)
    assert read(of_keras).title == "Keras 2.2"
    of_tensorflow = "from tensorflow import keras, ConfigProto"
    assert read(of_tensorflow)[:2] == ("tf2", "acc")  # TensorFlow 1's own Keras
    # what TensorFlow 2 has to this day
    assert read("import tensorflow as tf, keras\ntf.compat.v1.ConfigProto()").name == "keras3"
    assert read("import tensorflow as tf, keras\ntf.Graph()").name == "keras3"


AGAIN = """
    import numpy as np
    from keras import backend as K
    from keras.layers import Dense
    from keras.models import Sequential
    from tensorflow.python.client import device_lib
    import tensorflow as tf

    print([one.name for one in device_lib.list_local_devices() if one.device_type == "CPU"])
    model = Sequential()
    model.add(Dense(30, input_dim=40, kernel_initializer="uniform", bias_initializer="ones"))
    model._make_predict_function()
    for make in (model._make_train_function, model._make_test_function):
        try:
            make()
        except RuntimeError as error:
            print(str(error)[:46])
    model.compile("adam", "mse")
    model._make_train_function(), model._make_test_function()
    print(callable(model.predict_function), callable(model.train_function))
    session = K.get_session()
    x, y = np.ones((8, 40)), np.ones((8, 30))
    model.fit(x, y, verbose=0)
    before = model.get_weights()
    for layer in model.layers:
        for name in list(vars(layer)):
            if hasattr(getattr(layer, name), "initializer"):
                getattr(layer, name).initializer.run(session=session)
    after = model.get_weights()
    print((before[0] != after[0]).mean() > 0.99, abs(after[0]).max() <= 0.05, set(after[1]))
    session.run(model.layers[0].kernel.initializer)
    print((after[0] != model.get_weights()[0]).mean() > 0.99)
    model.fit(x, y, verbose=0)
    print(K.get_value(model.optimizer.iterations), set(model.get_weights()[1]) == {1.0})
    session.run(tf.global_variables_initializer())
    print(K.get_value(model.optimizer.iterations), set(model.get_weights()[1]) == {1.0})
"""
AGAIN_THEN = """\
['/device:CPU:0']
You must compile your model before using it.
You must compile your model before using it.
False True
True True {1.0}
True
2 False
0 True
"""
"""What Keras 2.2.4 on TensorFlow 1.14 printed."""


def test_a_model_that_begins_anew(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "-c", textwrap.dedent(AGAIN)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == AGAIN_THEN
