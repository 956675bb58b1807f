"""The chart in characters keeps to its axes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from whennot.cli.plot import HEIGHT, chart

trust = st.floats(0, 1)


def drawn(series, *, start, width=80, unicode=True):
    return chart(
        series, low=series, high=series, start=start, label="Trust", width=width, unicode=unicode
    )


@given(st.lists(trust, min_size=1, max_size=366), trust, st.integers(40, 100))
def test_whatever_happened_the_chart_stays_inside_its_frame(series, start, width):
    lines = drawn(series, start=start, width=width)

    assert len(lines) == HEIGHT + 2
    assert max(map(len, lines)) <= width
    assert sum(line.count("●") for line in lines) == min(len(series), width - 13) + 1


def test_the_axis_names_first_middle_and_last_day_under_their_columns():
    lines = drawn([0.8 - 0.004 * day for day in range(90)], start=0.8, width=120)
    last = max(line.rfind("●") for line in lines[1:-1])

    assert lines[-1].split() == ["day", "0", "45", "90"]
    assert lines[-1].index("90") == last


def test_a_falling_series_falls():
    lines = drawn([0.8, 0.7, 0.6, 0.5], start=0.8, unicode=False)
    rows = [
        row
        for day in range(1, 5)
        for row, line in enumerate(lines)
        if line[9 + day : 10 + day] == "*"
    ]

    assert rows == sorted(rows)
    assert rows[0] < rows[-1]
    assert all(line.isascii() for line in lines)
