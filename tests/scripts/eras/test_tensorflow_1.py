"""Functions of TensorFlow 1 in a script for Keras 2, with the arguments of then."""

from __future__ import annotations

import subprocess
import sys

import pytest

from onefit.scripts.eras.evidence import read

CALLS = """\
tf.reduce_sum(t, axis=1, keep_dims=True)
tf.reduce_mean(t, reduction_indices=[1], keep_dims=True)
tf.to_float(tf.argmax(t, dimension=1))
tf.expand_dims(t, dim=1)
tf.squeeze(tf.expand_dims(t, 1), squeeze_dims=[1])
tf.norm(t, axis=1, keep_dims=True)
tf.log(t + 1.0)
tf.div(t, 2.0)
tf.mod(t, 2.0)
tf.nn.softmax(t, dim=-1)
tf.nn.l2_normalize(t, dim=1)
tf.nn.moments(t, axes=[1], keep_dims=True)[0]
tf.nn.dropout(t, keep_prob=1.0)
tf.nn.dropout(t, 1.0)
tf.nn.conv2d(pixels(t), filter=tf.ones((1, 2, 1, 1)), strides=[1] * 4, padding="SAME")
tf.nn.max_pool(value=pixels(t), ksize=[1, 1, 2, 1], strides=[1] * 4, padding="SAME")
tf.image.resize_images(pixels(t), (1, 5))
tf.image.resize_bilinear(pixels(t), (1, 5), align_corners=True)
tf.image.resize_nearest_neighbor(pixels(t), (1, 5))
tf.concat([t, t], 1)
tf.split(t, 3, 1)[0]
tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(-t), logits=t)
tf.to_float(tf.nn.in_top_k(t, tf.argmax(t, 1), 1))
t + tf.losses.mean_squared_error(t * 0, t)
t + tf.losses.huber_loss(t * 0, t, delta=0.5)
t + tf.losses.sigmoid_cross_entropy(t * 0, t)
t + tf.losses.sparse_softmax_cross_entropy(tf.argmax(-t, 1), t)
tf.where(t[:, 0] > 1, t, -t)
tf.where(t > 1, t, -t)
tf.nn.pool(pixels(t), [1, 2], "MAX", "VALID", strides=[1, 1])
tf.real(tf.cast(t, tf.complex64))
tf.check_numerics(t, "x")
tf.nn.xw_plus_b(t, tf.ones((3, 2)), tf.ones((2,)))
tf.image.extract_image_patches(pixels(t), [1, 1, 2, 1], [1] * 4, [1] * 4, "VALID")
"""
SCRIPT = """\
import numpy as np
import tensorflow as tf
from keras.layers import Input, Lambda
from keras.models import Model

x = Input((3,))
def pixels(t):
    return tf.reshape(t, (-1, 1, 3, 1))

for function in [
{functions}]:
    layer = Lambda(function)
    found = Model(x, layer(x)).predict(np.arange(6.0).reshape(2, 3))
    print(*found.shape, "|", *("%.4f" % one for one in found.ravel()))
"""
THEN = """\
2 1 | 3.0000 12.0000
2 1 | 1.0000 4.0000
2 | 2.0000 2.0000
2 1 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 1 | 2.2361 7.0711
2 3 | 0.0000 0.6931 1.0986 1.3863 1.6094 1.7918
2 3 | 0.0000 0.5000 1.0000 1.5000 2.0000 2.5000
2 3 | 0.0000 1.0000 0.0000 1.0000 0.0000 1.0000
2 3 | 0.0900 0.2447 0.6652 0.0900 0.2447 0.6652
2 3 | 0.0000 0.4472 0.8944 0.4243 0.5657 0.7071
2 1 | 1.0000 4.0000
2 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 1 3 1 | 1.0000 3.0000 2.0000 7.0000 9.0000 5.0000
2 1 3 1 | 1.0000 2.0000 2.0000 4.0000 5.0000 5.0000
2 1 5 1 | 0.0000 0.6000 1.2000 1.8000 2.0000 3.0000 3.6000 4.2000 4.8000 5.0000
2 1 5 1 | 0.0000 0.5000 1.0000 1.5000 2.0000 3.0000 3.5000 4.0000 4.5000 5.0000
2 1 5 1 | 0.0000 0.0000 1.0000 1.0000 2.0000 3.0000 3.0000 4.0000 4.0000 5.0000
2 6 | 0.0000 1.0000 2.0000 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000 3.0000 4.0000 5.0000
2 1 | 0.0000 3.0000
2 | 1.9828 1.9828
2 | 1.0000 1.0000
2 3 | 9.1667 10.1667 11.1667 12.1667 13.1667 14.1667
2 3 | 1.1458 2.1458 3.1458 4.1458 5.1458 6.1458
2 3 | 2.7011 3.7011 4.7011 5.7011 6.7011 7.7011
2 3 | 2.4076 3.4076 4.4076 5.4076 6.4076 7.4076
2 3 | -0.0000 -1.0000 -2.0000 3.0000 4.0000 5.0000
2 3 | -0.0000 -1.0000 2.0000 3.0000 4.0000 5.0000
2 1 2 1 | 1.0000 2.0000 4.0000 5.0000
2 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 3 | 0.0000 1.0000 2.0000 3.0000 4.0000 5.0000
2 2 | 4.0000 4.0000 13.0000 13.0000
2 1 2 2 | 0.0000 1.0000 1.0000 2.0000 3.0000 4.0000 4.0000 5.0000
"""
"""What Keras 2.2.4 printed, on TensorFlow 1.15 and Python 3.6."""


def test_arguments_of_tensorflow_1(tmp_path):
    script = tmp_path / "script.py"
    functions = "".join(f"    lambda t: {call},\n" for call in CALLS.splitlines())
    script.write_text(SCRIPT.format(functions=functions), "utf-8")
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    found, then = ran.stdout.splitlines(), THEN.splitlines()
    assert len(found) == len(then) == len(CALLS.splitlines())
    for call, line, line_then in zip(CALLS.splitlines(), found, then):
        (shape, values), (shape_then, values_then) = line.split("|"), line_then.split("|")
        assert (call, shape) == (call, shape_then)
        numbers, numbers_then = (list(map(float, one.split())) for one in (values, values_then))
        assert numbers == pytest.approx(numbers_then, abs=2e-4), call


@pytest.mark.parametrize(
    "line",
    [
        "tf.reduce_sum(x, keep_dims=True)",
        "tf.reduce_sum(x, reduction_indices=1)",
        "tf.nn.dropout(x, keep_prob=0.5)",
        "tf.log(x)",
        "tf.random_normal((2,))",
    ],
)
def test_they_are_evidence_of_an_old_keras(line):
    imports = "import tensorflow as tf\nfrom keras.models import Sequential\n"
    assert read(f"{imports}y = {line}\n").name == "keras2"
    assert read(f"{imports}tf = Sequential\ny = np.{line[3:]}\n").name == "keras3"


GRADIENTS = """\
import numpy as np
import tensorflow as tf
from keras import backend as K
from keras.layers import Dense, Input
x = Input((3,))
y = Dense(1, kernel_initializer="ones")(x)
for found in (tf.gradients(y * y, x), tf.gradients([y, 2 * y], [x])):
    print(K.function([x], found)([np.arange(6.0).reshape(2, 3)])[0].tolist())
"""


def test_gradients_of_tensors_of_the_graph(tmp_path):
    """The gradient of (x + y + z)^2 is twice the sum; Keras 2.2.4 printed the same."""
    script = tmp_path / "script.py"
    script.write_text(GRADIENTS, "utf-8")
    command = [sys.executable, "-m", "onefit", "run", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout == (
        "[[6.0, 6.0, 6.0], [24.0, 24.0, 24.0]]\n[[3.0, 3.0, 3.0], [3.0, 3.0, 3.0]]\n"
    )
