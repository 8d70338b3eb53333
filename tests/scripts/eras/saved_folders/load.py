import os

import numpy as np
import tensorflow as tf
from tensorflow import keras

x = np.arange(8.0, dtype="float32").reshape(4, 2)
for name in ("layers", "net", "signed", "plain"):
    model = keras.models.load_model(name)
    print(isinstance(model, keras.Model), len(model.weights))
    print(np.round(model.predict(x, verbose=0)[:2], 3).tolist())
    print(np.round(model(x).numpy()[0], 3).tolist())
signed = tf.saved_model.load("signed").signatures["serving_default"](tf.constant(x[:1]))
print({name: part.numpy().tolist() for name, part in signed.items()})
os.makedirs("empty")
for path in ("empty", "nowhere"):
    try:
        keras.models.load_model(path)
    except OSError:
        print("OSError", path)
