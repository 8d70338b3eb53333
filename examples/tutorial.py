"""The tutorial: a network learns XOR, in the seven steps of every Keras script."""

import keras
import numpy as np

keras.utils.set_random_seed(0)

# 1. Data: the four rows of XOR.
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
y = np.array([[0], [1], [1], [0]], dtype="float32")

# 2. Define the network.
model = keras.Sequential(
    [
        keras.layers.Input((2,)),
        keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)

# 3. Compile it: how to learn, from what, and what to report.
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)

# 4. Train it.
history = model.fit(x, y, epochs=1000, verbose=0)
print(f"loss: {history.history['loss'][0]:.4f} -> {history.history['loss'][-1]:.4f}")

# 5. Evaluate it.
loss, accuracy = model.evaluate(x, y, verbose=0)
print(f"accuracy: {accuracy:.2f}")

# 6. Predict.
probabilities = model.predict(x, verbose=0)

# 7. Use what it says.
for row, probability in zip(x, probabilities[:, 0]):
    print(f"{row[0]:.0f} xor {row[1]:.0f} = {probability > 0.5:d}  ({probability:.3f})")
