"""A decision brief as Markdown with YAML front matter, ready to edit.

Nothing is cut. What a player or a case wrote is escaped, so that it reads the same after it was
rendered, and no line of it can become a heading, a table or a tag.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from whennot.prove.parts import SECTIONS, TYPE, Brief, Passage
from whennot.prove.wording import held, minus, percent

# What would be markup wherever it stands, or would be only in some places.
_MARKS = re.compile(r"[\\`*_\[\]<|~]|&(?=[A-Za-z#])|\$(?!\d)|(?:(?<=\s)|^)#|#$")
_STARTS = re.compile(r"^(\d*)([.)>+=:-])")
_UNPRINTABLE = re.compile("[^ -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def to_markdown(brief: Brief) -> str:
    """Return the brief as a Markdown file."""
    body = held("\n".join([f"# {escape(brief.title)}", "", *_body(brief)]))
    return f"{_front_matter(brief)}\n{body}\n"


def escape(text: str) -> str:
    """Return plain text as Markdown that renders to the same text, on one line."""
    return _STARTS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", " ".join(text.split())))


def divided(text: str) -> tuple[str, str]:
    """Return a file's front matter, empty if it has none, and the text below it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].strip() == "---":
        for place, line in enumerate(lines[1:], 1):
            if line.strip() == "---":
                return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :])
    return "", "\n".join(lines)


def _front_matter(brief: Brief) -> str:
    """Return the record's typed fields; a JSON text is a YAML text."""
    origin = brief.provenance
    fields = {
        "id": brief.id,
        "type": TYPE,
        "title": brief.title,
        "author": brief.author,
        "status": "draft",
        "date": brief.made.isoformat(),
        "version": 1,
        "provenance": "simulated",
        "case": origin.case,
        "case_version": origin.case_version,
        "variant": origin.variant,
        "challenge": origin.challenge or None,
        "flight": origin.flight,
        "engine": origin.engine,
        "seal": origin.seal,
    }
    lines = [f"{name}: {_scalar(value)}" for name, value in fields.items()]
    links = ["links:", "  - relation: rests-on", f"    to: {_scalar(f'episode:{origin.play}')}"]
    return "\n".join(["---", *lines, "reviewers: []", *links, "---", ""])


def _scalar(value: object) -> str:
    """Return a value as YAML; plain words stay bare, all other text is quoted."""
    if isinstance(value, str):
        if re.fullmatch(r"[a-z]+(-[a-z]+)*", value) and value not in _RESERVED:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return _UNPRINTABLE.sub(lambda m: json.dumps(m[0])[1:-1], quoted)
    return json.dumps(value)


_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def _body(brief: Brief) -> list[str]:
    number = brief.number
    named = f"{number.what}; usually {number.usual}"
    figure = [f"**{escape(number.number)}** {escape(number.of)} ({escape(named)})"]
    blocks: dict[str, Sequence[str]] = {
        "situation": _paragraphs(brief.situation),
        "best": _paragraphs(brief.best),
        "decision": [_decided(brief), *_paragraphs(brief.decision)],
        "number": [*(figure if number.number else []), *_paragraphs(number.passages)],
        "hurt": _paragraphs(brief.hurt),
        "watch": _paragraphs(brief.watch),
        "forecast": [_forecast(brief), escape(brief.forecast_note.text)],
        "happened": [_events(brief), *_paragraphs(brief.happened.passages)],
        "worth": [*_paragraphs(brief.worth.passages), _options(brief)],
        "wrong": _paragraphs(brief.wrong),
        "belief": _paragraphs(brief.belief),
        "provenance": [" ".join(escape(s) for s in brief.provenance.sentences)],
    }
    lines = []
    for name, paragraphs in blocks.items():
        lines += [f"## {SECTIONS[name]}", ""]
        for paragraph in paragraphs:
            lines += [paragraph, ""] if paragraph else []
    return lines[:-1]


def _paragraphs(passages: Iterable[Passage]) -> list[str]:
    return [_passage(p) for p in passages]


def _passage(passage: Passage) -> str:
    # A prompt is the product's own sentence; brackets without an address render as they are.
    text = passage.text if passage.kind == "prompt" else escape(passage.text)
    return f"**{escape(passage.lead)}:** {text}" if passage.lead else text


def _decided(brief: Brief) -> str:
    rows = [f"- {escape(s.label)}: {escape(s.value)}" for s in brief.settings]
    return "\n".join([f"**{escape(_capital(brief.headline))}.**", *([""] if rows else []), *rows])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(head: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> str:
    rule = [":--" if side == "l" else "--:" for side in align]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def _forecast(brief: Brief) -> str:
    rows = [
        (
            escape(row.label),
            "not listed" if row.stated is None else f"{row.stated:g} %",
            f"{row.simulated:.0f} %",
            "so it came" if row.came else "",
        )
        for row in brief.forecast
    ]
    return _table(("", "I said", "simulated", "this quarter"), "lrrl", rows)


def _events(brief: Brief) -> str:
    lines = []
    for line in brief.happened.lines:
        first, last = line.values[0], line.values[-1]
        days = minus(f"day 1: {first:.3g}, day {len(line.values)}: {last:.3g}")
        lines.append(f"- {escape(_capital(line.label))}, {escape(line.unit)}: {days}")
    for mark in brief.happened.marks:
        why = f". {escape(mark.why)}" if mark.why else ""
        lines.append(f"- Day {mark.day}: {escape(mark.text)}{why}")
    return "\n".join(lines)


def _options(brief: Brief) -> str:
    rows = [("**my decision**", percent(brief.worth.share))]
    rows += [(f"best with {escape(label)}", percent(s)) for label, s in brief.worth.options]
    return _table(("100 % = best policy, 0 = average of sensible defaults", "share"), "lr", rows)
