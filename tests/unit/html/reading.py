"""Reads a report the way a browser does, far enough to see what it is made of."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup

VOID = {"meta", "img", "br", "input", "link", "base"}


@dataclass
class Element:
    """One element: its tag, attributes, parent and all text inside it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def inside(self, tag: str) -> list[Element]:
        """Gives all elements with this tag below this one."""
        found = []
        for child in self.children:
            found += ([child] if child.tag == tag else []) + child.inside(tag)
        return found


class Document(HTMLParser):
    """A parsed report; `elements` in the order of the document."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"elements left open: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        self.elements.append(element)
        if parent:
            parent.children.append(element)
        return element

    def all(self, tag: str, css: str = "") -> list[Element]:
        """Gives all elements with this tag, and this class where one is given."""
        return [
            e
            for e in self.elements
            if e.tag == tag and (not css or css in e.attributes.get("class", "").split())
        ]

    def with_id(self, name: str) -> Element:
        """Gives the one element with this identifier."""
        (found,) = [e for e in self.elements if e.attributes.get("id") == name]
        return found


def drawing(marks: Markup) -> ET.Element:
    """Parses drawn marks as XML."""
    return ET.fromstring(f"<svg>{marks}</svg>")


def boxes(root: ET.Element, css: str) -> list[dict[str, float]]:
    """Gives the rectangles of a class."""
    return [
        {name: float(rect.get(name, "nan")) for name in ("x", "y", "width", "height")}
        for rect in root.iter("rect")
        if css in (rect.get("class") or "").split()
    ]
