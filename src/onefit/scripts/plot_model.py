"""`keras.utils.plot_model` draws without pydot and graphviz, which few machines have.

Keras's own function stays: it checks its arguments and hands a notebook its picture. Only where
pydot or the program graphviz is missing, what it calls to draw is replaced by a drawing of ours.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onefit.training.observation.layers import activation, inner, operations, sources

if TYPE_CHECKING:
    from keras import Layer, Model

    from onefit.reports.layout import Node

_HOMES = ("keras.src.utils", "keras.utils", "keras._tf_keras.keras.utils")
_kept: dict[str, Any] = {}


def provide() -> None:
    """Draw where Keras cannot; Keras is imported by now. Idempotent."""
    from keras.src.utils import model_visualization as theirs

    if _kept or (theirs.pydot is not None and shutil.which("dot")):
        return
    functions = {
        "check_pydot": _yes,
        "check_graphviz": _yes,
        "model_to_dot": model_to_dot,
        "plot_model": _showing_svg(theirs.plot_model),
    }
    _kept.update({name: getattr(theirs, name) for name in functions})
    _put(functions)


def withdraw() -> None:
    """Undo `provide`. Idempotent."""
    _put(_kept)
    _kept.clear()


def _put(functions: dict[str, Any]) -> None:
    """Put functions in all the places where Keras keeps them."""
    for home in ("keras.src.utils.model_visualization", *_HOMES):
        module = sys.modules.get(home)
        for name, function in functions.items():
            if hasattr(module, name):
                setattr(module, name, function)


def _yes() -> bool:
    return True


def _showing_svg(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """Keras's function; IPython shows an SVG by another class than Keras hands it to."""

    @wraps(theirs)
    def plot_model(model: Model, to_file: Any = "model.png", *args: Any, **kwargs: Any) -> Any:
        try:
            return theirs(model, to_file, *args, **kwargs)
        except ValueError as error:
            if "Cannot embed" not in str(error):
                raise
            from IPython import display

            return display.SVG(filename=str(to_file))

    return plot_model


class Drawing:
    """A model's drawing with the methods of `pydot.Dot` that scripts call.

    Args:
        nodes: The layers.
        upright: Whether it is read from the top down.
        dpi: Pixels to the inch.
    """

    def __init__(self, nodes: Sequence[Node], upright: bool, dpi: float) -> None:
        """Nothing is drawn yet."""
        self.nodes, self.upright, self.dpi = nodes, upright, dpi

    def create(self, prog: Any = None, format: str = "png", encoding: str | None = None) -> bytes:
        """The drawing as the content of a file."""
        from onefit.reports.network import encoded

        return encoded(self.nodes, format, upright=self.upright, dpi=self.dpi)

    def write(
        self, path: Any, prog: Any = None, format: str = "png", encoding: str | None = None
    ) -> bool:
        """Write the drawing into a file."""
        Path(path).write_bytes(self.create(format=format))
        return True

    def create_png(self, prog: Any = None, encoding: str | None = None) -> bytes:
        """The drawing as PNG."""
        return self.create(format="png")

    def create_svg(self, prog: Any = None, encoding: str | None = None) -> bytes:
        """The drawing as SVG."""
        return self.create(format="svg")

    def write_png(self, path: Any, prog: Any = None, encoding: str | None = None) -> bool:
        """Write the drawing as PNG."""
        return self.write(path, format="png")

    def write_svg(self, path: Any, prog: Any = None, encoding: str | None = None) -> bool:
        """Write the drawing as SVG."""
        return self.write(path, format="svg")


def model_to_dot(
    model: Model,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Drawing:
    """`keras.utils.model_to_dot`: a drawing that can be written, in place of pydot's.

    Args:
        model: A `keras.Model` that is built.
        show_shapes: Show the shapes of inputs and outputs. Defaults to `False`.
        show_dtype: Show the dtypes of outputs. Defaults to `False`.
        show_layer_names: Show the names of layers. Defaults to `True`.
        rankdir: `"TB"` to draw from the top down, `"LR"` from left to right; `"BT"` and `"RL"` are
            drawn as these. Defaults to `"TB"`.
        expand_nested: Draw the layers of models inside the model. Defaults to `False`.
        dpi: Pixels to the inch. Defaults to `200`.
        subgraph: Not used. Defaults to `False`.
        show_layer_activations: Show the names of activations. Defaults to `False`.
        show_trainable: Show whether layers are trained. Defaults to `False`.
        splines: Not used: arrows are curves. Defaults to `"ortho"`.
        **kwargs: Refused, as in Keras.
    """
    from onefit.reports.layout import Node  # at the first drawing: few scripts draw

    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
    graph = _Graph(expand_nested)
    if hasattr(inner(model), "_nodes"):
        graph.add(model)
    else:
        graph.inputs[model] = []  # a subclassed model: one box, as in Keras
    nodes = []
    for layer, before in graph.inputs.items():
        kind = type(layer).__name__
        lines = [f"{layer.name} ({kind})" if show_layer_names else kind]
        if show_layer_activations and getattr(layer, "activation", None) is not None:
            lines.append(f"Activation: {activation(layer) or 'linear'}")
        if show_shapes and kind != "InputLayer":
            lines.append(f"Input shape: {_each(layer, 'input', 'shape')}")
        if show_shapes:
            lines.append(f"Output shape: {_each(layer, 'output', 'shape')}")
        if show_dtype:
            lines.append(f"Output dtype: {_each(layer, 'output', 'dtype')}")
        if show_trainable and getattr(layer, "weights", None):
            lines.append("Trainable" if layer.trainable else "Non-trainable")
        nodes.append(Node(str(id(layer)), lines, [str(id(one)) for one in before]))
    return Drawing(nodes, rankdir not in ("LR", "RL"), dpi)


class _Graph:
    """The layers of a model, each with those that it takes its input from."""

    def __init__(self, expand: bool) -> None:
        self.expand = expand
        self.inputs: dict[Any, list[Any]] = {}

    def add(self, model: Model) -> None:
        """Add a model's layers; a `Sequential` has no box for its input, as in Keras."""
        graph = inner(model)
        for layer in operations(model):
            before = sources(layer, graph)
            if self._opens(layer):
                self.add(layer)
                for tensor, source in zip(inner(layer).inputs, before):
                    first = tensor._keras_history.operation
                    for entered in [first] if first in self.inputs else self._behind(layer, first):
                        self.inputs[entered].append(self._end(source))
            elif model is graph or type(layer).__name__ != "InputLayer":
                self.inputs[layer] = [self._end(one) for one in before if self._drawn(one, graph)]

    def _opens(self, layer: Layer) -> bool:
        return self.expand and hasattr(inner(layer), "_nodes")

    def _drawn(self, layer: Layer, graph: Any) -> bool:
        return layer in self.inputs or self._opens(layer)

    def _behind(self, model: Model, first: Any) -> list[Any]:
        """The layers of a `Sequential` that take what its undrawn input holds."""
        graph = inner(model)
        return [one for one in operations(model) if first in sources(one, graph)]

    def _end(self, layer: Layer) -> Any:
        """The layer from which an arrow leaves: of a model that is drawn open, its last one."""
        while self._opens(layer):
            layer = inner(layer).outputs[0]._keras_history.operation
        return layer


def _each(layer: Layer, side: str, what: str) -> str:
    """The shapes or dtypes of what goes into a layer or comes out of it, as Keras writes them."""
    import keras

    try:
        found = keras.tree.map_structure(lambda one: getattr(one, what), getattr(layer, side))
    except (ValueError, AttributeError):
        return "?"
    return str(found).replace("{", "").replace("}", "")
