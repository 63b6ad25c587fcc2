"""One clip asked in three ways agrees: command line, Python, pages; many at once as one by one."""

import json
from dataclasses import replace

import numpy as np
import pytest

import quintet
from quintet import audio, cli
from quintet.embeddings import models
from quintet.errors import BadAudio, MissingEmbeddings, UnknownName
from quintet.prediction import classifier, files
from tests.sounds import encode, write_wav


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two clips and a text that says it is one."""
    root = tmp_path_factory.mktemp("clips")
    write_wav(root / "one.wav", 4.0)
    encode(root / "two.mp3", "mp3", 6.0)
    (root / "three.mp3").write_text("no sound")
    return root


def test_python_command_line_and_page_agree(demo, folder, capsys):
    path = folder / "one.wav"
    (asked,) = quintet.classify(path, backbones=["musicnn"])
    assert cli.main(["classify", str(path), "--backbone", "musicnn", "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)["results"][0]["answers"]
    found = models.resolve_model("musicnn", demo)
    clip = audio.decode_bytes(path.read_bytes(), path.name, audio.Limits())
    heard = classifier.hear(found, models.encoder(found, "cpu"), clip)
    page = classifier.answer(classifier.judge("demo", found, demo), heard)
    np.testing.assert_allclose(asked.probabilities, page.probabilities, atol=1e-6)
    np.testing.assert_allclose(list(said["probabilities"].values()), page.probabilities, atol=1e-6)
    assert tuple(said["may_be"]) == page.members
    assert [near["id"] for near in said["nearest"]] == [i for i, _ in page.nearest]


def test_files_at_once_answer_as_one_by_one_in_their_order(demo, folder, capsys):
    documents = []
    for jobs in ("1", "3"):
        assert cli.main(["classify", str(folder), "--backbone", "musicnn", "--jobs", jobs, "--json"]) == 1
        documents.append(json.loads(capsys.readouterr().out)["results"])
    one, three = documents
    assert [r["clip"] for r in one] == [r["clip"] for r in three] == sorted(map(str, folder.iterdir()))
    assert "text file" in one[1]["error"]
    for a, b in zip((one[0], one[2]), (three[0], three[2]), strict=True):
        p, q = (list(r["answers"][0]["probabilities"].values()) for r in (a, b))
        np.testing.assert_allclose(p, q, atol=1e-6)


def test_all_nets_answer_unless_some_are_named(demo):
    assert all(not s.backbone.spec.hand_made for s in files.columns("", (), demo))
    assert len(files.columns("", (), demo)) == 5


def test_a_broken_file_raises_its_sentence(demo, folder):
    with pytest.raises(BadAudio, match="text file"):
        quintet.classify(folder / "three.mp3", backbones=["musicnn"])


def test_an_empty_machine_says_what_is_missing(here, folder):
    with pytest.raises(MissingEmbeddings, match="quintet prepare demo"):
        quintet.classify(folder / "one.wav")


def test_a_wrong_name_gets_the_nearest(demo, folder):
    with pytest.raises(UnknownName, match="Did you mean 'musicnn'"):
        quintet.classify(folder / "one.wav", backbones=["musicn"])


def test_no_file_at_a_time_is_refused(demo, folder, capsys):
    assert cli.main(["classify", str(folder), "--jobs", "0"]) == 2
    assert "--jobs is 0" in capsys.readouterr().err


def test_the_set_of_what_it_may_be_comes_from_held_out_answers(demo):
    judge = classifier.judge("demo", models.resolve_model("musicnn", demo), demo)
    assert judge.cut is not None
    assert (judge.cut.n, judge.cut.promise) == (84, 0.9)


@pytest.mark.parametrize(
    ("title", "is_so"), [("Million Song Dataset", True), ("GTZAN", False), ("MagnaTagATune", False)]
)
def test_a_net_heard_the_music_it_was_trained_on(demo, title, is_so):
    assert classifier.contaminated(models.resolve_model("musicnn", demo), title) is is_so


def test_a_million_songs_of_elsewhere_are_not_the_million_song_dataset(demo):
    trained = replace(models.resolve_model("jukebox", demo), state="custom")
    assert not classifier.contaminated(trained, "Million Song Dataset")


def test_a_slow_net_hears_a_content_once_whatever_its_name(demo, folder, tmp_path, monkeypatch):
    (slow,) = [s for s in files.columns("", (), demo) if s.backbone.spec.slow]
    (first,) = quintet.classify(folder / "one.wav", backbones=[slow.key])
    (tmp_path / "other name.wav").write_bytes((folder / "one.wav").read_bytes())
    monkeypatch.setattr(classifier, "hear", None)
    (again,) = quintet.classify(tmp_path / "other name.wav", backbones=[slow.key])
    np.testing.assert_allclose(again.probabilities, first.probabilities, atol=1e-6)
