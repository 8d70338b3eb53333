"""The first neural network of many tutorials: XOR, in the seven steps of every Keras script."""

# 1. Import the libraries.
import numpy as np
from keras.layers import Dense
from keras.models import Sequential

# 2. Prepare the data: the four rows of XOR.
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

# 3. Define the model.
model = Sequential([Dense(4, activation="relu"), Dense(1, activation="sigmoid")])

# 4. Compile it: how to learn, from what, and what to report.
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# 5. Train it.
model.fit(x, y, epochs=1000, verbose=0)

# 6. Evaluate it.
loss, accuracy = model.evaluate(x, y, verbose=0)
print(f"accuracy: {accuracy:.2f}")

# 7. Predict.
for row, probability in zip(x, model.predict(x, verbose=0)[:, 0]):
    print(f"{row[0]} xor {row[1]} = {probability > 0.5:d}  ({probability:.3f})")
