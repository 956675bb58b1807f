"""The debrief on the terminal: a first screen of 100 x 40 characters, then the parts behind it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from whennot.cli.screens import blocks
from whennot.episode.debrief import (
    Series,
    axis_top,
    compared,
    contested_words,
    findings_of,
    frontier_words,
    hindsight,
    money,
    place_words,
    policy_words,
    quarter_of,
    questions_of,
    wrong_statements_heard,
)
from whennot.episode.episode import Episode
from whennot.episode.promises import promises

WIDTH = 100
CHART = 80
STRIP = 60
CHART_ROWS = 4
MARKERS = 6
FIELD = 8


def first_screen(console: Console, episode: Episode, *, next_command: str) -> None:
    """Print what happened, what the decision was worth, what cost most, and what to try next."""
    spec = episode.case.spec
    parts = [
        *_what_happened(console, episode),
        Text(""),
        *_worth(console, episode),
        Text(""),
        *_cost_most(episode),
        Text(""),
        Text.assemble(
            ("Next  ", "bold cyan"),
            f"the same situation in a world you have not seen: {next_command}",
        ),
    ]
    title = f"Debrief · {spec.title} · variant {episode.setup.variant}"
    console.print(
        Panel(
            Group(*parts), title=Text(title), border_style="cyan", width=min(console.width, WIDTH)
        )
    )


def _what_happened(console: Console, episode: Episode) -> list[Text | Table]:
    happened = quarter_of(episode)
    if not happened.broke:
        broke = f"Nothing broke. You gave that {happened.stated or 0:g} %."
    elif happened.stated is None:
        broke = f"First to break: {happened.broke} (your forecast was not asked about it)."
    else:
        broke = f"First to break: {happened.broke}. You gave it {happened.stated:g} %."
    rows: list[Text | Table] = [Text("What happened", style="bold cyan")]
    for series in happened.headlines:
        rows += _chart(console, series, height=CHART_ROWS if len(happened.headlines) == 1 else 3)
    table = Table(box=None, show_header=False, padding=(0, 1), width=min(console.width, WIDTH) - 6)
    table.add_column(justify="right", no_wrap=True, min_width=6, style="dim")
    table.add_column(overflow="ellipsis", no_wrap=True)
    for marker in happened.markers[:MARKERS]:
        table.add_row(f"day {marker.day}", marker.text)
    paid = ", ".join(f"{who} {money(usd)}" for who, usd in happened.by_payer.items())
    told = Text(f"  {broke} The quarter came to {money(happened.usd)}: {paid}.")
    return [*rows, table, told]


def _promised(episode: Episode) -> list[Text]:
    """Return what was promised before the launch, with what came of it."""
    kept = {True: "kept", False: "not kept", None: ""}
    rows = []
    for promise in promises(episode):
        end = f" ({kept[promise.held]})" if promise.held is not None else ""
        rows.append(Text(f"  {promise.kind}: {promise.said}; {promise.came}{end}.", "dim"))
    return rows


def _chart(console: Console, series: Series, *, height: int) -> list[Text]:
    """Return a series as a small column chart with its unit, axis and end values."""
    top = axis_top(max(series.days))
    width = min(CHART, _inside(console) - 9)
    rows = column_chart(series.days, top=top, height=height, width=width, marks=blocks(console))
    labels = [f"{top:g}", *[""] * (height - 2), "0"]
    start, end = series.days[0], series.days[-1]
    ends = f"day 0: {start:.3g}", f"day {len(series.days)}: {end:.3g}"
    lines = [Text(f"  {series.label}, {series.unit}", style="dim")]
    lines += [Text(f"  {label:>5} {row}") for label, row in zip(labels, rows, strict=True)]
    return [*lines, Text(f"        {ends[0]}{ends[1]:>{width - len(ends[0])}}", style="dim")]


def column_chart(
    series: Sequence[float], *, top: float, height: int, width: int, marks: str
) -> list[str]:
    """Return a series as columns of blocks, one string a row from the top, scaled 0 to top."""
    steps = len(marks) - 1
    count = min(width, len(series))
    levels = [
        round(min(1.0, max(0.0, series[int(i * len(series) / count)] / top)) * height * steps)
        for i in range(count)
    ]
    return [
        "".join(marks[min(steps, max(0, level - row * steps))] for level in levels)
        for row in reversed(range(height))
    ]


def _inside(console: Console) -> int:
    """Return the columns inside the panel."""
    return min(console.width, WIDTH) - 4


def _strip(share: float, *, marks: str, width: int) -> str:
    """Return a scale from -1 to 1 with the player on it; 0 is the sensible defaults' mean."""
    cells = ["─" if marks[1] == "▁" else "-"] * width
    cells[width // 2] = "┼" if marks[1] == "▁" else "+"
    place = round((min(1.0, max(-1.0, share)) + 1) / 2 * (width - 1))
    cells[place] = "●" if marks[1] == "▁" else "O"
    return "".join(cells)


def _worth(console: Console, episode: Episode) -> list[Text]:
    found = findings_of(episode)
    judged, luck = found.quality, found.luck
    guess = next((m.guess_percent for m in episode.moves if m.kind == "review"), None)
    said = "" if guess is None else f" You guessed {guess:g} %."
    strip = _strip(judged.share, marks=blocks(console), width=min(STRIP, _inside(console) - 28))
    acted = float(found.final.usd[0]) - luck.usd
    verb = "gained" if acted >= 0 else "cost"
    stops = f"What you did at the stops {verb} {money(abs(acted))}." if abs(acted) >= 1 else ""
    nothing = judged.by_option.get("none")
    building = "" if nothing is None else f"; building nothing {money(nothing)}"
    tied = " Your decision cannot be told apart from the best." if judged.is_tied else ""
    edge = " Knife-edge: its two halves differ by over 2 points." if judged.knife_edge else ""
    return [
        Text.assemble(
            ("What your decision was worth  ", "bold cyan"),
            (f"by what could be known then: {judged.worlds} worlds that fit it", "dim"),
        ),
        Text(f"  worse -100 % {strip} +100 % best"),
        Text(
            f"  {_percent(judged.share, judged.share_se)} of what could be had.{said} "
            f"Expected {money(judged.value)} a quarter; the best with what you knew "
            f"{money(judged.best_value)}; a sensible try of each option "
            f"{money(judged.reference_value)}{building}.{tied}{edge}"
        ),
        Text(
            f"  Left behind: {money(judged.choice_usd)} by choice "
            f"({100 * judged.choice_points:.0f} points), "
            f"{money(judged.information_usd)} by what you did not ask "
            f"({100 * judged.information_points:.0f}).{_contested(episode)}"
        ),
        Text(
            f"  Luck: your quarter came out {place_words(luck.world_place)} that this decision "
            f"could have met (± {money(luck.world_sd)}). {stops}"
        ),
    ]


def _contested(episode: Episode) -> str:
    flips = findings_of(episode).assessment.contested
    if not flips:
        return ""
    return f" Contested, so it does not count: {flips[0].parameter} decides the option."


def _percent(share: float, se: float) -> str:
    """Return an attainable share with two standard errors; the scale ends at -100 %."""
    if share <= -1:
        return "-100 % (the end of the scale)"
    return f"{100 * share:.0f} % ± {200 * se:.0f}"


def _cost_most(episode: Episode) -> list[Text]:
    found = findings_of(episode)
    worst = found.assessment.costliest
    if not worst.chain:
        lines = [
            Text("  Nothing you decided cost much. What is left is luck and what you did not ask.")
        ]
    else:
        lines = [Text(f"  {worst.chain}")]
    best = "; ".join(
        f"{label.lower()}: {value}" for label, value in policy_words(episode, found.quality.best)
    )
    return [
        Text("The one thing that cost most", style="bold cyan"),
        *lines,
        Text(f"  Best with what you knew: {best}.", style=""),
    ]


def unfolded(console: Console, episode: Episode) -> None:
    """Print the parts behind the first screen."""
    for part in (lesson, quality, frontier, questions, forecast, marks, operating):
        part(console, episode)


def _heading(console: Console, text: str, note: str = "") -> None:
    console.print()
    console.print(Text.assemble((text, "bold cyan"), (f"  {note}" if note else "", "dim")))


def lesson(console: Console, episode: Episode) -> None:
    """Print what the case is there to teach."""
    from rich.markdown import Markdown

    _heading(console, "What this case teaches")
    console.print(Markdown(episode.case.lesson), width=min(console.width, WIDTH))


def quality(console: Console, episode: Episode) -> None:
    """Print quality in its two parts, the field it was measured in, and what it hangs on."""
    found = findings_of(episode)
    judged = found.quality
    _heading(console, "Quality in two parts", "100 is the best, 0 the mean of sensible defaults")
    asked = found.information
    choice = (
        f"Choice: the best you could have done with what you knew, minus yours, is "
        f"{money(judged.choice_usd)} ± {money(2 * judged.choice_se)} a quarter, "
        f"{100 * judged.choice_points:.0f} points."
    )
    information = (
        f"Information: the best questions within your minutes are worth {money(asked.best.usd)} "
        f"before any answer, yours {money(asked.asked.usd)}; the difference, "
        f"{money(judged.information_usd)} ± {money(2 * asked.missing_se)}, is "
        f"{100 * judged.information_points:.0f} points."
    )
    for line in (choice, information):
        console.print(Text(f"  {line}"), width=min(console.width, WIDTH))
    table = Table(box=None, padding=(0, 1), width=min(console.width, WIDTH), header_style="dim")
    for column in ("policy", "expected USD", "behind the best, ± 2 SE"):
        table.add_column(column, justify="left" if column == "policy" else "right")
    field = compared(episode)
    for other in field[:FIELD]:
        behind = f"{money(other.rival.gap)} ± {money(2 * other.rival.se)}"
        table.add_row(other.words, money(other.rival.usd), behind)
    console.print(table)
    tied = sum(other.tied for other in field)
    console.print(Text(f"  {tied} of them cannot be told from the best."))
    for words in contested_words(episode):
        console.print(Text(f"  Contested: {words}.", style="yellow"))


def frontier(console: Console, episode: Episode) -> None:
    """Print where building becomes right, against what the player said."""
    _heading(console, "Where it turns")
    for words in frontier_words(episode):
        console.print(Text(f"  {words}"), width=min(console.width, WIDTH))


def questions(console: Console, episode: Episode) -> None:
    """Print everything one could ask, with what it would have told and what asking is worth."""
    note = "what each is worth alone before any answer, ± 2 SE, on held-out worlds; * best set"
    _heading(console, "Questions", note)
    table = Table(box=None, padding=(0, 1), width=min(console.width, WIDTH), header_style="dim")
    table.add_column("")
    table.add_column("question")
    table.add_column("in this world")
    table.add_column("worth, USD", justify="right", no_wrap=True)
    for row in questions_of(episode):
        told = row.told or "nothing that matters here"
        worth = "0" if not row.usd and not row.se else f"{money(row.usd)} ± {money(2 * row.se)}"
        mark = f"{'asked' if row.asked else ''}{' *' if row.is_best else ''}".strip()
        table.add_row(mark, row.text, Text(told, style="" if row.matters else "dim"), worth)
    console.print(table)
    for said in wrong_statements_heard(episode):
        console.print(Text(f"  Wrong: {said}.", style="yellow"), width=min(console.width, WIDTH))


def forecast(console: Console, episode: Episode) -> None:
    """Print the forecast against the simulated probabilities."""
    from whennot.episode.marks import forecast_report

    found, spec = findings_of(episode), episode.case.spec
    _heading(
        console, "Your forecast", "against how often each came first in 64 runs of this world"
    )
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for column in ("what breaks first", "you", "simulated"):
        table.add_column(column, justify="left" if column.startswith("what") else "right")
    for mode, stated in episode.forecast:
        label = "Nothing breaks" if mode == "none" else spec.failures[mode].label
        table.add_row(label, f"{stated:g} %", f"{100 * found.first_failures.get(mode, 0):.0f} %")
    console.print(table)
    for line in forecast_report(episode):
        console.print(Text(f"  {line}"))


def marks(console: Console, episode: Episode) -> None:
    """Print rubric, red flags and hygiene, each with the move it rests on."""
    from whennot.episode.marks import marks_report

    for title, note, rows in marks_report(episode):
        _heading(console, title, note)
        table = Table(box=None, padding=(0, 1), show_header=False, width=min(console.width, WIDTH))
        for _ in range(3):
            table.add_column()
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


def operating(console: Console, episode: Episode) -> None:
    """Print what else could have been done at the stops, with hindsight."""
    _heading(
        console,
        "While it ran, with hindsight",
        "the same stop in 12 other random runs of this world; outside quality",
    )
    for line in _promised(episode):
        console.print(line)
    for row in hindsight(episode):
        if row["same"]:
            words = f'"{row["chosen"]}" was as good as anything else there.'
        else:
            gain = f"{money(row['usd'])} ± {money(2 * row['se'])}"
            words = f'"{row["chosen"]}"; "{row["best"]}" would have gained {gain}.'
        console.print(Text(f"  day {row['day']}, {row['title']}: {words}"))
