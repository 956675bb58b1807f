"""An episode file says what was played, reads well in a diff, and shows every changed byte."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whennot.episode.file import check_seal, dump, load
from whennot.errors import EpisodeError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SECTIONS = st.dictionaries(TEXT, PLAIN, max_size=4)
EPISODES = st.builds(
    lambda moves, result, debrief, challenge, variant: episode(
        moves=moves, result=result, debrief=debrief, challenge=challenge, variant=variant
    ),
    moves=st.lists(SECTIONS, max_size=5),
    result=SECTIONS,
    debrief=SECTIONS,
    challenge=st.none() | TEXT,
    variant=st.integers(0, 2**63),
)


def episode(**changes: Any) -> dict[str, Any]:
    """Return a small played episode, with some of its sections replaced."""
    content = {
        "format": "whennot.episode/1",
        "case": {"name": "kiosk", "uuid": "7c", "version": 2, "pack_sha256": "9f"},
        "engine": "0.1.0",
        "flight": "first",
        "variant": 12,
        "challenge": None,
        "replicate": 0,
        "moves": [
            {"kind": "ask", "question": "delay", "minutes": 5},
            {"kind": "commit", "threshold": 0.75, "why": "café \\ €"},
            {"kind": "hold"},
        ],
        "result": {"counts": "51ab"},
        "debrief": {"share": 0.71, "se": 1e-09},
    }
    return content | changes


SAMPLE = dump(episode())


def faults(source: bytes) -> str:
    return "\n".join(check_seal(source).faults)


# --- what is written comes back ------------------------------------------------------------------


def test_a_file_gives_back_what_was_played_and_its_seal_is_intact():
    content = load(SAMPLE)
    seal = content.pop("seal")

    assert content == episode()
    assert len(seal["links"]) == 3
    assert check_seal(SAMPLE).intact
    assert check_seal(SAMPLE).digest == seal["all"]


@given(EPISODES)
def test_any_episode_comes_back_and_is_written_the_same_way_again(played):
    source = dump(played)

    read = load(source)

    assert dump(read) == source
    assert {name: part for name, part in read.items() if name != "seal"} == played
    assert check_seal(source).intact


def test_the_order_in_which_a_content_was_put_together_does_not_matter():
    backwards = dict(reversed(episode().items()))
    backwards["case"] = dict(reversed(backwards["case"].items()))

    assert dump(backwards) == SAMPLE


def test_a_file_is_plain_json_for_any_program_with_one_move_a_line_and_a_final_newline():
    lines = SAMPLE.decode().split("\n")

    assert json.loads(SAMPLE)["moves"] == episode()["moves"]
    assert '    {"kind": "ask", "minutes": 5, "question": "delay"},' in lines
    assert '    {"kind": "commit", "threshold": 0.75, "why": "café \\\\ €"},' in lines
    assert lines[-2:] == ["}", ""]


def test_one_more_move_changes_few_lines_so_that_a_diff_reads_well():
    longer = dump(episode(moves=[*episode()["moves"], {"kind": "retire"}]))

    added = set(longer.splitlines()) - set(SAMPLE.splitlines())

    # The move, the comma before it, its link and the comma before that, two hashes.
    assert len(added) == 6


def test_the_links_of_a_longer_episode_begin_with_those_of_the_shorter():
    longer = load(dump(episode(moves=[*episode()["moves"], {"kind": "retire"}])))

    assert longer["seal"]["links"][:3] == load(SAMPLE)["seal"]["links"]


def test_a_seal_is_made_from_what_is_there_and_never_taken_over():
    changed = load(SAMPLE) | {"variant": 13}

    assert check_seal(dump(changed)).intact
    assert dump(changed) == dump(episode(variant=13))


# --- what cannot be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"debrief": {"share": float("nan")}}, "debrief.share: not a finite number"),
        ({"debrief": {"share": float("-inf")}}, "debrief.share: not a finite number"),
        ({"debrief": {"shares": [0.5, {1}]}}, "debrief.shares[1]: set has no JSON form"),
        ({"debrief": {3: 1}}, "debrief: key 3 is not text"),
        ({"moves": [{"why": "caf\udce9"}]}, "moves[0].why: holds a lone surrogate"),
        ({"moves": [{"caf\udce9": 1}]}, "moves[0]: a key holds a lone surrogate"),
        ({"variant": 2**64}, "variant: integer of more than 64 bits"),
        ({"variant": True}, "variant: must be a whole number"),
        ({"variant": 1.0}, "variant: must be a whole number"),
        ({"challenge": 7}, "challenge: must be text or null"),
        ({"moves": ["hold"]}, "move 1: must be an object"),
        ({"moves": {}}, "moves: must be a list"),
        ({"case": {"name": "kiosk", "uuid": "7c", "version": 2}}, "case.pack_sha256: missing"),
        ({"player": "Amara"}, "player: unknown section"),
        ({"format": "whennot.episode/2"}, 'format: must be "whennot.episode/1"'),
        ({"result": {"counts": "x" * 5_000_000}}, "too large"),
    ],
)
def test_what_has_no_place_in_a_file_is_refused_by_name(changes, words):
    with pytest.raises(EpisodeError) as refused:
        dump(episode(**changes))

    assert words in str(refused.value)


def test_all_faults_of_a_content_are_told_at_once():
    with pytest.raises(EpisodeError) as refused:
        dump({"format": "whennot.episode/1", "variant": "12", "moves": [{}, 1]})

    assert str(refused.value).split("\n") == [
        "case: missing",
        "engine: missing",
        "flight: missing",
        "variant: must be a whole number",
        "challenge: missing",
        "replicate: missing",
        "result: missing",
        "debrief: missing",
        "move 2: must be an object",
    ]


# --- every byte counts ---------------------------------------------------------------------------

PLACES = (
    *("move ", "moves", "case", "challenge", "debrief", "engine", "flight", "format", "replicate"),
    *("result", "variant", "seal itself", "layout (byte ", "truncated", "not JSON", "not UTF-8"),
)


def refused(altered: Iterator[bytes]) -> None:
    for source in altered:
        report = check_seal(source)

        assert not report.intact, source
        assert report.digest is None
        for fault in report.faults:
            assert any(place in fault for place in PLACES), (fault, source)


@pytest.mark.parametrize("flip", [0x01, 0x02, 0x10, 0x20, 0x80])
def test_no_byte_can_be_flipped(flip):
    refused(SAMPLE[:i] + bytes([b ^ flip]) + SAMPLE[i + 1 :] for i, b in enumerate(SAMPLE))


@pytest.mark.parametrize("byte", [b" ", b"\n", b'"', b"0", b"}", b"\\", b"\xff"])
def test_no_byte_can_be_inserted(byte):
    refused(SAMPLE[:i] + byte + SAMPLE[i:] for i in range(len(SAMPLE) + 1))


def test_no_byte_can_be_deleted_and_no_two_neighbors_swapped():
    refused(SAMPLE[:i] + SAMPLE[i + 1 :] for i in range(len(SAMPLE)))
    swapped = (
        SAMPLE[:i] + SAMPLE[i + 1 : i + 2] + SAMPLE[i : i + 1] + SAMPLE[i + 2 :]
        for i in range(len(SAMPLE) - 1)
    )
    refused(source for source in swapped if source != SAMPLE)


def test_a_file_cut_anywhere_is_truncated_and_only_the_final_newline_is_layout():
    for length in range(len(SAMPLE) - 1):
        assert faults(SAMPLE[:length]).startswith("truncated"), length

    assert faults(SAMPLE[:-1]).startswith(f"layout (byte {len(SAMPLE) - 1})")


@given(st.binary(max_size=200), st.integers(0, len(SAMPLE)), st.integers(0, 60))
def test_whatever_stands_in_a_file_the_answer_is_a_sentence(junk, start, length):
    source = SAMPLE[:start] + junk + SAMPLE[start + length :]

    report = check_seal(source)

    assert report.intact == (source == SAMPLE)
    assert all(report.faults)


# --- what broke is named -------------------------------------------------------------------------


def resaved(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the sample as another program leaves it: content changed, seal kept, layout ours."""
    content = load(SAMPLE)
    change(content)
    seal = content["seal"]
    source = dump(content)
    new = load(source)["seal"]
    for old, kept in [(new["all"], seal["all"]), *zip(new["links"], seal["links"], strict=False)]:
        source = source.replace(old.encode(), kept.encode())
    for name, digest in new["sections"].items():
        source = source.replace(digest.encode(), seal["sections"][name].encode())
    return source


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["case"].update(version=3), "case: changed since it was sealed"),
        (lambda c: c.update(engine="0.2.0"), "engine: changed since it was sealed"),
        (lambda c: c.update(variant=13), "variant: changed since it was sealed"),
        (lambda c: c.update(challenge="x"), "challenge: changed since it was sealed"),
        (lambda c: c.update(replicate=1), "replicate: changed since it was sealed"),
        (lambda c: c["result"].update(counts="51ac"), "result: changed since it was sealed"),
        (lambda c: c["debrief"].update(share=0.81), "debrief: changed since it was sealed"),
        (lambda c: c["moves"][1].update(threshold=0.8), "move 2: changed since it was sealed"),
    ],
)
def test_a_changed_part_is_named_and_no_other(change, words):
    assert faults(resaved(change)) == words


def test_two_changed_moves_are_two_findings_and_the_moves_after_them_none():
    def change(content: dict[str, Any]) -> None:
        content["moves"][0]["minutes"] = 6
        content["moves"][2]["kind"] = "retire"

    assert [f.partition(":")[0] for f in check_seal(resaved(change)).faults] == [
        "move 1",
        "move 3",
    ]


def with_lines(change: Callable[[list[str]], object]) -> bytes:
    lines = SAMPLE.decode().split("\n")
    change(lines)
    return "\n".join(lines).encode()


def test_a_move_that_was_cut_out_or_copied_in_is_named_by_its_place():
    first = SAMPLE.decode().split("\n").index('  "moves": [') + 1

    def copied(lines: list[str]) -> None:
        lines.insert(first + 1, lines[first])

    assert faults(with_lines(lambda lines: lines.pop(first + 1))) == (
        "move 2: moves were added or removed from here on (3 were sealed, 2 are here)"
    )
    assert faults(with_lines(copied)) == (
        "move 2: moves were added or removed from here on (3 were sealed, 4 are here)"
    )


@pytest.mark.parametrize("part", ["all", "links", "sections"])
def test_a_change_of_the_seal_is_told_from_a_change_of_what_it_seals(part):
    seal = load(SAMPLE)["seal"]
    hashes = {"all": seal["all"], "links": seal["links"][1], "sections": seal["sections"]["case"]}
    changed = SAMPLE.replace(hashes[part].encode(), b"0" * 64)

    assert faults(changed).startswith(f"seal itself: {part} changed")


@pytest.mark.parametrize(
    "rewritten",
    [
        json.dumps(json.loads(SAMPLE)).encode(),
        json.dumps(json.loads(SAMPLE), indent=2, sort_keys=True, ensure_ascii=False).encode(),
        SAMPLE.replace(b"\n", b"\r\n"),
        SAMPLE.replace("é".encode(), b"\\u00e9"),
        SAMPLE.replace(b"0.75", b"7.5e-1"),
        SAMPLE + b"\n",
    ],
)
def test_a_file_that_says_the_same_in_another_spelling_is_a_matter_of_layout(rewritten):
    place = next(
        (i for i, (a, b) in enumerate(zip(rewritten, SAMPLE, strict=False)) if a != b), len(SAMPLE)
    )

    assert faults(rewritten) == (
        f"layout (byte {place}): whitespace, order or spelling changed, content intact"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "truncated: the file is empty"),
        (b"my notes", "not JSON: Expecting value (byte 0)"),
        (b"[1, 2]\n", "not an episode: the file holds no JSON object"),
        (b"{}\n", "moves: missing"),
        (b"\xef\xbb\xbf" + SAMPLE, "not JSON: Unexpected UTF-8 BOM"),
        (SAMPLE.decode().encode("utf-16"), "not UTF-8 (byte 0)"),
        (SAMPLE[: SAMPLE.index(b"\xa9")], "truncated inside a character (byte "),
        (SAMPLE.replace(b"\xa9", b""), "near move 2)"),
        (SAMPLE.replace(b'"ask",', b'"ask"'), "near move 1)"),
        (SAMPLE.replace(b"0.71", b"0.71.1"), "near debrief)"),
        (SAMPLE.replace(b"episode/1", b"episode/2"), "format: wrong version: whennot.episode/2;"),
        (SAMPLE.replace(b"whennot.episode/1", b"elsewhere"), 'format: "elsewhere" is not'),
        (SAMPLE.replace(b'"engine"', b'"variant"'), "duplicate key variant"),
        (SAMPLE.replace(b'"minutes"', b'"kind"'), "duplicate key kind"),
        (SAMPLE.replace(b"0.71", b"NaN"), "NaN is not a number that JSON has"),
        (SAMPLE.replace(b"0.71", b"1e999"), "debrief.share: not a finite number"),
        (SAMPLE.replace(b": 12\n", b": " + b"9" * 6000 + b"\n"), "integer of more than 64 bits"),
        (SAMPLE.replace(b'"hold"', b'"\\ud800"'), "moves[2].kind: holds a lone surrogate"),
        (SAMPLE.replace(b'"hold"', b"[" * 60 + b"]" * 60), "nested deeper than 40 levels"),
        (b"[" * 200_000, "nested deeper than 40 levels"),
        (b'{"a":' * 200_000, "nested deeper than 40 levels"),
        (b'"' + b'\\"' * 100_000, "truncated"),
        (SAMPLE + b" " * 5_000_000, "too large: 5,00"),
        (b'{"a": NaN, "b": ' + b"[NaN, " * 30 + b"0" + b"]" * 30 + b"}", "and "),
        (SAMPLE.replace(b'"seal"', b'"sael"'), "seal itself: missing"),
        (SAMPLE.replace(b'"links"', b'"lynks"'), "seal itself: links: missing"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_and_where(source, words):
    assert words in faults(source)
    with pytest.raises(EpisodeError) as refused:
        load(source)
    assert words in str(refused.value)


def test_a_file_with_a_broken_seal_is_read_only_when_that_is_asked_for():
    changed = SAMPLE.replace(b"0.75", b"0.80")

    with pytest.raises(EpisodeError, match="move 2: changed"):
        load(changed)

    assert load(changed, sealed=False)["moves"][1]["threshold"] == 0.8
    with pytest.raises(EpisodeError, match="not JSON"):
        load(changed + b"x", sealed=False)


def test_reading_a_file_leaves_nothing_shared_with_the_next_reading():
    first, second = load(SAMPLE), load(SAMPLE)
    untouched = copy.deepcopy(second)

    first["moves"].clear()

    assert second == untouched
