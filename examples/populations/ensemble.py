"""Five networks as one plain Keras model that averages them, saved and loaded by Keras."""

import tempfile

import numpy as np

import onefit

onefit.install()

import keras  # noqa: E402

source = np.random.RandomState(0)
x = source.uniform(-3, 3, (200, 1)).astype("float32")
y = (np.sin(x) + 0.1 * source.randn(200, 1)).astype("float32")

net = keras.Sequential(
    [keras.Input((1,)), keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(1)]
)
net.compile(keras.optimizers.Adam(1e-2), "mse")

nets = onefit.fit_many(net, x, y, restarts=5, epochs=100, verbose=0)
model = nets.ensemble()
with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/ensemble.keras")
    loaded = keras.models.load_model(f"{folder}/ensemble.keras")
inside, outside = np.float32([[1.0]]), np.float32([[6.0]])
for name, point in (("inside the data", inside), ("far outside", outside)):
    mean, spread = nets.predict(point, return_std=True)
    same = np.allclose(loaded.predict(point, verbose=0), mean, atol=1e-5)
    print(f"{name}: {mean[0, 0]:+.2f}, spread {spread[0, 0]:.2f}; the saved model agrees: {same}")
