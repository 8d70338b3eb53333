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


def convert_dense_weights_data_format(
    dense: Any, previous_feature_map_shape: Any, target_data_format: str = "channels_first"
) -> None:
    """Put the rows of a kernel behind a `Flatten` into the order of the other data format."""
    kernel, bias = dense.get_weights()
    if target_data_format == "channels_first":
        channels, height, width = previous_feature_map_shape
        before, order = (height, width, channels), (2, 0, 1)
    else:
        height, width, channels = previous_feature_map_shape
        before, order = (channels, height, width), (1, 2, 0)
    turned = kernel.reshape(*before, -1).transpose(*order, 3)
    dense.set_weights([turned.reshape(kernel.shape), bias])


def slice_arrays(arrays: Any, start: Any = None, stop: Any = None) -> Any:
    """The same rows of several arrays: from `start` to `stop`, or those that `start` lists."""
    if arrays is None:
        return [None]
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


def forced(original: Any) -> Any:
    """`update` of a bar took `force=`, which draws it now, as the end of a bar does."""

    def update(
        self: Any, current: int, values: Any = None, finalize: Any = None, force: Any = None
    ) -> None:
        original(self, current, values, finalize=True if force else finalize)

    return update


def is_all_none(x: Any) -> bool:
    """Whether all elements are None."""
    return all(one is None for one in to_list(x))


def unpack_singleton(x: Any) -> Any:
    """The element of a list of one; any other list as it is."""
    return x[0] if len(x) == 1 else x


def object_list_uid(objects: Any) -> str:
    """A text that names objects by their identity."""
    return ", ".join(str(abs(id(one))) for one in to_list(objects))


def get_from_module(identifier: Any, module_params: dict[str, Any], *_: Any, **__: Any) -> Any:
    """The object of a name among a module's; classes are called."""
    if not isinstance(identifier, str):
        return identifier
    found = module_params[identifier]
    return found() if inspect.isclass(found) else found


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """The first row of each batch, and the one behind its last."""
    return [(at, min(size, at + batch_size)) for at in range(0, size, batch_size)]


def count_params(weights: Any) -> int:
    """How many numbers some weights hold."""
    return int(sum(np.prod(one.shape) for one in {id(one): one for one in weights}.values()))


def count_total_params(layers: Any, layer_set: Any = None) -> tuple[int, int]:
    """How many numbers the weights of layers hold: those that are trained, and the others."""
    trained = count_params([one for layer in layers for one in layer.trainable_weights])
    others = count_params([one for layer in layers for one in layer.non_trainable_weights])
    return trained, others


def layer_from_config(config: Any, custom_objects: Any = None) -> Any:
    """A layer from its class and config."""
    return keras.layers.deserialize(config, custom_objects)


def optimizer_from_config(config: Any, custom_objects: Any = None) -> Any:
    """An optimizer from its class and config."""
    return keras.optimizers.deserialize(config, custom_objects)


def clip_norm(g: Any, c: float, n: Any) -> Any:
    """A gradient made shorter, if a norm is above a limit."""
    return keras.ops.where(n >= c, g * c / n, g) if c > 0 else g


def load_array(name: str) -> Any:
    """The array that `save_array` kept."""
    return np.load(f"{name}.npy" if not name.endswith(".npy") else name)


def save_array(array: Any, name: str) -> None:
    """Keep an array in a file."""
    np.save(name, array)
