"""Spaces to answer in: a dataset's own classes, and those that several have under one word."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.datasets import gtzan
from quintet.datasets.base import Protocol, Track
from quintet.errors import MissingData, UnknownName
from quintet.prediction import label_space
from tests.tables import put_tracks

TEN = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
EIGHT = ("Electronic", "Experimental", "Folk", "Hip-Hop", "Instrumental", "International", "Pop", "Rock")


def put(here, dataset: str, classes: tuple[str, ...]) -> None:
    tracks = [Track(f"{dataset}{n}", None, "Title", "", (name,)) for n, name in enumerate(classes)]
    put_tracks(here, dataset, tracks)


@pytest.fixture
def two(here):
    put(here, "gtzan", TEN)
    put(here, "fma_small", EIGHT)
    return here


def test_each_dataset_with_classes_is_a_space_and_what_they_share_is_another(two):
    found = label_space.offered(["gtzan", "fma_small"], two)
    assert [space.name for space in found] == ["gtzan", "fma_small", "gtzan+fma_small"]
    assert found[0].classes == TEN
    assert found[0].about == ""


def test_shared_classes_meet_however_they_are_spelt_and_the_rest_is_other(two):
    shared = label_space.named("gtzan+fma_small", label_space.offered(["gtzan", "fma_small"], two))
    assert shared.classes == ("hip-hop", "pop", "rock", "other")
    assert shared.title.startswith("Shared genres (")
    assert shared.parts[0].columns == (3, 3, 3, 3, 0, 3, 3, 1, 3, 2)
    assert shared.parts[1].columns == (3, 3, 3, 0, 3, 3, 1, 2)
    assert "mean" in shared.about


def test_a_shared_answer_is_the_mean_of_the_probes_and_sums_to_one(two):
    shared = label_space.named("gtzan+fma_small", label_space.offered(["gtzan", "fma_small"], two))
    first, second = np.zeros((1, 10), np.float32), np.zeros((1, 8), np.float32)
    first[0, [4, 9, 0]] = 0.5, 0.3, 0.2  # hiphop, rock, blues
    second[0, [3, 0]] = 0.1, 0.9  # Hip-Hop, Electronic
    said = label_space.merged(shared, [first, second])
    assert said == pytest.approx(np.array([[0.3, 0.0, 0.15, 0.55]]))


def test_alone_a_dataset_says_what_its_probe_says(two):
    said = np.full((2, 10), 0.1, np.float32)
    assert label_space.merged(label_space.of("gtzan", two), [said]) is said


def test_one_word_in_common_is_no_space(here):
    put(here, "gtzan", TEN)
    put(here, "fma_small", ("Rock", "Folk", "Spoken"))
    assert [space.name for space in label_space.offered(["gtzan", "fma_small"], here)] == [
        "gtzan",
        "fma_small",
    ]


def test_of_three_datasets_every_two_and_all_three_are_offered(two):
    put(two, "fma_medium", (*EIGHT, "Jazz"))
    names = [space.name for space in label_space.offered(["gtzan", "fma_small", "fma_medium"], two)]
    assert names[3:] == [
        "gtzan+fma_small", "gtzan+fma_medium", "fma_small+fma_medium", "gtzan+fma_small+fma_medium",
    ]  # fmt: skip


def test_a_class_called_other_takes_what_is_not_shared(here):
    put(here, "gtzan", ("rock", "pop", "other", "jazz"))
    put(here, "fma_small", ("Rock", "Pop", "Other", "Folk"))
    shared = label_space.offered(["gtzan", "fma_small"], here)[-1]
    assert shared.classes == ("rock", "pop", "other")
    assert shared.parts[0].columns == (0, 1, 2, 2)


def test_a_dataset_of_tags_is_a_space_of_its_own_and_shares_none(two):
    put(two, "magnatagatune", ("guitar", "slow", "rock", "pop"))
    found = label_space.offered(["gtzan", "magnatagatune"], two)
    assert [(space.name, space.several) for space in found] == [("gtzan", False), ("magnatagatune", True)]
    assert found[1] == label_space.of("magnatagatune", two)
    assert found[1].parts[0].protocol == "mtat-all"
    assert "several may be right at once" in found[1].about


def test_tags_beside_classes_have_a_name_of_their_own(here, monkeypatch):
    both = (*gtzan.FACTS.protocols, Protocol("gtzan-tags", "", many=True, classes=("loud", "slow")))
    monkeypatch.setattr(gtzan, "FACTS", replace(gtzan.FACTS, protocols=both))
    put(here, "gtzan", TEN)
    classes, tags = label_space.offered(["gtzan"], here)
    assert (classes.name, tags.name) == ("gtzan", "gtzan:tags")
    assert (classes.several, tags.several) == (False, True)
    assert (classes.classes, tags.classes) == (TEN, ("loud", "slow"))
    assert label_space.of("gtzan", here) == classes
    assert label_space.datasets(tags.name) == ["gtzan"]


def test_a_dataset_without_labels_has_nothing_to_answer_in(here):
    put_tracks(here, "magnatagatune", [Track("t", None, "Title", "", ())])
    with pytest.raises(MissingData, match="no classes to answer in"):
        label_space.of("magnatagatune", here)


def test_an_unknown_space_names_those_there_are(two):
    with pytest.raises(UnknownName, match="Known: gtzan"):
        label_space.named("demo", [label_space.of("gtzan", two)])
