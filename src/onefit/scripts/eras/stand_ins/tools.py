"""Small functions of `keras.utils` that went."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np

from onefit.runs import journal


def print_summary(model: Any, line_length: int | None = None, **_: Any) -> None:
    """`model.summary()`."""
    model.summary(line_length=line_length)


def convert_kernel(kernel: Any) -> Any:
    """A kernel turned round, from Theano's convolutions to correlations."""
    turned = (slice(None, None, -1),) * (kernel.ndim - 2)
    return np.copy(kernel[turned])


def convert_all_kernels_in_model(model: Any) -> None:
    """Turn the kernels of all convolutions round."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv1D | keras.layers.Conv2D | keras.layers.Conv3D):
            layer.kernel.assign(convert_kernel(np.array(layer.kernel)))


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long a convolution's output is."""
    if input_length is None:
        return None
    reach = (filter_size - 1) * dilation + 1
    length = {"same": input_length, "causal": input_length, "full": input_length + reach - 1}
    return -(-length.get(padding, input_length - reach + 1) // stride)


def slice_arrays(arrays: Any, start: Any = None, stop: Any = None) -> Any:
    """The same rows of several arrays: from `start` to `stop`, or those that `start` lists."""
    if isinstance(arrays, list):
        return [slice_arrays(one, start, stop) for one in arrays]
    return arrays[start] if hasattr(start, "__len__") else arrays[start:stop]


def plot_model(original: Any) -> Any:
    """A drawing of a model, where Graphviz is there to draw it; a word where it is not."""

    def plot_model(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except (ImportError, OSError) as error:
            journal.remark(f"plot_model drew nothing: it needs pydot and Graphviz ({error})")
            return None

    return plot_model


def to_list(x: Any) -> list[Any]:
    """A list as it is, anything else as the one element of a list."""
    return x if isinstance(x, list) else [x]


def has_arg(fn: Any, name: str, accept_all: bool = False) -> bool:
    """Whether a function takes an argument of this name."""
    parameters = inspect.signature(fn).parameters
    kinds = [one.kind for one in parameters.values()]
    return name in parameters or (accept_all and inspect.Parameter.VAR_KEYWORD in kinds)


def model_to_dot(*args: Any, **kwargs: Any) -> Any:
    """Keras 3's, which needs pydot."""
    from keras.src.utils.model_visualization import model_to_dot as keras3

    return keras3(*args, **kwargs)


def HDF5Matrix(datapath: str, dataset: str, start: int = 0, end: Any = None, **_: Any) -> Any:
    """A part of a dataset of an HDF5 file, as an array."""
    import h5py

    with h5py.File(datapath, "r") as file:
        return np.array(file[dataset][start:end])


class GeneratorEnqueuer:
    """Keras 2's queue in front of a generator, without threads."""

    def __init__(self, generator: Any, *_: Any, **__: Any) -> None:
        """Keep the generator."""
        self.generator = generator

    def start(self, *_: Any, **__: Any) -> None:
        """Nothing to start."""

    def stop(self, *_: Any, **__: Any) -> None:
        """Nothing to stop."""

    def get(self) -> Any:
        """The generator."""
        return self.generator
