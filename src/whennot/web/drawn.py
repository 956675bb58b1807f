"""Charts that were drawn, kept by what they show; a page never waits for one."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Lock

from whennot import charts
from whennot.charts import Chart

MOST = 256
"""Pictures kept; one is about twenty kilobytes."""

_kept: OrderedDict[str, str] = OrderedDict()
_turn = Lock()
_drawing = ThreadPoolExecutor(1, thread_name_prefix="whennot-draw")
_asked: set[str] = set()


def _key(chart: Chart) -> str:
    return sha256(charts.specification(chart).encode()).hexdigest()


def drawn(chart: Chart) -> str:
    """Return a chart's picture if it is there; else have it drawn and return nothing."""
    key = _key(chart)
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        if key in _asked:
            return ""
        _asked.add(key)
    _drawing.submit(_draw, key, chart)
    return ""


def draw(chart: Chart) -> str:
    """Return a chart's picture, drawing it now if it has to be."""
    key = _key(chart)
    with _turn:
        if key in _kept:
            return _kept[key]
    return _draw(key, chart)


def _draw(key: str, chart: Chart) -> str:
    try:
        made = charts.svg(chart)
    finally:
        with _turn:
            _asked.discard(key)
    with _turn:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
