import numpy as np
from keras.models import Sequential
from keras.layers.core import Dense

x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
model = Sequential()
model.add(Dense(output_dim=8, init="uniform", input_dim=2))
model.add(Dense(1, activation="hard_sigmoid"))
model.compile("adadelta", "mse", metrics=["accuracy"])
model.fit(x, y, nb_epoch=500, verbose=0)
print(model.evaluate(x, y, verbose=0))
