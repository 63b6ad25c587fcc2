"""Two runs compared: the numbers of the analyses on the clips of both, one sentence, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.errors import UsageError
from quintet.evaluation import compare_runs
from quintet.evaluation.compare_runs import Side
from quintet.stats import permutation, significance

CLASSES = ("a", "b", "c")
SPLITS = {"dataset": "x", "protocol": "folds", "seed": "0"}


def answered(name: str, wrong: range, n: int = 60) -> Side:
    """n clips in groups of two, answered rightly but for the rows in `wrong`."""
    true = np.arange(n) % 3
    said = np.where(np.isin(np.arange(n), list(wrong)), (true + 1) % 3, true)
    ids = tuple(f"clip{i:02}" for i in range(n))
    groups = np.array([f"g{i // 2:02}" for i in range(n)])
    probabilities = (0.2 + 0.4 * np.eye(3)[said]).astype(np.float32)
    return Side(name, SPLITS, ids, np.array(CLASSES)[true], groups, probabilities, CLASSES)


A, B = answered("A", range(0, 6)), answered("B", range(4, 34))


def test_the_numbers_are_those_of_the_analyses():
    found = compare_runs.compare(A, B)
    right = [np.array([i not in wrong for i in range(60)]) for wrong in (range(0, 6), range(4, 34))]
    assert found.differences["accuracy"] == significance.paired_difference(*right, A.group, 0)
    assert found.differences["macro_f1"] == permutation.difference(
        "macro_f1", A.known, A.probabilities, B.probabilities, 0
    )
    assert found.outcomes.only_a.tolist() == list(range(6, 34))
    assert found.outcomes.only_b.tolist() == [0, 1, 2, 3]
    assert found.outcomes.neither.tolist() == [4, 5]
    assert (found.groups, found.alone) == (30, (0, 0))
    assert found.scores["A"]["accuracy"].value == pytest.approx(54 / 60)
    assert [gap.name for gap in found.classes] == list(CLASSES)


def test_the_sentence_names_who_is_better_and_by_how_much():
    first, second = compare_runs.compare(A, B), compare_runs.compare(B, A)
    one = first.differences["accuracy"]
    assert first.sentence == (
        f"A is better than B by 40 points, 95 % {100 * one.low:.1f} to {100 * one.high:.1f}, "
        f"p = {one.p:.2g}, 60 clips in 30 groups.".replace(".0 to", " to").replace(".0, p", ", p")
    )
    assert second.sentence.startswith("A is better than B by 40 points, 95 % ")


def test_what_chance_explains_is_not_called_better():
    found = compare_runs.compare(A, answered("B", range(0, 7)))
    assert found.sentence.startswith(
        "A is ahead of B by 1.7 points, too little to tell from chance, 95 % 0 to "
    )
    assert compare_runs.compare(A, replace(A, name="B")).sentence.startswith(
        "A and B score alike, 95 % 0 to 0, p = 1"
    )


def test_only_clips_of_both_count_and_the_others_are_counted():
    part = B.of([f"clip{i:02}" for i in reversed(range(10, 60))])
    found = compare_runs.compare(A, part)
    assert found.ids == tuple(f"clip{i:02}" for i in range(10, 60))
    assert found.alone == (10, 0)
    assert found.scores["B"]["accuracy"].value == pytest.approx(26 / 50)


def test_a_run_can_be_compared_with_one_of_its_name():
    found = compare_runs.compare(A, replace(B, name="A"))
    assert (found.a, found.b) == ("A (first)", "A (second)")
    assert found.scores["A (first)"] != found.scores["A (second)"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (replace(B, splits=SPLITS | {"protocol": "given"}), "the protocol is folds for the one and given"),
        (replace(B, splits=SPLITS | {"seed": "1"}), "the seed is 0"),
        (replace(B, splits=SPLITS | {"exclusion list": "bad@1"}), "the exclusion list is none"),
        (replace(B, classes=("a", "b", "d"), y=np.where(B.y == "c", "d", B.y)), "among them 'c'"),
        (replace(B, classes=("b", "a", "c")), "in another order"),
        (replace(B, ids=tuple(f"other{i}" for i in range(60))), "No clip was answered by both"),
        (replace(B, y=np.roll(B.y, 1)), "go by different labels of 60 clips, the first is 'clip00'"),
    ],
)
def test_runs_that_were_not_scored_alike_are_refused(other, says):
    with pytest.raises(UsageError, match=says):
        compare_runs.compare(A, other)


def test_runs_of_tags_are_compared_in_roc_auc(monkeypatch):
    monkeypatch.setattr(compare_runs, "DRAWS", 99)
    lots = np.random.default_rng(0)
    truth = lots.random((60, 3)) < 0.4
    truth[:, 2] = False  # a tag nobody has
    sides = [
        replace(side, truth=truth, y=np.full(60, ""), probabilities=truth + spread * lots.random((60, 3)))
        for side, spread in ((A, 1.2), (B, 3.0))
    ]
    found = compare_runs.compare(*sides)
    assert found.silent == ("c",)
    assert found.differences["roc_auc_macro"].value == pytest.approx(
        found.scores["A"]["roc_auc_macro"].value - found.scores["B"]["roc_auc_macro"].value
    )
    assert found.sentence.startswith("A is better than B by ")
    assert "points of roc_auc_macro, 95 % " in found.sentence
    assert (found.kappa, found.outcomes, found.classes) == (None, None, ())
