"""A table in which two heights are missing."""

import keras
import numpy as np
import pandas as pd
from keras.layers import Dense

keras.utils.set_random_seed(0)
numbers = np.random.default_rng(0).normal(size=(500, 3))
table = pd.DataFrame(numbers, columns=["age", "height", "weight"])
table.loc[[41, 99], "height"] = np.nan
healthy = (table["age"] > 0).astype(int)
model = keras.Sequential([Dense(8, activation="relu"), Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(table, healthy, epochs=20, validation_split=0.2, verbose=0)
