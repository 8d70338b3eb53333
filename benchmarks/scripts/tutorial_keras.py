"""The tutorial as a Keras user writes it: learn XOR with 4 hidden units and 1000 epochs of Adam."""

import numpy as np
from keras import Input, Sequential, layers

import job

np.random.seed(0)
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")

model = Sequential([Input((2,)), layers.Dense(4, "relu"), layers.Dense(1, "sigmoid")])
model.set_weights(job.first_weights([(2, 4), (4,), (4, 1), (1,)]))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history, fit_s = job.timed(model.fit, x, y, epochs=1000, verbose=0)
loss, accuracy = model.evaluate(x, y, verbose=0)
chances = model.predict(x, verbose=0)
job.tell(fit_s=fit_s, loss=history.history["loss"][-1], predicted=chances.round(3).tolist())
