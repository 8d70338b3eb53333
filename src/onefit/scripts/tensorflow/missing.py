"""What the stand-in does not have: an error that names it and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

from onefit.errors import NeedsTensorFlowModule, NeedsTensorFlowName

INSTALL = "pip install tensorflow-cpu"


def told(name: str) -> str:
    """The message about a part of TensorFlow that is not here.

    Args:
        name: Its full name, `"tensorflow.lite"` for example.

    Returns:
        What is expected, what is there, what to do.

    >>> print(told("tensorflow.lite"))
    tensorflow.lite needs TensorFlow, which is not installed; onefit stands in for a part of it. \
Save with model.save("model.keras"), and convert that file where TensorFlow is. \
Or install it: pip install tensorflow-cpu
    """
    parts = name.split(".")[1:]
    advice = next((ADVICE[part] for part in parts if part in ADVICE), None)
    install = f"Install it: {INSTALL}" if advice is None else f"{advice} Or install it: {INSTALL}"
    return (
        f"{name} needs TensorFlow, which is not installed; onefit stands in for a part of it. "
        f"{install}"
    )


_OF_1 = "This is TensorFlow 1, which TensorFlow itself runs as tensorflow.compat.v1 only."
_CLUSTER = "It needs several machines: JAX and keras.distribution have ways of their own."
ADVICE = {
    "python": "Import the public name, from tensorflow or from tensorflow.keras instead.",
    "saved_model": 'Save with model.save("model.keras"), and load with keras.models.load_model.',
    "lite": 'Save with model.save("model.keras"), and convert that file where TensorFlow is.',
    "estimator": "Estimators left TensorFlow with 2.16: use keras.Model.",
    "feature_column": "Use Keras's preprocessing layers, or keras.utils.FeatureSpace.",
    "contrib": "It left TensorFlow with 2.0.",
    "tpu": "JAX finds TPUs by itself.",
    **dict.fromkeys(["ParameterServerStrategy", "TPUStrategy", "Server", "ClusterSpec"], _CLUSTER),
    **dict.fromkeys(["coordinator", "experimental_connect_to_cluster"], _CLUSTER),
    "enable_check_numerics": 'JAX looks for NaN with jax.config.update("jax_debug_nans", True).',
    "raw_ops": "Each has a function of another name, as tf.math or tf.nn.",
    **dict.fromkeys(["placeholder", "get_variable", "variable_scope", "layers", "app"], _OF_1),
    **dict.fromkeys(["flags", "trainable_variables", "global_variables"], _OF_1),
}


def names_of(module: str) -> Callable[[str], Any]:
    """A module's `__getattr__` that raises for each name it lacks.

    Args:
        module: The module's name as scripts know it, `"tensorflow.math"` for example.

    Returns:
        A function of a name that raises `NeedsTensorFlowName`, which is an AttributeError.

    >>> names_of("tensorflow.math")("sobol_sample")
    Traceback (most recent call last):
    ...
    onefit.errors.NeedsTensorFlowName: tensorflow.math.sobol_sample needs TensorFlow, which ...
    """

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise NeedsTensorFlowName(told(f"{module}.{name}"), name=name)

    return __getattr__


def refuse_module(name: str) -> NoReturn:
    """Raise for `import NAME`.

    Args:
        name: The module's full name, `"tensorflow.lite"` for example.

    Raises:
        NeedsTensorFlowModule: Always; it is an ImportError.
    """
    raise NeedsTensorFlowModule(told(name), name=name)


def refuse(what: str, name: str) -> NoReturn:
    """Raise for a use of a name that is here, of which only TensorFlow knows.

    Args:
        what: The use in words, `"a tensor of strings"` for example.
        name: The name.

    Raises:
        NeedsTensorFlowName: Always.
    """
    raise NeedsTensorFlowName(told(what), name=name)


def refuse_argument(function: str, argument: str) -> NoReturn:
    """Raise for an argument that only TensorFlow's own function knows.

    Args:
        function: The function's full name.
        argument: The argument's name.

    Raises:
        NeedsTensorFlowName: Always.
    """
    refuse(f"{argument}= of {function}", argument)


def namespace(name: str, **parts: Any) -> ModuleType:
    """A module inside a module, with these names and no others.

    Args:
        name: The module's name as scripts know it, `"tensorflow.config.threading"` for example.
        **parts: What it has.

    Returns:
        A module that raises `NeedsTensorFlowName` for each name it lacks.

    >>> namespace("tensorflow.autograph", trace=print).trace(1)
    1
    """
    module = ModuleType(name)
    vars(module).update(parts, __getattr__=names_of(name))
    return module
