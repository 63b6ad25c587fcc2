"""The confusion matrix: what the browser is given, and what is refused."""

import numpy as np
import pytest

from dashboard.widgets.matrix import Matrix, Side, matrix_data
from quintet.errors import UsageError

CLASSES = ("calm", "happy", "tender")
COUNTS = np.array([[5, 1, 0], [0, 4, 2], [1, 0, 6]])


def test_rows_are_the_true_class_and_the_caption_says_so():
    data = matrix_data(Matrix(COUNTS, CLASSES, "Confusions of musicnn", "mood"), (1, 2))
    assert data["counts"][1][2] == 2
    assert data["chosen"] == [1, 2]
    assert data["caption"] == "rows: true mood, columns: answer"
    assert data["difference"] is None


def test_a_difference_names_who_has_more():
    sides = (Side("musicnn", ("#e0700f", "#ff9f45")), Side("VGGish", ("#0f6a3a", "#62dba6")))
    data = matrix_data(Matrix(COUNTS - COUNTS.T, CLASSES, "Difference", sides=sides), None)
    assert data["difference"]["more"]["title"] == "musicnn"
    assert data["difference"]["less"]["title"] == "VGGish"
    assert data["counts"][0][1] == 1 and data["counts"][1][0] == -1


def test_counts_of_another_size_are_refused():
    with pytest.raises(UsageError, match=r"\(3, 3\); \(2, 2\) was expected for 2 classes"):
        matrix_data(Matrix(COUNTS, CLASSES[:2], "Confusions"), None)


def test_shares_stand_beside_the_counts_and_the_caption_says_of_what():
    shares = COUNTS / COUNTS.sum(axis=1, keepdims=True)
    data = matrix_data(Matrix(COUNTS, CLASSES, "Shares", shares=shares, of="row", diagonal=False), None)
    assert data["shares"][1] == pytest.approx([0, 4 / 6, 2 / 6])
    assert data["counts"][1][2] == 2
    assert data["diagonal"] is False
    assert data["caption"].endswith("columns: answer; percent of each row")
