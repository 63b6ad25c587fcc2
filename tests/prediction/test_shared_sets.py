"""Sets of shared classes: calibrated on clips that no probe saw, said as the space says them."""

import json

import numpy as np
import pytest

from quintet import audio, cli, settings
from quintet.catalogue import overlap
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.errors import UnknownName
from quintet.evaluation import benchmark, labelled_embeddings, probe, runs, stored_probes
from quintet.prediction import classifier, conformal, files, label_space
from quintet.storage import tables as store
from tests.sounds import write_wav
from tests.tables import put_tracks

GENRES = {"gtzan": ("hiphop", "rock", "blues"), "fma_small": ("Rock", "Hip-Hop", "Folk")}
CLIPS = 24  # of each class
RULES = {name: runs.Rules(rule) for name, rule in (("gtzan", "gtzan-ff"), ("fma_small", "fma-official"))}


@pytest.fixture
def heard(here, monkeypatch, tmp_path):
    """Two datasets with two genres in common, embeddings near their genre's place; not yet scored."""
    for name in GENRES:
        monkeypatch.setenv(f"QUINTET_ROOT_{name.upper()}", str(tmp_path))
    ready = settings.load()
    found = models.resolve_model("clmr", ready)
    places = {overlap.plain(word): n for n, word in enumerate(("hiphop", "rock", "blues", "folk"))}
    for dataset, classes in GENRES.items():
        dice, tracks, rows = np.random.default_rng(len(dataset)), [], []
        for n in range(CLIPS * len(classes)):
            word = classes[n % len(classes)]
            split = ("train", "valid", "test")[n // len(classes) % 3]
            tracks.append(
                Track(
                    f"{dataset}{n}", None, f"Clip {n}", "", (word,), split=split, columns={"has_genre": True}
                )
            )
            row = 0.6 * dice.standard_normal(found.backbone.spec.dim)
            row[places[overlap.plain(word)]] += 6
            rows.append(row.astype(np.float32))
        put_tracks(ready, dataset, tracks)
        where = models.model_table_path(dataset, found, ready)
        store.append_embeddings(where, found.fingerprint, [t.id for t in tracks], np.array(rows))
    return ready, found


def shared(ready):
    return label_space.named("gtzan+fma_small", label_space.offered(list(GENRES), ready))


def scored(ready, found) -> None:
    for dataset, rules in RULES.items():
        benchmark.make(dataset, [found], rules, ready)


def test_without_a_benchmark_of_each_there_is_no_set(heard):
    ready, found = heard
    benchmark.make("gtzan", [found], RULES["gtzan"], ready)
    assert label_space.cut(shared(ready), found, ready) is None


def test_the_cut_is_found_on_what_the_space_says_of_clips_no_probe_saw(heard):
    ready, found = heard
    scored(ready, found)
    space, said, truth = shared(ready), [], []
    for part in space.parts:
        run = runs.get(part.dataset, found, RULES[part.dataset], ready)
        matrix = models.load_embeddings(part.dataset, found, ready)
        rows = np.stack([matrix.values[matrix.ids.index(name)] for name in run.ids])
        for n in range(len(run.ids)):
            total = np.zeros(len(space.classes))
            for other in space.parts:
                own = other.dataset == part.dataset
                fitted = stored_probes.get(other.dataset, found, ready)
                given = run.probabilities[n] if own else probe.probabilities(fitted, rows[n : n + 1])[0]
                np.add.at(total, list(other.columns), given / 2)
            said.append(total)
            truth.append(space.classes[part.columns[run.classes.index(run.y[n])]])
    expected = conformal.cut(np.array(said), np.array(truth), space.classes)
    cut = label_space.cut(space, found, ready)
    assert cut.n == len(truth) == 2 * CLIPS
    assert cut.least == pytest.approx(expected.least, abs=1e-6)
    assert set(truth) == set(space.classes)


def test_a_lone_dataset_has_the_cut_of_its_own_run(heard):
    ready, found = heard
    scored(ready, found)
    run = runs.get("gtzan", found, RULES["gtzan"], ready)
    assert label_space.cut(label_space.of("gtzan", ready), found, ready) == conformal.cut(
        run.probabilities, run.y, run.classes
    )


def test_the_command_line_answers_in_shared_classes_with_the_pages_numbers(heard, tmp_path, capsys):
    ready, found = heard
    scored(ready, found)
    clip = write_wav(tmp_path / "clip.wav", 4.0)
    space, name = shared(ready), "gtzan+fma_small"
    assert cli.main(["classify", str(clip), "--dataset", name, "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)["results"][0]["answers"]
    heard_once = audio.decode(clip, audio.Limits())
    made = classifier.hear(found, models.encoder(found, "cpu"), heard_once)
    parts = [classifier.answer(classifier.judge(one, found, ready), made) for one in GENRES]
    page = classifier.joined(space, parts, label_space.cut(space, found, ready))
    assert list(said["probabilities"]) == ["hip-hop", "rock", "other"]
    assert list(said["probabilities"].values()) == pytest.approx(page.probabilities.tolist(), abs=1e-6)
    assert said["may_be"] == list(page.members)
    assert all(near["id"].startswith("gtzan") for near in said["nearest"])


def test_a_dataset_there_is_not_is_named_with_the_nearest(heard, tmp_path):
    ready, found = heard
    with pytest.raises(UnknownName, match="Did you mean 'fma_small'"):
        list(files.of_files([tmp_path], "gtzan+fma_smal", [found], ready, 1))


def test_the_first_protocol_is_the_one_that_was_scored(heard):
    ready, _ = heard
    assert {name: labelled_embeddings.protocol(name, ready).name for name in GENRES} == {
        name: rules.protocol for name, rules in RULES.items()
    }
