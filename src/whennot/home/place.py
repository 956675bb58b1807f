"""Where the home is, and every ``WHENNOT_*`` variable.

Only shells read the environment. They hand it to these functions, which are then plain to test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

_PREFIX = "WHENNOT_"


@dataclass(frozen=True, slots=True)
class Variable:
    """A setting that is read from the environment.

    Attributes:
        name: of the variable.
        meaning: what it sets, in one sentence.
        default: what holds when it is not set, in words.
    """

    name: str
    meaning: str
    default: str


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "WHENNOT_HOME",
        "The folder that keeps everything you do: the event log, its backups and your exports.",
        "the user data folder of your system, see `whennot doctor`",
    ),
    Variable(
        "WHENNOT_URL",
        "Where a server is reached, such as https://practice.example; switches to server mode.",
        "none: a laptop, for one person, on this machine alone",
    ),
    Variable(
        "WHENNOT_DESIGN",
        "1 adds the page /design/ with every component, and reads styles at every look.",
        "off",
    ),
)
"""All of them; `whennot doctor` prints this table with what is set."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a variable comes to.

    Attributes:
        variable: which one.
        value: what holds now.
        is_set: whether the environment says so; False means the default.
    """

    variable: Variable
    value: str
    is_set: bool


def home_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of the home, absolute; it need not exist.

    Args:
        environment: of the program; ``WHENNOT_HOME`` counts as unset when it is empty, may start
            with ``~`` and, when relative, starts from the current folder.
    """
    if chosen := environment.get("WHENNOT_HOME"):
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    # No author folder: on Windows it would repeat the name, whennot\\whennot.
    return user_data_path("whennot", appauthor=False).absolute()


def settings(environment: Mapping[str, str]) -> list[Setting]:
    """Return what every variable comes to, in the order of `VARIABLES`."""
    values = {"WHENNOT_HOME": str(home_folder(environment))}
    return [
        Setting(
            variable,
            values.get(variable.name) or environment.get(variable.name) or variable.default,
            is_set=bool(environment.get(variable.name)),
        )
        for variable in VARIABLES
    ]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return a sentence for each ``WHENNOT_*`` variable that nothing reads."""
    known = [variable.name.removeprefix(_PREFIX) for variable in VARIABLES]
    sentences = []
    for name in sorted(environment):
        ending = name.removeprefix(_PREFIX)
        if name.startswith(_PREFIX) and ending not in known:
            # Compared without the prefix, by which all of them resemble each other.
            close = get_close_matches(ending, known, n=1)
            others = ", ".join(_PREFIX + other for other in known)
            hint = f"did you mean {_PREFIX}{close[0]}?" if close else f"known: {others}"
            sentences.append(f"{name} is set, but nothing reads it; {hint}")
    return sentences
