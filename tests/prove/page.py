"""Reads the pages and the letters of a PDF as typst writes them: enough to look, no more."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_PAGE = re.compile(rb"/Type/Page/Resources (\d+) 0 R.*?/Contents (\d+) 0 R", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> int:
    """Return how many pages there are."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def fonts(pdf: bytes) -> set[str]:
    """Return the names of the fonts, without the prefix of their subset."""
    return {name.decode() for name in re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z]+)", pdf)}


def letters(pdf: bytes) -> str:
    """Return what stands on the page, in the order of reading, without any space."""
    objects = {
        int(n): body for n, body in re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    }
    return "".join(
        "".join(_letters_on(objects, int(fonts_of), int(contents)).split())
        for fonts_of, contents in _PAGE.findall(pdf)
    )


def _letters_on(objects: dict[int, bytes], fonts_of: int, contents: int) -> str:
    """Return the letters of one page; a font's name holds on that page only."""
    shapes = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", objects[fonts_of]):
        found = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        shapes[name] = _letters_of(_stream(objects[int(found[1])])) if found else {}
    shown = []
    for font, codes in _strings(_stream(objects[contents])):
        pairs = (codes[i : i + 2] for i in range(0, len(codes), 2))
        shown += [shapes.get(font, {}).get(pair, "") for pair in pairs]
    return "".join(shown)


def _strings(contents: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield every string of a page with the font it is set in."""
    font, at = b"", 0
    while (start := contents.find(b"(", at)) >= 0:
        for set_font in _FONT.finditer(contents, at, start):
            font = set_font[1]
        depth, at = 1, start + 1
        while depth:
            # Balanced brackets stand in a string as they are.
            byte = contents[at : at + 1]
            depth += (byte == b"(") - (byte == b")")
            at += 2 if byte == b"\\" else 1
        yield font, _ESCAPE.sub(_unescaped, contents[start + 1 : at - 1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1] else _PLAIN.get(found[2], found[2])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    content = rest.rpartition(b"\nendstream")[0]
    return zlib.decompress(content) if b"FlateDecode" in head else content


def _letters_of(table: bytes) -> dict[bytes, str]:
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters_ in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(code.decode())] = _utf16(letters_)
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
