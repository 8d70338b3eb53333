"""A cosine schedule, clipped gradients and an L2 penalty, all of them mild."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
x = (x - 8) / 8
model = keras.Sequential(
    [
        layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4)),
        layers.Dense(10),
    ]
)
schedule = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=900)
model.compile(
    keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True, clipnorm=1.0),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(x[:1440], y[:1440], epochs=20, batch_size=32, verbose=0)
score = np.mean(model.predict(x[1440:], verbose=0).argmax(1) == y[1440:])
chance = 0.12
print(score)
