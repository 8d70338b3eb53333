"""Products of tensors, and cosines, of matrices as of rows."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

OF_DOTS = """\
import numpy as np
from keras import backend as K
from keras.layers import Input, Lambda
from keras.models import Model
shapes = (6, (2, 3)), (60, (4, 3, 5)), (24, (2, 4, 3))
x, y, z = (np.arange(n).reshape(s).astype("float32") for n, s in shapes)
w = np.arange(6.0).reshape(3, 2).astype("float32")
found = [K.eval(K.dot(K.variable(a), K.variable(b))) for a, b in ((x, w), (x, y), (z, w), (z, y))]
given = Input((4, 3))
model = Model(given, Lambda(lambda t: K.dot(t, K.constant(y)))(given))
shape, made = K.int_shape(model.output), model.predict(z)
"""


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_a_dot_goes_over_the_last_axis_and_the_last_but_one(era):
    source = OF_DOTS.replace("from keras", "from tensorflow.keras") if era == "tf2" else OF_DOTS
    after = upgraded(source, era).after
    names = {}
    exec(after, names)
    x, y, z, w = (names[one] for one in "xyzw")
    expected = [np.dot(a, b) for a, b in ((x, w), (x, y), (z, w), (z, y))]
    for one, other in zip(names["found"], expected, strict=True):
        assert np.array_equal(one, other)
    assert names["shape"] == (None, 4, 4, 5)
    assert np.array_equal(names["made"], expected[3])


COSINES = """\
import numpy as np
from keras.layers import Input, merge
from keras.models import Model
a, b = Input({shape}), Input({shape})
rows = [np.sin(np.arange({size}.0) + i).reshape((2,) + {shape}) for i in (0, 1)]
found = Model([a, b], merge([a, b], mode="cos", dot_axes={axes}, name="near")).predict(rows)
"""


def test_cosines_of_rows_and_of_matrices_are_those_of_keras_1():
    for shape, size, axes in (((3,), 6, 1), ((2, 3), 12, 2), ((2, 3), 12, (2, 2))):
        found = upgraded(COSINES.format(shape=shape, size=size, axes=axes), "keras1")
        assert not found.remains
        names = {}
        exec(found.after, names)
        one, other = names["rows"]
        if len(shape) == 1:
            one, other = one[:, None], other[:, None]
        dots = [p @ np.swapaxes(q, 1, 2) for p, q in ((one, other), (one, one), (other, other))]
        expected = dots[0] / np.maximum(np.sqrt(dots[1] * dots[2]), 1e-7)
        got = names["found"]
        np.testing.assert_allclose(got, expected.reshape(got.shape), rtol=1e-5)
    # What Keras 1.2.2 on TensorFlow 1.4.1 gives for the matrices, with an axis more.
    recorded = [0.57836324, -0.69419283, -0.46110356, 0.57550395]
    np.testing.assert_allclose(got[0].ravel(), recorded, rtol=1e-5)
