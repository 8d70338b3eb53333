"""Cross-entropies of labels that do not sum to 1 have the gradient of TensorFlow's kernel."""

from __future__ import annotations

import numpy as np
import pytest

LABELS = np.array([[1, 1, 0], [0, 0, 0], [0, 1, 0], [0.2, 0.3, 0.4]], "float32")
LOGITS = np.array([[0.1, 0.2, -0.3]] * 4, "float32")
# Of TensorFlow 2.15.
LOSSES = [1.94166, 0, 0.92083, 1.04874]
GRADIENTS = [
    *([-0.6397, -0.60181, 0.24151], [0.3603, 0.39819, 0.24151], [0.3603, -0.60181, 0.24151]),
    [0.1603, 0.09819, -0.15849],
]
OF_LABELS = [1.02083, 0.92083, 1.42083]


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in
    from onefit.scripts.tensorflow import installation

    installation.install()
    yield stand_in
    installation.uninstall()


def test_the_gradient_is_that_of_the_kernel(tf):
    z = tf.Variable(LOGITS)
    with tf.GradientTape() as tape:
        losses = tf.nn.softmax_cross_entropy_with_logits(LABELS, z)
    np.testing.assert_allclose(losses.numpy(), LOSSES, atol=1e-5)
    np.testing.assert_allclose(tape.gradient(losses, z).numpy(), GRADIENTS, atol=1e-5)


def test_labels_have_a_gradient_too(tf):
    labels = tf.Variable(LABELS)
    with tf.GradientTape() as tape:
        losses = tf.nn.softmax_cross_entropy_with_logits(labels, LOGITS)
    found = tape.gradient(losses, labels).numpy()
    np.testing.assert_allclose(found, [OF_LABELS] * 4, atol=1e-5)
