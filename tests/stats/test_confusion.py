"""Confusion tables rearranged: neighbours are what is confused, and a group is the sum of its classes."""

import numpy as np
from sklearn.metrics import confusion_matrix

from quintet.stats import confusion


def test_classes_taken_for_one_another_stand_side_by_side():
    counts = np.diag([10, 10, 10, 10, 10, 10])
    for a, b in ((0, 3), (1, 4), (2, 5)):
        counts[a, b] = counts[b, a] = 8
    order = confusion.clustered(counts)
    assert sorted(order) == list(range(6))
    place = {name: at for at, name in enumerate(order)}
    assert all(abs(place[a] - place[b]) == 1 for a, b in ((0, 3), (1, 4), (2, 5)))


def test_a_rare_class_counts_as_much_as_a_large_one():
    counts = np.array([[900, 50, 0, 50], [0, 1, 9, 0], [0, 9, 1, 0], [50, 0, 0, 900]])
    place = {name: at for at, name in enumerate(confusion.clustered(counts))}
    assert abs(place[1] - place[2]) == 1


def test_two_classes_have_one_order():
    assert confusion.clustered(np.array([[1, 2], [3, 4]])) == (0, 1)


def test_a_class_without_clips_has_a_place_too():
    counts = np.array([[4, 1, 0, 0], [2, 3, 0, 0], [0, 0, 0, 0], [0, 0, 0, 5]])
    assert sorted(confusion.clustered(counts)) == [0, 1, 2, 3]


def test_groups_are_the_confusion_of_the_groups_names():
    lots = np.random.default_rng(0)
    y, said = lots.integers(5, size=200), lots.integers(5, size=200)
    groups = ((3, 0), (1,), (2, 4))
    of = np.array([next(g for g, members in enumerate(groups) if c in members) for c in range(5)])
    found = confusion.merged(confusion_matrix(y, said, labels=range(5)), groups)
    np.testing.assert_array_equal(found, confusion_matrix(of[y], of[said], labels=range(3)))
