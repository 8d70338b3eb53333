"""Which pixels belong to the disc? A mask for each picture."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(70)
grid = np.stack(np.meshgrid(np.arange(12), np.arange(12), indexing="ij"), -1)
centre = rng.uniform(3, 9, size=(500, 1, 1, 2))
masks = (np.linalg.norm(grid - centre, axis=-1) < 3).astype("float32")[..., None]
images = masks * 0.6 + rng.normal(0, 0.4, masks.shape)
model = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(1, 1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["binary_accuracy"])
model.fit(images[:400], masks[:400], epochs=15, verbose=0)
answer = model.predict(images[400:], verbose=0) > 0.5
both = (answer & (masks[400:] > 0)).sum()
score = 2 * both / (answer.sum() + masks[400:].sum())
chance = 2 * masks.mean() / (1 + masks.mean())
print("Dice", score)
