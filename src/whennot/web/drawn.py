"""Charts that were drawn, kept by what they show; a page never waits for one."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from threading import Lock

from whennot import charts
from whennot.charts import Chart
from whennot.web.kept import Kept

MOST = 256
"""Pictures kept; one is about twenty kilobytes."""

_keys: Kept[str] = Kept(2 * MOST)
_drawing = ThreadPoolExecutor(1, thread_name_prefix="whennot-draw")
_drawn: OrderedDict[str, Future[str]] = OrderedDict()
_turn = Lock()


def _key(chart: Chart) -> str:
    return _keys.of(chart, "", lambda: sha256(charts.specification(chart).encode()).hexdigest())


def _begun(chart: Chart) -> Future[str]:
    """Return a chart's picture as it will be; each is drawn once, whoever asks."""
    key = _key(chart)
    with _turn:
        found = _drawn.get(key)
        if found is None or (found.done() and found.exception() is not None):
            found = _drawn[key] = _drawing.submit(charts.svg, chart)
        _drawn.move_to_end(key)
        while len(_drawn) > MOST:
            _drawn.popitem(last=False)
    return found


def drawn(chart: Chart) -> str:
    """Return a chart's picture if it is there; else have it drawn and return nothing."""
    found = _begun(chart)
    return found.result() if found.done() and found.exception() is None else ""


def draw(chart: Chart) -> str:
    """Return a chart's picture, waiting for it."""
    return _begun(chart).result()
