"""The network drawn: a box a layer with its size and activation, as SVG or as a picture."""

from __future__ import annotations

import io
import itertools
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from onefit.reports.layout import LINE, PADDING, Box, Drawing, Node, lay_out
from onefit.reports.markup import Element, element, to_text
from onefit.runs.record import Layer
from onefit.runs.words import counted

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

MARGIN = 8.0
"""Room around a drawing."""

FINE = 2
"""A picture is drawn so many times as large and made smaller, which smooths its lines."""

INK, PAPER, EDGE, FAINT = "#1f2328", "#ffffff", "#8b949e", "#57606a"

STYLE = f"""
text {{ font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: {FAINT} }}
.kind {{ font-weight: 600; fill: {INK} }}
rect {{ fill: {PAPER}; stroke: {EDGE} }}
path {{ fill: none; stroke: {EDGE}; stroke-width: 1.3 }}
.tip {{ fill: {EDGE}; stroke: none }}
"""
"""The colours of a drawing that stands alone; in a page, the page's own apply."""


def nodes(layers: Sequence[Layer]) -> list[Node]:
    """Layers of a record as they are drawn.

    >>> layer = Layer("dense", "Dense", [4], 12, "relu", ["input"])
    >>> nodes([layer])[0].lines
    ['Dense · relu', '4', '12 weights']
    >>> nodes([Layer("price", "Dense", [1], 33)])[0].lines
    ['Dense', 'price', '1', '33 weights']
    """
    return [Node(layer.name, _lines(layer), layer.inputs) for layer in layers]


def _lines(layer: Layer) -> list[str]:
    first = f"{layer.kind} · {layer.activation}" if layer.activation else layer.kind
    lines = [first]
    if not _is_usual(layer):
        lines.append(layer.name)
    if layer.shape:
        lines.append(" × ".join("?" if size is None else f"{size:,}" for size in layer.shape))
    if layer.weights:
        lines.append(counted(layer.weights, "weight"))
    return lines


def _is_usual(layer: Layer) -> bool:
    """Whether a layer's name is the one that Keras gives to a layer of its class."""
    # Keras 3's own way, without importing it; that of Keras 2 made `conv_lst_m2d` of `ConvLSTM2D`.
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", layer.kind)
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()
    return re.fullmatch(rf"{re.escape(snake)}(_\d+)?", layer.name) is not None


def to_svg(drawing: Drawing, alone: bool = False) -> Element:
    """The drawing as an SVG element.

    Args:
        drawing: What to draw.
        alone: Whether it will be a file, which carries its own style. Defaults to `False`.
    """
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    parts: list[Element] = [element("style", STYLE)] if alone else []
    for points in drawing.arrows:
        # SVG paints in this order: the boxes come later, and lie over the arrows.
        parts.append(element("path", d=_curve(points, drawing.upright)))
        parts.append(element("path", d=_tip(points[-1], drawing.upright), class_="tip"))
    for box in drawing.boxes:
        parts.append(_box(box))
    return element(
        "svg", element("g", parts, transform=f"translate({MARGIN:g} {MARGIN:g})"),
        width=width, height=height, viewBox=f"0 0 {width:g} {height:g}", class_="network",
        # In a page the browser knows SVG by its name; a file without a namespace is no picture.
        role="img", aria_label=f"A network of {counted(len(drawing.boxes), 'layer')}",
        xmlns="http://www.w3.org/2000/svg" if alone else None,
    )  # fmt: skip


def _box(box: Box) -> Element:
    middle = box.x + box.width / 2
    texts = [
        element(
            "text", line, x=middle, y=box.y + PADDING + (number + 0.74) * LINE,
            text_anchor="middle", class_="kind" if number == 0 else None,
        )
        for number, line in enumerate(box.lines)
    ]  # fmt: skip
    frame = element("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=6)
    return element("g", element("title", box.whole) if box.whole else None, frame, texts)


def _bends(points: Sequence[tuple[float, float]], upright: bool) -> list[list[tuple[float, float]]]:
    """The pieces of an arrow: a begin, two control points and an end each."""
    pieces = []
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        half = ((y + to_y) if upright else (x + to_x)) / 2
        bend = [(x, half), (to_x, half)] if upright else [(half, y), (half, to_y)]
        pieces.append([(x, y), *bend, (to_x, to_y)])
    return pieces


def _curve(points: Sequence[tuple[float, float]], upright: bool) -> str:
    found = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for _, one, two, end in _bends(points, upright):
        found += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (one, two, end))
    return found


def _corners(end: tuple[float, float], upright: bool) -> list[tuple[float, float]]:
    x, y = end
    if upright:
        return [(x, y), (x - 4, y - 8), (x + 4, y - 8)]
    return [(x, y), (x - 8, y - 4), (x - 8, y + 4)]


def _tip(end: tuple[float, float], upright: bool) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _corners(end, upright)) + "Z"


def encoded(nodes: Sequence[Node], ending: str, *, upright: bool = True, dpi: float = 200) -> bytes:
    """A drawing of a network as the content of a file.

    Args:
        nodes: The layers.
        ending: The format: `"svg"`, or one that Pillow writes, such as `"png"`, `"jpg"`, `"pdf"`.
        upright: Read from the top down; if not, from left to right. Defaults to `True`.
        dpi: Pixels to the inch, of which the drawing's own pixels have 96. Defaults to `200`.

    Raises:
        ValueError: If there is no such format.

    >>> encoded([Node("a", ["Dense"])], "svg")[:5]
    b'<svg '
    """
    drawing = lay_out(nodes, upright)
    if ending.lower() == "svg":
        return to_text(to_svg(drawing, alone=True), "xml").encode()
    from PIL import Image, ImageDraw

    # Until then Pillow knows the few formats that it loads by itself, and no PDF.
    Image.init()
    known = Image.EXTENSION.get(f".{ending.lower()}")
    if known not in Image.SAVE:
        raise ValueError(
            f"Expected a drawing in the format svg, png, jpg or pdf. Received: {ending!r}."
        )
    size = [math.ceil(dpi / 96 * (s + 2 * MARGIN)) for s in (drawing.width, drawing.height)]
    image = Image.new("RGB", (FINE * size[0], FINE * size[1]), PAPER)
    _paint(ImageDraw.Draw(image), drawing, FINE * dpi / 96)
    image = image.resize((size[0], size[1]), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, known, dpi=(dpi, dpi))
    return file.getvalue()


def _paint(draw: ImageDraw, drawing: Drawing, zoom: float) -> None:
    """Draw with Pillow what `to_svg` draws."""
    from PIL import ImageFont

    def at(x: float, y: float) -> tuple[float, float]:
        return zoom * (x + MARGIN), zoom * (y + MARGIN)

    stroke = max(1, round(1.2 * zoom))
    for points in drawing.arrows:
        for piece in _bends(points, drawing.upright):
            places = [at(*_bezier(piece, step / 24)) for step in range(25)]
            draw.line(places, fill=EDGE, width=stroke)
        corners = _corners(points[-1], drawing.upright)
        draw.polygon([at(*corner) for corner in corners], fill=EDGE)
    font = ImageFont.load_default(size=13 * zoom)
    for box in drawing.boxes:
        frame = (*at(box.x, box.y), *at(box.x + box.width, box.y + box.height))
        draw.rounded_rectangle(frame, radius=6 * zoom, fill=PAPER, outline=EDGE, width=stroke)
        for number, line in enumerate(box.lines):
            place = at(box.x + box.width / 2, box.y + PADDING + (number + 0.5) * LINE)
            bold = round(0.35 * zoom) if number == 0 else 0
            colour = FAINT if number else INK
            # the font that Pillow brings has no multiplication sign
            draw.text(place, line.replace("×", "x"), colour, font, anchor="mm", stroke_width=bold)


def _bezier(piece: Sequence[tuple[float, float]], t: float) -> tuple[float, float]:
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(share * p[axis] for share, p in zip(shares, piece)) for axis in (0, 1))
    return x, y
