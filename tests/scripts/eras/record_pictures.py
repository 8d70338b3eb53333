"""Record what `ImageDataGenerator` of an older Keras makes of a picture.

    KERAS_BACKEND=tensorflow python record_pictures.py keras1 >> pictures.jsonl

Run by Keras 1.2.2 as `keras1`, and by Keras 2.2.4 with Keras-Preprocessing 1.1.2 as `keras2`.
"""

import json
import sys

import numpy as np

CASES = [
    {"width_shift_range": 0.4},
    {"height_shift_range": 0.4, "fill_mode": "constant", "cval": 0.5},
    {"rotation_range": 40},
    {"shear_range": 0.5},
    {"zoom_range": 0.5, "horizontal_flip": True},
    {
        "rotation_range": 20,
        "width_shift_range": 0.2,
        "zoom_range": [0.7, 1.1],
        "vertical_flip": True,
    },
    {"channel_shift_range": 0.3, "horizontal_flip": True},
]
OF_KERAS_2 = [{"brightness_range": (0.8, 0.9)}, {"brightness_range": (1.2, 1.5), "shear_range": 20}]

FLOWS = [{}, CASES[3], CASES[5]]


def picture():
    """Eight rows and six columns, each place with numbers of its own."""
    places = np.arange(8 * 6 * 3).reshape(8, 6, 3)
    return (np.sin(places * 0.7) * 0.5 + 0.5).astype("float32")


def flow(generator):
    """The labels of seven batches of twelve pictures, and their numbers one by one and summed."""
    pictures = np.stack([picture() * (n + 1) / 12 for n in range(12)])
    np.random.seed(11)
    flow = generator.flow(pictures, np.arange(12), batch_size=4)
    batches = [next(flow) for _ in range(7)]
    values = [[float(x[0, 2, 3, 1]), float(x.sum())] for x, _ in batches]
    return [y.tolist() for _, y in batches], np.round(values, 4).tolist()


if __name__ == "__main__":
    from keras.preprocessing.image import ImageDataGenerator

    era = sys.argv[1]
    for case in CASES + (OF_KERAS_2 if era == "keras2" else []):
        generator = ImageDataGenerator(**case)
        np.random.seed(11)
        made = [generator.random_transform(picture()) for _ in range(3)]
        values = np.round(np.asarray(made, "float64"), 5).ravel().tolist()
        print(json.dumps({"era": era, "case": case, "values": values}))
    for case in FLOWS:
        labels, values = flow(ImageDataGenerator(**case))
        print(json.dumps({"era": era, "flow": case, "labels": labels, "values": values}))
