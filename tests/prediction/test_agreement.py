"""How far answers agree: numbers that can be worked out by hand."""

import numpy as np
import pytest

from quintet.prediction import agreement

ONE = (np.array([[0.0, 2.0], [2.0, 4.0]]), np.array([0, 1]))
OTHER = (np.array([[0.0, 3.0], [3.0, 4.0]]), np.array([0, 2]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([[1, 0], [1, 0]], 0.0),
        ([[1, 0], [0, 1]], 1.0),
        ([[0.7, 0.3]], 0.0),
        ([[1, 0], [0.5, 0.5]], 0.3112781),  # H(3/4, 1/4) - 1/2
        ([[1, 0], [1, 0], [0, 1]], 2 / 3),
    ],
)
def test_divergence_is_the_mean_of_every_two_in_bits(said, expected):
    assert agreement.divergence(np.array(said, np.float32)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([[1, 0], [0.6, 0.4], [0, 1]], 1 / 3),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 2 / 3),
        ([[1, 0], [0.9, 0.1]], 0.0),
    ],
)
def test_apart_counts_those_that_do_not_say_the_most_frequent(said, expected):
    assert agreement.apart(np.array(said)) == pytest.approx(expected)


def test_without_an_answer_nothing_is_apart():
    assert agreement.apart(np.zeros((0, 3))) == 0.0
    assert agreement.divergence(np.zeros((0, 3))) == 0.0
    assert agreement.pieces([], 4.0) == []
    assert agreement.most_apart([]) is None


def test_the_clip_is_cut_where_an_answer_changes():
    found = agreement.pieces([ONE, OTHER], 4.0)
    assert [(p.start, p.end, p.answers) for p in found] == [
        (0.0, 2.0, (0, 0)), (2.0, 3.0, (1, 0)), (3.0, 4.0, (1, 2)),
    ]  # fmt: skip


def test_two_lanes_say_the_same_for_a_share_of_the_time():
    assert agreement.same(agreement.pieces([ONE, OTHER], 4.0), 0, 1) == pytest.approx(0.5)


def test_where_they_part_is_one_stretch_and_ends_with_the_clip():
    found = agreement.pieces([ONE, OTHER], 5.0)
    assert agreement.parting(found) == [(2.0, 5.0, 2)]
    assert agreement.most_apart(found) == (2.0, 5.0)


def test_most_apart_is_where_most_answers_are_even_if_it_is_short():
    third = (np.array([[0.0, 3.5], [3.5, 4.0]]), np.array([0, 3]))
    assert agreement.most_apart(agreement.pieces([ONE, OTHER, third], 4.0)) == (3.0, 4.0)


def test_where_frames_overlap_the_later_one_speaks():
    overlapping = (np.array([[0.0, 3.0], [1.0, 4.0]]), np.array([0, 1]))
    assert [p.answers for p in agreement.pieces([overlapping], 4.0)] == [(0,), (1,)]


def test_before_its_first_frame_a_lane_says_what_it_says_first():
    late = (np.array([[1.0, 2.0]]), np.array([2]))
    assert agreement.pieces([late], 2.0) == [agreement.Piece(0.0, 2.0, (2,))]
