"""Every chart of the product, one function each: plain numbers in, a `Chart` out.

A chart is data: title, description, table and a Vega-Lite specification. Only `svg`, `svg_file`
and `png` draw, and only they load the converter. Nothing here knows cases or episodes; who calls
says what is whose.

In all of them the filled accent circle is the player, the hollow ink diamond is the best that the
simulator knows, and a band is what cannot be told apart.
"""

from whennot.charts.advantage import frontier
from whennot.charts.chart import Cell, Chart, csv_text, specification
from whennot.charts.drawing import png, svg, svg_file
from whennot.charts.dumbbells import Outcome, forecast
from whennot.charts.histogram import luck
from whennot.charts.over_days import Event, Line, quarter
from whennot.charts.palette import PALETTE
from whennot.charts.policies import strip
from whennot.charts.reliability import calibration
from whennot.charts.timeline import Gate, Phase, roadmap
from whennot.charts.worths import Item, questions

__all__ = [
    "PALETTE",
    "Cell",
    "Chart",
    "Event",
    "Gate",
    "Item",
    "Line",
    "Outcome",
    "Phase",
    "calibration",
    "csv_text",
    "forecast",
    "frontier",
    "luck",
    "png",
    "quarter",
    "questions",
    "roadmap",
    "specification",
    "strip",
    "svg",
    "svg_file",
]
