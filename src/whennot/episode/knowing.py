"""What a player knows and could have known: an episode's answers and statements as knowledge."""

from __future__ import annotations

from functools import lru_cache

from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.people import Said, reliabilities
from whennot.episode.table import FIRST_FLIGHT_ASKS
from whennot.world.atlas import Atlas
from whennot.world.atlas_build import Size, build_atlas
from whennot.world.inquiry import Budget, Information, Inquiry, Saying, Source
from whennot.world.knowledge import Hearsay, Knowledge

QUICK = Size(screened=16, worlds=96, top=16, each=4, average=4, spread=4)
"""Size of the atlas made on the spot for a case that ships none: seconds instead of a minute."""


def knowledge_of(episode: Episode) -> Knowledge:
    """Return what the player knew when deciding: nothing that was asked counts for less."""
    heard = tuple(_hearsay(episode.case, said) for said in episode.said)
    return Knowledge.of(episode.known, heard)


def _hearsay(case: Case, said: Said) -> Hearsay:
    return Hearsay(said.fact, said.value, reliabilities(case)[said.stakeholder, said.fact])


def wrong_hearsay(episode: Episode) -> list[tuple[Said, Hearsay]]:
    """Return the wrong statements heard about facts that were not asked for."""
    return [
        (said, _hearsay(episode.case, said))
        for said in episode.said
        if said.wrong and said.fact not in episode.known
    ]


def sources_of(case: Case) -> tuple[Source, ...]:
    """Return everything that can be asked in a case: questions first, then people."""
    questions = [
        Source(name, q.minutes, reveals=(q.reveals,) if q.reveals else ())
        for name, q in case.spec.questions.items()
    ]
    people = [
        Source(
            name,
            person.minutes,
            says=tuple(
                Saying(s.fact, reliabilities(case)[name, s.fact], s.when_wrong)
                for s in person.statements
            ),
        )
        for name, person in case.spec.stakeholders.items()
    ]
    return (*questions, *people)


def budget_of(case: Case, *, first_flight: bool) -> Budget:
    """Return what may be spent on asking."""
    everything = len(case.spec.questions) + len(case.spec.stakeholders)
    return Budget(case.spec.minutes, FIRST_FLIGHT_ASKS if first_flight else everything)


def atlas_for(case: Case) -> Atlas:
    """Return the case's atlas: the shipped one, or a small one made now.

    Raises:
        CaseError: the shipped one is damaged.
    """
    return case.atlas or _quick(case)


@lru_cache(maxsize=8)
def _quick(case: Case) -> Atlas:
    return build_atlas(case.spec, case.ladder, size=QUICK)


@lru_cache(maxsize=16)
def inquiry_of(case: Case, *, first_flight: bool) -> Inquiry:
    """Return what asking is worth in a case, ready to be asked; kept, for it takes a while."""
    atlas, facts = atlas_for(case), case.spec.facts
    told = [name for name, fact in facts.items() if fact.told]
    among = atlas.live if first_flight else None
    return Inquiry(atlas, sources_of(case), told=told, among=among)


def information_of(episode: Episode) -> Information:
    """Return what the player asked against the best that could have been asked."""
    case, first = episode.case, episode.first_flight
    budget = budget_of(case, first_flight=first)
    asked = (*episode.asked, *episode.heard)
    return inquiry_of(case, first_flight=first).information(asked, budget)


def weigh(case: Case) -> None:
    """Work out ahead what every verdict on this case will ask of its atlas."""
    atlas_for(case).expected(Knowledge())
    inquiry_of(case, first_flight=True).information((), budget_of(case, first_flight=True))
