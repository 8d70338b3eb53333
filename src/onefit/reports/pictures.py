"""Small pictures as addresses that hold the picture itself: `data:image/png`."""

from __future__ import annotations

import base64
import io

from onefit.reports.markup import Element, element
from onefit.reports.views import Picture


def png(picture: Picture) -> str:
    """A picture as the address of a PNG file that lies in the address.

    >>> png(Picture(2, 1, base64.b64encode(bytes([0, 255])).decode()))[:30]
    'data:image/png;base64,iVBORw0K'
    """
    from PIL import Image

    size, mode = (picture.width, picture.height), "RGB" if picture.colour else "L"
    image = Image.frombytes(mode, size, base64.b64decode(picture.pixels))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def draw(picture: Picture) -> Element:
    """A picture as an element; large pixels stay squares."""
    return element(
        "img", src=png(picture), width=picture.width, height=picture.height,
        alt=picture.label, class_="pixels" if max(picture.width, picture.height) <= 64 else None,
    )  # fmt: skip
