"""The measured ladders that cases ship: what their files promise, and the tools that make them."""

import csv
import gzip
import hashlib
import io
import json
import runpy
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "src" / "whennot" / "shelves" / "cases"
FOLDERS = sorted(script.parent for script in CASES.glob("*/ladder.py"))
REFIT = runpy.run_path(str(ROOT / "tools" / "refit_ladders.py"))
REFRESH = runpy.run_path(str(ROOT / "tools" / "refresh_data.py"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request):
    return request.param


@pytest.fixture
def ladder(folder):
    return json.loads((folder / "ladder.json").read_text())


@pytest.fixture
def lesson(folder):
    return runpy.run_path(str(folder / "ladder.py"))["lesson"]


def counts_of(ladder):
    """Counts, shape (options, contexts, phases, segments, truths, bins)."""
    return np.array([option["counts"] for option in ladder["options"].values()])


def rows_of(ladder):
    """Pairs of a summary row and its counts by truth and bin."""
    for option, counts in zip(ladder["options"], counts_of(ladder), strict=True):
        for context, by_phase in zip(ladder["summary"][option], counts, strict=True):
            for phase, by_segment in zip(ladder["phases"], by_phase, strict=True):
                yield context[phase], by_segment.sum(axis=0)


# --- what is shipped -----------------------------------------------------------------------------


def test_the_two_first_cases_have_a_ladder():
    assert {"card-fraud", "meeting-summarizer"} <= {folder.name for folder in FOLDERS}


def test_a_ladder_offers_all_four_options_from_none_to_big(ladder):
    assert list(ladder["options"]) == ["none", "rules", "simple", "big"]
    assert list(ladder["summary"]) == list(ladder["options"])


def test_a_ladder_counts_scores_in_every_context_phase_and_segment(folder, ladder):
    contexts, phases, segments = (
        len(ladder["context"]["values"]),
        len(ladder["phases"]),
        len(ladder["segments"]),
    )
    counts = counts_of(ladder)
    assert ladder["case"] == folder.name
    assert counts.dtype.kind == "i"
    assert counts.shape == (4, contexts, phases, segments, 2, ladder["bins"])
    assert 64 <= ladder["bins"] <= 128
    assert (counts >= 0).all()
    # Thinner than this, one lucky item moves a player's result by more than a percent.
    assert counts.sum(axis=-1).min() >= 80


def test_every_option_is_measured_on_the_same_items(ladder):
    items = counts_of(ladder).sum(axis=(-1, -2))
    assert (items == items[:1, :1]).all()


def test_summaries_follow_from_the_histograms(ladder):
    for row, (zeros, ones) in rows_of(ladder):
        above = zeros.sum() - zeros.cumsum()
        below = zeros.sum() - above - zeros
        auc = (ones * (below + zeros / 2)).sum() / (ones.sum() * zeros.sum())
        assert row["n"] == zeros.sum() + ones.sum()
        assert row["positives"] == ones.sum()
        assert row["auc"] == pytest.approx(auc, abs=0.02)  # scores in one bin are ties here


def test_acting_on_the_probability_costs_little_more_than_the_best_edge(ladder):
    for row, _ in rows_of(ladder):
        for name, (missed, _) in ladder["costs"].items():
            never = 1000 * missed * row["positives"] / row["n"]
            assert row["cost_at_best_edge"][name] <= row["cost"][name] + 0.05 * never
            assert row["cost"][name] == pytest.approx(never - row["worth"][name], abs=0.2)


def test_shares_of_people_or_tasks_cover_every_segment(ladder):
    shares = [share for name, share in ladder["people"].items() if name.startswith("share")]
    assert shares
    for share in shares:
        assert len(share) == len(ladder["segments"])
        assert sum(share) == pytest.approx(1, abs=0.001)


def test_a_ladder_names_the_very_data_it_was_fitted_on(folder, ladder):
    shipped = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.glob("data/*")
    }
    assert ladder["data_sha256"] == shipped


def test_a_data_sheet_states_the_hash_of_every_data_file(folder, ladder):
    text = (folder / "datasheet.md").read_text()
    assert all(digest in text for digest in ladder["data_sha256"].values())


def test_a_data_sheet_quotes_what_was_measured(folder, ladder):
    assert REFIT["table"](ladder) in (folder / "datasheet.md").read_text()


def test_a_ladder_is_written_as_the_tool_writes_it_and_stays_small(folder, ladder):
    text = (folder / "ladder.json").read_text()
    assert text == REFIT["render"](ladder)
    assert len(text) < 150_000


def test_the_lessons_hold_in_what_is_shipped(ladder, lesson):
    sentences = lesson(ladder)
    assert len(sentences) >= 3
    assert [sentence for sentence, holds in sentences if not holds] == []


def test_the_lessons_would_notice_a_ladder_turned_upside_down(ladder, lesson):
    turned = deepcopy(ladder)
    for part in ("summary", "options"):
        turned[part]["big"], turned[part]["rules"] = ladder[part]["rules"], ladder[part]["big"]
    assert not all(holds for _, holds in lesson(turned))


def test_the_shipped_reviews_hold_numbers_and_no_text():
    packed = (CASES / "meeting-summarizer" / "data" / "reviews.csv.gz").read_bytes()
    rows = list(csv.reader(io.StringIO(gzip.decompress(packed).decode())))
    assert rows[0] == ["five_stars", "words", "terms"]
    assert len(rows) == 4973
    assert all(field.replace(" ", "").isdigit() for row in rows[1:] for field in row if field)
    assert rows[1:] == sorted(rows[1:], key=lambda row: (int(row[0]), int(row[1]), row[2]))


# --- card payments -------------------------------------------------------------------------------


def payments_of_one_card(script, *, frauds):
    day = np.arange(60)
    same = np.zeros(60, dtype=np.int64)
    return script["Payments"](
        card=same,
        terminal=same,
        day=day,
        amount=np.full(60, 20.0),
        fraud=np.isin(day, frauds),
        segment=same,
        cards_in_use=np.ones((4, 60), dtype=np.int64),
    )


@pytest.mark.parametrize("delay", [0, 7, 21])
def test_a_dispute_is_seen_the_day_after_it_arrives_and_not_before(delay):
    script = runpy.run_path(str(CASES / "card-fraud" / "ladder.py"))
    found = script["signals"](payments_of_one_card(script, frauds=[10]), delay=delay)
    assert np.nonzero(found["terminal_disputes_1"])[0].tolist() == [11 + delay]
    assert np.nonzero(found["card_disputes_14"])[0].tolist() == [*range(11 + delay, 25 + delay)]


def test_amounts_are_compared_with_earlier_days_only():
    script = runpy.run_path(str(CASES / "card-fraud" / "ladder.py"))
    payments = payments_of_one_card(script, frauds=[])
    payments.amount[30:] = 80.0
    ratio = script["signals"](payments, delay=0)["ratio"]
    assert ratio[29] == pytest.approx(1)
    assert ratio[30] == pytest.approx(4)


# --- the tools -----------------------------------------------------------------------------------


def test_scores_are_summarized_as_by_hand():
    probability = np.array([0.1, 0.4, 0.4, 0.8])
    truth = np.array([False, False, True, True])
    row = REFIT["summarize"](probability, truth, costs={"3 : 1": [3, 1]})
    assert row["auc"] == pytest.approx(3.5 / 4)
    assert row["average_precision"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-4)
    assert row["brier"] == pytest.approx((0.01 + 0.16 + 0.36 + 0.04) / 4)
    assert row["cost"] == {"3 : 1": 250.0}  # acts from 0.25 on: one false alarm in four
    assert row["worth"] == {"3 : 1": 1250.0}


def test_a_summary_that_moved_is_named_with_its_place(ladder):
    moved = deepcopy(ladder)
    moved["summary"]["big"][0]["launch"]["auc"] -= 0.05
    (complaint,) = REFIT["compare"](ladder, moved)
    assert complaint.startswith(f"{ladder['case']}: big / 0 / launch / auc was ")


def test_other_library_versions_and_small_moves_pass(ladder):
    moved = deepcopy(ladder)
    moved["versions"] = {"python": "3.13.0", "numpy": "9.9", "scikit-learn": "9.9"}
    moved["summary"]["big"][0]["late"]["auc"] += 0.005
    assert REFIT["compare"](ladder, moved) == []


def test_a_ladder_of_another_seed_is_not_compared_value_by_value(ladder):
    other = deepcopy(ladder) | {"seed": 1}
    (complaint,) = REFIT["compare"](ladder, other)
    assert "seed" in complaint


def test_a_missing_ladder_is_told_with_the_command_that_makes_it(tmp_path, monkeypatch):
    folder = tmp_path / "new-case"
    folder.mkdir()
    folder.joinpath("ladder.py").write_text("def lesson(ladder):\n    return []\n")
    monkeypatch.setitem(REFIT["check"].__globals__, "refit", lambda *_, **__: {"case": "new-case"})
    (complaint,) = REFIT["check"](folder, write=False)
    assert complaint == "new-case: no ladder.json; run tools/refit_ladders.py --write"


def test_a_lesson_that_no_longer_holds_is_told_in_its_own_words(tmp_path, monkeypatch):
    folder = tmp_path / "new-case"
    folder.mkdir()
    folder.joinpath("ladder.py").write_text(
        "def lesson(ladder):\n    return [('rules beat the model', False)]\n"
    )
    fitted = {"case": "new-case", "summary": {}}
    monkeypatch.setitem(REFIT["check"].__globals__, "refit", lambda *_, **__: fitted)
    complaints = REFIT["check"](folder, write=True)
    assert complaints == ["new-case: the lesson no longer holds: rules beat the model"]


def test_a_negated_word_becomes_a_term_of_its_own():
    words = REFRESH["tokens"]("I don't like it.<br />Would NOT buy!")
    assert list(REFRESH["terms"](words)) == ["not", "like", "not", "buy", "not_like", "not_buy"]


def test_names_are_dropped_and_words_that_begin_a_sentence_are_not():
    reviews = [
        REFRESH["tokens"](text) for text in ("Tea from Acme is good", "Good tea, VERY good")
    ]
    assert REFRESH["names"](reviews) == {"acme"}


def test_equal_tables_are_packed_to_equal_bytes():
    assert REFRESH["packed"]("a,b\n") == REFRESH["packed"]("a,b\n")
    assert b"a,b" not in REFRESH["packed"]("a,b\n")[:10]
