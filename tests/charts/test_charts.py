"""Every chart draws, says in words and numbers what it draws, and covers none of its labels."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from tests.charts.inputs import EXTREME, HOSTILE, LONG, ORDINARY

from whennot import charts
from whennot.charts.palette import PALETTE
from whennot.charts.places import Box
from whennot.charts.words import width_of

ALL = {**ORDINARY, **EXTREME}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def drawn():
    """Return every chart with its picture; each is drawn once."""
    made = {name: build() for name, build in ALL.items()}
    return {name: (chart, charts.svg(chart)) for name, chart in made.items()}


def parsed(picture):
    return ET.fromstring(picture)  # noqa: S314 - drawn by the product a moment ago


def texts(picture):
    """Return every line of text with the rectangle that it takes, and the size of the sheet."""
    root = parsed(picture)
    found = []

    def walk(element, x, y):
        for dx, dy in re.findall(
            r"translate\(([-\d.e]+),([-\d.e]+)\)", element.get("transform", "")
        ):
            x, y = x + float(dx), y + float(dy)
        if element.tag == f"{SVG}text":
            size = float(element.get("font-size").removesuffix("px"))
            anchor = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor"), 0.0)
            down = 0.0
            for part in list(element) or [element]:
                down += float(part.get("dy", 0))
                words = part.text or ""
                # Real fonts are narrower than planned for, so a touch is no overlap.
                width = 0.85 * width_of(words, size=size)
                left = x - anchor * width
                bottom = y + down + 0.1 * size
                found.append((words, Box(left, bottom - 0.8 * size, left + width, bottom)))
            return
        for child in element:
            walk(child, x, y)

    walk(root, 0.0, 0.0)
    width, height = map(float, root.get("viewBox").split()[2:])
    return [(words, box) for words, box in found if words], Box(0, 0, width, height)


@pytest.mark.parametrize("name", ALL)
def test_every_drawing_is_500_wide_and_leaves_its_size_to_the_page(drawn, name):
    root = parsed(drawn[name][1])

    assert root.get("viewBox").split()[2] == "500"
    assert root.get("class") == "wn-chart-svg"
    assert not {"width", "height"} & set(root.attrib)


@pytest.mark.parametrize("name", ALL)
def test_the_style_sheet_decides_on_every_color_and_font(drawn, name):
    picture = drawn[name][1]

    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=\")", picture)
    assert "style" not in {key for e in parsed(picture).iter() for key in e.attrib}
    assert "<style" not in picture
    assert "font-family" not in picture
    assert set(re.findall(r"var\(--chart-(\w+)\)", picture)) <= set(PALETTE)


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_one_image_with_a_title_and_a_description(drawn, name):
    chart, picture = drawn[name]
    root = parsed(picture)
    by_id = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    said = [by_id[name] for name in root.get("aria-labelledby").split()]

    assert said == [chart.title, chart.description]
    assert root.get("role") == "img"
    inside = {key for e in root.iter() if e is not root for key in e.attrib}
    assert not {key for key in inside if key.startswith("aria") or key == "role"}
    assert "url(#" not in picture, "an id of this chart could be another chart's, too"


@pytest.mark.parametrize("name", ALL)
def test_no_label_is_cut_off(drawn, name):
    lines, sheet = texts(drawn[name][1])

    assert [words for words, box in lines if not box.inside(sheet)] == []


@pytest.mark.parametrize("name", ALL)
def test_no_label_covers_another(drawn, name):
    lines, _ = texts(drawn[name][1])

    assert [(a, b) for (a, x), (b, y) in combinations(lines, 2) if x.meets(y)] == []


@pytest.mark.parametrize("name", ALL)
def test_the_table_is_complete_and_reads_back(drawn, name):
    chart = drawn[name][0]
    read = list(csv.reader(io.StringIO(charts.csv_text(chart))))

    assert {len(row) for row in chart.rows} <= {len(chart.columns)}
    assert [len(row) for row in read] == [len(chart.columns)] * (1 + len(chart.rows))


@pytest.mark.parametrize("name", ALL)
def test_a_specification_stands_alone_in_light_colors(drawn, name):
    chart = drawn[name][0]
    spec = json.loads(charts.specification(chart))

    assert spec["$schema"].endswith("/vega-lite/v5.json")
    assert "url" not in json.dumps(spec).replace("$schema", "")
    assert chart.title in spec["description"]


@pytest.mark.parametrize("name", ORDINARY)
def test_every_chart_becomes_a_png_and_a_file(drawn, name):
    chart = drawn[name][0]
    picture, alone = charts.png(chart, scale=1), charts.svg_file(chart)

    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 500 + 2 * 12
    assert PALETTE["surface"] in alone
    assert "var(" not in alone


def test_words_of_others_cannot_become_markup(drawn):
    for chart, picture in drawn.values():
        assert "<script" not in picture, chart.name
    assert HOSTILE in parsed(drawn["questions-one"][1])[1].text


def test_words_of_others_cannot_become_formulas_of_a_spreadsheet():
    item = charts.Item('=HYPERLINK("http://example.com")', 10.0, 1.0, asked=True, best=False)

    assert "'=HYPERLINK" in charts.csv_text(charts.questions([item]))


def test_the_players_mark_is_the_same_circle_in_every_chart(drawn):
    circle = r'd="(M[\d.]+,0A[^"]*)" fill="var\(--chart-accent\)"'
    without = {"quarter", "roadmap"}  # numbered events, dates: no place that is the player's
    found = {
        name: set(re.findall(circle, drawn[name][1])) for name in ORDINARY if name not in without
    }

    assert all(len(shapes) == 1 for shapes in found.values())
    assert len(set.union(*found.values())) == 1


def test_importing_the_charts_does_not_load_the_converter():
    code = "import sys, whennot.charts; sys.exit('vl_convert' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_long_labels_are_whole_in_the_table(drawn):
    assert LONG in {row[0] for row in drawn["questions-huge"][0].rows}
    assert LONG in {row[0] for row in drawn["roadmap-far"][0].rows}
