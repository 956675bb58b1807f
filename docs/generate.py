"""Reference pages made from the code, so that they cannot fall behind it.

``write(folder)`` runs at every build of the documentation and in ``tests/test_docs.py``.
A page is a function that returns MyST text; `PAGES` names its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from whennot.episode.case import Case
    from whennot.world.spec import Number

MADE = "<!-- made by docs/generate.py from the code; do not edit -->"


def write(folder: Path) -> list[Path]:
    """Write every reference page and return the paths; files that would not change are left.

    Args:
        folder: of the reference section; pages of cases go into its folder ``cases``.
    """
    pages = {name: page() for name, page in PAGES.items()} | case_pages()
    for stale in (folder / "cases").glob("*.md"):
        if f"cases/{stale.name}" not in pages:
            stale.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = f"{MADE}\n\n{text.strip()}\n"
        # Sphinx re-reads what is newer than its cache, so an unchanged page keeps its date.
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
    return [folder / name for name in pages]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; cells are one line each."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


# --- the simulator -------------------------------------------------------------------------------


def rows_page() -> str:
    """Return the page of row fields."""
    from whennot.world.rows import FIELDS

    rows = [(_code(f.name), f.meaning, f.unit, f"{f.default:g}") for f in FIELDS]
    return f"""
# Row fields

Everything that one day of one user can depend on. A case fills these {len(FIELDS)} fields with
formulas, for users who have the feature and for those who do not;
[couplings](case-file.md#coupling) move them while a state is up. Inside the kernel each
is a whole number of 65536ths.

{table(("field", "meaning", "unit", "default"), rows)}
"""


def counters_page() -> str:
    """Return the page of counters."""
    from whennot.world.counters import COUNTERS

    rows = [(_code(c.name), c.meaning, c.unit) for c in COUNTERS]
    return f"""
# Counters

What the simulator counts, for each day and segment. Money, signals, triggers and failure modes
are functions of these counts alone, so prices can change without simulating again.
`tp + tn + fp + fn + caught + deferred = tasks` holds in every row.

{table(("counter", "meaning", "unit"), rows)}
"""


# --- the episode ---------------------------------------------------------------------------------


def episode_page() -> str:
    """Return the page of episode states and moves."""
    from whennot.episode.table import TRANSITIONS

    rows = [
        (_code(state), ", ".join(_moves(moves, state))) for state, moves in TRANSITIONS.items()
    ]
    return f"""
# States of an episode

An episode is its list of moves. What may be sent when is one table in the code, printed here; a
move that leads to another state shows it behind the arrow.

{table(("state", "moves"), rows)}
"""


def _moves(moves: Mapping[str, Sequence[str]], state: str) -> Iterator[str]:
    for move, after in moves.items():
        yield f"{_code(move)}" + "".join(f" → {_code(to)}" for to in after if to != state)


# --- the case file -------------------------------------------------------------------------------


def case_file_page() -> str:
    """Return the page of keys that ``case.toml`` may hold."""
    from whennot.episode.case import FILES, CaseFile

    sections = [_keys("The file itself", CaseFile)]
    sections += [_keys(f"`{_heading(m)}`", m) for m in _models_in(CaseFile)]
    return f"""
# The case file

A case is a folder with {", ".join(_code(f) for f in FILES)}.
`case.toml` says everything about its world; unknown keys are faults. A *formula* is arithmetic
over the names in scope (facts, parameters, derived numbers, knobs of levers); a bare number in it
needs a name, unit and source of its own, but for 0, 1 and 2.

{"".join(sections)}
"""


def _heading(model: type[BaseModel]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()


def _keys(title: str, model: type[BaseModel]) -> str:
    rows = [
        (
            _code(name),
            _type_words(field.annotation, field.metadata),
            "required" if field.is_required() else f"default {_default(field.default)}",
        )
        for name, field in model.model_fields.items()
    ]
    about = (model.__doc__ or "").split("\n\n")[0]
    return f"## {title}\n\n{about}\n\n{table(('key', 'holds', ''), rows)}\n\n"


def _default(value: object) -> str:
    return _code(repr(value)) if value else "empty" if value != 0 else _code(value)


def _models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the tables below a table, each once, in the order of first use."""
    found: dict[type[BaseModel], None] = {}
    for field in model.model_fields.values():
        for inner in _models_of(field.annotation):
            found[inner] = None
            found |= dict.fromkeys(_models_in(inner))
    return list(found)


def _models_of(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from _models_of(inner)


def _type_words(kind: Any, metadata: Sequence[object] = ()) -> str:
    """Return a type in the words of a case author."""
    if any(type(m).__name__ == "AfterValidator" for m in metadata):
        return "formula"
    inner = get_args(kind)
    if get_origin(kind) is Annotated:
        return _type_words(inner[0], inner[1:])
    if inner:
        return _type_of_many(get_origin(kind), inner)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{_heading(kind)}](#{_heading(kind).replace(' ', '-')})"
    return WORDS.get(kind, getattr(kind, "__name__", str(kind)))


def _type_of_many(origin: Any, inner: Sequence[Any]) -> str:
    if origin is tuple:
        return f"list of {_type_words(inner[0])}"
    if origin is dict:
        return f"table of {_type_words(inner[1])} by name"
    if origin is Literal:
        return " or ".join(_code(i) for i in inner)
    return " or ".join(_type_words(i) for i in inner if i is not type(None))


WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


# --- the cases -----------------------------------------------------------------------------------


def case_pages() -> dict[str, str]:
    """Return the page of each case and their index, by file name.

    Pages say nothing that a player would have to ask for: no value of a hidden fact, no
    question's worth, nobody's reliability, no lesson.
    """
    from whennot.shelf import case_names, load_case

    cases = {name: load_case(name) for name in case_names()}
    rows = [
        (f"[{case.spec.title}]({name}.md)", case.spec.domain, case.spec.minutes, case.spec.version)
        for name, case in sorted(cases.items())
    ]
    head = ("case", "domain", "minutes for questions", "version")
    names = "\n".join(sorted(cases))
    index = f"# Cases\n\n{table(head, rows)}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return {"cases/index.md": index} | {f"cases/{n}.md": _case_page(c) for n, c in cases.items()}


def _case_page(case: Case) -> str:
    spec = case.spec
    levers = [
        (lever.label, ", ".join(str(o) for o in lever.options), lever.default, lever.explains)
        for lever in spec.levers.values()
    ]
    facts = [(f.label, f.typical, f.status, f.source) for f in spec.facts.values()]
    numbers = [(n.label or name, *_number(n)) for name, n in spec.parameters.items()]
    prices = [(p.label, f"per {p.per}", p.who) for p in spec.prices]
    prices += [(c.label, f"per {c.each}", c.who) for c in spec.costs]
    history = [(h.version, h.date, h.change) for h in spec.history]
    return f"""
# {spec.title}

Case `{case.name}`, version {spec.version}: {spec.domain}, at the fictional {spec.company};
{spec.days} days, {spec.users} users. Play it with `whennot play {case.name}`.

## What you decide

{table(("lever", "choices", "default", "what it does"), levers)}

## What differs between variants

You learn these by asking; here is what a newcomer would be told.

{table(("fact", "typical", "status", "source"), facts)}

## Who pays for what

{table(("item", "counted", "who pays"), prices)}

## Numbers behind it

*Measured* on data we ship, *borrowed* from something else, *published*, *assumed*, or *fitted* to
a stated fact.
Assumed and fitted numbers are open to appeal within their range.

{table(("number", "value", "range", "unit", "status", "source"), numbers)}

## History

{table(("version", "date", "change"), history)}
"""


def _number(number: Number) -> tuple[str, str, str, str, str]:
    spread = f"{number.low:g} to {number.high:g}"
    return f"{number.value:g}", spread, number.unit, number.status, number.source


# --- the command line ----------------------------------------------------------------------------


def cli_page() -> str:
    """Return the page of commands and settings."""
    import typer.main

    from whennot.cli import app
    from whennot.home.place import VARIABLES

    root = typer.main.get_command(app)
    settings = [(_code(v.name), v.meaning, v.default) for v in VARIABLES]
    return f"""
# Command line

Every command prints its own help with `--help`, writes data to standard output and talk to
standard error, and honors `NO_COLOR`. Exit codes: 0 done, 1 a check failed or the answer is no,
2 the command was not understood.

{"".join(_command(root, "whennot"))}

## Settings

{table(("variable", "what it sets", "default"), settings)}
"""


def _command(command: Any, words: str) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    if not subcommands:
        yield f"## {words}\n\n{(command.help or '').strip()}\n\n{_parameters(command)}\n\n"
    for name, inner in subcommands.items():
        if not inner.hidden:
            yield from _command(inner, f"{words} {name}")


def _parameters(command: Any) -> str:
    shown = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    rows = [(" ".join(_code(n) for n in _names(p)), getattr(p, "help", "") or "") for p in shown]
    return table(("argument or option", "meaning"), rows) if rows else ""


def _names(parameter: Any) -> list[str]:
    if parameter.param_type_name == "argument":
        return [str(parameter.name).upper()]
    return [*parameter.opts, *parameter.secondary_opts]


PAGES = {
    "case-file.md": case_file_page,
    "cli.md": cli_page,
    "counters.md": counters_page,
    "episode.md": episode_page,
    "rows.md": rows_page,
}
