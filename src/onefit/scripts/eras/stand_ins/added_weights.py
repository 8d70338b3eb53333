"""`add_weight` of layers and metrics, whose arguments had names and an order of the time.

Sources: `Layer.add_weight` of Keras 1.2.2 and 2.2.4 (there with `legacy/interfaces.py`), and of
`base_layer.py` and `base_metric.py` of tf.keras 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

ORDERS = {
    "keras1": "shape initializer name trainable regularizer constraint",
    "by name": "name shape dtype initializer regularizer trainable constraint use_resource "
    "synchronization aggregation",
    "by shape": "shape name dtype initializer regularizer trainable constraint",
    "metric": "name shape aggregation synchronization initializer dtype",
}
"""The names of arguments that were given without one."""

OF_A_GRAPH = (
    *("caching_device", "collections", "getter", "partitioner", "use_resource"),
    *("synchronization", "aggregation"),
)
"""Where TensorFlow keeps a variable; JAX has one place for it."""


def of_keras1(original: Function) -> Function:
    """`add_weight((3, 4), "uniform", "W")`."""

    def add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_name = bool(args) and isinstance(args[0], str)  # a script that knew Keras 2, too
        named = _named("by name" if is_name else "keras1", args, kwargs)
        named.setdefault("initializer", "glorot_uniform")
        return original(self, **named)

    return add_weight


def of_keras2(original: Function) -> Function:
    """`add_weight("kernel", (3, 4))`: the name came first, and may stand behind the shape."""

    def add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_shape = bool(args) and args[0] is not None and not isinstance(args[0], str)
        named = _named("by shape" if is_shape else "by name", args, kwargs)
        if getattr(kwargs.get("synchronization"), "name", "") == "ON_READ":  # a count of its own
            named.setdefault("trainable", False)
        if "experimental_autocast" in named:
            named["autocast"] = named.pop("experimental_autocast")
        return original(self, **named)

    return add_weight


def as_weight(original: Function) -> Function:
    """`add_variable` was another name of `add_weight`; Keras 3 asks it for an initialiser."""

    def add_variable(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self.add_weight(*args, **kwargs)

    return add_variable


def of_metric(original: Function) -> Function:
    """`add_weight("total")` of a metric."""

    def add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_shape = bool(args) and not isinstance(args[0], str)
        named = _named("by shape" if is_shape else "metric", args, kwargs)
        # 2.15 made it as a layer's weight, which is drawn where no initializer is given.
        named.setdefault("initializer", "glorot_uniform")
        return original(self, **named)

    return add_weight


def _named(order: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments that Keras 3 has, by their names; `None` was what is not given."""
    names = ORDERS[order].split()
    if len(args) > len(names):
        raise TypeError(f"add_weight takes {len(names)} arguments, but {len(args)} were given")
    given = {**dict(zip(names, args)), **kwargs}
    shape = given.get("shape")
    if isinstance(shape, list):
        given["shape"] = tuple(shape)
    elif isinstance(shape, int):
        given["shape"] = (shape,)
    return {
        name: value for name, value in given.items() if value is not None and name not in OF_A_GRAPH
    }
