"""The sentences of the pages, word for word."""

import pytest

from quintet import wording
from quintet.wording import MINUS, Answer, Gap, Headline

NOSTALGIC = [Answer("musicnn", "nostalgic"), Answer("CLMR", "nostalgic"), Answer("VGGish", "tender")]
CONTROLS = [Answer("OpenJMLA", "happy", untrained=True), Answer("Jukebox", "happy", untrained=True)]


def said(headline: Headline) -> str:
    return f"{headline.claim} {headline.rest}".strip()


def test_a_majority_is_named_and_the_other_answer_too():
    assert said(wording.classify_headline(NOSTALGIC)) == (
        "Nostalgic, say two of the three trained backbones. VGGish hears tender."
    )


def test_one_answer_from_all_is_one_sentence():
    answers = [Answer(title, "calm") for title in ("musicnn", "CLMR", "VGGish")]
    assert said(wording.classify_headline(answers)) == "All three trained backbones say calm."
    assert said(wording.classify_headline(answers[:2])) == "Both trained backbones say calm."


def test_answers_without_a_majority_are_listed():
    answers = [Answer("musicnn", "calm"), Answer("CLMR", "tender"), Answer("VGGish", "happy")]
    assert said(wording.classify_headline(answers)) == "Three answers: calm, tender, happy."


def test_a_single_trained_backbone_is_said_to_be_the_only_one():
    headline = wording.classify_headline([Answer("musicnn", "calm"), *CONTROLS])
    assert said(headline) == "musicnn says calm. It is the only trained backbone here."


def test_untrained_controls_are_never_counted():
    headline = wording.classify_headline([*NOSTALGIC, *CONTROLS])
    assert said(headline) == said(wording.classify_headline(NOSTALGIC))
    assert headline.evidence == "The two untrained controls are shown, not counted."
    assert wording.classify_headline(CONTROLS).claim == "No trained backbone has answered."


GAP = Gap(
    "musicnn", "VGGish", 0.095, -0.021, 0.209, 0.13, 84, "clips", "after correction for ten comparisons"
)


def test_an_unsettled_difference_says_so_with_its_interval_and_p():
    headline = wording.compare_headline(GAP)
    assert (
        said(headline)
        == "musicnn is ahead of VGGish by 9.5 points, too little to tell from chance on 84 clips."
    )
    assert headline.evidence == (
        f"95 % interval {MINUS}2.1 to 20.9 points, p = 0.13 after correction for ten comparisons"
    )


def test_a_settled_difference_says_so():
    headline = wording.compare_headline(Gap("musicnn", "VGGish", 0.14, 0.05, 0.23, 0.002, 84, "clips"))
    assert said(headline) == "musicnn is ahead of VGGish by 14 points, more than chance explains on 84 clips."


def test_equal_scores_put_nobody_ahead():
    headline = wording.compare_headline(Gap("musicnn", "VGGish", 0.0, -0.1, 0.1, 1.0, 84, "clips"))
    assert said(headline) == "musicnn and VGGish score alike on 84 clips."


def test_the_overview_tells_how_many_are_trained():
    headline = wording.overview_headline(84, "clips", trained=3, untrained=2, ready=True)
    assert said(headline) == "84 clips, heard by five backbones. Three of them trained."
    assert headline.evidence == (
        "Everything here is embedded and ready. "
        "Two backbones run as untrained controls until their weights are on this machine."
    )


def test_the_overview_of_nothing_heard_says_so():
    assert said(wording.overview_headline(84, "clips", 0, 0, ready=False)) == "84 clips, not heard yet."
    assert (
        said(wording.overview_headline(84, "clips", 1, 0, ready=True)) == "84 clips, heard by one backbone."
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (wording.percent(0.69), "69.0 %"),
        (wording.points(-0.021), f"{MINUS}2.1"),
        (wording.points(0.14), "14"),
        (wording.points(-0.0001), "0"),
        (wording.signed(2), "+2"),
        (wording.signed(-1), f"{MINUS}1"),
        (wording.signed(0), "0"),
        (wording.clock(13.7), "0:13.7"),
        (wording.clock(59.97), "1:00.0"),
        (wording.clock(73.9, tenths=False), "1:13"),
        (wording.left(240), "4 min left"),
        (wording.left(20), "20 s left"),
        (wording.left(7800), "2 h 10 min left"),
        (wording.rank_range(1, 3), "1 to 3"),
        (wording.rank_range(2, 2), "2"),
        (wording.count(84, "clips"), "84 clips"),
        (wording.count(1, "clips"), "1 clip"),
        (wording.count(1000, "tracks"), "1,000 tracks"),
        (wording.word(10), "ten"),
        (wording.word(11), "11"),
        (wording.p_value(0.0002), "p < 0.001"),
        (wording.p_value(0.004), "p = 0.004"),
    ],
)
def test_numbers_are_written_as_people_read_them(written, expected):
    assert written == expected


@pytest.mark.parametrize(("column", "read"), [("track_number", "Track number"), ("tempo", "Tempo")])
def test_a_column_is_headed_as_people_read_it(column, read):
    assert wording.heading(column) == read


@pytest.mark.parametrize(("n", "read"), [(12, "12 bytes"), (1_230_811_404, "1.2 GB"), (84_000, "84.0 kB")])
def test_sizes_are_as_disks_are_sold(n, read):
    assert wording.size(n) == read
