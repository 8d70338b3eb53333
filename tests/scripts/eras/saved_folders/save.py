import numpy as np
import tensorflow as tf
from tensorflow import keras


class Twice(keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(int(shape[-1]),), initializer="ones")

    def call(self, x):
        return 2 * x * self.w


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = keras.layers.Dense(3, kernel_initializer="ones"), Twice()

    def call(self, x):
        return self.second(self.first(x))


x = np.arange(8.0, dtype="float32").reshape(4, 2)
first = keras.layers.Dense(3, kernel_initializer="ones", input_shape=(2,))
model = keras.Sequential([first, Twice()])
model.compile("sgd", "mse")
model.fit(x, np.ones((4, 3)), verbose=0)
model.save("layers")
net = Net()
net.compile("sgd", "mse")
net.predict(x, verbose=0)
net.save("net")
plain = keras.Sequential([keras.layers.Dense(3, kernel_initializer="ones", input_shape=(2,))])


@tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
def half(v):
    return {"half": plain(v) / 2}


plain.save("signed", signatures=half)
keras.models.save_model(plain, "plain", signatures=None, options=None)
