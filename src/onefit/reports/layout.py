"""Where the boxes and arrows of a network's drawing stand.

Layers stand in rows: each below the last of those that it takes its input from. An arrow that
passes a row goes through a place of its own in it, so that it crosses no box. In each row, boxes
stand in the order of the middle of their neighbours, which keeps most arrows from crossing: the
method of Sugiyama, Tagawa and Toda (1981), without its last refinements.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

LINE = 17.0
"""The height of a line of text."""

LETTER = 7.1
"""The width of a letter, about."""

BOLD = 1.1
"""How much wider the letters of the first line are."""

MOST_LETTERS = 56
"""Letters of a line that are drawn. The shapes of two inputs fit, and a box fits on a screen."""

PADDING, GAP, BETWEEN = 12.0, 34.0, 22.0
"""Room inside a box, from row to row, and between the boxes of a row."""


@dataclass
class Node:
    """A layer as it is drawn.

    Args:
        name: Its name, by which others refer to it.
        lines: The lines of its box, the first one set apart.
        inputs: The names of the layers from which arrows lead here.
    """

    name: str
    lines: list[str]
    inputs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    """A box.

    Args:
        x: Its left edge.
        y: Its upper edge.
        width: Its width.
        height: Its height.
        lines: Its lines, as they fit into it.
        whole: The lines that had to be shortened, in full; `""` if none had to be.
    """

    x: float
    y: float
    width: float
    height: float
    lines: Sequence[str]
    whole: str = ""


@dataclass(frozen=True)
class Drawing:
    """Boxes and arrows.

    Args:
        width: The width of the whole.
        height: Its height.
        boxes: The boxes.
        arrows: The arrows, each the places that it goes through.
        upright: Whether it is read from the top down, not from left to right.
    """

    width: float
    height: float
    boxes: Sequence[Box]
    arrows: Sequence[Sequence[tuple[float, float]]]
    upright: bool = True


@dataclass(eq=False)
class _Place:
    """A box, or the place in a row that an arrow goes through."""

    row: int
    across: float = 0.0  # the size along the row
    along: float = 0.0  # the size from row to row
    middle: float = 0.0
    begin: float = 0.0
    before: list[_Place] = field(default_factory=list)
    after: list[_Place] = field(default_factory=list)
    lines: Sequence[str] = ()
    whole: str = ""


def shortened(line: str, most: int = MOST_LETTERS) -> str:
    """A line of at most so many letters, with an ellipsis in the middle of a longer one.

    The end stays, since that is where the names of layers differ.

    Args:
        line: The line.
        most: How many letters it may have. Defaults to `MOST_LETTERS`.

    >>> shortened("a_name_that_goes_on (Dense)", 16), shortened("dense_1", 16)
    ('a_name_t…(Dense)', 'dense_1')
    """
    half = most // 2
    return line if len(line) <= most else f"{line[:half]}…{line[half + 1 - most :]}"


def _letters(line: str) -> int:
    """How wide a line is, in letters; those of Chinese or Japanese are two wide."""
    return len(line) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)


def lay_out(nodes: Sequence[Node], upright: bool = True, most: int = MOST_LETTERS) -> Drawing:
    """Find a place for everything.

    Args:
        nodes: The layers; inputs that are not among them are left out.
        upright: Read from the top down; if not, from left to right. Defaults to `True`.
        most: How many letters of a line are drawn. Defaults to `MOST_LETTERS`.

    >>> drawing = lay_out([Node("a", ["a"]), Node("b", ["b"], ["a"])])
    >>> [box.y for box in drawing.boxes], drawing.arrows[0]
    ([0.0, 75.0], [(35.5, 41.0), (35.5, 75.0)])
    """
    places, chains = _places(nodes, upright, most)
    rows: list[list[_Place]] = [[] for _ in range(1 + max((p.row for p in places), default=0))]
    for place in places:
        rows[place.row].append(place)
    for _ in range(4):
        _order(rows[1:], "before")
        _order(rows[-2::-1], "after")
    _order(rows[1:], "before")
    _set_along(rows)
    width = _set_across(rows)
    height = max((p.begin + p.along for p in places), default=0.0)
    boxes = [_box(place, upright) for place in places if place.lines]
    arrows = [_arrow(chain, upright) for chain in chains]
    size = (width, height) if upright else (height, width)
    return Drawing(*size, boxes, arrows, upright)


def _places(
    nodes: Sequence[Node], upright: bool, most: int
) -> tuple[list[_Place], list[list[_Place]]]:
    """A place for each node and each passing of a row; and the arrows as chains of places."""
    rows = _rows(nodes)
    found: dict[str, _Place] = {}
    for node in nodes:
        lines = [shortened(line, most) for line in node.lines]
        letters = max([BOLD * _letters(lines[0]), *map(_letters, lines[1:])])
        wide = letters * LETTER + 2 * PADDING
        wide, high = max(wide, 10 * LETTER), len(lines) * LINE + 2 * PADDING
        across, along = (wide, high) if upright else (high, wide)
        whole = "\n".join(line for line, shown in zip(node.lines, lines) if line != shown)
        found[node.name] = _Place(rows[node.name], across, along, lines=lines, whole=whole)
    places, chains = list(found.values()), []
    for node in nodes:
        for name in dict.fromkeys(node.inputs):
            # A layer that is called twice may stand above one of its inputs; arrows go down only.
            if name not in found or rows[name] >= rows[node.name]:
                continue
            passed = [_Place(row) for row in range(rows[name] + 1, rows[node.name])]
            chain = [found[name], *passed, found[node.name]]
            for one, next_one in itertools.pairwise(chain):
                one.after.append(next_one)
                next_one.before.append(one)
            places += passed
            chains.append(chain)
    return places, chains


def _rows(nodes: Sequence[Node]) -> dict[str, int]:
    """The row of each node; nodes come after their inputs, as Keras lists layers."""
    rows: dict[str, int] = {}
    for node in nodes:
        rows[node.name] = max((rows[name] + 1 for name in node.inputs if name in rows), default=0)
    return rows


def _order(rows: Sequence[list[_Place]], side: str) -> None:
    """Sort each row by the middle of its neighbours in the row that was sorted before it."""
    for row in rows:
        for number, place in enumerate(row):
            near = getattr(place, side)
            # What has no neighbour on that side stays about where it stands.
            place.middle = mean(one.middle for one in near) if near else float(number)
        row.sort(key=lambda place: place.middle)
        # Counted from the middle of the row, so that rows of other lengths can be compared.
        for number, place in enumerate(row):
            place.middle = float(number) - (len(row) - 1) / 2


def _set_along(rows: Sequence[list[_Place]]) -> None:
    begin = 0.0
    for row in rows:
        size = max(place.along for place in row)
        for place in row:
            place.begin = begin + (size - place.along) / 2 if place.lines else begin
            # An arrow goes straight through a whole row: it bends in the gaps alone.
            place.along = place.along if place.lines else size
        begin += size + GAP


def _set_across(rows: Sequence[list[_Place]]) -> float:
    """Centre every row; the width of the whole."""
    widths = [sum(place.across + BETWEEN for place in row) - BETWEEN for row in rows]
    total = max(widths, default=0.0)
    for row, width in zip(rows, widths):
        edge = (total - width) / 2
        for place in row:
            place.middle = edge + place.across / 2
            edge += place.across + BETWEEN
    return total


def _box(place: _Place, upright: bool) -> Box:
    edge = place.middle - place.across / 2
    if upright:
        return Box(edge, place.begin, place.across, place.along, place.lines, place.whole)
    return Box(place.begin, edge, place.along, place.across, place.lines, place.whole)


def _arrow(chain: Sequence[_Place], upright: bool) -> list[tuple[float, float]]:
    first, *passed, last = chain
    points = [(first.middle, first.begin + first.along)]
    for place in passed:
        points += [(place.middle, place.begin), (place.middle, place.begin + place.along)]
    points.append((last.middle, last.begin))
    return points if upright else [(y, x) for x, y in points]
