"""Contesting a number: the same decision judged with another value of what was only assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whennot.episode.debrief import findings_of
from whennot.episode.episode import Episode
from whennot.episode.judge import Progress, quiet
from whennot.errors import PlayerError
from whennot.world.appeal import appealed, only_prices, stands
from whennot.world.inquiry import Worth
from whennot.world.policy import suggest
from whennot.world.quality import Quality, verdict


@dataclass(frozen=True)
class Appeal:
    """A decision judged again.

    Attributes:
        changes: parameters under appeal, with the values tried.
        before, after: the verdicts. What asking was worth stays as the atlas has it.
        inside: whether every value lies within its parameter's plausible range.
        repriced: whether only prices changed, so that no quarter was run again.
        flips: whether the player's option is right in one verdict and wrong in the other.
    """

    changes: Mapping[str, float]
    before: Quality
    after: Quality
    inside: bool
    repriced: bool
    flips: bool

    @property
    def contested(self) -> bool:
        """Whether the verdict turns on a value within the plausible range: it does not count."""
        return self.flips and self.inside


def appeal(
    episode: Episode, changes: Mapping[str, float], *, progress: Progress = quiet
) -> Appeal:
    """Return a finished episode's verdict with other parameters.

    Args:
        episode: in its debrief.
        changes: assumed or fitted parameters and the values to try, within or beyond their range.
        progress: told which share is done, in [0, 1]; what it raises ends the work.

    Raises:
        PlayerError: a parameter there is not, or one that is not open to appeal.
    """
    found, spec = findings_of(episode), episode.case.spec
    if not changes:
        raise PlayerError("name a parameter and a value, such as review_usd=12")
    for name in changes:
        if name not in spec.parameters:
            raise PlayerError(f"no parameter {name!r}. {suggest(name, spec.parameters)}")
        number = spec.parameters[name]
        if not number.open_to_appeal:
            raise PlayerError(
                f"{name} is {number.status} ({number.source}); only assumed and fitted numbers "
                "are open to appeal"
            )
    again = appealed(found.assessment.judged, changes, progress=progress)
    progress(1.0)
    missing = Worth(found.information.missing_usd, found.information.missing_se)
    after = verdict(again, missing)
    mine, span = str(found.assessment.judged.policies[0]["option"]), found.quality.attainable_usd
    return Appeal(
        dict(changes),
        found.quality,
        after,
        all(spec.parameters[n].low <= v <= spec.parameters[n].high for n, v in changes.items()),
        set(changes) <= only_prices(spec),
        {stands(j, mine, span=span) for j in (found.assessment.judged, again)} == {True, False},
    )
