"""The record of an episode: what its file holds, and whether playing it again gives the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from whennot.episode.case import Case
from whennot.episode.episode import Episode
from whennot.episode.judge import advance
from whennot.episode.marks import hygiene_of, rubric_of
from whennot.episode.moves import read_move, write_move
from whennot.episode.seal import FORMAT
from whennot.episode.table import Setup
from whennot.errors import EpisodeError


def numbers(episode: Episode) -> dict[str, Any]:
    """Return the debrief's numbers, so that evidence does not rot when a case improves."""
    found = episode.findings
    if found is None:
        return {}
    judged, hygiene, rubric = found.quality, hygiene_of(episode), rubric_of(episode)
    return {
        "measured_in": "worlds that fit what was known",
        "atlas": found.assessment.judged.atlas.content,
        "attainable_share": judged.share,
        "attainable_share_se": judged.share_se,
        "attainable_usd": judged.attainable_usd,
        "choice_share": judged.choice_share,
        "choice_usd": judged.choice_usd,
        "choice_se_usd": judged.choice_se,
        "information_usd": judged.information_usd,
        "information_se_usd": found.information.missing_se,
        "asked_usd": found.information.asked.usd,
        "best_questions": list(found.information.best_names),
        "misled_usd": {
            f"{x.said.stakeholder}.{x.said.fact}": x.usd for x in found.assessment.misled
        },
        "value_usd": judged.value,
        "best_value_usd": judged.best_value,
        "reference_value_usd": judged.reference_value,
        "by_option_usd": dict(judged.by_option),
        "tied_set": len(judged.tied),
        "is_tied": judged.is_tied,
        "knife_edge": judged.knife_edge,
        "best": judged.best.as_dict(),
        "worlds": judged.worlds,
        "contested_by": [flip.parameter for flip in found.assessment.contested],
        "counts": not found.assessment.contested,
        "frontier": found.assessment.frontier.crossing,
        "quarter_usd": float(found.final.usd[0]),
        "first_failure": found.final.first_failures[0],
        "first_failure_probabilities": dict(found.first_failures),
        "luck_dice_place": found.luck.dice_place,
        "luck_world_place": found.luck.world_place,
        "costliest_lever": found.assessment.costliest.lever,
        "costliest_usd": found.assessment.costliest.usd,
        "hygiene_score": hygiene.score,
        "hygiene_band": hygiene.band,
        "rubric_points_observed": rubric.observed,
    }


def content(episode: Episode, *, engine: str) -> dict[str, Any]:
    """Return what the ``.episode.json`` of a finished episode holds, ready for `file.dump`.

    Raises:
        EpisodeError: the episode has not reached its debrief.
    """
    if episode.findings is None:
        message = f"{episode.case.name}: only a finished episode can be exported"
        raise EpisodeError(message)
    case = episode.case
    return {
        "format": FORMAT,
        "case": {
            "name": case.name,
            "uuid": str(case.spec.uuid),
            "version": case.spec.version,
            "pack_sha256": case.pack_sha256,
        },
        "engine": engine,
        "flight": episode.setup.flight,
        "variant": episode.setup.variant,
        "challenge": episode.setup.challenge or None,
        "replicate": episode.replicate,
        "moves": [write_move(move) for move in episode.moves],
        "result": {
            "counters_sha256": episode.findings.final.sha256,
            "quarter_usd": float(episode.findings.final.usd[0]),
        },
        "debrief": numbers(episode),
    }


def setup_of(stored: Mapping[str, Any]) -> Setup:
    """Return the setup a stored episode was played with.

    Raises:
        EpisodeError: it names a flight there is not.
    """
    if stored["flight"] not in {"first", "full"}:
        message = f"flight: no {stored['flight']!r}; known: first, full"
        raise EpisodeError(message)
    return Setup(
        variant=stored["variant"],
        challenge=stored["challenge"] or "",
        flight=stored["flight"],
        replicate=stored["replicate"],
    )


def replay(stored: Mapping[str, Any], case: Case) -> Episode:
    """Return the episode that the stored moves give in this case.

    Raises:
        EpisodeError: the case is another version, or a move does not fit.
    """
    if not installed(stored, case):
        message = f"version {stored['case']['version']} of {case.name} is not installed"
        raise EpisodeError(message)
    episode = Episode(case, setup_of(stored))
    for number, move in enumerate(stored["moves"], start=1):
        try:
            episode = advance(episode, read_move(move))
        except Exception as error:
            message = f"move {number} does not fit: {error}"
            raise EpisodeError(message) from error
    return episode


def installed(stored: Mapping[str, Any], case: Case) -> bool:
    """Return whether the very case the episode was played with is installed."""
    return bool(stored["case"]["pack_sha256"] == case.pack_sha256)


def _differs(kept: Any, fresh: Any) -> bool:
    # Counters are integers and must agree exactly; money is a sum of floats, which another
    # processor may add in another order.
    if isinstance(kept, float) and isinstance(fresh, float):
        return not math.isclose(kept, fresh, rel_tol=1e-9, abs_tol=1e-6)
    if isinstance(kept, dict) and isinstance(fresh, dict) and kept.keys() == fresh.keys():
        return any(_differs(kept[name], fresh[name]) for name in kept)
    return bool(kept != fresh)


def same_atlas(stored: Mapping[str, Any], episode: Episode) -> bool:
    """Return whether the stored debrief was made with the atlas that is installed."""
    found = episode.findings
    return (
        found is not None
        and stored["debrief"].get("atlas") == found.assessment.judged.atlas.content
    )


def compare(stored: Mapping[str, Any], episode: Episode) -> list[str]:
    """Return what differs between a stored episode and its replay; empty when nothing does.

    A debrief that another atlas of the same case made is not compared; see `same_atlas`.
    """
    fresh = content(episode, engine=stored["engine"])
    if stored["debrief"].get("atlas") != fresh["debrief"]["atlas"]:
        # What was judged with another table cannot come out the same; the quarter must.
        fresh["debrief"] = dict(stored["debrief"])
    return [
        f"{section}.{name}: stored {stored[section].get(name)!r}, re-simulated {value!r}"
        for section in ("result", "debrief")
        for name, value in fresh[section].items()
        if _differs(stored[section].get(name), value)
    ] + [
        f"{section}.{name}: stored, but a replay has no such entry"
        for section in ("result", "debrief")
        for name in stored[section]
        if name not in fresh[section]
    ]
