"""Checkpoints: what is saved comes back, to the objects that have the same names."""

from __future__ import annotations

import os

import keras
import numpy as np
import pytest


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def network():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.l1 = keras.layers.Dense(5)
            self.norm = keras.layers.BatchNormalization()

        def call(self, x):
            return self.norm(self.l1(x))

    return Net()


def trained(net, optimizer):
    net.compile(optimizer, "mse")
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    net.fit(x, np.tile(x, 2)[:, :5], epochs=2, verbose=0)
    return x


def test_a_model_and_its_optimizer_come_back(tf, tmp_path):
    net, optimizer = network(), keras.optimizers.Adam(0.1)
    x = trained(net, optimizer)
    step = tf.Variable(7)
    path = tf.train.Checkpoint(step=step, optimizer=optimizer, net=net).save(tmp_path / "ckpt")
    assert path == str(tmp_path / "ckpt-1")
    assert tf.train.latest_checkpoint(tmp_path) == path
    assert (tmp_path / "checkpoint").read_text().splitlines() == [
        'model_checkpoint_path: "ckpt-1"',
        'all_model_checkpoint_paths: "ckpt-1"',
    ]
    other, adam, again = network(), keras.optimizers.Adam(0.1), tf.Variable(0)
    status = tf.train.Checkpoint(step=again, optimizer=adam, net=other).restore(path)
    assert again.numpy() == 7 and not other.l1.built
    np.testing.assert_array_equal(other(x), net(x))  # restored when it was built
    adam.build(other.trainable_variables)
    status.assert_consumed()
    assert int(adam.iterations) == 2
    for one, same in zip(optimizer.variables, adam.variables, strict=True):
        np.testing.assert_array_equal(one.value, same.value)


def test_a_part_of_it_and_what_is_attached_later(tf, tmp_path):
    net = network()
    x = trained(net, "sgd")
    path = tf.train.Checkpoint(net=net).save(tmp_path / "ckpt")
    bias = tf.Variable(tf.zeros([5]))
    layer = tf.train.Checkpoint(bias=bias)
    status = tf.train.Checkpoint(net=tf.train.Checkpoint(l1=layer)).restore(path)
    np.testing.assert_array_equal(bias.numpy(), net.l1.bias.value)
    status.assert_existing_objects_matched()
    with pytest.raises(AssertionError, match="net/l1/kernel"):
        status.assert_consumed()
    kernel = tf.Variable(tf.zeros([3, 5]))
    layer.kernel = kernel
    np.testing.assert_array_equal(kernel.numpy(), net.l1.kernel.value)
    with pytest.raises(AssertionError, match="other"):
        tf.train.Checkpoint(other=tf.Variable(1)).restore(path).assert_existing_objects_matched()
    names = dict(tf.train.list_variables(tmp_path))
    assert names["net/l1/kernel/.ATTRIBUTES/VARIABLE_VALUE"] == [3, 5]
    reader = tf.train.load_checkpoint(path)
    np.testing.assert_array_equal(
        reader.get_tensor("net/l1/kernel/.ATTRIBUTES/VARIABLE_VALUE"), net.l1.kernel.value
    )
    assert x.shape == (8, 3)


def test_modules_lists_and_dicts(tf, tmp_path):
    root = tf.Module()
    root.both = [tf.Variable(1.0), {"a": tf.Variable([2, 3])}]
    root.same = root.both[0]
    path = tf.train.Checkpoint(root).write(tmp_path / "one")
    assert sorted(tf.train.load_checkpoint(path).entries) == ["both/0", "both/1/a"]
    root.both[0].assign(5.0)
    root.both[1]["a"].assign([0, 0])
    tf.train.Checkpoint(root).read(path).assert_consumed()
    assert root.same.numpy() == 1.0 and root.both[1]["a"].numpy().tolist() == [2, 3]
    only = tf.Variable(0.0)
    tf.train.Checkpoint(same=only).read(path).expect_partial()  # the other way to it
    assert only.numpy() == 1.0


def test_lists_that_grow(tf, tmp_path):
    saved = tf.train.Checkpoint()
    saved.listed = [tf.Variable(1.0)]
    saved.listed.append(tf.Variable(2.0))
    saved.mapped = {"one": saved.listed[0]}
    saved.mapped["two"] = saved.listed[1]
    path = saved.save(tmp_path / "lists")
    restored, second = tf.train.Checkpoint(), tf.Variable(0.0)
    restored.mapped = {"two": second}
    restored.restore(path)
    assert second.numpy() == 2.0
    restored.listed, first = [], tf.Variable(0.0)
    restored.listed.append(first)
    assert first.numpy() == 1.0
    assert repr(tf.train.Checkpoint(empty=[]).empty) == "ListWrapper([])"


def test_the_newest_are_kept(tf, tmp_path):
    step = tf.Variable(0)
    checkpoint = tf.train.Checkpoint(step=step)
    kept = tf.train.CheckpointManager(checkpoint, tmp_path / "runs", max_to_keep=2)
    assert kept.latest_checkpoint is None and kept.restore_or_initialize() is None
    for number in range(1, 5):
        step.assign(number)
        assert kept.save() == str(tmp_path / "runs" / f"ckpt-{number}")
    assert [os.path.basename(one) for one in kept.checkpoints] == ["ckpt-3", "ckpt-4"]
    assert sorted(os.listdir(tmp_path / "runs")) == [
        "checkpoint",
        *(f"ckpt-{n}.{end}" for n in (3, 4) for end in ("data-00000-of-00001", "index")),
    ]
    again = tf.Variable(0)
    later = tf.train.CheckpointManager(tf.train.Checkpoint(step=again), tmp_path / "runs", 2)
    assert later.restore_or_initialize() == kept.latest_checkpoint and again.numpy() == 4
    assert os.path.basename(later.save()) == "ckpt-5"


def test_what_is_no_checkpoint_of_onefits(tf, tmp_path):
    with pytest.raises(tf.errors.NotFoundError, match="nothing"):
        tf.train.Checkpoint().restore(str(tmp_path / "nothing"))
    (tmp_path / "theirs.index").write_bytes(b"\x00\x01\x02")
    with pytest.raises(tf.errors.DataLossError, match=r"weights\.h5"):
        tf.train.Checkpoint().restore(str(tmp_path / "theirs"))
    assert tf.train.latest_checkpoint(tmp_path) is None
    tf.train.Checkpoint(x=tf.Variable(1)).restore(None).expect_partial()


def test_a_generator_of_numbers_goes_on_from_its_checkpoint(tf, tmp_path):
    generator = tf.random.Generator.from_seed(1)
    path = tf.train.Checkpoint(numbers=generator).write(tmp_path / "numbers")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert names == ["numbers/_state_var/.ATTRIBUTES/VARIABLE_VALUE"]  # as TensorFlow names it
    drawn = generator.normal([3]).numpy()
    other = tf.random.Generator.from_seed(2)
    tf.train.Checkpoint(numbers=other).read(path).assert_consumed()
    assert other.normal([3]).numpy().tolist() == drawn.tolist()


def test_a_checkpoint_stays_until_the_new_one_is_written(tf, tmp_path, monkeypatch):
    variable = tf.Variable([1.0, 2.0])
    checkpoint = tf.train.Checkpoint(v=variable)
    path = checkpoint.write(str(tmp_path / "ckpt"))
    before = sorted(one.name for one in tmp_path.iterdir())
    variable.assign([3.0, 4.0])

    def dies(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("onefit.scripts.tensorflow.train.bundle.json.dump", dies)
        with pytest.raises(KeyboardInterrupt):
            checkpoint.write(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == before
    checkpoint.read(path)
    assert variable.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("most", [0, -1])
def test_a_folder_keeps_one_checkpoint_at_least(tf, tmp_path, most):
    with pytest.raises(ValueError, match="positive integer"):
        tf.train.CheckpointManager(tf.train.Checkpoint(), str(tmp_path), most)
