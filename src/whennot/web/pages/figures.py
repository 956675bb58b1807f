"""Which charts a page shows, made from its data; drawn off the page's critical path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whennot import charts
from whennot.charts import Chart
from whennot.episode.debrief import compared, findings_of, quarter_of, questions_of
from whennot.episode.episode import Episode
from whennot.episode.marks import outcome_words
from whennot.practice.plays import Play
from whennot.web.drawn import drawn
from whennot.web.kept import Kept


@dataclass(frozen=True)
class Figure:
    """A chart on a page.

    Attributes:
        where: the name its files are asked for by. chart: what it shows.
        svg: the picture, empty until it is drawn.
    """

    where: str
    chart: Chart
    svg: str


def quarter_only(play: Play) -> dict[str, Figure]:
    """Return the one chart that needs no verdict."""
    return {"quarter": figure(play.name, _chart(play.episode, "quarter"))}


def of_play(play: Play) -> dict[str, Figure]:
    """Return all charts of a finished play, by name."""
    return {name: figure(play.name, _chart(play.episode, name)) for name in OF_PLAY}


_charts: Kept[Chart] = Kept(96)


def _chart(episode: Episode, name: str) -> Chart:
    return _charts.of(episode, name, lambda: OF_PLAY[name](episode))


def figure(where: str, chart: Chart) -> Figure:
    """Return a chart as a figure, with its picture if it was drawn before."""
    return Figure(where, chart, drawn(chart))


def quarter(episode: Episode) -> Chart:
    """Return the quarter with its events."""
    happened, spec = quarter_of(episode), episode.case.spec
    lines = [
        charts.Line(s.label, s.unit, tuple(s.days), s.unit.startswith("share"))
        for s in happened.headlines
    ]
    if not any("trust" in line.label.lower() for line in lines):
        lines.append(charts.Line("trust of active users", "share", happened.trust, is_share=True))
    stops = {s.day for s in episode.visited}
    events = [
        charts.Event(m.day, m.text, "stop" if m.day in stops else "failure")
        for m in happened.markers
    ]
    return charts.quarter(lines, events=events, days=spec.days)


def strip(episode: Episode) -> Chart:
    """Return every policy of the field on the scale of attainable value."""
    found = findings_of(episode)
    quality = found.quality
    span, missing = quality.attainable_usd, quality.information_usd
    field = compared(episode)
    shares = [_share(other.rival.gap + missing, span) for other in field]
    tied = [other.tied for other in field]
    return charts.strip(
        shares,
        yours=quality.share,
        se=quality.share_se,
        tied=tied,
        known=_share(missing, span),
    )


def _share(loss: float, span: float) -> float:
    return 1 - loss / span if span > 0 else 1.0


def luck(episode: Episode) -> Chart:
    """Return where luck put the quarter."""
    found = findings_of(episode)
    elsewhere = found.assessment.judged.usd[:, 0]
    return charts.luck(
        [float(v) for v in elsewhere],
        yours=found.luck.usd,
        dice=list(found.dice_usd),
        alone=abs(float(found.final.usd[0]) - found.luck.usd) >= 1,
    )


def frontier(episode: Episode) -> Chart:
    """Return where building becomes right."""
    spec, curve = episode.case.spec, findings_of(episode).assessment.frontier
    fact = spec.facts[curve.fact]
    said = episode.decision.statements.viability if episode.decision else None
    names = [spec.option_lever.choices[o].label.lower() for o in spec.frontier.options]
    return charts.frontier(
        curve.values,
        gap=curve.usd,
        low=curve.low,
        high=curve.high,
        crossing=curve.crossing,
        yours=said,
        truth=episode.world.value(curve.fact),
        label=fact.label,
        unit=fact.unit,
        options=" or ".join(names),
    )


def questions(episode: Episode) -> Chart:
    """Return what asking was worth."""
    return charts.questions(
        [charts.Item(q.text, q.usd, q.se, q.asked, q.is_best) for q in questions_of(episode)]
    )


def forecast(episode: Episode) -> Chart:
    """Return the forecast beside the simulated probabilities."""
    found = findings_of(episode)
    return charts.forecast(
        [
            charts.Outcome(
                outcome_words(episode.case, mode),
                stated / 100,
                found.first_failures.get(mode, 0.0),
            )
            for mode, stated in episode.forecast
        ]
    )


OF_PLAY: dict[str, Callable[[Episode], Chart]] = {
    "quarter": quarter,
    "strip": strip,
    "luck": luck,
    "frontier": frontier,
    "questions": questions,
    "forecast": forecast,
}


def chart_of(play: Play, name: str) -> Chart | None:
    """Return one chart of a play in its debrief; None where there is none of that name yet.

    Before the review even the quarter would tell what the player is about to be asked.
    """
    if name not in OF_PLAY or play.episode.state != "debrief":
        return None
    if name != "quarter" and play.episode.findings is None:
        return None
    return _chart(play.episode, name)
