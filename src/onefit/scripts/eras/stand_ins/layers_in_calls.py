"""Layers that a `Lambda`, or the `call` of a script's layer, makes anew at each call.

Keras 1 and 2 called it once for each call in the graph: such a layer kept the weights that it was
drawn with there, and was trained by nobody. Keras 3 calls it in each trace, where it would be drawn
anew, so that `fit`, `evaluate` and `predict` each had other weights.

Source: `Layer.__call__` in `keras/engine/topology.py` of 1.2.2 and `keras/engine/base_layer.py` of
2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import keras

from onefit.scripts.eras.stand_ins.construction import is_own

Function = Callable[..., Any]
Drawn = TypeVar("Drawn")
_DRAWN = "_drawn_for_layers_in_its_call"
_PLACE = "_place_in_the_graph"


class _Place:
    """One call of a layer in a graph."""


class _Call(NamedTuple):
    """A call of a layer: where it stands in the graph, and how often layers in it have drawn."""

    layer: Any
    place: _Place | None
    taken: list[int]


_calls: list[_Call] = []
"""The calls that are being made, each within the one before."""
_filled: list[Any] = []
"""The arguments of the graph that were filled in last."""


def filling(original: Function) -> Function:
    """The arguments of a call in a graph are filled in before each pass through it."""

    def fill_in(self: Any, *args: Any, **kwargs: Any) -> Any:
        _filled[:] = [self]
        return original(self, *args, **kwargs)

    return fill_in


def noted(original: Function) -> Function:
    """`Layer.__call__` that knows which layer's call it is in, and where that is in the graph."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        before, place = len(self._inbound_nodes), _place_of(self, args, kwargs)
        _calls.append(_Call(self, place, [0]))
        try:
            return original(self, *args, **kwargs)
        finally:
            _calls.pop()
            if len(self._inbound_nodes) > before:
                vars(self._inbound_nodes[-1].arguments)[_PLACE] = self, place

    return __call__


def _place_of(layer: Any, args: Any, kwargs: Any) -> _Place | None:
    """The place of a call: that of the arguments which it is handed, or one that the graph gets."""
    arguments = _filled.pop() if _filled else None
    owner, place = vars(arguments).get(_PLACE, (None, None)) if arguments else (None, None)
    if owner is layer:
        return place
    is_new = any(isinstance(one, keras.KerasTensor) for one in keras.tree.flatten((args, kwargs)))
    return _Place() if is_new else None


def kept(draw: Callable[[], Drawn]) -> Drawn:
    """What a weight is drawn with; for a layer made in a call what the first such call drew.

    Args:
        draw: Draws a seed, or numbers.
    """
    if len(_calls) < 2 or not _makes(_calls[-2].layer, _calls[-1].layer):
        return draw()
    outer = _calls[-2]
    if _DRAWN not in vars(outer.layer):
        object.__setattr__(outer.layer, _DRAWN, {})
    places = tuple(one.place for one in _calls[:-1] if one.place)
    drawn: list[Any] = vars(outer.layer)[_DRAWN].setdefault(places, [])
    if outer.taken[0] == len(drawn):
        drawn.append(draw())
    outer.taken[0] += 1
    found: Drawn = drawn[outer.taken[0] - 1]
    return found


def _makes(outer: Any, inner: Any) -> bool:
    """Whether a layer is one that another one's call has made, and that it does not keep."""
    if isinstance(outer, keras.Model):
        return False
    is_computed = isinstance(outer, keras.layers.Lambda) or is_own(type(outer).call)
    return is_computed and all(one is not inner for one in outer._flatten_layers())
