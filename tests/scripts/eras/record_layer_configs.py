"""Ask Keras 1.2.2 for the configs of `LINES`, with the packages of docs/design/0050."""

import json
import os

from keras import layers

LINES = """
Dense(3, input_dim=4, init="uniform", activation="relu", bias=False)
Dense(3)
Dense(2, batch_input_shape=(4, 3))
Convolution1D(4, 3, subsample_length=2)
Convolution1D(4, 3, input_dim=2, input_length=5)
Convolution2D(4, 3, 2, input_shape=(8, 8, 1), subsample=(2, 1), border_mode="same")
Convolution3D(2, 2, 2, 2)
LSTM(3, input_dim=2, input_length=4, forget_bias_init="zero", dropout_W=0.1)
GRU(3, inner_init="glorot_uniform", return_sequences=True)
SimpleRNN(3)
Embedding(5, 2, input_length=3)
Embedding(5, 2, init="normal", mask_zero=True)
BatchNormalization(momentum=0.9)
Dropout(0.5)
SpatialDropout2D(0.5)
GaussianDropout(0.2)
GaussianNoise(0.1)
Activation("relu")
LeakyReLU(0.2)
PReLU()
Flatten(input_shape=(2, 2))
Reshape((2, 2))
RepeatVector(3)
Permute((2, 1))
Masking()
MaxPooling1D(2)
AveragePooling1D(3, stride=1)
MaxPooling2D((2, 2))
AveragePooling2D()
ZeroPadding2D((1, 2))
UpSampling1D(3)
UpSampling2D((2, 2))
"""
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layer_configs.json")


def config(line):
    """Without the name, which counts the layers."""
    found = eval(line, dict(vars(layers))).get_config()
    return {name: value for name, value in found.items() if name != "name"}


if __name__ == "__main__":
    told = ((line, config(line)) for line in LINES.strip().splitlines())
    rows = [json.dumps(line) + ": " + json.dumps(one, sort_keys=True) for line, one in told]
    with open(FILE, "w") as file:
        file.write("{\n" + ",\n".join(rows) + "\n}\n")
