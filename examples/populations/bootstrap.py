"""100 bootstrap replicas: how sure is the network of each row?"""

import numpy as np
from sklearn.datasets import load_diabetes

import onefit

onefit.install()

import keras  # noqa: E402

x, y = load_diabetes(return_X_y=True)
x = (x / x.std(0)).astype("float32")
y = ((y - y.mean()) / y.std()).astype("float32")

net = keras.Sequential(
    [keras.Input((10,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
)
net.compile("adam", "mse")

nets = onefit.fit_many(net, x, y, bootstrap=100, epochs=30, verbose=0)
mean, spread = nets.predict(x[:3], return_std=True)
for value, width in zip(mean.ravel(), spread.ravel()):
    print(f"{value:+.2f} ± {width:.2f}")
unseen = nets.out_of_fold()
print(f"error on rows out of the bag: {np.mean((unseen.ravel() - y) ** 2):.2f}")
