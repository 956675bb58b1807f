"""Charts as SVG for a page, as SVG for a file, and as PNG: one converter, no browser.

Vega-Lite's SVG is made for standing alone: fixed size, fixed colors, fixed fonts, and roles for
screen readers that contradict each other once the whole picture is one image. `svg` undoes this:
the page's style sheet decides on size, colors and fonts, and the picture is one image with a title
and a description. A strict content security policy allows no ``style``; none is left.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from whennot.charts.chart import Chart
from whennot.charts.palette import PALETTE, SURFACE

VEGALITE = "5.20"
"""Version of Vega-Lite that every specification is written for."""

_SVG = "http://www.w3.org/2000/svg"
_DROPPED = {"aria-label", "aria-hidden", "aria-roledescription", "role", "style", "pointer-events"}
_FONT = {"font-family"}


def svg(chart: Chart) -> str:
    """Return the chart for the inside of a page.

    Colors are ``var(--chart-ROLE)``, text inherits the page's font, and the width is the page's
    to decide. Marks that carry a value have it as ``<title>``, which browsers show on hover.
    """
    root = _tree(chart, drop=_DROPPED | _FONT)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("class", "wn-chart-svg")
    for element in root.iter():
        for key, value in element.attrib.items():
            if value in _VARIABLES:
                element.set(key, _VARIABLES[value])
    return _text(root)


def svg_file(chart: Chart) -> str:
    """Return the chart as an SVG that stands alone: light colors, its size, its background."""
    root = _tree(chart, drop=_DROPPED)
    paper = ET.Element(f"{{{_SVG}}}rect", width="100%", height="100%", fill=SURFACE)
    root.insert(2, paper)  # after title and description, under everything that is drawn
    return _text(root) + "\n"


def png(chart: Chart, *, scale: float = 2) -> bytes:
    """Return the chart as PNG in light colors, ``scale`` pixels to a unit of the drawing."""
    import vl_convert

    spec = {**chart.spec, "background": SURFACE, "padding": 12}
    made: bytes = vl_convert.vegalite_to_png(
        spec, vl_version=VEGALITE, scale=scale, allowed_base_urls=[]
    )
    return made


_VARIABLES = {color: f"var(--chart-{role})" for role, color in PALETTE.items()}


def _tree(chart: Chart, *, drop: set[str]) -> ET.Element:
    """Return the converted picture as one image with a title and a description."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(
        dict(chart.spec), vl_version=VEGALITE, allowed_base_urls=[]
    )
    root = ET.fromstring(drawn)  # noqa: S314 - written by our own converter a line above
    for element in list(root.iter()):
        _tidy(element, drop=drop)
    stem = re.sub(r"[^a-z0-9]+", "-", chart.name.lower()).strip("-")
    ids = {"title": f"chart-{stem}-title", "desc": f"chart-{stem}-desc"}
    texts = {"title": chart.title, "desc": chart.description}
    for place, tag in enumerate(ids):
        words = ET.Element(f"{{{_SVG}}}{tag}", id=ids[tag])
        words.text = texts[tag]
        root.insert(place, words)
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(ids.values()))
    return root


def _tidy(element: ET.Element, *, drop: set[str]) -> None:
    """Turn a mark's own words into a hint, and take away what only Vega needs."""
    said = element.get("aria-label")
    if said:
        hint = ET.Element(f"{{{_SVG}}}title")
        hint.text = said
        element.insert(0, hint)
    for name in drop:
        element.attrib.pop(name, None)
    # Classes such as "root" or "background" could meet the page's own style sheet.
    element.attrib.pop("class", None)
    for child in list(element):
        if _draws_nothing(child):
            element.remove(child)


def _draws_nothing(element: ET.Element) -> bool:
    return element.get("display") == "none" or (
        element.get("class") == "background" and "fill" not in element.attrib
    )


def _text(root: ET.Element) -> str:
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")
