"""Elements of HTML and SVG, in which text is text, whatever it holds.

A page is a tree of elements, written at the end by the standard library. The names of scripts,
layers and classes are never put into markup by hand, so that they cannot become markup.

>>> to_text(element("td", "<b>", class_="name"))
'<td class="name">&lt;b&gt;</td>'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias
from xml.etree import ElementTree

Element: TypeAlias = ElementTree.Element
Child: TypeAlias = "Element | str | int | None"

# What no page can show or should obey: control characters, halves of surrogate pairs, and the
# marks that turn the direction of the text around them.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def element(
    tag: str, *children: Child | Iterable[Child], **attributes: str | float | None
) -> Element:
    """An element with its children and attributes.

    Args:
        tag: Its name.
        *children: Elements, text, or iterables of both; `None` is left out.
        **attributes: Its attributes, `_` for `-`, with a `_` at the end where the name is a word of
            Python (`class_`); `None` is left out.

    >>> to_text(element("text", "a", ["b", element("b", "c")], text_anchor="end", x=1.5))
    '<text text-anchor="end" x="1.5">ab<b>c</b></text>'
    """
    made = ElementTree.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.rstrip("_").replace("_", "-"), _written(value))
    _fill(made, children)
    return made


def scrolled(wide: Element, label: str, screens: str = "") -> Element:
    """What may be wider than its page, in a box of its own that scrolls.

    Args:
        wide: The table or drawing.
        label: What it is, for those who hear the page.
        screens: The screens that show it: `"wide"` or `"narrow"`. Defaults to `""`: all.
    """
    # Without a tabindex the box is scrolled by a pointer only, and not by the keyboard.
    return element("div", wide, class_=f"scroll {screens}".strip(), tabindex="0", role="group",
                   aria_label=label)  # fmt: skip


def _fill(parent: Element, children: Iterable[Child | Iterable[Child]]) -> None:
    for child in children:
        if child is None:
            continue
        if isinstance(child, ElementTree.Element):
            parent.append(child)
        elif isinstance(child, str | int):
            _add_text(parent, clean(str(child)))
        else:
            _fill(parent, child)


def _add_text(parent: Element, text: str) -> None:
    # The standard library keeps the text behind a child with that child.
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _written(value: str | float) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return clean(str(value))


def clean(text: str) -> str:
    """Text without the characters that no page can show.

    >>> clean("evil\\x00 \\u202egpj.exe")
    'evil\\ufffd \\ufffdgpj.exe'
    """
    return _UNSHOWABLE.sub("\ufffd", text)


def to_text(root: Element, method: Literal["html", "xml"] = "html") -> str:
    """An element as text.

    Args:
        root: The element.
        method: `"html"`, or `"xml"` for an SVG file. Defaults to `"html"`.
    """
    return ElementTree.tostring(root, encoding="unicode", method=method)
