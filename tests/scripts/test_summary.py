"""Event files are what TensorBoard reads: protobuf's own classes read them back."""

from __future__ import annotations

import io
import struct

import keras
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("tensorboardX")


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def values(folder):
    """Step, tag and value of everything in a folder's event files."""
    from tensorboardX.proto.event_pb2 import Event

    found = []
    for path in sorted(folder.glob("events*")):
        data = path.read_bytes()
        while data:
            (length,) = struct.unpack("<Q", data[:8])
            event = Event.FromString(data[12 : 12 + length])
            found += [(event.step, one.tag, one) for one in event.summary.value]
            data = data[16 + length :]
    return found


def test_what_is_written(tf, tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    assert not tf.summary.scalar("nowhere", 1.0, step=0)
    with writer.as_default():
        tf.summary.scalar("loss", tf.constant(0.5), step=3)
        tf.summary.histogram("weights", tf.constant([0.0, 1.0, 1.0]), step=tf.Variable(4))
        tf.summary.image("picture", np.full((1, 2, 3, 1), 0.5, "float32"), step=5)
        tf.summary.text("note", "hello", step=6)
        with pytest.raises(ValueError, match="No step set"):
            tf.summary.scalar("loss", 1.0)
        with tf.summary.record_if(lambda: False):
            assert not tf.summary.scalar("hidden", 1.0, step=1)
    with writer.as_default(step=7):
        tf.summary.scalar("accuracy", 0.25)
    writer.close()
    steps = {tag: (step, one) for step, tag, one in values(tmp_path)}
    assert {tag: step for tag, (step, _) in steps.items()} == {
        "loss": 3,
        "weights": 4,
        "picture": 5,
        "note/text_summary": 6,
        "accuracy": 7,
    }
    assert steps["loss"][1].simple_value == 0.5
    assert (steps["weights"][1].histo.num, steps["weights"][1].histo.sum) == (3, 2)
    picture = steps["picture"][1].image
    assert (picture.height, picture.width) == (2, 3)
    pixels = np.asarray(Image.open(io.BytesIO(picture.encoded_image_string)))
    assert set(pixels.ravel().tolist()) == {127}
    assert steps["note/text_summary"][1].tensor.string_val == [b"hello"]


def test_tags_have_the_scopes_around_them(tf, tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default(step=1), tf.name_scope("losses"):
        tf.summary.scalar("d", 1.0)
        tf.summary.text("note", "hello")
        with tf.summary.experimental.summary_scope("in it") as told:  # a scope has no blanks
            tf.summary.scalar("g", 2.0)
    tf.summary.scalar("nowhere", 1.0, step=1)
    writer.close()
    tags = [tag for _, tag, _ in values(tmp_path)]
    # As TensorFlow 2.15 writes them, beside tensorboardX's ending of texts.
    assert tags == ["losses/d", "losses/note/text_summary", "losses/init/g"]
    assert told == ("losses/in it", "losses/init/")


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_floats_become_bytes_as_in_tensorflow(tf, tmp_path, kind):
    # those of `convert_image_dtype(floats, tf.uint8, saturate=True)`, which TensorBoard writes
    of_floats = {-0.1: 0, 0.001: 0, 0.00391: 0, 0.00392: 1, 0.25: 63, 0.1: 25, 0.3: 76, 0.75: 191}
    of_floats |= {0.9961: 254, 0.99609: 254, 0.9981: 255, 1.0: 255, 1.1: 255}
    pixels = np.array([[[[one] for one in of_floats]]], kind)
    shorts = np.array([[[[0], [255], [256], [65535], [1000], [30000]]]], "uint16")
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        tf.summary.image("floats", pixels, step=0)
        tf.summary.image("shorts", shorts, step=0)
    writer.close()
    written = [io.BytesIO(one.image.encoded_image_string) for *_, one in values(tmp_path)]
    floats, integers = (np.asarray(Image.open(one))[0, :, 0].tolist() for one in written)
    assert floats == list(of_floats.values())
    assert integers == [0, 0, 1, 255, 3, 117]


def test_in_a_function(tf, tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    step = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def counted(x):
        step.assign_add(1)
        tf.summary.scalar("twice", 2 * x, step=step)

    with writer.as_default():
        for x in (1.0, 2.0):
            counted(tf.constant(x))
        import jax

        jax.effects_barrier()
    writer.close()
    found = [(step, one.simple_value) for step, _, one in values(tmp_path)]
    assert sorted(found) == [(1, 2.0), (2, 4.0)]


def test_the_callback_of_keras(tmp_path):
    from onefit.scripts.tensorboard import TensorBoard

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="dense")])
    model.compile("sgd", "mse")
    x = np.ones((4, 2), "float32")
    callback = TensorBoard(str(tmp_path), histogram_freq=1, write_images=True)
    history = model.fit(
        x, x[:, :1], epochs=2, validation_data=(x, x[:, :1]), callbacks=[callback], verbose=0
    ).history
    train, validation = (values(tmp_path / one) for one in ("train", "validation"))
    losses = [one.simple_value for _, tag, one in train if tag == "epoch_loss"]
    np.testing.assert_allclose(losses, history["loss"], rtol=1e-6)
    losses = [one.simple_value for _, tag, one in validation if tag == "epoch_loss"]
    np.testing.assert_allclose(losses, history["val_loss"], rtol=1e-6)
    tags = {tag for _, tag, _ in train}
    assert any(tag.endswith("kernel/histogram") for tag in tags)
    assert any(tag.endswith("kernel/image") for tag in tags)
    (network,) = [one for _, tag, one in train if tag == "keras"]
    assert network.metadata.plugin_data.plugin_name == "graph_keras_model"
    assert keras.models.model_from_json(network.tensor.string_val[0]).count_params() == 3


def test_the_projector_is_told_which_weights_are_words(tmp_path):
    from onefit.scripts.tensorboard import TensorBoard

    words = [keras.Input((3,)), keras.layers.Embedding(5, 2, name="words")]
    model = keras.Sequential([*words, keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    callback = TensorBoard(
        str(tmp_path), embeddings_freq=1, embeddings_metadata={"words": "words.tsv"}
    )
    model.fit(np.ones((4, 3)), np.ones((4, 1)), callbacks=[callback], verbose=0)
    # What tensorboard.plugins.projector 2.15 writes in Keras's callback.
    assert (tmp_path / "projector_config.pbtxt").read_text() == (
        "embeddings {\n"
        '  tensor_name: "layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE"\n'
        '  metadata_path: "words.tsv"\n'
        "}\n"
    )
