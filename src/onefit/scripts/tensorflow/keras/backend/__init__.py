"""`tf.keras.backend`: the functions of Keras 1 and 2, which scripts call `K`, on JAX arrays.

Keras ships them for TensorFlow's tensors only. The names, arguments and defaults are its own; the
files here have a part each. They work inside a loss, a metric and a layer.

>>> import onefit.scripts.tensorflow.keras.backend as K
>>> K.mean(K.square(K.constant([1, 3])), axis=-1).numpy()
np.float32(5.0)
"""

from __future__ import annotations

from typing import Any

from keras.backend import backend as backend
from keras.backend import clear_session as clear_session
from keras.backend import epsilon as epsilon
from keras.backend import floatx as floatx
from keras.backend import get_uid as get_uid
from keras.backend import image_data_format as image_data_format
from keras.backend import is_float_dtype as is_float_dtype
from keras.backend import is_int_dtype as is_int_dtype
from keras.backend import is_keras_tensor as is_keras_tensor
from keras.backend import result_type as result_type
from keras.backend import set_epsilon as set_epsilon
from keras.backend import set_floatx as _set_floatx
from keras.backend import set_image_data_format as set_image_data_format
from keras.backend import standardize_dtype as standardize_dtype

from onefit.scripts.tensorflow.boundary import of_script as _of_script
from onefit.scripts.tensorflow.boundary import of_values as _of_values
from onefit.scripts.tensorflow.keras.backend import draws as _draws
from onefit.scripts.tensorflow.keras.backend import elements as _elements
from onefit.scripts.tensorflow.keras.backend import entropies as _entropies
from onefit.scripts.tensorflow.keras.backend import images as _images
from onefit.scripts.tensorflow.keras.backend import shapes as _shapes
from onefit.scripts.tensorflow.keras.backend import steps as _steps
from onefit.scripts.tensorflow.keras.backend import variables as _variables
from onefit.scripts.tensorflow.keras.wide_floats import with_its_bits as _with_its_bits
from onefit.scripts.tensorflow.missing import names_of as _names_of

ALSO = """
backend clear_session epsilon floatx get_uid image_data_format is_float_dtype is_int_dtype
is_keras_tensor result_type rnn set_epsilon set_floatx set_image_data_format standardize_dtype
"""

_VALUES = ("batch_get_value", "eval", "get_value")

for _home in (_draws, _elements, _entropies, _images, _shapes, _steps, _variables):
    for _name, _part in list(vars(_home).items()):
        if callable(_part) and _name[0] != "_" and _part.__module__ == _home.__name__:
            _given = _of_values if _name in _VALUES else _of_script
            globals()[_name] = _given(_part)
# `wraps` gave it the name of Keras's module, so that the loop passed it by.
rnn = _of_script(_steps.rnn)
set_floatx = _with_its_bits(_set_floatx)

# Keras has them, for TensorFlow's graph and its sparse tensors.
_OF_TENSORFLOW = ("ctc_label_dense_to_sparse", "gradients")


def __getattr__(name: str) -> Any:
    if name in _OF_TENSORFLOW:
        return _names_of("tensorflow.keras.backend")(name)
    raise AttributeError(
        f"Keras 3 has no {name!r} in tensorflow.keras.backend, with TensorFlow or without."
    )
