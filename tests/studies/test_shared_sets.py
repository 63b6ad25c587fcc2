"""Sets of shared classes: calibrated on clips that no probe saw, said as the space says them."""

import json

import numpy as np
import pytest

from quintet import answers, audio, cli, collection, predict, settings, store
from quintet.analysis import conformal, probe
from quintet.datasets.base import Track
from quintet.errors import UnknownName
from quintet.studies import overlap, probes, runs, scoring, spaces, table
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
    found = collection.source("clmr", ready)
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
        where = collection.table(dataset, found, ready)
        store.append_embeddings(where, found.fingerprint, [t.id for t in tracks], np.array(rows))
    return ready, found


def shared(ready):
    return spaces.named("gtzan+fma_small", spaces.offered(list(GENRES), ready))


def scored(ready, found) -> None:
    for dataset, rules in RULES.items():
        scoring.make(dataset, [found], rules, ready)


def test_without_a_benchmark_of_each_there_is_no_set(heard):
    ready, found = heard
    scoring.make("gtzan", [found], RULES["gtzan"], ready)
    assert spaces.cut(shared(ready), found, ready) is None


def test_the_cut_is_found_on_what_the_space_says_of_clips_no_probe_saw(heard):
    ready, found = heard
    scored(ready, found)
    space, said, truth = shared(ready), [], []
    for part in space.parts:
        run = runs.get(part.dataset, found, RULES[part.dataset], ready)
        matrix = collection.matrix(part.dataset, found, ready)
        rows = np.stack([matrix.values[matrix.ids.index(name)] for name in run.ids])
        for n in range(len(run.ids)):
            total = np.zeros(len(space.classes))
            for other in space.parts:
                own = other.dataset == part.dataset
                fitted = probes.get(other.dataset, found, ready)
                given = run.probabilities[n] if own else probe.probabilities(fitted, rows[n : n + 1])[0]
                np.add.at(total, list(other.columns), given / 2)
            said.append(total)
            truth.append(space.classes[part.columns[run.classes.index(run.y[n])]])
    expected = conformal.cut(np.array(said), np.array(truth), space.classes)
    cut = spaces.cut(space, found, ready)
    assert cut.n == len(truth) == 2 * CLIPS
    assert cut.least == pytest.approx(expected.least, abs=1e-6)
    assert set(truth) == set(space.classes)


def test_a_lone_dataset_has_the_cut_of_its_own_run(heard):
    ready, found = heard
    scored(ready, found)
    run = runs.get("gtzan", found, RULES["gtzan"], ready)
    assert spaces.cut(spaces.of("gtzan", ready), found, ready) == conformal.cut(
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
    made = predict.hear(found, collection.encoder(found, "cpu"), heard_once)
    parts = [predict.answer(predict.judge(one, found, ready), made) for one in GENRES]
    page = predict.joined(space, parts, spaces.cut(space, found, ready))
    assert list(said["probabilities"]) == ["hip-hop", "rock", "other"]
    assert list(said["probabilities"].values()) == pytest.approx(page.probabilities.tolist(), abs=1e-6)
    assert said["may_be"] == list(page.members)
    assert all(near["id"].startswith("gtzan") for near in said["nearest"])


def test_a_dataset_there_is_not_is_named_with_the_nearest(heard, tmp_path):
    ready, found = heard
    with pytest.raises(UnknownName, match="Did you mean 'fma_small'"):
        list(answers.of_files([tmp_path], "gtzan+fma_smal", [found], ready, 1))


def test_the_first_protocol_is_the_one_that_was_scored(heard):
    ready, _ = heard
    assert {name: table.protocol(name, ready).name for name in GENRES} == {
        name: rules.protocol for name, rules in RULES.items()
    }
