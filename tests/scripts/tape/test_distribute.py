"""Strategies of one device, and what `tf.config` answers."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.errors import NeedsTensorFlow


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def test_a_training_loop_as_the_guides_write_it(tf):
    strategy = tf.distribute.MirroredStrategy()
    rows = tf.data.Dataset.from_tensor_slices((np.ones((8, 2), "float32"), np.ones((8, 1))))
    dataset = strategy.experimental_distribute_dataset(rows.batch(4))
    with strategy.scope():
        assert tf.distribute.get_strategy() is strategy and tf.distribute.has_strategy()
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        optimizer = tf.keras.optimizers.SGD(0.1)

    def step(batch):
        x, y = batch
        with tf.GradientTape() as tape:
            errors = tf.reduce_sum((model(x) - tf.cast(y, tf.float32)) ** 2, axis=1)
            loss = tf.reduce_sum(errors) / 4.0
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def distributed(batch):
        losses = strategy.run(step, args=(batch,))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)

    losses = [float(distributed(batch)) for _ in range(5) for batch in dataset]
    assert losses[-1] < losses[0] and strategy.num_replicas_in_sync == 1
    assert not tf.distribute.has_strategy()


def test_values_along_an_axis(tf):
    strategy = tf.distribute.OneDeviceStrategy("/gpu:0")
    x = tf.constant([1.0, 3.0])
    assert strategy.reduce("SUM", x, axis=0) == 4
    assert strategy.reduce(tf.distribute.ReduceOp.MEAN, x, axis=0) == 2
    assert strategy.experimental_local_results(x) == (x,)


@pytest.mark.parametrize("name", ["TPUStrategy", "ParameterServerStrategy"])
def test_strategies_of_several_machines_name_themselves(tf, name):
    with pytest.raises(NeedsTensorFlow, match=rf"tensorflow\.distribute\.{name}"):
        getattr(tf.distribute, name)


def test_several_machines_are_one_without_a_cluster(tf, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert tf.distribute.MultiWorkerMirroredStrategy().num_replicas_in_sync == 1
    monkeypatch.setenv("TF_CONFIG", "{}")
    with pytest.raises(NeedsTensorFlow, match="several machines"):
        tf.distribute.MultiWorkerMirroredStrategy()
    with pytest.raises(ValueError, match="Please provide a TPU Name"):
        tf.distribute.cluster_resolver.TPUClusterResolver()


def test_functions_run_as_they_are_written_where_that_is_asked_for(tf):
    log = []

    @tf.function
    def called(x):
        log.append(x.numpy() if tf.executing_eagerly() else None)
        return x

    called(tf.constant(1))
    tf.config.run_functions_eagerly(True)
    try:
        assert tf.config.functions_run_eagerly()
        called(tf.constant(2))
    finally:
        tf.config.run_functions_eagerly(False)
    assert log == [None, 2]


def test_what_the_configuration_answers(tf):
    config = tf.config
    assert config.list_physical_devices("CPU") and config.get_soft_device_placement()
    assert config.threading.get_inter_op_parallelism_threads() == 0
    assert config.get_logical_device_configuration(config.list_physical_devices()[0]) is None


def test_a_script_is_a_replica_in_run_and_outside_of_all_blocks(tf):
    """What TensorFlow 2.15 tells with one CPU."""
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])

    def told():
        context = tf.distribute.get_replica_context() is not None
        return [context, tf.distribute.in_cross_replica_context(), tf.distribute.has_strategy()]

    assert told() == [True, False, False]
    with strategy.scope():
        assert told() == [False, True, True]
        assert strategy.run(told) == [True, False, True]
        assert told() == [False, True, True]
    assert strategy.run(told) == [True, False, True] and told() == [True, False, False]


def test_run_has_the_name_that_it_had_before_2_2(tf):
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    assert strategy.experimental_run_v2(lambda x: x + 1, args=(1,)) == 2
