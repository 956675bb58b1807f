"""Rules about what was promised: what a case offers to measure has to give numbers."""

from __future__ import annotations

from collections.abc import Iterator

from whennot.episode.case import Measure
from whennot.episode.conformance.subject import Fault, Path, Subject
from whennot.episode.promises import is_measured, measured
from whennot.errors import CaseError
from whennot.world.policy import sensible_defaults
from whennot.world.simulate import Change, simulate


def give_numbers(subject: Subject) -> Iterator[Fault]:
    """Every measure and check gives numbers, where the feature runs, stops, or never was."""
    spec = subject.case.spec
    found: list[tuple[Path, Measure]] = []
    for name, metric in spec.metrics.items():
        for key, measure in (("measure", metric.measure), ("broken_if", metric.broken_if)):
            if measure is not None:
                found.append((("metrics", name, key), measure))
    found += [(("kill_checks", name), check) for name, check in spec.kill_checks.items()]
    if not found:
        return
    stop = Change(spec.days // 2, (("option", "none"),), retires=True)
    runs = [
        simulate(subject.world, policy, replicates=[0], changes=changes)
        for policy in sensible_defaults(spec).values()
        for changes in ((), (stop,))
    ]
    for path, measure in found:
        try:
            for run in runs:
                is_measured(run, measure)
                measured(run, measure)
        except CaseError as error:
            yield Fault(subject.at(*path), f"{'.'.join(map(str, path))}: {error}")
