r"""The ``.episode.json`` file: one played episode, readable in a diff, sealed to the byte.

Pure: bytes in, bytes out; shells read and write the disk. A file looks like this, shortened::

    {
      "case": {
        "name": "card-fraud",
        "pack_sha256": "9f2c...",
        "uuid": "2b1d...",
        "version": 3
      },
      "challenge": null,
      "debrief": {
        "share": 0.71
      },
      "engine": "0.1.0",
      "flight": "first",
      "format": "whennot.episode/1",
      "moves": [
        {"kind": "ask", "question": "label-delay"},
        {"kind": "commit", "option": "rules"}
      ],
      "replicate": 0,
      "result": {
        "counts": "51ab..."
      },
      "seal": {
        "all": "c0de...",
        "links": [
          "77aa...",
          "81fe..."
        ],
        "sections": {
          "case": "0b7e..."
        }
      },
      "variant": 12
    }

There is exactly one right file for a content: keys sorted, one move a line, a final newline.
Any other byte is a broken seal, even where it says the same (`check_seal` then says "layout").
What the hashes cover and what they do not prove is told in `whennot.episode.seal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whennot.episode import strict_json
from whennot.episode.seal import FORMAT, broken_in, seal_of
from whennot.errors import EpisodeError

Content = dict[str, Any]
"""What a file says: plain JSON values under the names of `SECTIONS`, and its seal."""

SECTIONS: Mapping[str, tuple[type, ...]] = {
    "format": (str,),
    "case": (dict,),
    "engine": (str,),
    "flight": (str,),
    "variant": (int,),
    "challenge": (str, type(None)),
    "replicate": (int,),
    "moves": (list, tuple),
    "result": (dict,),
    "debrief": (dict,),
}
"""The sealed sections and the types they may have; all are required."""

_CASE: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "uuid": (str,),
    "version": (str, int),
    "pack_sha256": (str,),
}
_SEAL: Mapping[str, tuple[type, ...]] = {"all": (str,), "links": (list,), "sections": (dict,)}
_WORDS: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a look at a seal found.

    Attributes:
        faults: one sentence for each thing that broke, naming the section, the move number,
            "layout", "seal itself" or what keeps the file from being read; empty when intact.
        digest: the hash over the whole content when the seal is intact, else None.
    """

    faults: tuple[str, ...]
    digest: str | None = None

    @property
    def intact(self) -> bool:
        """Whether not one byte changed since the file was sealed."""
        return not self.faults


def dump(content: Mapping[str, Any]) -> bytes:
    """Return the file of an episode, sealed.

    Args:
        content: every section of `SECTIONS`. A "seal" in it is replaced: a seal states what this
            content is, so it is never taken over from an earlier one.

    Raises:
        EpisodeError: a section is missing, unknown or of the wrong type, a value has no JSON
            form, or the file would be too large; one line for each fault.
    """
    unsealed = {name: part for name, part in content.items() if name != "seal"}
    if faults := strict_json.faults_in(unsealed) or _shape_faults(unsealed):
        raise EpisodeError("\n".join(faults))
    text = _text_of({**unsealed, "seal": seal_of(unsealed)})
    if len(text) > strict_json.LIMIT_BYTES:
        raise EpisodeError(
            f"too large: {len(text):,} bytes; an episode has at most {strict_json.LIMIT_BYTES:,}"
        )
    return text


def load(source: bytes, *, sealed: bool = True) -> Content:
    """Return what a file says, with its seal under "seal".

    Args:
        source: the bytes of the file.
        sealed: refuse a file whose seal is broken. False reads a content that is whole although
            it was changed, so that it can still be shown and simulated again.

    Raises:
        EpisodeError: the file cannot be read or, with `sealed`, was changed; one line for each
            fault.
    """
    content = _read(source)
    if sealed and (faults := _seal_faults(source, content)):
        raise EpisodeError("\n".join(faults))
    return content


def check_seal(source: bytes) -> SealReport:
    """Return whether these are, to the byte, the bytes that were sealed, and if not what broke.

    Never raises for anything that bytes can hold.
    """
    try:
        content = _read(source)
    except EpisodeError as error:
        return SealReport(tuple(str(error).split("\n")))
    faults = tuple(_seal_faults(source, content))
    return SealReport(faults, None if faults else content["seal"]["all"])


def _text_of(content: Mapping[str, Any]) -> bytes:
    parts = {
        # Two levels give one move a line; the hashes of a seal lie one level deeper.
        name: strict_json.laid_out(part, depth=2 if name == "seal" else 1, indent="  ")
        for name, part in content.items()
    }
    lines = ",\n".join(f"  {strict_json.canonical(name)}: {parts[name]}" for name in sorted(parts))
    return f"{{\n{lines}\n}}\n".encode()


def _read(source: bytes) -> Content:
    """Return a content of the right shape, whatever its seal says."""
    content = strict_json.read(source)
    if not isinstance(content, dict):
        raise EpisodeError("not an episode: the file holds no JSON object")
    if faults := _version_faults(content) or [*_shape_faults(content), *_seal_shape(content)]:
        raise EpisodeError("\n".join(faults))
    return content


def _seal_faults(source: bytes, content: Content) -> list[str]:
    if faults := broken_in(content):
        return faults
    right = _text_of(content)
    if source == right:
        return []
    pairs = enumerate(zip(source, right, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), min(len(source), len(right)))
    return [f"layout (byte {first}): whitespace, order or spelling changed, content intact"]


def _version_faults(content: Content) -> list[str]:
    stated = content.get("format")
    if stated == FORMAT or stated is None:
        return []  # a missing format is a fault of shape, told with the others
    family, _, version = str(stated).rpartition("/")
    if family == FORMAT.rpartition("/")[0] and version.isdecimal():
        return [f"format: wrong version: {stated}; this whennot reads {FORMAT}"]
    return [f'format: {strict_json.canonical(stated)[:60]} is not "{FORMAT}"; not an episode?']


def _shape_faults(content: Mapping[str, Any]) -> list[str]:
    faults = _type_faults(content, SECTIONS, within="")
    faults += [
        f"{strict_json.shown(name)}: unknown section; known: {', '.join(sorted(SECTIONS))}"
        for name in sorted(content)
        if name not in SECTIONS and name != "seal"
    ]
    if isinstance(content.get("format"), str) and content["format"] != FORMAT:
        faults.append(f'format: must be "{FORMAT}"')
    if isinstance(content.get("case"), dict):
        faults += _type_faults(content["case"], _CASE, within="case.")
    if isinstance(moves := content.get("moves"), list | tuple):
        faults += [
            f"move {number}: must be an object"
            for number, move in enumerate(moves, start=1)
            if not isinstance(move, dict)
        ]
    return faults


def _seal_shape(content: Content) -> list[str]:
    seal = content.get("seal")
    if not isinstance(seal, dict):
        return ["seal itself: missing" if seal is None else "seal itself: must be an object"]
    return [f"seal itself: {fault}" for fault in _type_faults(seal, _SEAL, within="")]


def _type_faults(
    part: Mapping[str, Any], types: Mapping[str, tuple[type, ...]], *, within: str
) -> list[str]:
    """Return a sentence for each name that is missing or has a value of another type."""
    faults: list[str] = []
    for name, allowed in types.items():
        if name not in part:
            faults.append(f"{within}{name}: missing")
        elif not isinstance(part[name], allowed) or isinstance(part[name], bool):
            words = " or ".join(_WORDS[kind] for kind in allowed if kind in _WORDS)
            faults.append(f"{within}{name}: must be {words}")
    return faults
