"""Whether a case is what a case must be: one small rule for each promise.

``findings`` checks a case that loads; ``check_texts`` also tells why one does not. Rules that
simulate say so in the table and can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Unpack

from whennot.episode.case import FILES, Case, read_case
from whennot.episode.conformance import (
    expected,
    flight,
    folder,
    knowing,
    measures,
    numbers,
    watched,
    words,
    worlds,
)
from whennot.episode.conformance.expected import bounds_digest
from whennot.episode.conformance.subject import Fault, Finding, How, Subject
from whennot.errors import CaseError, WhennotError

__all__ = ["RULES", "Finding", "How", "Rule", "bounds_digest", "check_texts", "findings"]

WORLDS = 24
REPLICATES = 64
FRESH = 512


@dataclass(frozen=True)
class Rule:
    """One promise of a case.

    Attributes:
        code: stable over versions.
        check: yields what breaks the promise; its docstring says what is promised.
        runs: whether it simulates quarters.
    """

    code: str
    check: Callable[[Subject], Iterator[Fault]]
    runs: bool = False

    @property
    def promise(self) -> str:
        """What is promised, in one sentence."""
        return (self.check.__doc__ or "").strip()


def loads(_: Subject) -> Iterator[Fault]:
    """``case.toml`` can be read: every number has its unit, status, source and range."""
    yield from ()  # told by `check_texts`: a case that is loaded has kept this promise


RULES: tuple[Rule, ...] = (
    Rule("CASE01", loads),
    Rule("CASE02", folder.complete),
    Rule("CASE03", folder.identity),
    Rule("CASE04", folder.ladder),
    Rule("CASE05", folder.datasheet),
    Rule("CASE06", numbers.bare),
    Rule("CASE07", numbers.unused),
    Rule("CASE08", words.ranges),
    Rule("CASE09", words.spoilers),
    Rule("CASE10", words.lesson),
    Rule("CASE11", words.templates),
    Rule("CASE12", flight.first_flight),
    Rule("CASE13", flight.counts),
    Rule("CASE14", flight.questions),
    Rule("CASE15", flight.people),
    Rule("CASE16", flight.signals),
    Rule("CASE17", worlds.enough_policies, runs=True),
    Rule("CASE18", worlds.same_bytes, runs=True),
    Rule("CASE19", worlds.build_nothing, runs=True),
    Rule("CASE20", worlds.options, runs=True),
    Rule("CASE21", worlds.failure_modes, runs=True),
    Rule("CASE22", watched.watch, runs=True),
    Rule("CASE23", expected.readable),
    Rule("CASE24", expected.bounds, runs=True),
    Rule("CASE25", expected.pinned),
    Rule("CASE26", knowing.atlas),
    Rule("CASE27", knowing.worth_asking, runs=True),
    Rule("CASE28", knowing.frontier, runs=True),
    Rule("CASE29", knowing.repeats, runs=True),
    Rule("CASE30", measures.give_numbers, runs=True),
)
"""Every promise of a case, in the order of the report."""


def findings(case: Case, *, where: str = "", **how: Unpack[How]) -> list[Finding]:
    """Return what a loaded case should have, or have otherwise; nothing if it keeps all promises.

    Args:
        case: as `whennot.shelf.load_case` returns it.
        where: what to call its folder in messages; its name by default.
        how: see `How`.
    """
    return _findings(case, case.texts, where or case.name, how)


def check_texts(texts: Mapping[str, str], *, where: str, **how: Unpack[How]) -> list[Finding]:
    """Return the same for a folder's texts, which need not load.

    Args:
        texts: contents of the text files in the folder, by name.
        where: what to call the folder in messages.
        how: see `How`.
    """
    where = where.rstrip("/")
    if "case.toml" not in texts:
        said = f"{where} holds no case.toml, so it is no case; see docs/how-to/add-a-case"
        return [Finding("CASE02", f"{where}/case.toml", said)]
    try:
        # What is missing counts as empty, so that everything else is told at once.
        case = read_case(
            dict.fromkeys(FILES, "") | dict(texts),
            where=f"{where}/case.toml",
            atlas_file=how.get("atlas"),
        )
    except CaseError as error:
        return [_load_fault(line, f"{where}/case.toml") for line in str(error).splitlines()]
    return _findings(case, texts, where, how)


def _load_fault(line: str, file: str) -> Finding:
    """Return one line of `read_case` as a finding: file, line number, what is wrong."""
    number, found, said = line.removeprefix(f"{file}:").partition(": ")
    if found and number.isdigit():
        return Finding("CASE01", f"{file}:{number}", said)
    return Finding("CASE01", file, line.removeprefix(f"{file}:").strip())


def _findings(case: Case, texts: Mapping[str, str], where: str, how: How) -> list[Finding]:
    subject = Subject(
        case=case,
        texts=texts,
        folder=where,
        others=how.get("others", {}),
        data=how.get("data"),
        with_test=how.get("with_test", True),
        worlds=how.get("worlds", WORLDS),
        replicates=how.get("replicates", REPLICATES),
        fresh=how.get("fresh", FRESH),
    )
    runs = not how.get("quick", False) and not subject.ladder_fault
    return [f for rule in RULES if runs or not rule.runs for f in _kept(rule, subject)]


def _kept(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Yield what breaks a rule; a case that cannot even be asked breaks it, too."""
    try:
        for fault in rule.check(subject):
            yield Finding(rule.code, *fault)
    except WhennotError as error:
        yield Finding(rule.code, f"{subject.folder}/case.toml", str(error))
