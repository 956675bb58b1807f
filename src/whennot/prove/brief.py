"""The decision brief: one page that says what was decided, why, and what came of it.

``compose(episode, ...)`` is pure; `parts` says what it returns.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from whennot.episode.debrief import findings_of
from whennot.episode.episode import Episode
from whennot.prove import draft, lessons
from whennot.prove.parts import NO_AUTHOR, SECTIONS, TYPE, Brief, Provenance
from whennot.prove.wording import clean

__all__ = ["SECTIONS", "Brief", "compose"]


def compose(
    episode: Episode, *, play: str, made: date, seal: str, engine: str, author: str = ""
) -> Brief:
    """Return the decision brief of a finished episode.

    Args:
        episode: at its debrief.
        play: name of the play, which the brief links to.
        made: the date it bears.
        seal: hash over the episode's file.
        engine: version of whennot.
        author: name; a placeholder when empty.

    Raises:
        PlayerError: the episode has not reached its debrief.
    """
    findings_of(episode)
    option = draft.setting_words(episode, "option")
    return Brief(
        id=f"{TYPE}-{play}",
        title=f"{episode.case.spec.title}: {option}",
        author=clean(author) or NO_AUTHOR,
        made=made,
        situation=draft.situation(episode),
        best=draft.best_meant(episode),
        headline=option,
        settings=draft.settings(episode),
        decision=draft.reasons(episode),
        number=draft.deciding_number(episode),
        hurt=draft.hurt(episode),
        watch=draft.watch(episode),
        forecast=lessons.forecast(episode),
        forecast_note=lessons.forecast_note(),
        happened=lessons.happened(episode),
        worth=lessons.worth(episode),
        wrong=lessons.got_wrong(episode),
        belief=lessons.now_believe(episode),
        provenance=_provenance(episode, play=play, seal=seal, engine=engine),
    )


def _provenance(episode: Episode, *, play: str, seal: str, engine: str) -> Provenance:
    case, setup = episode.case, episode.setup
    numbers = [*case.spec.facts.values(), *case.spec.parameters.values()]
    statuses = Counter(number.status for number in numbers)
    assumed = tuple(f.label for f in case.spec.facts.values() if f.open_to_appeal)
    code = f", challenge code {setup.challenge}" if setup.challenge else ""
    counted = ", ".join(f"{n} {status}" for status, n in statuses.most_common())
    flight = "first flight" if setup.flight == "first" else "full panel"
    which = f"version {case.spec.version}, variant {setup.variant}{code}, {flight}"
    sentences = [
        f"Simulated: {case.spec.company} and its people are made up, and nobody was affected.",
        f"Case {case.name}, {which}; whennot {engine}.",
        "Decision quality is measured by what could be known when deciding: no luck in it.",
        f"Of the case's {len(numbers)} numbers: {counted}.",
    ]
    if assumed:
        sentences.append(f"Assumed facts, open to appeal: {'; '.join(assumed)}.")
    sentences.append(
        f"Seal {seal[:16]} of its file shows that nothing changed, not that it was a first "
        "attempt."
    )
    return Provenance(
        play=play,
        case=case.name,
        case_version=case.spec.version,
        variant=setup.variant,
        challenge=setup.challenge,
        flight=setup.flight,
        engine=engine,
        seal=seal,
        statuses={str(s): n for s, n in statuses.items()},
        assumed_facts=assumed,
        sentences=tuple(sentences),
    )
