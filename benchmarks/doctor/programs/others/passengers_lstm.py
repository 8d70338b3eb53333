"""Monthly passengers with an LSTM, scaled to 0..1 as in the tutorials."""

import keras
import numpy as np
from sklearn.metrics import r2_score
from sklearn.preprocessing import MinMaxScaler

months = np.arange(240)
passengers = (100 + 2 * months) * (1 + 0.2 * np.sin(months * np.pi / 6))
scaled = MinMaxScaler().fit_transform(passengers[:, None]).astype("float32")
x = np.stack([scaled[i : i + 12] for i in range(228)])
y = scaled[12:]
model = keras.Sequential([keras.Input((12, 1)), keras.layers.LSTM(16), keras.layers.Dense(1)])
model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(0.01))
model.fit(x, y, epochs=60, batch_size=16, verbose=0)
score = r2_score(y, model.predict(x, verbose=0))
chance = 0.0
print(score)
